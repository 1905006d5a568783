package org.rde4j.samples.benchmark;

/** Something that is done step by step, each step like the others. */
@FunctionalInterface
public interface Work {

    /**
     * Does all steps.
     *
     * @param steps how many
     * @param afterEach called after every step
     */
    void run(int steps, Runnable afterEach);

    /** Work whose steps are calls of one function. */
    static Work of(Runnable step) {
        return (steps, afterEach) -> {
            for (int i = 0; i < steps; i++) {
                step.run();
                afterEach.run();
            }
        };
    }
}
