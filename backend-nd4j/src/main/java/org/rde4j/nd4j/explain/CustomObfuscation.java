package org.rde4j.nd4j.explain;

import org.nd4j.autodiff.samediff.SDVariable;
import org.rde4j.Obfuscation;

/**
 * An obfuscation strategy made of ND4J tensors.
 *
 * @param name how it is called
 * @param replacement writes the replacement
 */
public record CustomObfuscation(String name, Replacement replacement) implements Obfuscation.Custom {

    /** Writes the replacement of one block of components into a graph. */
    @FunctionalInterface
    public interface Replacement {
        /**
         * Writes the replacement v.
         *
         * <p>k counts the cells of the block: its components, or where components are made of several cells of
         * unequal number (label maps, channels) all cells, each with the mask of its component.
         *
         * @param h the coefficients of the clean signals [B, 1, k, d]
         * @param s the mask [B, 1, k, 1]
         * @param z independent standard normal values, fresh for every sample [B, M, k, d]
         * @return v, of a shape that broadcasts to [B, M, k, d]
         */
        SDVariable replace(SDVariable h, SDVariable s, SDVariable z);
    }
}
