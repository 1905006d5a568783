package org.rde4j.nd4j.training;

import java.util.Arrays;
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
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * Minimises a loss over the variables of a graph. The arrays of the variables are changed in place, so that
 * any other graph that holds them sees the trained weights.
 */
public final class Training {
    private final Schedule schedule;
    private final Engine engine;
    private final Map<String, String> watched = new LinkedHashMap<>();
    private final Map<String, Double> seen = new LinkedHashMap<>();
    private List<String> wanted;
    private final Optimizer optimizer;
    private final List<Update> updates;
    private long steps;

    /**
     * A training; nothing runs yet.
     *
     * @param graph where the gradients are added to
     * @param loss a single number
     * @param variables the weights, variables of the graph
     * @param inputs the array of every placeholder; callers write the next batch to them
     * @param optimizer the update rule
     * @param schedule multiplies the optimizer's step size
     */
    public Training(
            Graph graph,
            Node loss,
            List<Node> variables,
            Map<String, INDArray> inputs,
            Optimizer optimizer,
            Schedule schedule) {
        this.optimizer = optimizer;
        this.schedule = schedule;
        this.updates = variables.stream()
                .map(v -> Update.of(optimizer, v.variable().getArr()))
                .toList();
        this.wanted = Stream.concat(Stream.of(loss), Adjoint.of(graph, loss, variables).stream())
                .map(node -> node.variable().name())
                .toList();
        this.engine = Engine.of(graph.sameDiff(), inputs);
    }

    /**
     * One step on what the inputs hold.
     *
     * @return the loss before the step
     * @throws RdeException if the loss is not a finite number; the weights are then as they were
     */
    public double step() {
        Map<String, INDArray> values = engine.run(wanted);
        double loss = values.get(wanted.get(0)).getDouble(0);
        if (!Double.isFinite(loss)) {
            throw new RdeException(
                    "The loss became %s at step %d.".formatted(loss, steps + 1),
                    "Maybe lower the step size (%s).".formatted(optimizer.stepSize()));
        }
        watched.forEach((name, node) -> seen.put(name, values.get(node).getDouble(0)));
        double factor = schedule.factor(steps);
        for (int i = 0; i < updates.size(); i++) {
            updates.get(i).run(values.get(wanted.get(i + 1)), steps, factor);
        }
        steps++;
        return loss;
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
     * Has every step evaluate more numbers, such as the terms of the loss.
     *
     * @param numbers nodes of the graph that hold a single number, by any name
     */
    public void watch(Map<String, Node> numbers) {
        numbers.forEach((name, node) -> watched.put(name, node.variable().name()));
        wanted = Stream.concat(wanted.stream(), watched.values().stream()).toList();
    }

    /**
     * What the watched numbers were in the last step, before the weights changed.
     *
     * @return by name, in the order of {@link #watch}; empty before the first step
     */
    public Map<String, Double> watched() {
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
                    "A state of %d steps with %d moments is not one of this training, which has %d moments."
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
