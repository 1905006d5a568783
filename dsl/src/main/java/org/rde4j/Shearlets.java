package org.rde4j;

/**
 * One component per shearlet coefficient. See {@link Representation#shearlets()}.
 *
 * @param scales the number of scales beside the low-pass part, at least 1; at most ⌊log₂ of the shorter
 *     side⌋ − 2
 */
public record Shearlets(int scales) implements Representation {
    /** Checks the range. */
    public Shearlets {
        Check.atLeast("number of scales of the shearlets", scales, 1, "Maybe use shearlets().");
    }

    /**
     * Shearlets with another number of scales.
     *
     * @param newScales at least 1
     * @return the changed representation
     */
    public Shearlets scales(int newScales) {
        return new Shearlets(newScales);
    }
}
