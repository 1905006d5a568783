package org.rde4j.nd4j.explain;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.rde4j.Distortion;
import org.rde4j.nd4j.custom.OwnPart;

/**
 * A distortion made of ND4J tensors.
 *
 * @param name how it is called
 * @param factor what multiplies the measure
 * @param measure writes the measure
 */
public record CustomDistortion(String name, double factor, Measure measure) implements Distortion.Custom {

    @Override
    public CustomDistortion times(double by) {
        return new CustomDistortion(name, factor * by, measure);
    }

    OwnPart part() {
        return OwnPart.of("distortion", name);
    }

    /** Writes a distortion into a graph. */
    @FunctionalInterface
    public interface Measure {
        /**
         * Writes the measure.
         *
         * @param graph where to write
         * @param clean the outputs for the clean signals [B, 1, m]
         * @param changed the outputs for the obfuscated signals [B, M, m]
         * @return one distortion per sample [B, M], at least 0
         */
        SDVariable measure(SameDiff graph, SDVariable clean, SDVariable changed);
    }
}
