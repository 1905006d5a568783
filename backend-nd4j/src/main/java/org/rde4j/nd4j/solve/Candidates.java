package org.rde4j.nd4j.solve;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.rde4j.nd4j.checkpoint.Checkpoint;

/**
 * Estimates many masks of the only task on the same samples, as many in one run as the model takes. What the round at
 * work has estimated is part of the state, so that a round that is begun again after an interruption has it at once.
 */
final class Candidates implements Checkpoint.State {
    /** Entries of masks that are written out at once. */
    private static final int MASK_ENTRIES = 1 << 22;
    /** So many times the masks that are worth trying at once come between two looks at the clock. */
    private static final int LOOK_AFTER = 2;

    private final Distortions distortions;
    private final Distortions.Samples samples;
    private final Control control;
    private final int atOnce;
    /** Distortions and probabilities, one after the other, in the order in which this round asks for them. */
    private final List<Double> round = new ArrayList<>();
    /** How many candidates this round has asked for since it began, or began again. */
    private int asked;
    /** How many were estimated in whole rounds. */
    private long triedBefore;

    Candidates(Distortions distortions, Distortions.Samples samples, Control control) {
        this.distortions = distortions;
        this.samples = samples;
        this.control = control;
        this.atOnce =
                Math.max(1, Math.min(LOOK_AFTER * distortions.rowsAtOnce(), MASK_ENTRIES / distortions.components()));
    }

    /** The time ended a round, which counts for nothing until it is gone on with. */
    static final class OutOfTime extends RuntimeException {
        private static final long serialVersionUID = 1;

        OutOfTime() {
            super("the time is over", null, false, false);
        }
    }

    /** What an answer says about a bound of the distortion that it does not meet. */
    static List<String> missed(OptionalDouble bound, double distortion) {
        return bound.isPresent() && distortion > bound.getAsDouble()
                ? List.of(String.format(
                        Locale.ROOT,
                        "The distortion (%.4g) is still above the tolerance (%s). Maybe allow more components or distortion.",
                        distortion,
                        bound.getAsDouble()))
                : List.of();
    }

    /** How many masks were estimated so far. */
    long tried() {
        return triedBefore + asked;
    }

    /** Ends the round: the search has taken its outcome over, and the next round asks for others. */
    void endRound() {
        triedBefore += asked;
        asked = 0;
        round.clear();
    }

    /** One mask. */
    Best of(float[] mask) {
        Distortions.Estimate one = estimate(new float[][] {mask});
        return new Best(-1, one.distortion()[0], one.probability()[0]);
    }

    /**
     * A mask with one entry changed from 0 to 1 or back, for each of the given components.
     *
     * @param ofRound how many candidates this round will try at most, for whoever watches
     * @throws OutOfTime if the time is over before all are estimated
     */
    Outcome flipped(float[] mask, int[] components, long ofRound) {
        double[] distortion = new double[components.length];
        double[] probability = new double[components.length];
        for (int done = 0; done < components.length; ) {
            if (2 * asked == round.size()) {
                estimate(mask, Arrays.copyOfRange(components, done, Math.min(components.length, done + atOnce)));
                control.tried(round.size() / 2, ofRound);
            }
            distortion[done] = round.get(2 * asked);
            probability[done] = round.get(2 * asked + 1);
            asked++;
            done++;
        }
        return new Outcome(components, distortion, probability);
    }

    private void estimate(float[] mask, int[] components) {
        if (asked > 0 && control.isOver()) {
            throw new OutOfTime();
        }
        float[][] masks = new float[components.length][];
        for (int i = 0; i < components.length; i++) {
            masks[i] = mask.clone();
            masks[i][components[i]] = 1 - mask[components[i]];
        }
        Distortions.Estimate estimate = estimate(masks);
        for (int i = 0; i < components.length; i++) {
            round.add(estimate.distortion()[i]);
            round.add(estimate.probability()[i]);
        }
    }

    private Distortions.Estimate estimate(float[][] masks) {
        return distortions
                .at(new int[masks.length], masks, samples, new float[0][])
                .finite();
    }

    @Override
    public void write(DataOutputStream out) throws IOException {
        out.writeLong(triedBefore);
        out.writeInt(round.size());
        for (double value : round) {
            out.writeDouble(value);
        }
    }

    @Override
    public void read(DataInputStream in) throws IOException {
        triedBefore = in.readLong();
        int size = in.readInt();
        for (int i = 0; i < size; i++) {
            round.add(in.readDouble());
        }
    }

    /**
     * What was estimated.
     *
     * @param components the changed component of each mask
     * @param distortion of each mask
     * @param probability of each mask
     */
    record Outcome(int[] components, double[] distortion, double[] probability) {
        /** The mask with the least distortion; of equal ones that of the earliest component. */
        Best best() {
            Best best = one(0);
            for (int i = 1; i < components.length; i++) {
                Best other = one(i);
                best = other.beats(best) ? other : best;
            }
            return best;
        }

        private Best one(int i) {
            return new Best(components[i], distortion[i], probability[i]);
        }
    }

    /**
     * One candidate.
     *
     * @param component the changed component
     * @param distortion of the mask with it changed
     * @param probability the label's
     */
    record Best(int component, double distortion, double probability) {
        /** Whether this one is chosen before another: less distortion, or as little and an earlier component. */
        boolean beats(Best other) {
            return distortion < other.distortion || (distortion == other.distortion && component < other.component);
        }
    }
}
