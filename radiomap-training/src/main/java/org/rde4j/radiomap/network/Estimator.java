package org.rde4j.radiomap.network;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.Tensor;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;

/** Runs a network on maps. The graph is built for the first batch and again only for batches of another shape. */
public final class Estimator {
    private final Nd4jModel model;
    private long[] shape = {};
    private @Nullable Run run;

    private record Run(Engine engine, INDArray x, String output) {}

    /**
     * Nothing is built yet.
     *
     * @param model takes [N, H, W, C] and gives [N, H, W, 1], channels last
     */
    public Estimator(Nd4jModel model) {
        this.model = model;
    }

    /**
     * What the network says of some signals.
     *
     * @param x [N, H, W, C], channels last
     * @return grey levels [N, H, W, 1]; valid until the next call
     */
    public INDArray estimates(INDArray x) {
        Run now = run;
        if (now == null || !Arrays.equals(shape, x.shape())) {
            Graph graph = new Graph();
            Node output = model.append(graph, graph.placeholder("x", x.shape()));
            INDArray input = Nd4j.zeros(DataType.FLOAT, x.shape());
            shape = x.shape().clone();
            now = new Run(
                    Engine.of(graph.sameDiff(), Map.of("x", input)),
                    input,
                    output.variable().name());
            run = now;
        }
        now.x().assign(x);
        return now.engine().run(List.of(now.output())).get(now.output());
    }

    /**
     * What the network says of some signals, to be kept.
     *
     * @param x [N, H, W, C], channels last
     * @return grey levels [H, W] for each
     */
    public List<Tensor> maps(INDArray x) {
        INDArray estimates = estimates(x);
        int rows = (int) x.size(1);
        int columns = (int) x.size(2);
        return IntStream.range(0, (int) x.size(0))
                .mapToObj(n -> Tensor.of(estimates.slice(n).dup('c').data().asFloat(), rows, columns))
                .toList();
    }

    /**
     * What the network says of one signal.
     *
     * @param signal [C, H, W]
     * @return grey levels [H, W]
     */
    public Tensor estimate(Tensor signal) {
        int[] size = signal.shape();
        INDArray x = Nd4j.createFromArray(signal.values())
                .reshape(1, size[0], size[1], size[2])
                .permute(0, 2, 3, 1);
        return maps(x).get(0);
    }
}
