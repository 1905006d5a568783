package org.rde4j;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a network is trained to do: the loss fit + Σ β·regulariser, averaged over a batch (seed section 4.3.2).
 *
 * <p>{@code minimising(squaredError()).plus(relyingOn("measurements", problem).weight(0.1))} fits targets and makes
 * the network rely on measurements. The value says nothing of the network, the data or the optimizer, so one
 * objective serves any of them.
 *
 * @param fit d(target, Φ(x)), how far an output is from its target
 * @param regularisers the other terms, with different names
 */
public record TrainingObjective(Distortion fit, List<Regulariser> regularisers) {
    /** The name of the fit term in records of the training. */
    public static final String FIT = "fit";

    /** Checks the kind of the fit and the names. */
    public TrainingObjective {
        regularisers = List.copyOf(regularisers);
        boolean ofTargets = fit instanceof Distortion.SquaredError
                || fit instanceof Distortion.Custom
                || (fit instanceof Distortion.CrossEntropy entropy
                        && entropy.label().equals(OptionalInt.empty()));
        if (!ofTargets) {
            throw new RdeException(
                    "%s does not say how far an output is from its target.".formatted(fit),
                    "Maybe use minimising(squaredError()), or crossEntropy() for labels.");
        }
        Set<String> names = new HashSet<>(Set.of(FIT));
        for (Regulariser regulariser : regularisers) {
            if (!names.add(regulariser.name())) {
                throw new RdeException(
                        "Two terms of the objective are called '%s'.".formatted(regulariser.name()),
                        "Give every regulariser a name of its own with called(...).");
            }
        }
    }

    /**
     * The objective of fitting targets alone.
     *
     * @param fit {@code squaredError()}, whose term is the mean squared error over examples and output values (of
     *     all output values, also when a region restricts the error); {@code crossEntropy()}, whose targets are
     *     one-hot rows or probabilities and whose term is the mean over examples; or a backend's own distortion,
     *     likewise
     * @return the objective without regularisers
     * @throws RdeException if the distortion compares no output with a target
     */
    public static TrainingObjective minimising(Distortion fit) {
        return new TrainingObjective(fit, List.of());
    }

    /**
     * With one more term.
     *
     * @param regulariser added with its weight; its term is the mean over examples of its distortion, which for a
     *     squared error is the sum over the region's values
     * @return the changed objective
     * @throws RdeException if another term has its name
     */
    public TrainingObjective plus(Regulariser regulariser) {
        List<Regulariser> more = new ArrayList<>(regularisers);
        more.add(regulariser);
        return new TrainingObjective(fit, more);
    }
}
