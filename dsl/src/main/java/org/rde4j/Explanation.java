package org.rde4j;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The answer for one signal: its mask, the picture made from it, and what was measured.
 *
 * @param problem the problem that was solved
 * @param signal the signal that was explained
 * @param masks one tensor with entries in [0, 1] for each block of components, in the representation's order:
 *     {@code pixels} [H, W]; for wavelets {@code low} [h, w], then {@code detail_J} … {@code detail_1}
 *     (finest last) [3, h, w] for horizontal, vertical and diagonal details
 * @param picture the explanation in the signal's domain: the mask itself for pixels and patches [1, H, W],
 *     otherwise f(s ⊙ h) of the signal's mean over channels (the grey image), clipped like obfuscations
 * @param obfuscation one obfuscation of the signal with the final mask
 * @param label what became of the explained label, or empty if the problem has none
 * @param distortion the expected distortion of the final mask over {@value #FRESH_SAMPLES} fresh samples
 * @param rate ‖s‖₁/k of the final mask, in [0, 1]
 * @param objective the distortion plus the priced rate (and spatial penalty) of the final mask
 * @param history one entry for each step
 * @param cost what the answer took
 * @param warnings sentences about results that need a second look, with advice; usually empty
 */
public record Explanation(
        RateDistortion problem,
        Tensor signal,
        Map<String, Tensor> masks,
        Tensor picture,
        Tensor obfuscation,
        Optional<Label> label,
        double distortion,
        double rate,
        double objective,
        List<Step> history,
        Cost cost,
        List<String> warnings) {

    /** How many fresh samples the final distortion and retained probability are averaged over. */
    public static final int FRESH_SAMPLES = 256;

    /** Copies the collections. */
    public Explanation {
        masks = Collections.unmodifiableMap(new LinkedHashMap<>(masks));
        history = List.copyOf(history);
        warnings = List.copyOf(warnings);
    }

    /**
     * What became of the explained label.
     *
     * @param index the class, counted from 0
     * @param probability its softmax probability on the clean signal
     * @param retainedProbability its mean probability on obfuscations with the final mask
     */
    public record Label(int index, double probability, double retainedProbability) {}

    /**
     * One step of the solver, measured on that step's samples at the mask before the update.
     *
     * @param number counted from 1
     * @param of the number of steps planned
     * @param distortion the estimated expected distortion
     * @param rate ‖s‖₁/k
     * @param objective the distortion plus the priced rate (and spatial penalty)
     * @param retainedProbability the label's mean probability, NaN if the problem has no label
     */
    public record Step(
            int number, int of, double distortion, double rate, double objective, double retainedProbability) {}

    /**
     * What an answer took.
     *
     * @param modelEvaluations forward passes of the model, one for each sample
     * @param seconds wall-clock time of the whole solution
     * @param secondsPerStep the median over the steps
     */
    public record Cost(long modelEvaluations, double seconds, double secondsPerStep) {}
}
