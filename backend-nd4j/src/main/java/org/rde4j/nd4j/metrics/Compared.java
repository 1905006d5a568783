package org.rde4j.nd4j.metrics;

/**
 * A measure of an explanation beside the same measure of chance.
 *
 * @param measured of the explanation
 * @param control of masks with the same entries at random places, or of random orders; its means and errors
 *     run over these masks
 * @param baseline what stood in for the parts that were taken away
 * @param seed of all random draws
 * @param <T> what is measured
 */
public record Compared<T>(T measured, T control, String baseline, long seed) {}
