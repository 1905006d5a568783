package org.rde4j.samples.audio.waveform;

import java.util.List;
import org.rde4j.Distortion;
import org.rde4j.RateDistortion;
import org.rde4j.Representation;
import org.rde4j.Solver;
import org.rde4j.Tensor;

/** What the seed asks of classifiers of spectra, asked of classifiers of waveforms. */
public final class WaveformQuestions {
    private WaveformQuestions() {}

    /**
     * Magnitude or phase? One mask entry for all magnitudes of the discrete Fourier transform and one for all phases
     * (seed 4.2.2, Example 4), best asked over all notes of a class together. What is not kept is that of another
     * note: a sample takes one. d1, Bernoulli relaxation with λ = 30, temperature 0.1, and the search that converges in
     * place of the seed's 2·10⁵ steps of 10⁻⁴.
     *
     * @param others the notes to replace by, which should not be among those that are explained; at least one
     * @return the problem
     * @throws org.rde4j.RdeException if there are no others
     */
    public static RateDistortion magnitudeOrPhase(List<Tensor> others) {
        return RateDistortion.over(Representation.fourier().whole())
                .obfuscatedBy(Replacement.draws(others))
                .measuredBy(Distortion.labelScore())
                .solvedBy(Solver.bernoulli(30).temperature(0.1).converging(2500));
    }
}
