package org.rde4j.nd4j.explain;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.rde4j.Assessment;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.nd4j.solve.Distortions;

/** One signal under a compiled problem: what the model does when only a mask is kept, sample by sample. */
public final class Probe {
    private final CompiledShape compiled;
    private final Batch batch;
    private final MaskLayout layout;
    private final Turnstile turnstile;

    Probe(CompiledShape compiled, Batch batch, MaskLayout layout, Turnstile turnstile) {
        this.compiled = compiled;
        this.batch = batch;
        this.layout = layout;
        this.turnstile = turnstile;
    }

    /**
     * The explained label.
     *
     * @return the class, counted from 0, or empty if the problem has no label
     */
    public OptionalInt label() {
        int label = batch.labels()[0];
        return label < 0 ? OptionalInt.empty() : OptionalInt.of(label);
    }

    /**
     * The label's probability on the clean signal.
     *
     * @return in [0, 1], NaN if the problem has no label
     */
    public double probability() {
        return label().isEmpty() ? Double.NaN : batch.probability(0);
    }

    /**
     * Measures a mask.
     *
     * @param masks as {@link org.rde4j.Explanation#masks()}
     * @param samples the number of fresh samples, at least 1; one is taken where replacements are not random
     * @param seed of the samples: one seed gives every mask the same replacements
     * @return what was measured of each sample
     * @throws RdeException if a mask is missing, has another shape or leaves [0, 1], or the explainer is closed
     */
    public Measured at(Map<String, Tensor> masks, int samples, long seed) {
        if (samples < 1) {
            throw new RdeException(
                    "The number of samples (%s) must be at least 1.".formatted(samples), "Maybe use 64.");
        }
        return turnstile.pass(() -> measured(row(masks), samples, seed));
    }

    private Measured measured(float[] mask, int samples, long seed) {
        Estimator estimator = compiled.estimator(batch, seed, samples);
        int n = estimator.worthwhile(samples);
        Estimator.Single single = estimator.each(0, mask, new Distortions.Samples(PosedProblem.FRESH, n));
        if (label().isEmpty()) {
            return new Measured(single.distortion(), new double[0], new double[0]);
        }
        int label = label().getAsInt();
        return new Measured(
                single.distortion(),
                Arrays.stream(single.probabilities())
                        .mapToDouble(all -> all[label])
                        .toArray(),
                Arrays.stream(single.probabilities())
                        .mapToDouble(all -> Batch.prevails(all, label) ? 1 : 0)
                        .toArray());
    }

    /**
     * What was measured of each sample.
     *
     * @param distortion d(Φ(x), Φ(y))
     * @param probability the label's probability Φ̃_j(y); empty if the problem has no label
     * @param agreement 1 where the predicted label is the explained one, else 0; empty without a label
     */
    public record Measured(double[] distortion, double[] probability, double[] agreement) {}

    /**
     * One obfuscation, y = f(s⊙h + (1−s)⊙v).
     *
     * @param masks as {@link org.rde4j.Explanation#masks()}
     * @param seed of the sample
     * @return y, of the signal's shape
     */
    public Tensor obfuscation(Map<String, Tensor> masks, long seed) {
        return turnstile.pass(() -> Explanations.channelsFirst(
                compiled.estimator(batch, seed, 1).obfuscate(0, row(masks), PosedProblem.FRESH),
                batch.signals().get(0).shape()));
    }

    private float[] row(Map<String, Tensor> masks) {
        requireNonNull(masks, "The masks are null.");
        masks.forEach((name, mask) -> requireNonNull(mask, () -> "The mask of the block " + name + " is null."));
        return layout.row(masks);
    }

    Assessment assess(Map<String, Tensor> masks, int samples, long seed) {
        float[] row = row(masks);
        Measured measured = at(masks, samples, seed);
        double rate = IntStream.range(0, row.length).mapToDouble(i -> row[i]).sum() / row.length;
        return new Assessment(
                mean(measured.distortion()),
                standardError(measured.distortion()),
                rate,
                mean(measured.probability()),
                mean(measured.agreement()),
                measured.distortion().length);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    private static double standardError(double[] values) {
        int n = values.length;
        double mean = mean(values);
        double squares = Arrays.stream(values).map(d -> (d - mean) * (d - mean)).sum();
        return n == 1 ? 0 : Math.sqrt(squares / (n - 1) / n);
    }
}
