package org.rde4j.nd4j.explain;

import java.util.List;
import java.util.stream.IntStream;
import org.rde4j.Tensor;

/**
 * Signals and what is known about them before the search.
 *
 * @param signals as they came
 * @param coefficients by signal and block
 * @param outputs the model's flattened output on each, channels last
 * @param labels the explained labels, or −1 for none
 */
record Batch(List<Tensor> signals, List<float[][]> coefficients, List<float[]> outputs, int[] labels) {

    int size() {
        return signals.size();
    }

    /** The label's softmax probability on the clean signal. */
    double probability(int signal) {
        return probability(outputs.get(signal), 0, outputs.get(signal).length, labels[signal]);
    }

    /** The softmax probability of a label among so many scores from an offset on. */
    static double probability(float[] scores, int offset, int count, int label) {
        double most = IntStream.range(0, count)
                .mapToDouble(j -> scores[offset + j])
                .max()
                .orElseThrow();
        double sum = IntStream.range(0, count)
                .mapToDouble(j -> Math.exp(scores[offset + j] - most))
                .sum();
        return Math.exp(scores[offset + label] - most) / sum;
    }

    /** The position of the greatest among so many scores from an offset on. */
    static int predicted(float[] scores, int offset, int count) {
        int best = 0;
        for (int j = 1; j < count; j++) {
            best = scores[offset + j] > scores[offset + best] ? j : best;
        }
        return best;
    }
}
