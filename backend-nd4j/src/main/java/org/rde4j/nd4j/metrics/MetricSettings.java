package org.rde4j.nd4j.metrics;

import org.rde4j.Obfuscation;
import org.rde4j.RdeException;

/**
 * How metrics are measured. More of anything costs time and makes errors smaller.
 *
 * @param samples random replacements for each mask, at least 1; 64 unless changed
 * @param curveSamples random replacements for each point of a curve, at least 1; 16 unless changed
 * @param points steps of a curve from nothing to everything, at least 2; 20 unless changed
 * @param controls random masks or orders to compare with, at least 2; 4 unless changed
 * @param subsets random sets of components for faithfulness, at least 3; 128 unless changed
 * @param removed the share of the components in such a set, in (0, 1); 0.1 unless changed
 * @param inserting what stands for missing pixels of insertion curves; {@code blur(5)} unless changed
 * @param deleting what stands for missing pixels of deletion curves; {@code constant(0.5)}, grey, unless changed
 * @param seed of all random draws; 0 unless changed
 */
public record MetricSettings(
        int samples,
        int curveSamples,
        int points,
        int controls,
        int subsets,
        double removed,
        Obfuscation inserting,
        Obfuscation deleting,
        long seed) {

    /** Checks the ranges. */
    public MetricSettings {
        atLeast("samples", samples, 1, 64);
        atLeast("samples of a curve's point", curveSamples, 1, 16);
        atLeast("points of a curve", points, 2, 20);
        atLeast("random controls", controls, 2, 4);
        atLeast("subsets of components", subsets, 3, 128);
        if (!(removed > 0 && removed < 1)) {
            throw new RdeException(
                    "The removed share of components (%s) must lie between 0 and 1.".formatted(removed),
                    "Maybe use 0.1.");
        }
    }

    private static void atLeast(String what, int value, int least, int usual) {
        if (value < least) {
            throw new RdeException(
                    "The number of %s (%s) must be at least %s.".formatted(what, value, least),
                    "Maybe use %s.".formatted(usual));
        }
    }

    /**
     * The settings above.
     *
     * @return the settings
     */
    public static MetricSettings defaults() {
        return new MetricSettings(64, 16, 20, 4, 128, 0.1, Obfuscation.blur(5), Obfuscation.constant(0.5), 0);
    }

    /**
     * With another number of replacements.
     *
     * @param perMask at least 1
     * @param perPoint of a curve, at least 1
     * @return the changed settings
     */
    public MetricSettings samples(int perMask, int perPoint) {
        return new MetricSettings(perMask, perPoint, points, controls, subsets, removed, inserting, deleting, seed);
    }

    /**
     * With finer or coarser curves.
     *
     * @param newPoints at least 2
     * @return the changed settings
     */
    public MetricSettings points(int newPoints) {
        return new MetricSettings(
                samples, curveSamples, newPoints, controls, subsets, removed, inserting, deleting, seed);
    }

    /**
     * With another number of random masks and orders.
     *
     * @param newControls at least 2
     * @return the changed settings
     */
    public MetricSettings controls(int newControls) {
        return new MetricSettings(
                samples, curveSamples, points, newControls, subsets, removed, inserting, deleting, seed);
    }

    /**
     * With other sets of components for faithfulness.
     *
     * @param newSubsets how many, at least 3
     * @param share of the components in each, in (0, 1)
     * @return the changed settings
     */
    public MetricSettings subsets(int newSubsets, double share) {
        return new MetricSettings(
                samples, curveSamples, points, controls, newSubsets, share, inserting, deleting, seed);
    }

    /**
     * With other replacements of missing pixels.
     *
     * @param whenInserting for insertion curves
     * @param whenDeleting for deletion curves
     * @return the changed settings
     */
    public MetricSettings baselines(Obfuscation whenInserting, Obfuscation whenDeleting) {
        return new MetricSettings(
                samples, curveSamples, points, controls, subsets, removed, whenInserting, whenDeleting, seed);
    }

    /**
     * With another seed.
     *
     * @param newSeed any number
     * @return the changed settings
     */
    public MetricSettings seed(long newSeed) {
        return new MetricSettings(
                samples, curveSamples, points, controls, subsets, removed, inserting, deleting, newSeed);
    }
}
