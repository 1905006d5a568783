package org.rde4j.radiomap.scene;

import org.rde4j.RdeException;

/**
 * The grey level below which a signal is lost in noise: grey levels of RadioMapSeer's images become strengths above it.
 *
 * @param level as a share of white, in [0, 1)
 */
public record NoiseFloor(double level) {
    /** RadioUNet's authors cut at 0.2. */
    public static final NoiseFloor STANDARD = new NoiseFloor(0.2);

    /** Checks the range. */
    public NoiseFloor {
        if (!(level >= 0 && level < 1)) {
            throw new RdeException(
                    "The threshold of the signal strength (%s) must lie in [0, 1).".formatted(level),
                    "RadioUNet's authors use 0.2.");
        }
    }

    /**
     * The strength of a grey level.
     *
     * @param grey as a share of white
     * @return (grey − level) / (1 − level), at least 0
     */
    public float strength(double grey) {
        return (float) Math.max(0, (grey - level) / (1 - level));
    }
}
