package org.rde4j.samples.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rde4j.Explanation;
import org.rde4j.LambdaSearch;
import org.rde4j.Relaxed;
import org.rde4j.Solver;

/**
 * The content of {@code explanation.json}. What a problem does not have, such as the label of a squared
 * error, is null.
 *
 * @param input what was explained, usually a file name
 * @param model how the model is called
 * @param modelChecksum of its file, with its normalisation; null if not known
 * @param label the explained class, counted from 0
 * @param labelName its name, if names were given
 * @param labelProbability its softmax probability on the clean signal
 * @param retainedProbability its mean probability on fresh obfuscations with the final mask
 * @param distortion the expected distortion of the final mask, over fresh samples
 * @param rate ‖s‖₁/k of the final mask, in [0, 1]
 * @param objective distortion plus the priced rate
 * @param binary what was measured of the binary mask, if the solver gives one besides a relaxed one
 * @param pursuit the components in the order of their choice, if the solver chose them one by one
 * @param steps the number of steps taken
 * @param samples perturbations per step
 * @param stepSize of the optimiser
 * @param lambda the price of the rate
 * @param seed of all random draws
 * @param secondsPerStep the median over the steps
 * @param seconds wall-clock time of the solution
 * @param peakRssMb the process's greatest resident memory so far, in MiB; null where Linux's /proc is missing
 * @param modelEvaluations forward passes of the model, one for each sample
 * @param problem all settings of the problem
 * @param warnings sentences with advice, usually none
 * @param versions of rde4j, its backend and Java
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ExplanationReport(
        String input,
        String model,
        @Nullable String modelChecksum,
        @Nullable Integer label,
        @Nullable String labelName,
        @Nullable Double labelProbability,
        @Nullable Double retainedProbability,
        double distortion,
        double rate,
        double objective,
        @Nullable Binary binary,
        Explanation.@Nullable Pursuit pursuit,
        int steps,
        @Nullable Integer samples,
        @Nullable Double stepSize,
        @Nullable Double lambda,
        @Nullable Long seed,
        double secondsPerStep,
        double seconds,
        @Nullable Long peakRssMb,
        long modelEvaluations,
        Map<String, Object> problem,
        List<String> warnings,
        Map<String, String> versions) {

    /**
     * The report on an explanation.
     *
     * @param explanation what was found
     * @param context what the explanation does not know
     * @return the report
     */
    public static ExplanationReport of(Explanation explanation, Context context) {
        Optional<Explanation.Label> label = explanation.label();
        Solver solver = explanation.problem().solver();
        return new ExplanationReport(
                context.input(),
                context.model(),
                context.modelChecksum(),
                label.map(Explanation.Label::index).orElse(null),
                label.flatMap(found -> context.labels().name(found.index())).orElse(null),
                label.map(Explanation.Label::probability).orElse(null),
                label.map(Explanation.Label::retainedProbability).orElse(null),
                explanation.distortion(),
                explanation.rate(),
                explanation.objective(),
                explanation
                        .binary()
                        .map(mask -> new Binary(mask.distortion(), mask.rate(), finite(mask.retainedProbability())))
                        .orElse(null),
                explanation.pursuit().orElse(null),
                explanation.history().size(),
                solver.samples(),
                stepSize(solver),
                explanation.lambda().isPresent() ? explanation.lambda().getAsDouble() : null,
                solver.seed(),
                explanation.cost().secondsPerStep(),
                explanation.cost().seconds(),
                ProcessMemory.peakMiB().orElse(null),
                explanation.cost().modelEvaluations(),
                Settings.of(explanation.problem()),
                explanation.warnings(),
                context.versions());
    }

    private static @Nullable Double stepSize(Solver solver) {
        if (solver instanceof LambdaSearch search) {
            return search.relaxation().optimizer().stepSize();
        }
        return solver instanceof Relaxed<?> relaxed ? relaxed.optimizer().stepSize() : null;
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /**
     * What was measured of a binary mask.
     *
     * @param distortion the expected distortion over fresh samples
     * @param rate ‖s‖₀/k
     * @param retainedProbability the label's mean probability, if there is a label
     */
    public record Binary(double distortion, double rate, @Nullable Double retainedProbability) {}

    /**
     * What an explanation does not know about itself.
     *
     * @param input what was explained, usually a file name
     * @param model how the model is called
     * @param modelChecksum of its file, with its normalisation; null if not known
     * @param labels the names of the classes
     * @param versions of rde4j, its backend and Java
     */
    public record Context(
            String input, String model, @Nullable String modelChecksum, Labels labels, Map<String, String> versions) {}

    /** Whether the mask marks what is replaced, instead of what is kept. */
    boolean isDeletion() {
        return "deletion".equals(problem.get("game"));
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
        if (labelName != null) {
            return labelName;
        }
        return label != null ? "class " + label : "output";
    }

    /**
     * What the explanation answers, for people.
     *
     * @return such as "Why “snail”?"
     */
    public String question() {
        return label == null ? "What decides the output?" : "Why “%s”?".formatted(labelText());
    }
}
