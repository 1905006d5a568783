package org.rde4j;

/** How a relaxed mask is moved to where its objective is least. */
public sealed interface Minimiser permits Descent, Convergence {

    /**
     * Perturbations that are drawn at once for an estimate of the distortion.
     *
     * @return at least 1
     */
    int samples();

    /**
     * The seed of all random draws.
     *
     * @return any number
     */
    long seed();

    /**
     * With another seed.
     *
     * @param newSeed any number
     * @return the changed settings
     */
    Minimiser seed(long newSeed);
}
