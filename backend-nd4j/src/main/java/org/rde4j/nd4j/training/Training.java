package org.rde4j.nd4j.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    private final List<String> wanted;
    private final List<INDArray> weights;
    private final Optimizer optimizer;
    private final List<Update> updates = new ArrayList<>();
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
        this.weights = variables.stream().map(v -> v.variable().getArr()).toList();
        this.wanted = new ArrayList<>(List.of(loss.variable().name()));
        Adjoint.of(graph, loss, variables)
                .forEach(gradient -> wanted.add(gradient.variable().name()));
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
        if (updates.isEmpty()) {
            // The engine gives the same arrays for the same outputs every time.
            for (int i = 0; i < weights.size(); i++) {
                updates.add(Update.of(optimizer, weights.get(i), values.get(wanted.get(i + 1))));
            }
        }
        double factor = schedule.factor(steps);
        for (Update update : updates) {
            update.run(steps, factor);
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
}
