package org.rde4j.nd4j.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.Loss;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Told of every step of a training. */
@FunctionalInterface
public interface Listener {

    /**
     * One step was made.
     *
     * @param step what happened
     */
    void stepped(Step step);

    /**
     * One step.
     *
     * @param number of the step, counted from 0
     * @param epoch how often the data were gone through before, counted from 0
     * @param batch what it was made on
     * @param loss before the weights changed
     * @param terms of the loss by name, without their weights
     */
    record Step(long number, int epoch, MultiDataSet batch, double loss, Map<String, Double> terms) {
        /** Keeps the terms from changing. */
        public Step {
            terms = Collections.unmodifiableMap(new LinkedHashMap<>(terms));
        }
    }

    /**
     * A listener of SameDiff's own trainings, such as {@code ScoreListener}. It hears the start and the end of every
     * iteration (both after the step) with the loss, but nothing of single operations.
     *
     * @param graph whose weights are trained
     * @param listener SameDiff's
     * @return the listener that passes steps on
     */
    static Listener of(SameDiff graph, org.nd4j.autodiff.listeners.Listener listener) {
        return step -> {
            At at = At.builder()
                    .epoch(step.epoch())
                    .iteration(Math.toIntExact(step.number()))
                    .operation(Operation.TRAINING)
                    .build();
            listener.iterationStart(graph, at, step.batch(), 0);
            listener.iterationDone(graph, at, step.batch(), new Loss(List.of("loss"), new double[] {step.loss()}));
        };
    }
}
