package org.rde4j.nd4j.explain;

import java.util.OptionalInt;
import org.rde4j.Explanation;
import org.rde4j.RdeException;

/**
 * How a compiled problem uses the machine. It changes time and memory, never a mask beyond rounding. Runs of the model
 * go on side by side, as many as there are threads ({@code OMP_NUM_THREADS}), which changes no bit of a mask; runs
 * of another size round otherwise.
 *
 * @param memoryBudget bytes that the model's intermediate results may take in one run, at least 1 MiB; 256 MiB
 *     unless changed
 * @param microBatch obfuscated signals in one run, at least 1, or empty to fit the memory budget
 * @param freshSamples how many samples measure the final mask of each signal, at least 1;
 *     {@link Explanation#FRESH_SAMPLES} unless changed. Fewer make the measured distortion and rate of
 *     retained labels less sure
 */
public record Execution(long memoryBudget, OptionalInt microBatch, int freshSamples) {

    /** Checks the ranges. */
    public Execution {
        if (memoryBudget < 1 << 20) {
            throw new RdeException(
                    "The memory budget (%s bytes) must be at least 1 MiB.".formatted(memoryBudget),
                    "Maybe use memoryBudget(256L << 20).");
        }
        if (microBatch.isPresent() && microBatch.getAsInt() < 1) {
            throw new RdeException(
                    "The micro-batch (%s) must be at least 1.".formatted(microBatch.getAsInt()), "Maybe leave it out.");
        }
        if (freshSamples < 1) {
            throw new RdeException(
                    "The number of fresh samples (%s) must be at least 1.".formatted(freshSamples),
                    "Maybe use freshSamples(%s).".formatted(Explanation.FRESH_SAMPLES));
        }
    }

    /**
     * A budget of 256 MiB for each run, and {@value Explanation#FRESH_SAMPLES} fresh samples.
     *
     * @return the settings
     */
    public static Execution defaults() {
        return new Execution(256L << 20, OptionalInt.empty(), Explanation.FRESH_SAMPLES);
    }

    /**
     * With another budget.
     *
     * @param bytes at least 1 MiB
     * @return the changed settings
     */
    public Execution memoryBudget(long bytes) {
        return new Execution(bytes, microBatch, freshSamples);
    }

    /**
     * With a fixed number of obfuscated signals in one run.
     *
     * @param signals at least 1
     * @return the changed settings
     */
    public Execution microBatch(int signals) {
        return new Execution(memoryBudget, OptionalInt.of(signals), freshSamples);
    }

    /**
     * With another number of samples for the final measurement.
     *
     * @param samples at least 1
     * @return the changed settings
     */
    public Execution freshSamples(int samples) {
        return new Execution(memoryBudget, microBatch, samples);
    }
}
