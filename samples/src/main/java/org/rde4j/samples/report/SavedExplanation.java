package org.rde4j.samples.report;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rde4j.Explanation;
import org.rde4j.Explanation.Label;
import org.rde4j.RateDistortion.Game;
import org.rde4j.RdeException;
import org.rde4j.files.ExplanationFolder;
import org.rde4j.files.ExplanationFolder.Content;
import org.rde4j.files.Json;
import org.rde4j.samples.image.Drawing;
import org.rde4j.samples.image.Png;

/**
 * An explanation with what it does not know about itself. Its folder is that of {@link Explanation#save}, with pictures
 * and whatever else belongs to its kind of signals.
 *
 * @param explanation what was found
 * @param context what the explanation does not know
 */
public record SavedExplanation(Explanation explanation, Context context) {
    /** The rank of [C, H, W]. */
    private static final int PICTURE_RANK = 3;

    private static final String PICTURE = "explanation.png";
    private static final String SUMMARY = "summary.png";

    /**
     * What an explanation does not know about itself; in the JSON under the same names.
     *
     * @param input what was explained, usually a file name
     * @param model how the model is called; null where a program did not say
     * @param modelChecksum of its file, with its normalisation; null if not known
     * @param labelName the name of the explained class, if names were given
     * @param peakRssMb the process's greatest resident memory so far, in MiB; null where Linux's /proc is missing
     * @param versions of rde4j, its backend and Java
     */
    public record Context(
            String input,
            @Nullable String model,
            @Nullable String modelChecksum,
            @Nullable String labelName,
            @Nullable Long peakRssMb,
            Map<String, String> versions) {

        private Map<String, @Nullable Object> notes() {
            Map<String, @Nullable Object> notes = new LinkedHashMap<>();
            notes.put("input", input);
            notes.put("model", model);
            notes.put("modelChecksum", modelChecksum);
            notes.put("labelName", labelName);
            notes.put("peakRssMb", peakRssMb);
            notes.put("versions", versions);
            return notes;
        }

        private static Context of(Map<String, @Nullable Object> notes, Path folder) {
            Map<String, String> versions = new LinkedHashMap<>();
            if (notes.get("versions") instanceof Map<?, ?> map) {
                map.forEach((part, version) -> versions.put(String.valueOf(part), String.valueOf(version)));
            }
            String input = text(notes, "input");
            return new Context(
                    input == null
                            ? String.valueOf(folder.toAbsolutePath().normalize().getFileName())
                            : input,
                    text(notes, "model"),
                    text(notes, "modelChecksum"),
                    text(notes, "labelName"),
                    notes.get("peakRssMb") instanceof Long mebibytes ? mebibytes : null,
                    versions);
        }

        private static @Nullable String text(Map<String, @Nullable Object> notes, String name) {
            return notes.get(name) instanceof String text ? text : null;
        }
    }

    /**
     * An explanation that was just made.
     *
     * @param explanation what was found
     * @param input what was explained, usually a file name
     * @param model how the model is called
     * @param modelChecksum of its file, with its normalisation; null if not known
     * @param labels the names of the classes
     * @param versions of rde4j, its backend and Java
     * @return the explanation, ready to be saved
     */
    public static SavedExplanation of(
            Explanation explanation,
            String input,
            String model,
            @Nullable String modelChecksum,
            Labels labels,
            Map<String, String> versions) {
        return new SavedExplanation(
                explanation,
                new Context(
                        input,
                        model,
                        modelChecksum,
                        explanation
                                .label()
                                .flatMap(label -> labels.name(label.index()))
                                .orElse(null),
                        ProcessMemory.peakMiB().orElse(null),
                        versions));
    }

    /**
     * Writes the folder, for an explained picture with pictures of it.
     *
     * @param folder where to; its parent is created if need be
     * @throws RdeException if the folder cannot be written or holds something else
     */
    public void save(Path folder) {
        if (explanation.signal().rank() == PICTURE_RANK) {
            save(SummaryPicture.of(this), Map.of(), folder);
        } else {
            save(Map.of(), folder);
        }
    }

    /**
     * Writes the folder with a summary of its own and further findings.
     *
     * @param summary the picture {@code summary.png}
     * @param findings what to write as JSON, by the names of the files
     * @param folder where to; its parent is created if need be
     * @throws RdeException as {@link #save(Path)}
     */
    public void save(BufferedImage summary, Map<String, Object> findings, Path folder) {
        Map<String, Content> contents = new LinkedHashMap<>();
        contents.put(PICTURE, picture(Drawing.signal(explanation.picture())));
        contents.put(SUMMARY, picture(summary));
        findings.forEach((name, finding) -> contents.put(name, file -> Files.writeString(file, Json.text(finding))));
        save(contents, folder);
    }

    /**
     * Writes the folder with pictures, sounds and whatever else belongs to its kind of signals.
     *
     * @param contents by the names of the files, such as {@code explanation.png} and {@code summary.png}
     * @param folder where to; its parent is created if need be
     * @throws RdeException as {@link #save(Path)}
     */
    public void save(Map<String, Content> contents, Path folder) {
        ExplanationFolder.save(explanation, context.notes(), contents, folder);
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
     * Reads a folder, also one that a program has written without pictures and names.
     *
     * @param folder where it is
     * @return the same explanation; where nothing says what was explained, the folder's name does
     * @throws RdeException if a file is missing or damaged
     */
    public static SavedExplanation load(Path folder) {
        ExplanationFolder.Saved saved = ExplanationFolder.load(folder);
        return new SavedExplanation(saved.explanation(), Context.of(saved.notes(), folder));
    }

    /**
     * The explained class's probability on the clean signal.
     *
     * @return in [0, 1], or null if there is no label
     */
    public @Nullable Double labelProbability() {
        return explanation.label().map(Label::probability).orElse(null);
    }

    /**
     * The explained class's mean probability on fresh obfuscations with the final mask.
     *
     * @return in [0, 1], or null if there is no label
     */
    public @Nullable Double retainedProbability() {
        return explanation.label().map(Label::retainedProbability).orElse(null);
    }

    /** Whether the mask marks what is replaced, instead of what is kept. */
    boolean isDeletion() {
        return explanation.problem().game() == Game.DELETION;
    }

    /**
     * What the mask marks.
     *
     * @return "kept", or "replaced" in the deletion game
     */
    public String marks() {
        return isDeletion() ? "replaced" : "kept";
    }

    /**
     * How the explained class is called for people.
     *
     * @return its name, or its number, or "output" where there is none
     */
    public String labelText() {
        if (context.labelName() != null) {
            return context.labelName();
        }
        return explanation.label().map(label -> "class " + label.index()).orElse("output");
    }

    /**
     * What the explanation answers, for people.
     *
     * @return such as "Why “snail”?"
     */
    public String question() {
        return explanation.label().isEmpty() ? "What decides the output?" : "Why “%s”?".formatted(labelText());
    }
}
