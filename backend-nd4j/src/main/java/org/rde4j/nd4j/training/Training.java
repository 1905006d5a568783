package org.rde4j.nd4j.training;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.Optimizer;
import org.rde4j.RdeException;
import org.rde4j.nd4j.adjoint.Adjoint;
import org.rde4j.nd4j.engine.Engine;

/**
 * Minimises a loss over the variables of a graph. The arrays of the variables are changed in place, so that
 * any other graph that holds them sees the trained weights.
 */
public final class Training {
    private final Optimizer optimizer;
    private final Schedule schedule;
    private final int shares;
    private final Filling filling;
    private final Engine engine;
    private final String loss;
    private final List<String> gradients;
    private final Map<String, String> terms = new LinkedHashMap<>();
    private final List<String> wanted;
    private final List<Update> updates;
    private final Map<String, Double> seen = new LinkedHashMap<>();
    private List<INDArray> sums = List.of();
    private long steps;

    /** Writes examples. */
    @FunctionalInterface
    public interface Filling {
        /**
         * Writes a share of the batch to the inputs.
         *
         * @param share which share of the batch, from 0
         * @param step the number of the step, from 0
         */
        void fill(int share, long step);
    }

    /**
     * A training on whole batches, which callers write to the inputs; nothing runs yet.
     *
     * @param whole the loss over a batch
     * @param optimizer the update rule
     * @param schedule multiplies the optimizer's step size
     */
    public Training(Share whole, Optimizer optimizer, Schedule schedule) {
        this(whole, 1, (share, step) -> {}, optimizer, schedule);
    }

    /**
     * A training on batches in equal shares, which need less memory; nothing runs yet. The loss is the mean over the
     * shares.
     *
     * @param share the loss over a share
     * @param shares into how many shares a batch is cut, at least 1; see {@link Share#count}
     * @param filling writes a share
     * @param optimizer the update rule
     * @param schedule multiplies the optimizer's step size
     */
    public Training(Share share, int shares, Filling filling, Optimizer optimizer, Schedule schedule) {
        this.optimizer = optimizer;
        this.schedule = schedule;
        this.shares = shares;
        this.filling = filling;
        this.updates = share.variables().stream()
                .map(v -> Update.of(optimizer, v.variable().getArr()))
                .toList();
        this.loss = share.loss().variable().name();
        this.gradients = Adjoint.of(share.graph(), share.loss(), share.variables()).stream()
                .map(node -> node.variable().name())
                .toList();
        share.terms().forEach((name, node) -> terms.put(name, node.variable().name()));
        this.wanted = Stream.of(List.of(loss), gradients, terms.values())
                .flatMap(Collection::stream)
                .toList();
        this.engine = Engine.of(share.graph().sameDiff(), share.inputs());
    }

    /**
     * One step on what the inputs hold, or on the shares as they are written.
     *
     * @return the loss before the step
     * @throws RdeException if the loss is not a finite number; the weights are then as they were
     */
    public double step() {
        double total = 0;
        Map<String, Double> means = new LinkedHashMap<>();
        for (int share = 0; share < shares; share++) {
            filling.fill(share, steps);
            Map<String, INDArray> values = engine.run(wanted);
            total += values.get(loss).getDouble(0) / shares;
            terms.forEach((name, node) -> means.merge(name, values.get(node).getDouble(0) / shares, Double::sum));
            add(share == 0, gradients.stream().map(values::get).toList());
        }
        if (!Double.isFinite(total)) {
            throw new RdeException(
                    "The loss became %s at step %s.".formatted(total, steps + 1),
                    "Maybe lower the step size (%s).".formatted(optimizer.stepSize()));
        }
        seen.putAll(means);
        double factor = schedule.factor(steps);
        for (int i = 0; i < updates.size(); i++) {
            updates.get(i).run(shares == 1 ? sums.get(i) : sums.get(i).divi(shares), steps, factor);
        }
        steps++;
        return total;
    }

    /** Adds a share's gradients to those of the step. */
    private void add(boolean first, List<INDArray> theirs) {
        if (shares == 1) {
            sums = theirs;
            return;
        }
        if (sums.isEmpty()) {
            sums = theirs.stream().map(INDArray::like).toList();
        }
        for (int i = 0; i < theirs.size(); i++) {
            INDArray sum = sums.get(i);
            INDArray gradient = theirs.get(i);
            if (first) {
                sum.assign(gradient);
            } else {
                sum.addi(gradient);
            }
        }
    }

    /**
     * How many steps were made.
     *
     * @return the number of calls of {@link #step} that succeeded
     */
    public long steps() {
        return steps;
    }

    /**
     * What the terms of the loss were in the last step, before the weights changed.
     *
     * @return by name, in their order; empty before the first step
     */
    public Map<String, Double> terms() {
        return Collections.unmodifiableMap(seen);
    }

    /**
     * What a training needs besides the weights to go on later as if it had never stopped.
     *
     * @param steps how many steps were made
     * @param moments what the optimizer remembers of past gradients, in the order of the variables: for Adam two
     *     arrays of the variable's shape (the running means of the squared gradient and of the gradient), for
     *     gradient descent none
     */
    public record State(long steps, List<INDArray> moments) {
        /** Keeps the list from changing. */
        public State {
            moments = List.copyOf(moments);
        }
    }

    /**
     * The present state.
     *
     * @return a copy that later steps do not change
     */
    public State state() {
        return new State(steps, moments().stream().map(INDArray::dup).toList());
    }

    /**
     * Goes on from a state. With the weights, inputs and settings of then, the steps that follow are the same
     * bit for bit as if the training had not been interrupted.
     *
     * @param state of a training with the same variables and kind of optimizer; it is copied
     * @throws RdeException if its arrays do not fit the variables or the number of steps is negative; nothing is
     *     changed then
     */
    public void restore(State state) {
        List<INDArray> mine = moments();
        List<String> shapes = shapes(mine);
        if (state.steps() < 0 || !shapes(state.moments()).equals(shapes)) {
            throw new RdeException(
                    "A state of %s steps with %s moments is not one of this training, which has %s moments."
                            .formatted(state.steps(), state.moments().size(), mine.size()),
                    "Restore the state of a training with the same network and optimizer.");
        }
        for (int i = 0; i < mine.size(); i++) {
            mine.get(i).assign(state.moments().get(i));
        }
        steps = state.steps();
    }

    private List<INDArray> moments() {
        return updates.stream().flatMap(update -> update.moments().stream()).toList();
    }

    private static List<String> shapes(List<INDArray> arrays) {
        return arrays.stream().map(array -> Arrays.toString(array.shape())).toList();
    }
}
