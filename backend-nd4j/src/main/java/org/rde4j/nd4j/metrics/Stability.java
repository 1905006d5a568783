package org.rde4j.nd4j.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.nd4j.explain.Execution;
import org.rde4j.nd4j.model.Nd4jModel;

/**
 * How much masks of one signal agree with each other, over all pairs, usually of several seeds. The pairs are not
 * independent, so the errors are too small, the more so the more masks there are. Higher is more stable.
 *
 * @param top the Jaccard index of the r most relevant components, in [0, 1]; r is the mean of the masks' ‖s‖₁,
 *     rounded, at least 1; ties by position
 * @param thresholded the Jaccard index of the components with sᵢ ≥ 1/2, in [0, 1]; 1 where both have none
 * @param spearman the rank correlation of the entries, in [−1, 1]; NaN for constant masks
 */
public record Stability(Estimate top, Estimate thresholded, Estimate spearman) {

    /**
     * Compares masks with each other, and as a control the same entries at random places.
     *
     * @param masks at least two, as {@link org.rde4j.Explanation#masks()}
     * @param seed of the control
     * @return the comparison; its baseline is "none" because no model runs
     * @throws RdeException if there are fewer than two masks, or they are not of the same components
     */
    public static Compared<Stability> of(List<Map<String, Tensor>> masks, long seed) {
        List<MaskRow> rows = masks.stream().map(MaskRow::of).toList();
        if (rows.stream().map(MaskRow::shapes).distinct().count() != 1 || rows.size() < 2) {
            throw new RdeException(
                    "Stability needs at least two masks of the same components, not %s of the shapes %s."
                            .formatted(
                                    rows.size(),
                                    rows.stream()
                                            .map(MaskRow::shapes)
                                            .distinct()
                                            .toList()),
                    "Explain one signal with several seeds.");
        }
        SplittableRandom random = new SplittableRandom(seed);
        List<MaskRow> shuffled = rows.stream().map(row -> row.shuffled(random)).toList();
        return new Compared<>(between(rows), between(shuffled), "none", seed);
    }

    /**
     * Explains one signal with several seeds of the solver and compares the masks.
     *
     * @param problem what to solve
     * @param model whose decision to explain
     * @param execution how to use the machine
     * @param signal what to explain
     * @param seeds at least two; each costs an explanation
     * @return the comparison; the first seed is also the control's
     * @throws RdeException if there are fewer than two seeds or the signal does not fit
     */
    public static Compared<Stability> acrossSeeds(
            RateDistortion problem, Nd4jModel model, Execution execution, Tensor signal, List<Long> seeds) {
        List<Map<String, Tensor>> masks = seeds.stream()
                .map(seed -> problem.solvedBy(problem.solver().seed(seed)))
                .map(seeded ->
                        Repeated.explain(seeded, model, execution, signal).masks())
                .toList();
        return of(masks, seeds.isEmpty() ? 0 : seeds.get(0));
    }

    private static Stability between(List<MaskRow> rows) {
        double sum = rows.stream()
                .mapToDouble(row -> MaskShape.of(row.blocks()).rate())
                .sum();
        int r = Math.max(1, (int) Math.round(sum / rows.size() * rows.get(0).size()));
        List<double[]> pairs = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            for (int j = i + 1; j < rows.size(); j++) {
                MaskRow a = rows.get(i);
                MaskRow b = rows.get(j);
                pairs.add(new double[] {
                    Similarity.jaccard(top(a, r), top(b, r)),
                    Similarity.jaccard(half(a), half(b)),
                    Similarity.spearman(a.values(), b.values())
                });
            }
        }
        return new Stability(column(pairs, 0), column(pairs, 1), column(pairs, 2));
    }

    private static Estimate column(List<double[]> pairs, int index) {
        return Estimate.of(pairs.stream().mapToDouble(pair -> pair[index]).toArray());
    }

    private static boolean[] top(MaskRow row, int r) {
        boolean[] set = new boolean[row.size()];
        int[] order = row.order();
        IntStream.range(0, r).forEach(i -> set[order[i]] = true);
        return set;
    }

    private static boolean[] half(MaskRow row) {
        boolean[] set = new boolean[row.size()];
        for (int i = 0; i < set.length; i++) {
            set[i] = row.values()[i] >= 0.5f;
        }
        return set;
    }
}
