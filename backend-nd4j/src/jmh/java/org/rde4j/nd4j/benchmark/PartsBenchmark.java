package org.rde4j.nd4j.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.rde4j.nd4j.adjoint.Adjoint;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** What one part of a step costs: its output alone, and with the gradient of every input. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class PartsBenchmark {
    /** The part. */
    @Param
    public Part part;

    private Engine engine;
    private List<String> output;
    private List<String> outputAndGradients;

    /** Builds the part's graph on random inputs, and the gradient of the output's product with a random upstream. */
    @Setup
    public void build() {
        Graph graph = new Graph();
        List<Node> inputs = new ArrayList<>();
        for (long[] shape : part.inputs()) {
            inputs.add(graph.variable("x" + inputs.size(), Nd4j.rand(DataType.FLOAT, shape)));
        }
        Node built = part.build(graph, inputs);
        // Not a constant, from which the gradient of a linear part would be computed once and for all.
        Node upstream = graph.variable("upstream", Nd4j.rand(DataType.FLOAT, built.shape()));
        output = List.of(built.variable().name());
        outputAndGradients = new ArrayList<>(output);
        Adjoint.of(graph, graph.sum(graph.mul(built, upstream), false), inputs)
                .forEach(gradient -> outputAndGradients.add(gradient.variable().name()));
        engine = Engine.of(graph.sameDiff(), Map.of());
    }

    /** The output alone. */
    @Benchmark
    public Map<String, INDArray> forward() {
        return engine.run(output);
    }

    /** The output and the gradients. */
    @Benchmark
    public Map<String, INDArray> withGradient() {
        return engine.run(outputAndGradients);
    }
}
