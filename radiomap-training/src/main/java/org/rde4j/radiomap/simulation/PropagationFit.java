package org.rde4j.radiomap.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.radiomap.scene.Place;

/**
 * How well simulated radio maps of a city match known ones, and which constants match best. Errors are of
 * grey levels in [0, 1] on streets, without the places that the known map has no signal at: its buildings reach
 * a little beyond their pixels.
 */
public final class PropagationFit {
    private static final int ITERATIONS = 200;
    private static final Propagation START = new Propagation(98, 2.5, 1.2, 7.5, 1.5, 8);
    private static final double[] STEPS = {3, 0.1, 0.3, 1, 1, 1};

    private final float[] buildings;
    private final Simulator simulator;

    private PropagationFit(City city) {
        buildings = city.buildings().values();
        simulator = Simulator.of(city);
    }

    /**
     * A comparison in one city.
     *
     * @param city whose radio maps are known
     * @return the comparison
     */
    public static PropagationFit in(City city) {
        return new PropagationFit(city);
    }

    /**
     * A known radio map.
     *
     * @param transmitter on a street
     * @param gain [H, W], grey levels in [0, 1] without a cut at 0.2
     */
    public record Known(Place transmitter, Tensor gain) {
        /**
         * A map whose transmitter is where the signal is strongest.
         *
         * @param gain [H, W], grey levels in [0, 1]
         * @return the map with the middle one of its brightest places
         */
        public static Known of(Tensor gain) {
            float[] values = gain.values();
            List<Integer> brightest = new ArrayList<>();
            float most = 0;
            for (int i = 0; i < values.length; i++) {
                if (values[i] > most) {
                    brightest.clear();
                    most = values[i];
                }
                if (values[i] == most) {
                    brightest.add(i);
                }
            }
            int middle = brightest.get(brightest.size() / 2);
            int columns = gain.shape()[1];
            return new Known(new Place(middle / columns, middle % columns), gain);
        }
    }

    /**
     * The constants that match known maps best, found from a fixed start.
     *
     * @param known at least one map
     * @return the constants, rounded to three digits after the point
     */
    public Propagation best(List<Known> known) {
        requireSome(known);
        double[] start = {
            START.reach(), START.exponent(), START.nearest(),
            START.first(), START.further(), START.bending()
        };
        return propagation(Descent.minimum(x -> squared(propagation(x), known, false), start, STEPS, ITERATIONS));
    }

    /**
     * The constants of a loss by straight distance alone that match known maps best.
     *
     * @param known at least one map
     * @return constants without losses at corners, for {@link #freeSpaceError}
     */
    public Propagation bestFreeSpace(List<Known> known) {
        requireSome(known);
        double[] start = {START.reach(), START.exponent(), START.nearest()};
        double[] steps = {STEPS[0], STEPS[1], STEPS[2]};
        return propagation(Descent.minimum(x -> squared(propagation(x), known, true), start, steps, ITERATIONS));
    }

    /** Constants have to be positive; a search may step over 0. */
    private static Propagation propagation(double[] x) {
        double[] all = Arrays.copyOf(x, STEPS.length);
        for (int i = 0; i < all.length; i++) {
            all[i] = Math.round(1000 * Math.abs(all[i])) / 1000.0;
        }
        return new Propagation(all[0], all[1], Math.max(0.001, all[2]), all[3], all[4], all[5]);
    }

    private static void requireSome(List<Known> known) {
        if (known.isEmpty()) {
            throw new RdeException("There is no radio map to match.", "Give at least one.");
        }
    }

    /**
     * The error of simulated maps.
     *
     * @param propagation how signals get weaker
     * @param known at least one map
     * @return the root of the mean squared difference of grey levels on streets
     */
    public double error(Propagation propagation, List<Known> known) {
        requireSome(known);
        return Math.sqrt(squared(propagation, known, false));
    }

    /**
     * The error of a city without buildings.
     *
     * @param propagation how signals get weaker with distance; its losses at corners do not matter
     * @param known at least one map
     * @return the root of the mean squared difference of grey levels on streets
     */
    public double freeSpaceError(Propagation propagation, List<Known> known) {
        requireSome(known);
        return Math.sqrt(squared(propagation, known, true));
    }

    private double squared(Propagation propagation, List<Known> known, boolean freeSpace) {
        Simulator changed = simulator.propagation(propagation);
        double sum = 0;
        long count = 0;
        for (Known map : known) {
            float[] made = freeSpace
                    ? freeSpace(propagation, map).values()
                    : changed.gain(map.transmitter()).values();
            float[] real = map.gain().values();
            for (int i = 0; i < real.length; i++) {
                if (buildings[i] == 0 && real[i] > 0) {
                    sum += (made[i] - real[i]) * (made[i] - real[i]);
                    count++;
                }
            }
        }
        return sum / count;
    }

    private static Tensor freeSpace(Propagation propagation, Known map) {
        int[] shape = map.gain().shape();
        float[] gain = new float[shape[0] * shape[1]];
        for (int i = 0; i < gain.length; i++) {
            double distance = StrictMath.hypot(
                    i / shape[1] - map.transmitter().row(),
                    i % shape[1] - map.transmitter().column());
            gain[i] = propagation.grey(propagation.spreading(distance));
        }
        return Tensor.of(gain, shape);
    }
}
