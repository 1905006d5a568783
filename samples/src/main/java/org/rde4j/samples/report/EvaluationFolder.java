package org.rde4j.samples.report;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.rde4j.files.FolderSwap;
import org.rde4j.files.Json;
import org.rde4j.files.Settings;
import org.rde4j.nd4j.metrics.Compared;
import org.rde4j.nd4j.metrics.Curve;
import org.rde4j.nd4j.metrics.Evaluation;
import org.rde4j.samples.image.Png;

/**
 * Evaluations on disk.
 *
 * <pre>
 * evaluation.csv         one line for each explanation and metric
 * evaluation.json        the same with settings, versions and the points of all curves
 * NAME-rd-curve.png      distortion over rate, in the mask's order and in random order
 * NAME-probability.png   the label's probability over rate, likewise; only for problems with a label
 * </pre>
 */
public final class EvaluationFolder {
    private static final String CSV = "evaluation.csv";
    private static final String REPORT = "evaluation.json";

    private EvaluationFolder() {}

    /**
     * One evaluated explanation.
     *
     * @param name unique, good for file names
     * @param explanation what was evaluated
     * @param evaluation what was measured
     * @param rows of the evaluation
     */
    public record Entry(String name, SavedExplanation explanation, Evaluation evaluation, List<MetricTable.Row> rows) {}

    /**
     * Writes evaluations; an older result there is replaced.
     *
     * @param entries what to write
     * @param settings how it was measured
     * @param versions of rde4j, its backend and Java
     * @param folder where to
     * @throws org.rde4j.RdeException if the folder cannot be written or holds something else
     */
    public static void save(List<Entry> entries, Record settings, Map<String, String> versions, Path folder) {
        FolderSwap.replace(folder, REPORT, draft -> {
            StringBuilder csv = new StringBuilder(MetricTable.CSV_HEADING + "\n");
            List<Map<String, @Nullable Object>> explanations = new ArrayList<>();
            for (Entry entry : entries) {
                csv.append(MetricTable.csv(entry.name(), entry.rows()));
                explanations.add(json(entry));
                draw(entry, draft);
            }
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("settings", Settings.of(settings));
            all.put("versions", versions);
            all.put("explanations", explanations);
            Files.writeString(draft.resolve(CSV), csv);
            Files.writeString(draft.resolve(REPORT), Json.text(all));
        });
    }

    /**
     * Checks that evaluations could be written.
     *
     * @param folder where {@link #save} is going to write
     * @throws org.rde4j.RdeException if the folder cannot be written or holds something else
     */
    public static void requireWritable(Path folder) {
        FolderSwap.requireReplaceable(folder, REPORT);
    }

    private static Map<String, @Nullable Object> json(Entry entry) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("explanation", entry.name());
        map.put("input", entry.explanation().context().input());
        map.put("model", entry.explanation().context().model());
        map.put("metrics", MetricTable.json(entry.rows()));
        Map<String, Object> curves = new LinkedHashMap<>();
        curves.put("insertion", json(entry.evaluation().insertion()));
        curves.put("deletion", json(entry.evaluation().deletion()));
        entry.evaluation().pixelInsertion().ifPresent(curve -> curves.put("pixelInsertion", json(curve)));
        entry.evaluation().pixelDeletion().ifPresent(curve -> curves.put("pixelDeletion", json(curve)));
        map.put("curves", curves);
        return map;
    }

    private static Map<String, Object> json(Compared<Curve> curve) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("rate", column(curve.measured(), Curve.Point::rate));
        map.put("distortion", column(curve.measured(), point -> point.distortion()
                .mean()));
        map.put("distortionError", column(curve.measured(), point -> point.distortion()
                .error()));
        map.put("randomDistortion", column(curve.control(), point -> point.distortion()
                .mean()));
        if (hasProbability(curve)) {
            map.put("probability", column(curve.measured(), point -> point.probability()
                    .mean()));
            map.put("probabilityError", column(curve.measured(), point -> point.probability()
                    .error()));
            map.put("randomProbability", column(curve.control(), point -> point.probability()
                    .mean()));
        }
        map.put("baseline", curve.baseline());
        return map;
    }

    private static boolean hasProbability(Compared<Curve> curve) {
        return curve.measured().probabilityArea().n() > 0;
    }

    private static double[] column(Curve curve, ToDoubleFunction<Curve.Point> value) {
        return curve.points().stream().mapToDouble(value).toArray();
    }

    private static void draw(Entry entry, Path folder) throws IOException {
        String title = entry.explanation().context().input() + ", "
                + Wording.representation(
                        entry.explanation().explanation().problem().representation());
        write(
                plot(title, "expected distortion", entry.evaluation(), point -> point.distortion()
                        .mean()),
                folder.resolve(entry.name() + "-rd-curve.png"));
        if (hasProbability(entry.evaluation().insertion())) {
            String probability = "probability of " + entry.explanation().labelText();
            write(
                    plot(title, probability, entry.evaluation(), point -> point.probability()
                            .mean()),
                    folder.resolve(entry.name() + "-probability.png"));
        }
    }

    private static BufferedImage plot(String title, String up, Evaluation e, ToDoubleFunction<Curve.Point> value) {
        return Plot.of(
                title,
                "share of components that is kept",
                up,
                List.of(
                        series("relevant first", e.insertion().measured(), value),
                        series("relevant last", e.deletion().measured(), value),
                        series("random order", e.insertion().control(), value)));
    }

    private static Plot.Series series(String name, Curve curve, ToDoubleFunction<Curve.Point> value) {
        return new Plot.Series(name, column(curve, Curve.Point::rate), column(curve, value), true);
    }

    private static void write(BufferedImage image, Path file) throws IOException {
        Files.write(file, Png.bytes(image));
    }
}
