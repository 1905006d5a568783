package org.rde4j;

import java.util.OptionalInt;

/**
 * Replacements from a data set: each sample takes one whole signal of it, analysed by the representation, so that v
 * is as likely as it is among the data. See {@link Obfuscation#draws}.
 *
 * @param signals shape [n, … the shape of one signal]
 * @param nearest how many signals, those nearest to the explained one, are drawn from; empty for all
 */
public record DatasetDraws(Tensor signals, OptionalInt nearest) implements Obfuscation {
    /** Checks sizes. */
    public DatasetDraws {
        if (signals.rank() < 2) {
            throw new RdeException(
                    "A data set of rank %s must have an axis for the signals before the axes of one signal."
                            .formatted(signals.rank()),
                    "Give the shape [n, C, H, W], [n, C, T] or [n, length].");
        }
        if (nearest.isPresent()) {
            Check.within(
                    "number of nearest signals",
                    nearest.getAsInt(),
                    1,
                    signals.shape()[0],
                    "The data set has that many.");
        }
    }

    /**
     * With the signals nearest to the explained one only, by Euclidean distance: the empirical version of what
     * signals like this one look like. If the set holds the explained signal itself, it counts.
     *
     * @param count how many, at least 1, at most the size of the set
     * @return the changed strategy
     */
    public DatasetDraws nearest(int count) {
        return new DatasetDraws(signals, OptionalInt.of(count));
    }

    @Override
    public boolean inDistribution() {
        return true;
    }
}
