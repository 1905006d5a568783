package org.rde4j.radiomap.training;

import java.util.List;
import org.rde4j.Distortion;
import org.rde4j.RdeException;
import org.rde4j.TrainingObjective;
import org.rde4j.nd4j.training.Schedule;
import org.rde4j.radiomap.network.RadioUNet;

/**
 * How a {@link RadioUNet} is trained: by Adam on batches of scenes, first the first U-net, then, while that one rests,
 * the second.
 *
 * @param network what is trained
 * @param objective what it is trained to do; with {@link InterpretationLoss} it is the seed's Φ_int
 * @param seed of the initial weights and of all random draws
 * @param batch scenes in a step, at least 1
 * @param stepSize of Adam, greater than 0
 * @param decay how the step size falls
 * @param steps of each U-net of the network, each at least 0
 * @param patience how many reports in a row may bring no better validation error before a U-net's training ends, at
 *     least 1
 * @param reportEvery steps between two reports, checkpoints and pictures, at least 1
 */
public record RadioTraining(
        RadioUNet network,
        TrainingObjective objective,
        long seed,
        int batch,
        double stepSize,
        Decay decay,
        List<Integer> steps,
        int patience,
        int reportEvery) {
    private static final TrainingObjective FIT = TrainingObjective.minimising(Distortion.squaredError());

    /** Checks the ranges. */
    public RadioTraining {
        steps = List.copyOf(steps);
        check(batch >= 1, "number of scenes in a batch", batch, "at least 1", "8");
        check(stepSize > 0 && Double.isFinite(stepSize), "step size", stepSize, "greater than 0", "0.001");
        check(patience >= 1, "patience", patience, "at least 1 report", "10");
        check(reportEvery >= 1, "number of steps between reports", reportEvery, "at least 1", "100");
        for (int each : steps) {
            check(each >= 0, "number of steps", each, "at least 0", "2000");
        }
        if (steps.size() != network.parts().size()) {
            throw new RdeException(
                    "The numbers of steps %s must be one for each of the network's %s U-nets."
                            .formatted(steps, network.parts().size()),
                    "Maybe change the depth of the network.");
        }
    }

    private static void check(boolean holds, String name, Number value, String rule, String example) {
        if (!holds) {
            throw new RdeException(
                    "The %s (%s) must be %s.".formatted(name, value, rule), "Maybe use %s.".formatted(example));
        }
    }

    /**
     * How the step size falls while a U-net is trained.
     *
     * @param factor what multiplies it at every jump, in (0, 1]; or 0 for half a cosine down to 0
     * @param every steps between two jumps, at least 1
     */
    public record Decay(double factor, int every) {
        /** Checks the ranges. */
        public Decay {
            check(factor >= 0 && factor <= 1, "factor of the decay", factor, "in [0, 1]", "0.1");
            check(every >= 1, "number of steps between two jumps", every, "at least 1", "10000");
        }

        /**
         * Half a cosine from the full step size to 0 at the end of each U-net's training.
         *
         * @return the decay
         */
        public static Decay cosine() {
            return new Decay(0, 1);
        }

        Schedule schedule(int steps) {
            return factor == 0 ? Schedule.cosine(Math.max(1, steps)) : Schedule.decay(factor, every);
        }
    }

    /**
     * A training that suits small networks on simulated cities: the mean squared error, seed 1, batches of 8, step size 0.001 falling along a
     * cosine, 2000 steps for each U-net, patience 20, reports every 100 steps.
     *
     * @param network what is trained
     * @return the settings
     */
    public static RadioTraining of(RadioUNet network) {
        List<Integer> steps = network.parts().stream().map(part -> 2000).toList();
        return new RadioTraining(network, FIT, 1, 8, 0.001, Decay.cosine(), steps, 20, 100);
    }

    /**
     * The settings of RadioUNet's authors: the mean squared error, batches of 15, step size 0.0001 that is multiplied by 0.1 every 30 epochs of
     * 40,080 scenes, 50 epochs for each U-net, a report every half epoch.
     *
     * @param network what is trained
     * @return the settings
     */
    public static RadioTraining published(RadioUNet network) {
        int epoch = 40_080 / 15;
        List<Integer> steps = network.parts().stream().map(part -> 50 * epoch).toList();
        return new RadioTraining(network, FIT, 1, 15, 1e-4, new Decay(0.1, 30 * epoch), steps, 100, epoch / 2);
    }

    /**
     * With another objective.
     *
     * @param newObjective what the network is trained to do
     * @return the changed settings
     */
    public RadioTraining objective(TrainingObjective newObjective) {
        return new RadioTraining(network, newObjective, seed, batch, stepSize, decay, steps, patience, reportEvery);
    }

    /**
     * With another seed.
     *
     * @param newSeed any number
     * @return the changed settings
     */
    public RadioTraining seed(long newSeed) {
        return new RadioTraining(network, objective, newSeed, batch, stepSize, decay, steps, patience, reportEvery);
    }

    /**
     * With another number of scenes in a step.
     *
     * @param newBatch at least 1
     * @return the changed settings
     */
    public RadioTraining batch(int newBatch) {
        return new RadioTraining(network, objective, seed, newBatch, stepSize, decay, steps, patience, reportEvery);
    }

    /**
     * With another step size.
     *
     * @param newStepSize greater than 0
     * @return the changed settings
     */
    public RadioTraining stepSize(double newStepSize) {
        return new RadioTraining(network, objective, seed, batch, newStepSize, decay, steps, patience, reportEvery);
    }

    /**
     * With another fall of the step size.
     *
     * @param newDecay how it falls
     * @return the changed settings
     */
    public RadioTraining decay(Decay newDecay) {
        return new RadioTraining(network, objective, seed, batch, stepSize, newDecay, steps, patience, reportEvery);
    }

    /**
     * With other numbers of steps.
     *
     * @param newSteps one for each U-net of the network, at least 0
     * @return the changed settings
     */
    public RadioTraining steps(Integer... newSteps) {
        return new RadioTraining(
                network, objective, seed, batch, stepSize, decay, List.of(newSteps), patience, reportEvery);
    }

    /**
     * With another patience.
     *
     * @param reports at least 1
     * @return the changed settings
     */
    public RadioTraining patience(int reports) {
        return new RadioTraining(network, objective, seed, batch, stepSize, decay, steps, reports, reportEvery);
    }

    /**
     * With reports at other intervals.
     *
     * @param newSteps at least 1
     * @return the changed settings
     */
    public RadioTraining reportEvery(int newSteps) {
        return new RadioTraining(network, objective, seed, batch, stepSize, decay, steps, patience, newSteps);
    }
}
