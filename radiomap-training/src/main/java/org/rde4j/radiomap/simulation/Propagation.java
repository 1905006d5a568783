package org.rde4j.radiomap.simulation;

import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.radiomap.scene.Place;

/**
 * How a signal gets weaker on its way: a dominant path model (Wölfle and Landstorfer 1998). A receiver gets
 * what comes along the best path, which is straight or bends around corners of buildings. In decibels above
 * the weakest strength that a map shows, a path of length L metres around n corners by the angles φ₁ … φₙ has
 *
 * <pre>reach − 10·exponent·log₁₀ √(L² + nearest²) − first·[n ≥ 1] − further·max(n − 1, 0) − bending·Σφ</pre>
 *
 * <p>Grey levels are these decibels over 100, within [0, 1], as in RadioMapSeer, where 0 stands for −147 dB and
 * 1 for −47 dB. Buildings get nothing, as in RadioMapSeer. The defaults are what {@code ./rde4j simulate fit}
 * finds on the real city's transmitters 0 to 3.
 *
 * @param reach decibels at one metre in sight
 * @param exponent of the path loss, 2 in empty space, at least 0
 * @param nearest metres below which the strength grows no more, over 0
 * @param first decibels lost at the first corner however small its angle, at least 0
 * @param further decibels lost at each further corner, at least 0
 * @param bending decibels lost per radian, at least 0
 */
public record Propagation(double reach, double exponent, double nearest, double first, double further, double bending) {
    /** The decibels between black and white. */
    public static final double RANGE = 100;

    /** Checks the ranges. */
    public Propagation {
        requireAtLeastZero("exponent", exponent);
        requireAtLeastZero("loss at the first corner", first);
        requireAtLeastZero("loss at further corners", further);
        requireAtLeastZero("loss by bending", bending);
        if (!Double.isFinite(reach) || !(nearest > 0) || !Double.isFinite(nearest)) {
            throw new RdeException(
                    "The reach (%s dB) must be finite and the nearest distance (%s m) over 0."
                            .formatted(reach, nearest),
                    "Maybe use Propagation.fitted().");
        }
    }

    private static void requireAtLeastZero(String name, double value) {
        if (!(value >= 0) || !Double.isFinite(value)) {
            throw new RdeException(
                    "The %s (%s) must be finite and at least 0.".formatted(name, value),
                    "Maybe use Propagation.fitted().");
        }
    }

    /**
     * The constants that suit RadioMapSeer's dominant path model.
     *
     * @return the default
     */
    public static Propagation fitted() {
        return new Propagation(106.247, 2.884, 0.832, 8.305, 2.017, 7.105);
    }

    /**
     * The signal strength everywhere. For many transmitters in one city, {@link Simulator} is faster.
     *
     * @param city where
     * @param transmitter on a street
     * @return [H, W] in [0, 1], 0 inside buildings and where no path leads
     * @throws RdeException if the transmitter is in a building or outside the map
     */
    public Tensor gain(City city, Place transmitter) {
        return Simulator.of(city).propagation(this).gain(transmitter);
    }

    /** Decibels lost by the length of a path. */
    double spreading(double length) {
        return 5 * exponent * StrictMath.log10(length * length + nearest * nearest);
    }

    /** The grey level that decibels lost leave. */
    float grey(double lost) {
        return (float) Math.min(1, Math.max(0, (reach - lost) / RANGE));
    }

    /** Decibels lost at a corner by being there, after so many others. */
    double step(int corners) {
        return corners == 0 ? first : further;
    }
}
