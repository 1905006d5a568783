package org.rde4j.radiomap.training;

import static org.rde4j.Distortion.squaredError;
import static org.rde4j.Obfuscation.zero;
import static org.rde4j.Representation.channels;
import static org.rde4j.Representation.part;
import static org.rde4j.Representation.parts;

import org.rde4j.RateDistortion;
import org.rde4j.Region;
import org.rde4j.Regulariser;

/**
 * The interpretation loss (seed section 4.3.2): where the transmitter sees a missing building J, the estimate inside it
 * is to be the same when all buildings are taken from the input, so that it must rely on measurements.
 */
public final class InterpretationLoss {
    /** How the term is called in records of a training. */
    public static final String NAME = "interpretation";

    private InterpretationLoss() {}

    /**
     * ‖Φ_J(x) − Φ_J(x̃)‖², x̃ = [transmitter, 0, measurements].
     *
     * @return the term with weight 1 for networks of the inputs transmitter, buildings, measurements; its region is the
     *     missing building of each example
     */
    public static Regulariser regulariser() {
        RateDistortion problem = RateDistortion.over(parts(
                        part("transmitter", 1, channels()).kept(),
                        part("buildings", 1, channels()),
                        part("measurements", 1, channels())))
                .obfuscatedBy(zero("buildings"))
                .measuredBy(squaredError().restrictedTo(Region.perExample()));
        return Regulariser.relyingOn("measurements", problem).called(NAME);
    }
}
