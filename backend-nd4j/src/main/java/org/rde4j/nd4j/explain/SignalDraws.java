package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.rde4j.DatasetDraws;
import org.rde4j.RdeException;

/** Draws whole signals from a data set. */
final class SignalDraws {
    /** So many coefficients of drawn signals are kept, 64 MB. */
    private static final int MOST_COEFFICIENTS = 1 << 24;

    private SignalDraws() {}

    static LoweredObfuscation lowered(DatasetDraws strategy, Scope scope) {
        int[] given = strategy.signals().shape();
        if (!Arrays.equals(Arrays.copyOfRange(given, 1, given.length), scope.shape())) {
            throw new RdeException(
                    "The data set %s does not hold signals of the shape %s."
                            .formatted(Arrays.toString(given), Arrays.toString(scope.shape())),
                    "Give signals like the explained one, after an axis for their number.");
        }
        int n = given[0];
        float[] all = strategy.signals().values();
        int length = all.length / n;
        long coefficients = scope.transform().blocks().stream()
                .mapToLong(block -> (long) block.cells() * block.dimension())
                .sum();
        int kept = (int) Math.max(1, MOST_COEFFICIENTS / coefficients);
        Map<Integer, float[][]> analysed = Collections.synchronizedMap(new Recent<>(kept));
        return new Drawn(scope, n > 1 && strategy.nearest().orElse(n) > 1, (batch, noise) -> {
            List<int[]> candidates = batch.signals().stream()
                    .map(x -> candidates(strategy, all, x.values()))
                    .toList();
            return (sample, block, signals, into) -> {
                // One number for all blocks, so that a sample is one signal.
                int drawn = noise.at(sample, 0).nextInt(candidates.get(0).length);
                for (int i = 0; i < into.length; i++) {
                    int at = candidates.get(signals[i])[drawn];
                    float[][] h = analysed.get(at);
                    if (h == null) {
                        // Outside of the lock: threads that draw at once analyse at once.
                        h = scope.transform().analyse(Arrays.copyOfRange(all, at * length, (at + 1) * length));
                        analysed.put(at, h);
                    }
                    System.arraycopy(h[block], 0, into[i], 0, into[i].length);
                }
            };
        });
    }

    /** The positions of the signals that are drawn from, nearest first where that matters. */
    private static int[] candidates(DatasetDraws strategy, float[] all, float[] x) {
        IntStream positions = IntStream.range(0, all.length / x.length);
        if (strategy.nearest().isEmpty()) {
            return positions.toArray();
        }
        double[] distances =
                positions.mapToDouble(i -> distance(all, i * x.length, x)).toArray();
        return IntStream.range(0, distances.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> distances[i]))
                .limit(strategy.nearest().getAsInt())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static double distance(float[] all, int from, float[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            double gap = all[from + i] - x[i];
            sum += gap * gap;
        }
        return sum;
    }
}
