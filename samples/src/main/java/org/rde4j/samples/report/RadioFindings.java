package org.rde4j.samples.report;

import java.util.List;
import org.rde4j.Tensor;
import org.rde4j.radiomap.explanation.RadioExplanation;
import org.rde4j.radiomap.scene.Scene;

/**
 * What networks say of one scene with a missing building, and why.
 *
 * @param shadowed the scene
 * @param phi the network that is explained
 * @param phi0 [H, W], the estimate of the network that knows no measurements
 * @param interpreted the network that was trained with the interpretation loss
 */
public record RadioFindings(ShadowedScene shadowed, Network phi, Tensor phi0, Network interpreted) {

    /**
     * One network.
     *
     * @param estimate [H, W]
     * @param interpretationLoss ‖Φ_J(x) − Φ_J(x̃)‖²
     * @param answers explanations of the estimate
     */
    public record Network(Tensor estimate, double interpretationLoss, List<Answer> answers) {}

    /**
     * An explanation of an estimate.
     *
     * @param name of its folder
     * @param question what was asked, in words
     * @param explanation the answer
     */
    public record Answer(String name, String question, RadioExplanation explanation) {}

    /** The scene. */
    Scene scene() {
        return shadowed.scene();
    }
}
