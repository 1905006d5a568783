package org.rde4j.radiomap.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.Optimizer;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.training.ObjectiveGraph;
import org.rde4j.nd4j.training.Training;
import org.rde4j.radiomap.data.Batch;
import org.rde4j.radiomap.network.RadioUNet;
import org.rde4j.radiomap.network.UNet;

/** The training of one U-net, behind another that rests: a graph, its inputs and the optimizer. */
final class Phase {
    private final INDArray x;
    private final INDArray y;
    private final Training training;
    private final ObjectiveGraph objective;
    private final Engine engine;
    private final String estimate;
    private final TrainingState state;
    private final RadioUNet network;
    /** The arrays of the graph, for the first of the state's weights. */
    private final List<INDArray> weights = new ArrayList<>();
    /** Which of them are trained. */
    private final int first;

    /**
     * Builds the graph; nothing runs yet.
     *
     * @param settings of the whole training
     * @param state says which U-net is trained, from which weights and moments
     * @param shape of a batch's inputs, [N, H, W, channels]
     */
    Phase(RadioTraining settings, TrainingState state, long[] shape) {
        this.state = state;
        RadioUNet whole = settings.network();
        network = state.part == 0 ? whole.depth(RadioUNet.Depth.FIRST) : whole;
        Graph graph = new Graph();
        Node input = graph.placeholder("x", shape);
        Node target = graph.placeholder("y", shape[0], shape[1], shape[2], 1);
        int before = 0;
        int after = 0;
        for (UNet each : network.parts()) {
            before = after;
            after += 2 * each.layers().size();
        }
        this.first = before;
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < after; i++) {
            Node node = graph.variable("weights" + i, state.weights.get(i).dup());
            nodes.add(node);
            weights.add(node.variable().getArr());
        }
        objective = ObjectiveGraph.of(
                settings.objective(), graph, input, target, x -> network.append(graph, x, nodes), settings.seed());
        x = Nd4j.zeros(DataType.FLOAT, input.shape());
        y = Nd4j.zeros(DataType.FLOAT, target.shape());
        Map<String, INDArray> inputs = new HashMap<>(objective.inputs());
        inputs.put("x", x);
        inputs.put("y", y);
        training = new Training(
                graph,
                objective.loss(),
                nodes.subList(before, after),
                inputs,
                new Optimizer.Adam(settings.stepSize()),
                settings.decay().schedule(settings.steps().get(state.part)));
        training.watch(objective.terms());
        training.restore(new Training.State(state.step, moments()));
        engine = Engine.of(graph.sameDiff(), inputs);
        estimate = objective.output().variable().name();
    }

    private List<INDArray> moments() {
        return state.moments.subList(2 * first, 2 * weights.size());
    }

    /**
     * One step.
     *
     * @param batch what to learn from
     * @param number of the step, for random draws
     * @return the loss before it
     */
    double step(Batch batch, long number) {
        x.assign(batch.x());
        y.assign(batch.y());
        objective.region().ifPresent(region -> region.assign(batch.missing()));
        objective.fill(x, number);
        return training.step();
    }

    /** The terms of the last step's loss, without their weights. */
    Map<String, Double> terms() {
        return training.watched();
    }

    /** What the network says now: [N, H, W, 1] for signals [N, H, W, C], overwritten by the next call. */
    INDArray estimates(INDArray signals) {
        x.assign(signals);
        return engine.run(List.of(estimate)).get(estimate);
    }

    /** Writes the weights and what the optimizer remembers into the state. */
    void save() {
        TrainingState.copy(weights, state.weights.subList(0, weights.size()));
        TrainingState.copy(training.state().moments(), moments());
    }

    /** The U-nets so far. */
    RadioUNet network() {
        return network;
    }

    /** Their weights, which steps change. */
    List<INDArray> weights() {
        return weights;
    }
}
