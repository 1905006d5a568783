package org.rde4j.nd4j.explain;

import java.util.List;
import org.rde4j.Tensor;

/**
 * Signals and what is known about them before the search.
 *
 * @param signals as they came
 * @param coefficients by signal and block
 * @param outputs what the distortion looks at of each, flattened, channels last
 * @param probabilities of every label on each; empty if the problem has no label
 * @param labels the explained labels, or −1 for none
 */
record Batch(
        List<Tensor> signals,
        List<float[][]> coefficients,
        List<float[]> outputs,
        List<float[]> probabilities,
        int[] labels) {

    int size() {
        return signals.size();
    }

    /** The label's probability on the clean signal. */
    double probability(int signal) {
        return probabilities.get(signal)[labels[signal]];
    }

    /** Whether no label has more than the given one: probabilities next to one may be equal. */
    static boolean prevails(float[] probabilities, int label) {
        return probabilities[label] >= probabilities[predicted(probabilities)];
    }

    /** The position of the greatest. */
    static int predicted(float[] values) {
        int best = 0;
        for (int j = 1; j < values.length; j++) {
            best = values[j] > values[best] ? j : best;
        }
        return best;
    }
}
