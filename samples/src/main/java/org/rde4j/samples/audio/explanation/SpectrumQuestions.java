package org.rde4j.samples.audio.explanation;

import org.rde4j.BernoulliRelaxation;
import org.rde4j.Distortion;
import org.rde4j.RateDistortion;
import org.rde4j.Representation;
import org.rde4j.Solver;
import org.rde4j.nd4j.Nd4jBackend;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.samples.audio.network.Inpainter;

/**
 * What the seed asks of a classifier of spectra [2, 1024] (magnitudes, phases): everything that is not kept is filled
 * in by the inpainting network G, and the distortion is the squared difference of the predicted label's score before
 * the softmax (d1).
 */
public final class SpectrumQuestions {
    private SpectrumQuestions() {}

    /**
     * Which magnitudes and phases does the decision need? One mask entry for each of the 2,048 values (seed 4.2.1):
     * Bernoulli relaxation, λ = 50, temperature 0.1, 10⁶ steps of Adam with the step size 10⁻⁵, one sample each; θ starts at
     * 0.9, of which the seed says nothing.
     *
     * @param inpainter G, see {@link Inpainter}
     * @return the problem with the seed's settings
     */
    public static RateDistortion frequencies(Nd4jModel inpainter) {
        return over(Representation.pixels().perChannel(), inpainter)
                .solvedBy(published(50).adam(1e-5).steps(1_000_000));
    }

    /**
     * {@link #frequencies} by the search that converges, with at most 1,500 evaluations.
     *
     * @param inpainter G, see {@link Inpainter}
     * @return the problem
     */
    public static RateDistortion frequenciesSoon(Nd4jModel inpainter) {
        return over(Representation.pixels().perChannel(), inpainter)
                .solvedBy(published(50).converging(1500));
    }

    /**
     * Magnitude or phase? One mask entry for all magnitudes and one for all phases (seed 4.2.2, Example 4), best asked
     * over all notes of a class together: λ = 30, temperature 0.1, 2·10⁵ steps of Adam with the step size 10⁻⁴, one
     * sample each.
     *
     * @param inpainter G, see {@link Inpainter}
     * @return the problem with the seed's settings
     */
    public static RateDistortion magnitudeOrPhase(Nd4jModel inpainter) {
        return over(Representation.channels(), inpainter)
                .solvedBy(published(30).adam(1e-4).steps(200_000));
    }

    /**
     * {@link #magnitudeOrPhase} by the search that converges, with at most 2,500 evaluations of every note.
     *
     * @param inpainter G, see {@link Inpainter}
     * @return the problem
     */
    public static RateDistortion magnitudeOrPhaseSoon(Nd4jModel inpainter) {
        return over(Representation.channels(), inpainter).solvedBy(published(30).converging(2500));
    }

    private static RateDistortion over(Representation representation, Nd4jModel inpainter) {
        return RateDistortion.over(representation)
                .obfuscatedBy(Nd4jBackend.inpaintedBy("G", inpainter, Inpainter.NOISE))
                .measuredBy(Distortion.labelScore());
    }

    private static BernoulliRelaxation published(double lambda) {
        // From 0.5 on, masks whose entries are all needed can get lost: either alone helps too little.
        return Solver.bernoulli(lambda).temperature(0.1).samples(1).startingAt(0.9);
    }
}
