package org.rde4j.samples.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.stream.Collectors;

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
        if (error instanceof MismatchedInputException mismatch) {
            return "%s has a value of a type that does not fit".formatted(place(mismatch.getPath()));
        }
        if (error instanceof JsonProcessingException syntax) {
            return syntax.getLocation() == null
                    ? "it is no JSON"
                    : "line %s is no JSON, or the end is missing"
                            .formatted(syntax.getLocation().getLineNr());
        }
        boolean known = error instanceof FileSystemException system && system.getReason() != null;
        return known ? ((FileSystemException) error).getReason() : String.valueOf(error.getMessage());
    }

    /** Where in a JSON file, such as "problem.solver" or "photos[2]"; "it" for the whole file. */
    private static String place(List<JsonMappingException.Reference> path) {
        String place = path.stream()
                .map(step ->
                        step.getFieldName() == null ? "[%s]".formatted(step.getIndex()) : "." + step.getFieldName())
                .collect(Collectors.joining());
        return place.isEmpty() ? "it" : "'%s'".formatted(place.replaceFirst("^\\.", ""));
    }
}
