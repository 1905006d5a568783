package org.rde4j.nd4j.representation;

import java.util.List;
import java.util.Optional;
import org.rde4j.RdeException;
import org.rde4j.Representation;
import org.rde4j.Tensor;
import org.rde4j.nd4j.model.Nd4jModel;

/**
 * A representation whose f is a decoder or generator network and whose h is its code, one component for each entry
 * (seed section 3.1, after Example 4). Its one block {@code code} has masks of the code's shape.
 *
 * <p>A signal is rarely decoded from its code exactly. Distortions compare with the model's output on the signal
 * itself, so a mask of ones may have a distortion above zero: that of f(h).
 *
 * @param name how it is called in messages and files
 * @param decoder f, from codes to signals; codes are channels first for its users, as signals are
 * @param codeShape [k], [C, T] or [C, H, W]
 * @param encoder from signals to codes, or empty to search
 * @param search how codes are found without an encoder
 * @param tolerance the largest relative residual ‖f(h) − x‖ / ‖x‖ that is accepted, at least 0
 */
public record LatentRepresentation(
        String name,
        Nd4jModel decoder,
        List<Integer> codeShape,
        Optional<Nd4jModel> encoder,
        CodeSearch search,
        double tolerance)
        implements Representation.Custom {

    /** Checks the tolerance. */
    public LatentRepresentation {
        codeShape = List.copyOf(codeShape);
        if (!(tolerance >= 0)) {
            throw new RdeException(
                    "The tolerance of the representation %s (%s) must be at least 0.".formatted(name, tolerance),
                    "Maybe use tolerance(0.1).");
        }
    }

    /**
     * With an encoder in place of the search.
     *
     * @param newEncoder from signals to codes, which it may return in any shape with as many values, channels last
     * @return the changed representation
     */
    public LatentRepresentation encodedBy(Nd4jModel newEncoder) {
        return new LatentRepresentation(name, decoder, codeShape, Optional.of(newEncoder), search, tolerance);
    }

    /**
     * With other settings of the search.
     *
     * @param newSearch how codes are found
     * @return the changed representation, without an encoder
     */
    public LatentRepresentation searchedBy(CodeSearch newSearch) {
        return new LatentRepresentation(name, decoder, codeShape, Optional.empty(), newSearch, tolerance);
    }

    /**
     * With another tolerance.
     *
     * @param newTolerance the largest relative residual that is accepted, at least 0; infinity accepts all
     * @return the changed representation
     */
    public LatentRepresentation tolerance(double newTolerance) {
        return new LatentRepresentation(name, decoder, codeShape, encoder, search, newTolerance);
    }

    /**
     * How well a signal is decoded from its code. Costs as much as an analysis.
     *
     * @param signal [C, H, W], [C, T] or [n]
     * @return ‖f(h) − x‖ / ‖x‖, at least 0; ‖f(h)‖ for a signal of zeros
     * @throws RdeException if the networks do not fit the signal
     */
    public double residual(Tensor signal) {
        LatentTransform transform = new LatentTransform(this, SignalShape.of(signal.shape()));
        return transform.residual(signal.values(), transform.code(signal.values()));
    }
}
