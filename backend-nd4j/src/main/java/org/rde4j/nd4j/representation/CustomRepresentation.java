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
 */
public record CustomRepresentation(
        String name,
        int components,
        UnaryOperator<INDArray> analysis,
        BiFunction<SameDiff, SDVariable, SDVariable> synthesis)
        implements Representation.Custom {

    /** Checks the range. */
    public CustomRepresentation {
        if (components < 1) {
            throw new RdeException(
                    "The components of the representation %s (%s) must be at least 1.".formatted(name, components),
                    "Give the length of what its analysis returns.");
        }
    }
}
