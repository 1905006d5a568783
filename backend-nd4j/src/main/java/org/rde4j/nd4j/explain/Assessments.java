package org.rde4j.nd4j.explain;

import java.util.Arrays;
import org.rde4j.Assessment;

/** Turns measured samples into what users see. */
final class Assessments {
    private Assessments() {}

    /**
     * Means and errors over samples.
     *
     * @param label the explained one, or −1
     */
    static Assessment of(MonteCarlo.Single single, float[] mask, int label) {
        int n = single.distortion().length;
        int m = single.outputs().length / n;
        double mean = Arrays.stream(single.distortion()).average().orElseThrow();
        double squares = Arrays.stream(single.distortion())
                .map(d -> (d - mean) * (d - mean))
                .sum();
        double rate = 0;
        for (float s : mask) {
            rate += s;
        }
        double probability = 0;
        double agreement = 0;
        for (int i = 0; i < n && label >= 0; i++) {
            probability += Batch.probability(single.outputs(), i * m, m, label);
            agreement += Batch.predicted(single.outputs(), i * m, m) == label ? 1 : 0;
        }
        return new Assessment(
                mean,
                n == 1 ? 0 : Math.sqrt(squares / (n - 1) / n),
                rate / mask.length,
                label < 0 ? Double.NaN : probability / n,
                label < 0 ? Double.NaN : agreement / n,
                n);
    }
}
