package org.rde4j.samples.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.files.FolderSwap;
import org.rde4j.files.InputFiles;
import org.rde4j.files.Npz;
import org.rde4j.samples.image.Drawing;
import org.rde4j.samples.image.Png;

/**
 * An explanation on disk.
 *
 * <pre>
 * explanation.json   the numbers: what was asked, what was found, what it took
 * explanation.png    the explanation picture
 * summary.png        original, mask, one obfuscation and explanation side by side
 * masks.npz          the mask, one array for each block of components
 * signals.npz        signal, obfuscation and picture as the network sees them
 * history.csv        one line for each step
 * </pre>
 */
public final class ExplanationFolder {
    private static final String REPORT = "explanation.json";
    private static final String PICTURE = "explanation.png";
    private static final String SUMMARY = "summary.png";
    private static final String MASKS = "masks.npz";
    private static final String SIGNALS = "signals.npz";
    private static final String HISTORY = "history.csv";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ExplanationFolder() {}

    /**
     * Writes an explanation. It appears under its name when it is complete, or not at all; an older
     * explanation there is replaced.
     *
     * @param explanation what to write
     * @param folder where to; its parent is created if need be
     * @throws RdeException if the folder cannot be written or holds something else
     */
    public static void save(SavedExplanation explanation, Path folder) {
        save(explanation, SummaryPicture.of(explanation), Map.of(), folder);
    }

    /** What a file of the folder holds. */
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
     * Writes an explanation with a summary of its own and further findings.
     *
     * @param explanation what to write
     * @param summary the picture {@code summary.png}
     * @param findings what to write as JSON, by the names of the files
     * @param folder where to; its parent is created if need be
     * @throws RdeException as {@link #save(SavedExplanation, Path)}
     */
    public static void save(
            SavedExplanation explanation, BufferedImage summary, Map<String, Object> findings, Path folder) {
        Map<String, Content> contents = new LinkedHashMap<>();
        contents.put(PICTURE, picture(Drawing.signal(explanation.picture())));
        contents.put(SUMMARY, picture(summary));
        findings.forEach((name, finding) ->
                contents.put(name, file -> Files.writeString(file, JSON.writeValueAsString(finding) + "\n")));
        save(explanation, contents, folder);
    }

    /**
     * Writes an explanation with pictures, sounds and whatever else belongs to its kind of signals.
     *
     * @param explanation what to write
     * @param contents by the names of the files, such as {@code explanation.png} and {@code summary.png}
     * @param folder where to; its parent is created if need be
     * @throws RdeException as {@link #save(SavedExplanation, Path)}
     */
    public static void save(SavedExplanation explanation, Map<String, Content> contents, Path folder) {
        FolderSwap.replace(folder, REPORT, draft -> {
            Files.writeString(draft.resolve(REPORT), JSON.writeValueAsString(explanation.report()) + "\n");
            Files.writeString(draft.resolve(HISTORY), History.csv(explanation.history()));
            Npz.write(explanation.masks(), draft.resolve(MASKS));
            Npz.write(
                    Map.of(
                            "signal", explanation.signal(),
                            "obfuscation", explanation.obfuscation(),
                            "picture", explanation.picture()),
                    draft.resolve(SIGNALS));
            for (Map.Entry<String, Content> content : contents.entrySet()) {
                content.getValue().write(draft.resolve(content.getKey()));
            }
        });
    }

    /**
     * A picture as the content of a PNG file.
     *
     * @param image the picture
     * @return what writes it
     */
    public static Content picture(BufferedImage image) {
        return file -> Files.write(file, Png.bytes(image));
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
     * @return the same explanation
     * @throws RdeException if a file is missing or damaged
     */
    public static SavedExplanation load(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new RdeException("There is no folder %s.".formatted(folder), "Check the path.");
        }
        if (!Files.exists(folder.resolve(REPORT))) {
            throw new RdeException(
                    "%s is not the folder of an explanation: it lacks %s.".formatted(folder, REPORT),
                    "Name a folder that 'explain' has written, or one of those inside it.");
        }
        Map<String, Tensor> signals = Npz.read(folder.resolve(SIGNALS));
        if (!signals.keySet().containsAll(Set.of("signal", "obfuscation", "picture"))) {
            throw new RdeException(
                    "%s lacks a signal.".formatted(folder.resolve(SIGNALS)), "Explain the picture again.");
        }
        return new SavedExplanation(
                report(folder.resolve(REPORT)),
                Npz.read(folder.resolve(MASKS)),
                signals.get("signal"),
                signals.get("obfuscation"),
                signals.get("picture"),
                History.read(folder.resolve(HISTORY)));
    }

    private static ExplanationReport report(Path path) {
        try {
            JsonNode tree = JSON.readTree(InputFiles.bytes(path));
            for (String needed : List.of("input", "model", "problem", "warnings", "versions")) {
                if (!tree.hasNonNull(needed)) {
                    throw new RdeException("%s lacks '%s'.".formatted(path, needed), "Explain the picture again.");
                }
            }
            return JSON.treeToValue(tree, ExplanationReport.class);
        } catch (JsonProcessingException e) {
            throw new RdeException(
                    "%s is not the JSON of an explanation: %s.".formatted(path, reason(e)),
                    "Explain the picture again.",
                    e);
        } catch (IOException e) {
            throw new RdeException("%s cannot be read.".formatted(path), "Check the disk.", e);
        }
    }

    private static String reason(JsonProcessingException error) {
        if (error instanceof MismatchedInputException mismatch) {
            return "%s has a value of a type that does not fit".formatted(place(mismatch.getPath()));
        }
        return error.getLocation() == null
                ? "it is no JSON"
                : "line %d is no JSON, or the end is missing"
                        .formatted(error.getLocation().getLineNr());
    }

    /** Such as "problem.solver" or "photos[2]"; "it" for the whole file. */
    private static String place(List<JsonMappingException.Reference> path) {
        String place = path.stream()
                .map(step ->
                        step.getFieldName() == null ? "[%d]".formatted(step.getIndex()) : "." + step.getFieldName())
                .collect(Collectors.joining());
        return place.isEmpty() ? "it" : "'%s'".formatted(place.replaceFirst("^\\.", ""));
    }
}
