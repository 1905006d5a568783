package org.rde4j.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.rde4j.RdeException;

/**
 * Folders that appear complete or not at all. The content is written to a hidden sibling, which is then moved
 * into place.
 */
public final class FolderSwap {
    /** Held while a folder is written, and for good once the process is ending. */
    private static final ReentrantLock WRITING = new ReentrantLock();

    /** Drafts that take long. */
    private static final Set<Path> SLOW_DRAFTS = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(FolderSwap::end, "rde4j-finish-writing"));
    }

    private FolderSwap() {}

    /** Fills a folder. */
    @FunctionalInterface
    public interface Writer {
        /**
         * Writes all files.
         *
         * @param draft an empty folder
         * @throws IOException if one cannot be written; then the folder does not appear
         */
        void writeInto(Path draft) throws IOException;
    }

    /**
     * Writes a folder within a second or so, replacing an older one of the same kind. Ctrl-C waits for it.
     *
     * @param folder where to
     * @param hallmark a file that every folder of this kind holds
     * @param writer fills it
     * @throws RdeException if the folder cannot be written or holds something else
     */
    public static void replace(Path folder, String hallmark, Writer writer) {
        requireReplaceable(folder, hallmark);
        Path target = folder.toAbsolutePath().normalize();
        Path draft = draft(target);
        WRITING.lock();
        try {
            Files.createDirectories(draft);
            writer.writeInto(draft);
            swap(draft, target);
        } catch (IOException e) {
            throw unwritable(folder, e);
        } finally {
            delete(draft);
            WRITING.unlock();
        }
    }

    /**
     * Writes a folder as {@link #replace}, but one that takes long: Ctrl-C ends it and deletes what was written.
     *
     * @param folder where to
     * @param hallmark a file that every folder of this kind holds
     * @param writer fills it
     * @throws RdeException if the folder cannot be written or holds something else
     */
    public static void replaceSlowly(Path folder, String hallmark, Writer writer) {
        requireReplaceable(folder, hallmark);
        Path target = folder.toAbsolutePath().normalize();
        Path draft = draft(target);
        SLOW_DRAFTS.add(draft);
        try {
            Files.createDirectories(draft);
            writer.writeInto(draft);
            swap(draft, target);
        } catch (IOException e) {
            throw unwritable(folder, e);
        } finally {
            // Once the process is ending, this waits for good: nobody shall hear of files that vanished meanwhile.
            WRITING.lock();
            delete(draft);
            SLOW_DRAFTS.remove(draft);
            WRITING.unlock();
        }
    }

    /** Waits for a quick folder that is being written (well under a second) and lets no other one begin. */
    private static void end() {
        WRITING.lock();
        for (Path draft : SLOW_DRAFTS) {
            // Its writer goes on until a folder that it needs is gone.
            for (int i = 0; i < 10 && Files.exists(draft); i++) {
                delete(draft);
            }
        }
    }

    private static Path draft(Path target) {
        return target.resolveSibling(".%s.partial-%s-%x"
                .formatted(target.getFileName(), ProcessHandle.current().pid(), System.nanoTime()));
    }

    /**
     * Checks that a folder can be written: its parent takes new entries, and nothing else would be lost.
     *
     * @param folder where to
     * @param hallmark a file that every folder of this kind holds
     * @throws RdeException if it cannot
     */
    public static void requireReplaceable(Path folder, String hallmark) {
        Path target = folder.toAbsolutePath().normalize();
        try {
            if (Files.exists(target) && !Files.exists(target.resolve(hallmark)) && !isEmptyFolder(target)) {
                throw new RdeException(
                        "%s exists and is not an earlier result of rde4j.".formatted(folder), "Choose another folder.");
            }
            Path parent = target.getParent();
            while (parent != null && !Files.exists(parent)) {
                parent = parent.getParent();
            }
            Files.delete(Files.createTempFile(parent == null ? target : parent, ".rde4j-", ".probe"));
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    private static boolean isEmptyFolder(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.findAny().isEmpty();
        }
    }

    private static void swap(Path draft, Path target) throws IOException {
        Path old = draft.resolveSibling(draft.getFileName() + "-old");
        WRITING.lock();
        try {
            boolean replacing = Files.exists(target);
            if (replacing) {
                Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
            }
            try {
                Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                if (replacing) {
                    Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
                }
                throw e;
            }
            delete(old);
        } finally {
            WRITING.unlock();
        }
    }

    /** Deletes a folder if it is there. What cannot be deleted stays, hidden. */
    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> content = Files.walk(folder)) {
            content.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            System.getLogger(FolderSwap.class.getName()).log(System.Logger.Level.WARNING, "cannot delete " + folder, e);
        }
    }

    private static RdeException unwritable(Path folder, IOException e) {
        return new RdeException(
                "%s cannot be written: %s.".formatted(folder, Reason.of(e)), "Choose another folder.", e);
    }
}
