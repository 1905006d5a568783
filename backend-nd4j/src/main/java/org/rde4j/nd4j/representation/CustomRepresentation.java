package org.rde4j.nd4j.representation;

import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.RdeException;
import org.rde4j.Representation;

/**
 * A representation given by its two functions over ND4J tensors. Its one block {@code components} holds
 * components of one value each.
 *
 * @param name how it is called in messages and files
 * @param components the number k of components, at least 1
 * @param analysis from a signal, channels first ([C, H, W], [C, T] or [n]), to its k coefficients
 * @param synthesis from a batch of coefficients [N, k] to the batch of signals, channels first ([N, C, H, W],
 *     [N, C, T] or [N, n]); written with operations that SameDiff can differentiate, and for any N
 * @param tolerance the largest relative residual ‖f(h) − x‖ / ‖x‖ that is accepted, at least 0
 */
public record CustomRepresentation(
        String name,
        int components,
        UnaryOperator<INDArray> analysis,
        BiFunction<SameDiff, SDVariable, SDVariable> synthesis,
        double tolerance)
        implements Representation.Custom {

    /** Checks the ranges. */
    public CustomRepresentation {
        if (!(tolerance >= 0)) {
            throw new RdeException(
                    "The tolerance of the representation %s (%s) must be at least 0.".formatted(name, tolerance),
                    "Maybe use tolerance(0.1).");
        }
        if (components < 1) {
            throw new RdeException(
                    "The components of the representation %s (%s) must be at least 1.".formatted(name, components),
                    "Give the length of what its analysis returns.");
        }
    }

    /**
     * A representation with a tolerance of 0.001.
     *
     * @param name how it is called in messages and files
     * @param components the number k of components, at least 1
     * @param analysis from a signal, channels first, to its k coefficients
     * @param synthesis from a batch of coefficients [N, k] to the batch of signals, channels first
     */
    public CustomRepresentation(
            String name,
            int components,
            UnaryOperator<INDArray> analysis,
            BiFunction<SameDiff, SDVariable, SDVariable> synthesis) {
        this(name, components, analysis, synthesis, 1e-3);
    }

    /**
     * With another tolerance. Distortions compare with the model's output on the signal itself, so where a signal is
     * not put together again exactly, a mask of ones may have a distortion above zero.
     *
     * @param newTolerance the largest relative residual that is accepted, at least 0; infinity accepts all
     * @return the changed representation
     */
    public CustomRepresentation tolerance(double newTolerance) {
        return new CustomRepresentation(name, components, analysis, synthesis, newTolerance);
    }
}
