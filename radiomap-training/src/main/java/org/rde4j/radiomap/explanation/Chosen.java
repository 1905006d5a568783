package org.rde4j.radiomap.explanation;

import java.util.OptionalDouble;
import org.rde4j.radiomap.scene.Place;

/** A component of a scene that an explanation keeps. */
public sealed interface Chosen {

    /**
     * The distortion with this component and all that were chosen before it.
     *
     * @return at least 0, or empty if the solver did not choose one by one
     */
    OptionalDouble distortion();

    /**
     * A building.
     *
     * @param label its number in the label map, counted from 1
     * @param row the uppermost of its rows
     * @param column the leftmost of its columns
     * @param height its number of rows
     * @param width its number of columns
     * @param distortion as {@link Chosen#distortion()}
     */
    record Building(int label, int row, int column, int height, int width, OptionalDouble distortion)
            implements Chosen {}

    /**
     * A measurement.
     *
     * @param place where
     * @param strength what was measured, in [0, 1]
     * @param distortion as {@link Chosen#distortion()}
     */
    record Measurement(Place place, double strength, OptionalDouble distortion) implements Chosen {}
}
