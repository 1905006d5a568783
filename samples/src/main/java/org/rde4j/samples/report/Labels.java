package org.rde4j.samples.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rde4j.RdeException;
import org.rde4j.files.InputFiles;

/**
 * The names of a model's classes, in their order.
 *
 * @param names line k is class k; empty if the names are not known
 */
public record Labels(List<String> names) {
    /** No names: classes are called by their numbers. */
    public static final Labels NONE = new Labels(List.of());

    /** Copies the list. */
    public Labels {
        names = List.copyOf(names);
    }

    /**
     * Reads a text file with one name on each line, however lines end; blank lines at the end and a byte order mark
     * do not count.
     *
     * @param path the file, UTF-8
     * @return the names
     * @throws RdeException if the file is missing, not text, or holds no name
     */
    public static Labels read(Path path) {
        List<String> names =
                InputFiles.text(path).stripTrailing().lines().map(String::strip).toList();
        if (names.isEmpty()) {
            throw new RdeException("%s holds no names.".formatted(path), "Give one class name on each line.");
        }
        return new Labels(names);
    }

    /**
     * Checks that there is one name for each class, unless there are none at all.
     *
     * @param classes the number of the model's classes
     * @param source where the names are from, for the message
     * @throws RdeException if the numbers differ
     */
    public void requireCount(int classes, String source) {
        if (!names.isEmpty() && names.size() != classes) {
            throw new RdeException(
                    "%s names %s classes, but the model has %s.".formatted(source, names.size(), classes),
                    "Give one class name on each line, in the model's order.");
        }
    }

    /**
     * The name of one class.
     *
     * @param index counted from 0
     * @return the name, or empty if it is not known
     */
    public Optional<String> name(int index) {
        return index < names.size() ? Optional.of(names.get(index)) : Optional.empty();
    }
}
