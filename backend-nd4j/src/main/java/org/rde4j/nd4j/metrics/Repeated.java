package org.rde4j.nd4j.metrics;

import org.rde4j.Distortion;
import org.rde4j.Explanation;
import org.rde4j.RateDistortion;
import org.rde4j.Tensor;
import org.rde4j.nd4j.explain.Execution;
import org.rde4j.nd4j.explain.Nd4jExplainer;
import org.rde4j.nd4j.model.Nd4jModel;

/** Explains again under a changed seed, signal or model. */
final class Repeated {
    private Repeated() {}

    static Explanation explain(RateDistortion problem, Nd4jModel model, Execution execution, Tensor signal) {
        try (Nd4jExplainer explainer = new Nd4jExplainer(problem, model, execution)) {
            return explainer.explain(signal);
        }
    }

    /** The problem asking about the label of an explanation, whatever is predicted now. */
    static RateDistortion sameLabel(RateDistortion problem, Explanation explanation) {
        return explanation
                .label()
                .filter(label -> problem.distortion() instanceof Distortion.OfLabel)
                .map(label -> problem.measuredBy(((Distortion.OfLabel) problem.distortion()).of(label.index())))
                .orElse(problem);
    }
}
