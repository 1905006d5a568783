package org.rde4j.samples.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.rde4j.nd4j.metrics.Compared;
import org.rde4j.nd4j.metrics.Conciseness;
import org.rde4j.nd4j.metrics.Curve;
import org.rde4j.nd4j.metrics.Estimate;
import org.rde4j.nd4j.metrics.Evaluation;
import org.rde4j.nd4j.metrics.Faithfulness;
import org.rde4j.nd4j.metrics.Fidelity;
import org.rde4j.nd4j.metrics.Hallucination;

/** An evaluation as rows for people, spreadsheets and programs. */
public final class MetricTable {
    private static final String HIGHER = "higher";
    private static final String LOWER = "lower";

    private MetricTable() {}

    /**
     * One number of an evaluation.
     *
     * @param metric its name
     * @param value of the explanation
     * @param control of chance, if there is one
     * @param better {@code higher} or {@code lower}
     * @param baseline what stood in for what was taken away
     * @param seed of all random draws
     */
    public record Row(
            String metric, Estimate value, Optional<Estimate> control, String better, String baseline, long seed) {}

    /**
     * The numbers of an evaluation. Those that do not exist, such as probabilities without a label, are left out.
     *
     * @param e the evaluation
     * @param deletionGame whether the mask marks what is replaced
     * @return the rows
     */
    public static List<Row> rows(Evaluation e, boolean deletionGame) {
        String keeping = deletionGame ? LOWER : HIGHER;
        long seed = e.fidelity().seed();
        List<Row> rows = new ArrayList<>();
        rows.add(exact("rate", e.shape().rate(), LOWER, seed));
        rows.add(exact("sparseness (Gini)", e.shape().gini(), HIGHER, seed));
        rows.add(exact("complexity (entropy)", e.shape().complexity(), LOWER, seed));
        rows.add(row("distortion", e.fidelity(), Fidelity::distortion, LOWER));
        rows.add(row("retained probability", e.fidelity(), Fidelity::probability, keeping));
        rows.add(row("label agreement", e.fidelity(), Fidelity::agreement, keeping));
        // What the deletion game's masks mark keeps the output when it is put in, so that distortions of that game
        // (the remaining probability) rise along the curve.
        rows.add(row(
                "rate-distortion area, insertion",
                e.insertion(),
                Curve::distortionArea,
                deletionGame ? HIGHER : LOWER));
        rows.add(row(
                "rate-distortion area, deletion", e.deletion(), Curve::distortionArea, deletionGame ? LOWER : HIGHER));
        rows.add(row("insertion AUC", e.insertion(), Curve::probabilityArea, HIGHER));
        rows.add(row("deletion AUC", e.deletion(), Curve::probabilityArea, LOWER));
        e.pixelInsertion().ifPresent(c -> rows.add(row("pixel insertion AUC", c, Curve::probabilityArea, HIGHER)));
        e.pixelDeletion().ifPresent(c -> rows.add(row("pixel deletion AUC", c, Curve::probabilityArea, LOWER)));
        conciseness(rows, "kept part", e.kept());
        conciseness(rows, "obfuscated", e.obfuscated());
        e.hallucination().ifPresent(h -> rows.add(row("hallucination score", h, Hallucination::score, LOWER)));
        e.hallucination().ifPresent(h -> rows.add(row("hallucinated share", h, Hallucination::share, LOWER)));
        rows.add(row("faithfulness correlation", e.faithfulness(), Faithfulness::correlation, HIGHER));
        rows.add(row("infidelity (scaled)", e.faithfulness(), Faithfulness::infidelity, LOWER));
        return rows.stream().filter(row -> !Double.isNaN(row.value().mean())).toList();
    }

    private static void conciseness(List<Row> rows, String shown, Compared<Conciseness> scores) {
        rows.add(row("CP pixel l1, " + shown, scores, Conciseness::cpPixelL1, HIGHER));
        rows.add(row("CP representation l1, " + shown, scores, Conciseness::cpRepresentationL1, HIGHER));
        rows.add(row("CP entropy, " + shown, scores, Conciseness::cpEntropy, HIGHER));
    }

    private static Row exact(String metric, double value, String better, long seed) {
        return new Row(metric, Estimate.of(value), Optional.empty(), better, "none", seed);
    }

    private static <T> Row row(String metric, Compared<T> compared, Function<T, Estimate> value, String better) {
        return new Row(
                metric,
                value.apply(compared.measured()),
                Optional.of(value.apply(compared.control())),
                better,
                compared.baseline(),
                compared.seed());
    }

    /**
     * Rows for a terminal.
     *
     * @param rows the rows
     * @return aligned lines under a heading
     */
    public static String text(List<Row> rows) {
        return rows.stream()
                .map(row -> line(
                        row.metric(),
                        number(row.value()),
                        Integer.toString(row.value().n()),
                        row.control().map(MetricTable::number).orElse(""),
                        row.better()))
                .collect(Collectors.joining("\n", line("metric", "value", "n", "random masks", "better") + "\n", "\n"));
    }

    private static String line(String metric, String value, String n, String control, String better) {
        return "%-36s %-22s %5s  %-22s %s".formatted(metric, value, n, control, better);
    }

    private static String number(Estimate estimate) {
        return estimate.error() == 0 ? String.format(Locale.ROOT, "%.4g", estimate.mean()) : estimate.toString();
    }

    /** The heading of {@link #csv}. */
    public static final String CSV_HEADING =
            "explanation,metric,value,error,n,random,randomError,randomN,better,baseline,seed";

    /**
     * Rows for a spreadsheet.
     *
     * @param explanation whose rows
     * @param rows the rows
     * @return one line for each, without a heading
     */
    public static String csv(String explanation, List<Row> rows) {
        return rows.stream()
                .map(row -> String.join(
                        ",",
                        quoted(explanation),
                        quoted(row.metric()),
                        numbers(Optional.of(row.value())),
                        numbers(row.control()),
                        row.better(),
                        quoted(row.baseline()),
                        Long.toString(row.seed())))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String numbers(Optional<Estimate> estimate) {
        return estimate.map(e -> "%s,%s,%s".formatted(e.mean(), e.error(), e.n()))
                .orElse(",,");
    }

    static String quoted(String text) {
        return text.matches("[^,\"\\n]*") ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }

    /**
     * Rows for programs.
     *
     * @param rows the rows
     * @return maps, strings and numbers
     */
    public static List<Map<String, Object>> json(List<Row> rows) {
        return rows.stream()
                .map(row -> {
                    Map<String, Object> map = new LinkedHashMap<>();
                    map.put("metric", row.metric());
                    map.put("value", json(row.value()));
                    row.control().ifPresent(control -> map.put("random", json(control)));
                    map.put("better", row.better());
                    map.put("baseline", row.baseline());
                    map.put("seed", row.seed());
                    return map;
                })
                .toList();
    }

    private static Map<String, Object> json(Estimate estimate) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("mean", estimate.mean());
        map.put("error", estimate.error());
        map.put("n", estimate.n());
        return map;
    }
}
