package org.rde4j.nd4j.metrics;

import java.util.List;
import java.util.function.IntFunction;
import org.rde4j.Explanation;
import org.rde4j.RateDistortion;
import org.rde4j.Tensor;
import org.rde4j.nd4j.explain.Execution;
import org.rde4j.nd4j.model.Nd4jModel;

/**
 * Whether explanations depend on what the model has learnt: the cascade of Adebayo et al. (NeurIPS 2018). Layer
 * after layer from the output on gets random weights; explanations that stay the same do not explain the model.
 * Similarities that fall towards 0 are good.
 *
 * @param steps one for each number of random layers
 * @param reference the same model with another seed of the solver: how alike explanations are without any change
 */
public record Randomisation(List<Step> steps, Step reference) {

    /** Copies the list. */
    public Randomisation {
        steps = List.copyOf(steps);
    }

    /**
     * How alike an explanation is to that of the trained model.
     *
     * @param layers how many have random weights
     * @param spearman the rank correlation of the masks' entries, in [−1, 1]; NaN for constant masks
     * @param ssim the structural similarity of the explanation pictures, at most 1; NaN for signals that are no
     *     pictures of at least 11×11
     * @param rate ‖s‖₁/k of the mask
     */
    public record Step(int layers, double spearman, double ssim, double rate) {}

    /**
     * Explains one signal with more and more random layers; always about the label that the trained model
     * predicts.
     *
     * @param problem what to solve
     * @param model the model with so many random layers, for example
     *     {@code n -> Models.normalised(onnx.randomised(n, 0), mean, std)}; 0 is the trained one
     * @param layers numbers of layers, each at least 1; each costs an explanation
     * @param signal what to explain
     * @param execution how to use the machine
     * @return the similarities
     * @throws org.rde4j.RdeException if there are not so many layers or the signal does not fit
     */
    public static Randomisation cascade(
            RateDistortion problem,
            IntFunction<Nd4jModel> model,
            List<Integer> layers,
            Tensor signal,
            Execution execution) {
        Nd4jModel trained = model.apply(0);
        Explanation truth = Repeated.explain(problem, trained, execution, signal);
        RateDistortion same = Repeated.sameLabel(problem, truth);
        RateDistortion reseeded = same.solvedBy(same.solver().seed(same.solver().seed() + 1));
        return new Randomisation(
                layers.stream()
                        .map(n -> step(n, truth, Repeated.explain(same, model.apply(n), execution, signal)))
                        .toList(),
                step(0, truth, Repeated.explain(reseeded, trained, execution, signal)));
    }

    private static Step step(int layers, Explanation truth, Explanation other) {
        return new Step(
                layers,
                Similarity.spearman(
                        MaskRow.of(truth.masks()).values(),
                        MaskRow.of(other.masks()).values()),
                isPicture(truth.picture()) ? Similarity.ssim(truth.picture(), other.picture()) : Double.NaN,
                other.rate());
    }

    private static boolean isPicture(Tensor picture) {
        int[] shape = picture.shape();
        return shape.length == 3 && Math.min(shape[1], shape[2]) >= Similarity.WINDOW;
    }
}
