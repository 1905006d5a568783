package org.rde4j.radiomap.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.rde4j.Optimizer;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.training.ObjectiveGraph;
import org.rde4j.nd4j.training.Share;
import org.rde4j.nd4j.training.Training;
import org.rde4j.radiomap.data.Batch;
import org.rde4j.radiomap.network.RadioUNet;
import org.rde4j.radiomap.network.UNet;

/** The training of one U-net, behind another that rests: a graph for a share of a batch, and the optimizer. */
final class Phase {
    /** Scenes in a share, for a network of the published width: more take memory and save no time. */
    private static final int SCENES = 2;

    private final INDArray x;
    private final INDArray y;
    private final Training training;
    private final ObjectiveGraph objective;
    private final Engine engine;
    private final String estimate;
    private final INDArray estimates;
    private final TrainingState state;
    private final RadioUNet network;
    /** The arrays of the graph, for the first of the state's weights. */
    private final List<INDArray> weights = new ArrayList<>();
    /** Which of them are trained. */
    private final int first;
    /** Into how many a batch is cut. */
    private final int shares;

    private @Nullable Batch batch;

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
        shares = Share.count((int) shape[0], (int) Math.max(1, SCENES / whole.width()));
        long scenes = shape[0] / shares;
        Graph graph = new Graph();
        Node input = graph.placeholder("x", scenes, shape[1], shape[2], shape[3]);
        Node target = graph.placeholder("y", scenes, shape[1], shape[2], 1);
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
                new Share(graph, objective.loss(), nodes.subList(before, after), objective.terms(), inputs),
                shares,
                (share, step) -> write(share),
                new Optimizer.Adam(settings.stepSize()),
                settings.decay().schedule(settings.steps().get(state.part)));
        training.restore(new Training.State(state.step, moments()));
        engine = Engine.of(graph.sameDiff(), inputs);
        estimate = objective.output().variable().name();
        estimates = Nd4j.create(DataType.FLOAT, new long[] {shape[0], shape[1], shape[2], 1}, 'c');
    }

    private List<INDArray> moments() {
        return state.moments.subList(2 * first, 2 * weights.size());
    }

    /**
     * One step.
     *
     * @param next what to learn from
     * @return the loss before it
     */
    double step(Batch next) {
        batch = next;
        return training.step();
    }

    /** Writes a share of the batch, which gets replacements of its own. */
    private void write(int share) {
        Batch whole = Objects.requireNonNull(batch);
        x.assign(part(whole.x(), share));
        y.assign(part(whole.y(), share));
        objective.region().ifPresent(region -> region.assign(part(whole.missing(), share)));
        objective.fill(x, (long) state.drawn * shares + share);
    }

    private INDArray part(INDArray whole, int share) {
        long size = x.size(0);
        return whole.get(NDArrayIndex.interval(share * size, (share + 1) * size));
    }

    /** The terms of the last step's loss, without their weights. */
    Map<String, Double> terms() {
        return training.terms();
    }

    /** What the network says now: [N, H, W, 1] for signals [N, H, W, C], overwritten by the next call. */
    INDArray estimates(INDArray signals) {
        for (int share = 0; share < shares; share++) {
            x.assign(part(signals, share));
            part(estimates, share).assign(engine.run(List.of(estimate)).get(estimate));
        }
        return estimates;
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
