package org.rde4j.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.rde4j.Explanation;
import org.rde4j.RdeException;
import org.rde4j.Tensor;

/**
 * An explanation on disk.
 *
 * <pre>
 * explanation.json   everything but the numbers of tensors and the history: the problem, what was found, what it took
 * masks.npz          the mask, one array for each block of components
 * signals.npz        signal, obfuscation and picture as the network sees them
 * history.csv        one line for each step
 * binary.npz         the binary mask likewise, if the solver gave one besides a relaxed mask
 * problem.npz        the tensors of the problem, if it has any, such as the atoms of a dictionary
 * </pre>
 *
 * <p>Whoever knows more about an explanation adds notes to the JSON and files to the folder.
 */
public final class ExplanationFolder {
    private static final String REPORT = "explanation.json";
    private static final String HISTORY = "history.csv";
    private static final String MASKS = "masks.npz";
    private static final String SIGNALS = "signals.npz";
    private static final String BINARY = "binary.npz";
    private static final String PROBLEM = "problem.npz";
    private static final String VERSIONS = "versions";
    private static final String REMEDY = "Copy the folder again, or explain again.";

    private ExplanationFolder() {}

    /** What a further file of the folder holds. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes it.
         *
         * @param file where to
         * @throws IOException if it cannot be written
         */
        void write(Path file) throws IOException;
    }

    /**
     * What a folder holds.
     *
     * @param explanation the explanation
     * @param notes what else the JSON says: {@code versions}, and whatever was added
     */
    public record Saved(Explanation explanation, Map<String, @Nullable Object> notes) {
        /** Copies the map. */
        public Saved {
            notes = Collections.unmodifiableMap(new LinkedHashMap<>(notes));
        }
    }

    /**
     * Writes an explanation. It appears under its name when it is complete, or not at all; an older explanation there is
     * replaced.
     *
     * @param explanation what to write
     * @param notes added to the JSON, as plain values (see {@link Json}); none may have the name of a component of
     *     {@link Explanation}. Without {@code versions}, those of rde4j and Java are added
     * @param contents further files by their names
     * @param folder where to; its parent is created if need be
     * @throws RdeException if the folder cannot be written or holds something else
     */
    public static void save(Explanation explanation, Map<String, ?> notes, Map<String, Content> contents, Path folder) {
        Archives tensors = new Archives();
        Map<String, @Nullable Object> found = Settings.of(explanation, tensors);
        found.remove("history");
        Map<String, @Nullable Object> all = new LinkedHashMap<>(notes);
        all.putIfAbsent(VERSIONS, versions());
        all.putAll(found);
        FolderSwap.replace(folder, REPORT, draft -> {
            Files.writeString(draft.resolve(REPORT), Json.text(all));
            Files.writeString(draft.resolve(HISTORY), History.csv(explanation.history()));
            for (Map.Entry<String, Map<String, Tensor>> archive : tensors.archives.entrySet()) {
                Npz.write(archive.getValue(), draft.resolve(archive.getKey()));
            }
            for (Map.Entry<String, Content> content : contents.entrySet()) {
                content.getValue().write(draft.resolve(content.getKey()));
            }
        });
    }

    /**
     * Checks that an explanation could be written, before hours are spent on it.
     *
     * @param folder where {@link #save} is going to write
     * @throws RdeException if the folder cannot be written or holds something else
     */
    public static void requireWritable(Path folder) {
        FolderSwap.requireReplaceable(folder, REPORT);
    }

    /**
     * Reads an explanation that {@link #save} has written.
     *
     * @param folder where it is
     * @return the same explanation and the notes; parts of the problem that code made are known by name only
     * @throws RdeException if a file is missing or damaged
     */
    public static Saved load(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new RdeException("There is no folder %s.".formatted(folder), "Check the path.");
        }
        Path report = folder.resolve(REPORT);
        if (!Files.exists(report)) {
            throw new RdeException(
                    "%s is not the folder of an explanation: it lacks %s.".formatted(folder, REPORT),
                    "Name a folder that 'explain' or Explanation.save has written, or one of those inside it.");
        }
        if (!(Json.read(report) instanceof Map<?, ?> json)) {
            throw new RdeException("%s is not the JSON of an explanation.".formatted(report), REMEDY);
        }
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        json.forEach((key, value) -> all.put(String.valueOf(key), value));
        List<String> components = Settings.names(Explanation.class);
        Map<String, @Nullable Object> found = new LinkedHashMap<>(all);
        found.keySet().retainAll(components);
        all.keySet().removeAll(components);
        found.put("history", History.read(folder.resolve(HISTORY)));
        Map<String, Map<String, Tensor>> archives = new LinkedHashMap<>();
        for (String archive : List.of(MASKS, SIGNALS, BINARY, PROBLEM)) {
            Path path = folder.resolve(archive);
            // What a file must hold is known to those who ask for its arrays.
            archives.put(archive, Files.exists(path) ? Npz.read(path) : Map.of());
        }
        Explanation explanation =
                SettingsReader.read(Explanation.class, found, kept -> Archives.find(archives, kept), report.toString());
        SavedMasks.check(explanation, folder);
        return new Saved(explanation, all);
    }

    /** The tensors of an explanation, sorted into archives. */
    private static final class Archives implements Settings.Keeper {
        private final Map<String, Map<String, Tensor>> archives = new LinkedHashMap<>();

        @Override
        public String keep(String place, Tensor tensor) {
            String archive = SIGNALS;
            String name = place;
            if (place.startsWith("masks.")) {
                archive = MASKS;
                name = place.substring("masks.".length());
            } else if (place.startsWith("binary.masks.")) {
                archive = BINARY;
                name = place.substring("binary.masks.".length());
            } else if (place.startsWith("problem.")) {
                archive = PROBLEM;
                name = place.substring("problem.".length());
            }
            Map<String, Tensor> arrays = archives.computeIfAbsent(archive, any -> new LinkedHashMap<>());
            while (arrays.containsKey(name)) {
                name += "_";
            }
            arrays.put(name, tensor);
            return archive + ":" + name;
        }

        static @Nullable Tensor find(Map<String, Map<String, Tensor>> archives, String kept) {
            int colon = kept.indexOf(':');
            return colon < 0
                    ? null
                    : archives.getOrDefault(kept.substring(0, colon), Map.of()).get(kept.substring(colon + 1));
        }
    }

    private static Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        try (InputStream in = Explanation.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
                versions.put("rde4j", properties.getProperty("rde4j", "unknown"));
            }
        } catch (IOException unreadable) {
            versions.put("rde4j", "unknown");
        }
        versions.put("java", System.getProperty("java.version"));
        return versions;
    }
}
