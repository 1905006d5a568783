package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What the folder of each input is called: the file's name without its ending, numbered where names meet. */
final class FolderNames {
    private FolderNames() {}

    static List<String> of(List<Path> paths) {
        Set<String> taken = new HashSet<>();
        List<String> names = new ArrayList<>();
        for (Path path : paths) {
            String stem = stem(path);
            String name = stem;
            // Folders that differ in case only are one folder on some file systems.
            for (int number = 2; !taken.add(name.toLowerCase(Locale.ROOT)); number++) {
                name = stem + "-" + number;
            }
            names.add(name);
        }
        return names;
    }

    private static String stem(Path path) {
        String file = String.valueOf(path.getFileName());
        String stem = file.replaceFirst("\\.[^.]*$", "");
        // '.' and '..' are folders that are there already.
        return stem.replace(".", "").isBlank() ? "file" : stem;
    }
}
