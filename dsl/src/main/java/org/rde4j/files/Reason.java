package org.rde4j.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/** Why a file operation failed, in words for people. */
public final class Reason {
    private Reason() {}

    /**
     * The reason, without class names and without the path that messages name anyway.
     *
     * @param error what was thrown
     * @return such as "No space left on device"
     */
    public static String of(IOException error) {
        if (error instanceof AccessDeniedException) {
            return "permission denied";
        }
        boolean known = error instanceof FileSystemException system && system.getReason() != null;
        return known ? ((FileSystemException) error).getReason() : String.valueOf(error.getMessage());
    }
}
