package org.rde4j;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.rde4j.files.ExplanationFolder;

/**
 * The answer for one signal: its mask, the picture made from it, and what was measured.
 *
 * @param problem the problem that was solved
 * @param signal the signal that was explained
 * @param masks one tensor with entries in [0, 1] for each block of components, in the representation's order: for
 *     instance {@code pixels} [H, W]; for wavelets {@code low} [h, w], then {@code detail_J} … {@code detail_1}
 *     (finest last) [3, h, w] for horizontal, vertical and diagonal details; {@code docs/shapes.md} has them all
 * @param picture the explanation in the signal's domain: the mask itself where components are places or regions
 *     ([1, H, W]) or channels ([C, H, W]); f(s ⊙ h) of the signal's mean over channels (the grey image) for
 *     wavelets, shearlets, DCT and Fourier; f(s ⊙ h) of the signal itself for all others; clipped like obfuscations
 * @param obfuscation one obfuscation of the signal with the final mask
 * @param label what became of the explained label, or empty if the problem has none
 * @param distortion the expected distortion of the final mask over {@value #FRESH_SAMPLES} fresh samples
 * @param rate ‖s‖₁/k of the final mask, in [0, 1]
 * @param objective the distortion plus the priced rate (and spatial penalty) of the final mask
 * @param binary the mask cut to zeros and ones, if the solver gives one besides a relaxed mask
 * @param pursuit the components in the order of their choice, if the solver chose them one by one
 * @param lambda the price of the rate that led to the mask, if the solver paid one
 * @param ending how the search found its end, if it looked for it ({@link Convergence}); empty for searches of a given
 *     length and for those that the time ended
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
        Optional<Binary> binary,
        Optional<Pursuit> pursuit,
        OptionalDouble lambda,
        Optional<Ending> ending,
        List<Step> history,
        Cost cost,
        List<String> warnings) {

    /**
     * How many fresh samples the final distortion and retained probability are averaged over, unless the backend is
     * told otherwise; one where nothing is random.
     */
    public static final int FRESH_SAMPLES = 256;

    /** Copies the collections. */
    public Explanation {
        masks = inOrder(masks);
        history = List.copyOf(history);
        warnings = List.copyOf(warnings);
    }

    /**
     * Writes everything into a folder: {@code explanation.json} with the problem and all numbers, {@code masks.npz},
     * {@code signals.npz} and {@code history.csv}, whatever the representation and the rank of the signal. It appears
     * whole or not at all; an older explanation there is replaced.
     *
     * @param folder where to; its parent is created if need be
     * @throws RdeException if the folder cannot be written or holds something else than an explanation
     */
    public void save(Path folder) {
        ExplanationFolder.save(this, Map.of(), Map.of(), Objects.requireNonNull(folder, "The folder is null."));
    }

    /**
     * Reads what {@link #save} or the command line has written.
     *
     * @param folder where it is
     * @return an equal explanation. Parts of its problem that code made (what came through a custom door) are known by
     *     name only: they print and compare with each other, but compiling the problem again needs new ones
     * @throws RdeException if a file is missing or damaged
     */
    public static Explanation load(Path folder) {
        return ExplanationFolder.load(Objects.requireNonNull(folder, "The folder is null."))
                .explanation();
    }

    private static Map<String, Tensor> inOrder(Map<String, Tensor> masks) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(masks));
    }

    /**
     * A mask of zeros and ones and its distortion over {@value #FRESH_SAMPLES} fresh samples.
     *
     * @param masks as {@link Explanation#masks()}
     * @param distortion the expected distortion
     * @param rate ‖s‖₀/k, in [0, 1]
     * @param retainedProbability the label's mean probability, NaN if the problem has no label
     */
    public record Binary(Map<String, Tensor> masks, double distortion, double rate, double retainedProbability) {
        /** Copies the map. */
        public Binary {
            masks = inOrder(masks);
        }
    }

    /**
     * One component.
     *
     * @param block the name of its block, a key of {@link Explanation#masks()}
     * @param index its position in the flattened mask of the block, row by row
     */
    public record Component(String block, int index) {}

    /**
     * What a greedy solver did.
     *
     * @param picks the components in the order of their choice: added, or for backward search taken away
     * @param candidates how many masks were tried
     * @param naiveCandidates how many masks the plain rule would have tried for the same picks
     * @param diminishing whether every gain that was computed again was no larger than before; if not, a lazy
     *     search may differ from the plain rule. Backward and floating searches do not look, and say true
     */
    public record Pursuit(List<Pick> picks, long candidates, long naiveCandidates, boolean diminishing) {
        /** Copies the list. */
        public Pursuit {
            picks = List.copyOf(picks);
        }
    }

    /**
     * One choice.
     *
     * @param component what was added or taken away
     * @param distortion the estimated distortion afterwards, at the time of the choice
     */
    public record Pick(Component component, double distortion) {}

    /**
     * What became of the explained label.
     *
     * @param index the class, counted from 0
     * @param probability its probability on the clean signal
     * @param retainedProbability its mean probability on obfuscations with the final mask
     * @param output what the model's outputs were taken for, which says what made these probabilities
     */
    public record Label(int index, double probability, double retainedProbability, OutputKind output) {}

    /**
     * One step of the solver. Relaxed solvers measure on the step's samples at the mask before the update, greedy ones
     * after the choice.
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
     * How a search ended that looks for its own end.
     *
     * @param converged whether two doublings of the effort lowered the objective by nothing that is worth it; if not, its
     *     evaluations were spent
     * @param gain by how much the last doubling of the effort lowered the objective; NaN if nothing was compared
     * @param gainError its standard error; NaN if nothing was compared
     */
    public record Ending(boolean converged, double gain, double gainError) {}

    /**
     * What an answer took, with what was spent before interruptions if it went on from a checkpoint.
     *
     * @param modelEvaluations forward passes of the model, one for each sample; the mean of signals explained at once
     * @param seconds wall-clock time of the whole solution, of all signals explained at once
     * @param secondsPerStep the median over the steps
     */
    public record Cost(long modelEvaluations, double seconds, double secondsPerStep) {}
}
