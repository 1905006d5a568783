package org.rde4j.samples.audio.network;

import java.util.SplittableRandom;
import org.rde4j.RdeException;

/**
 * How a network over spectra is trained.
 *
 * @param steps at least 1
 * @param batch spectra in a step, at least 2
 * @param stepSize of Adam, greater than 0
 * @param reportEvery steps between reports and checkpoints, at least 1
 * @param seed of the weights and all random draws
 */
public record TrainingSettings(int steps, int batch, double stepSize, int reportEvery, long seed) {
    private static final long PRIME = 1_000_003;

    /** Checks the ranges. */
    public TrainingSettings {
        if (steps < 1 || batch < 2 || reportEvery < 1 || !(stepSize > 0 && stepSize < 1)) {
            throw new RdeException(
                    "A training of %s steps on %s spectra each, with the step size %s and reports every %s steps, is not possible."
                            .formatted(steps, batch, stepSize, reportEvery),
                    "Use at least 1 step, 2 spectra, a step size in (0, 1) and 1 step between reports.");
        }
    }

    /** Hears of a training. */
    public interface Listener {
        /**
         * Called when the checkpoint was written.
         *
         * @param step steps so far
         * @param message what was measured since the last report
         * @param history the table of all reports, CSV
         */
        void reported(int step, String message, String history);
    }

    /** What is random in one step. Neighbouring seeds of this generator may give shifted numbers: its output may not. */
    SplittableRandom random(int step) {
        return new SplittableRandom(new SplittableRandom(PRIME * seed + step).nextLong());
    }

    boolean reportsAfter(int step) {
        return step % reportEvery == 0 || step == steps;
    }
}
