package org.rde4j.nd4j.metrics;

import java.util.List;

/**
 * Whether the entries of a mask foretell what happens when a random set S of components is replaced. The effect
 * of S is the drop of the label's probability, Φ̃_j(x) − Φ̃_j(y); for problems without a label it is the
 * distortion d(Φ(x), Φ(y)). Each set comes with a replacement of its own.
 *
 * @param correlation Pearson's correlation of Σ_{i∈S} sᵢ and the effect of S, in [−1, 1] (faithfulness
 *     correlation of Bhatt et al., IJCAI 2020); its error is √((1 − r²)/(n − 2)); NaN if either never varies.
 *     Higher is better
 * @param infidelity the mean of (β·Σ_{i∈S} sᵢ − effect)², in the effect's unit squared, at least 0 (Yeh et al.,
 *     NeurIPS 2019, with removals as perturbations of the mask). β is chosen to make it smallest, as the
 *     authors' code does, because masks have no unit. Lower is better
 */
public record Faithfulness(Estimate correlation, Estimate infidelity) {

    /**
     * From the sums of the entries and the effects of the same sets.
     *
     * @param sums of the entries of each set
     * @param effects of each set
     */
    static Faithfulness of(double[] sums, double[] effects) {
        int n = sums.length;
        double r = Similarity.pearson(sums, effects);
        double both = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            both += sums[i] * effects[i];
            squares += sums[i] * sums[i];
        }
        double beta = squares == 0 ? 0 : both / squares;
        double[] gaps = new double[n];
        for (int i = 0; i < n; i++) {
            gaps[i] = (beta * sums[i] - effects[i]) * (beta * sums[i] - effects[i]);
        }
        return new Faithfulness(new Estimate(r, Math.sqrt(Math.max(0, 1 - r * r) / (n - 2)), n), Estimate.of(gaps));
    }

    /** The mean over several masks. */
    static Faithfulness mean(List<Faithfulness> each) {
        return new Faithfulness(
                Estimate.of(
                        each.stream().mapToDouble(f -> f.correlation().mean()).toArray()),
                Estimate.of(
                        each.stream().mapToDouble(f -> f.infidelity().mean()).toArray()));
    }
}
