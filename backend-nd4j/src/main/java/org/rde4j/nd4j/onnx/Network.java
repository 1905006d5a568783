package org.rde4j.nd4j.onnx;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.RdeException;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * A network with one output, written for any number of signals.
 *
 * <p>One that was exported for a fixed batch is written for all signals at once if that changes nothing: every value
 * has an axis that follows the batch, and random signals give the same values together as alone. Otherwise it is
 * written once for each signal. See docs/adr/0016.
 */
final class Network {
    /** So many numbers of intermediate values are compared, and larger values are left to the output. */
    private static final long MOST_COMPARED = 1 << 26;

    /** What rounding alone may change, as a share of what is compared. */
    private static final double ROUNDING = 1e-3;

    private final OnnxGraph graph;
    /** Whether signals of some shapes can be written at once. */
    private final Map<List<List<Long>>, Boolean> together = new HashMap<>();

    Network(OnnxGraph graph) {
        this.graph = graph;
    }

    OnnxGraph graph() {
        return graph;
    }

    /** The output for some signals, channels last. */
    Node append(Graph target, List<Activation> signals) {
        for (int i = 0; i < signals.size(); i++) {
            requireFit(graph.inputs().get(i), signals.get(i).shape());
        }
        long batch = signals.get(0).shape()[0];
        Value output = written(target, signals, batch);
        if (!(output instanceof Activation activation) || output.rank() == 0 || output.shape()[0] != batch) {
            throw new RdeException(
                    "The model's output '%s' is %s, but must have one row for each of the %s signals."
                            .formatted(graph.outputs().get(0), output, batch),
                    "Export the model with an open batch size.");
        }
        boolean last = signals.get(0).layout() == Layout.ONNX;
        return output.rank() == 1
                ? target.reshape(activation.node(), batch, 1)
                : last ? activation.plain() : activation.channelsLast();
    }

    private static void requireFit(OnnxGraph.Input input, long[] given) {
        long[] wanted = input.shape();
        boolean fit = wanted == null
                || wanted.length == given.length
                        && IntStream.range(1, given.length).allMatch(i -> wanted[i] == -1 || wanted[i] == given[i]);
        if (!fit) {
            throw new RdeException(
                    "The signals %s do not fit the model's input '%s' %s (batch, channels, …; -1 is open)."
                            .formatted(Arrays.toString(given), input.name(), Arrays.toString(wanted)),
                    "Give signals of that shape, maybe with another --size.");
        }
    }

    private Value written(Graph target, List<Activation> signals, long batch) {
        long fixed = fixedBatch();
        if (fixed < 1 || fixed == batch) {
            return Lowering.of(graph, target, signals, null).outputs().get(0);
        }
        Lowering exported = exported(signals, fixed);
        try {
            if (together(signals, exported, fixed)) {
                Rebatching change = new Rebatching(exported.values(), fixed, batch);
                return Lowering.of(graph, target, signals, change).outputs().get(0);
            }
        } catch (Rebatching.Impossible e) {
            // Then one by one.
        }
        return oneByOne(target, signals, batch, fixed);
    }

    /** The batch size that the file was exported with; −1 where it is open. */
    private long fixedBatch() {
        long[] shape = graph.inputs().get(0).shape();
        return shape == null || shape.length == 0 ? -1 : shape[0];
    }

    // ---- one by one ------------------------------------------------------------------------------------

    /** A batch of copies of each signal, of whose results the first is kept. */
    private Value oneByOne(Graph target, List<Activation> signals, long batch, long fixed) {
        Tail tail = Tail.of(graph);
        List<Node> rows = new ArrayList<>();
        for (long i = 0; i < batch; i++) {
            long at = i;
            List<Activation> copies = signals.stream()
                    .map(signal -> signal.keeping(target.concat(
                            0, Collections.nCopies((int) fixed, target.slice(signal.node(), 0, at, at + 1)))))
                    .toList();
            Value output =
                    Lowering.of(tail.before(), target, copies, null).outputs().get(0);
            if (!(output instanceof Activation row) || output.rank() == 0 || output.shape()[0] != fixed) {
                throw new RdeException(
                        "The model's output '%s' is %s, but must have one row for each of the %s signals of a batch."
                                .formatted(graph.outputs().get(0), output, fixed),
                        "Export the model with an open batch size.");
            }
            rows.add(target.slice(row.plain(), 0, 0, 1));
        }
        return tail.write(Activation.plain(target, target.concat(0, rows)));
    }

    /**
     * A softmax or sigmoid at the end, which is written once for all signals: what the output means shows in the last
     * operation.
     *
     * @param before the network without it
     * @param last the node, or null if the network ends otherwise
     */
    private record Tail(OnnxGraph before, @Nullable OnnxNode last) {

        static Tail of(OnnxGraph graph) {
            String output = graph.outputs().get(0);
            OnnxNode last = null;
            List<OnnxNode> nodes = new ArrayList<>(graph.nodes());
            while (!nodes.isEmpty() && nodes.get(nodes.size() - 1).outputs().equals(List.of(output)) && last == null) {
                OnnxNode node = nodes.remove(nodes.size() - 1);
                boolean ends =
                        node.operator().equals("Softmax") || node.operator().equals("Sigmoid");
                if (!ends && !node.operator().equals("Identity")) {
                    break;
                }
                last = ends ? node : null;
                output = node.inputs().get(0);
            }
            return last == null
                    ? new Tail(graph, null)
                    : new Tail(
                            new OnnxGraph(graph.opset(), graph.inputs(), List.of(output), nodes, graph.weights()),
                            last);
        }

        Value write(Activation joined) {
            if (last == null) {
                return joined;
            }
            OnnxGraph end = new OnnxGraph(
                    before.opset(),
                    List.of(new OnnxGraph.Input(before.outputs().get(0), null, ElementType.FLOAT)),
                    last.outputs(),
                    List.of(last),
                    Map.of());
            return Lowering.of(end, joined.graph(), List.of(joined), null)
                    .outputs()
                    .get(0);
        }
    }

    // ---- all at once -----------------------------------------------------------------------------------

    private static List<Activation> placeholders(List<Activation> like, long batch) {
        Graph graph = new Graph();
        List<Activation> given = new ArrayList<>();
        for (int i = 0; i < like.size(); i++) {
            Node node = like.get(i).node();
            given.add(new Activation(
                    graph,
                    graph.placeholder("input" + i, Shapes.with(node.shape(), 0, batch)),
                    like.get(i).layout()));
        }
        return given;
    }

    private Lowering exported(List<Activation> signals, long fixed) {
        List<Activation> given = placeholders(signals, fixed);
        Lowering lowering = Lowering.of(graph, given.get(0).graph(), given, null);
        lowering.outputs();
        return lowering;
    }

    private boolean together(List<Activation> signals, Lowering exported, long fixed) {
        List<List<Long>> shapes = signals.stream()
                .map(signal ->
                        Arrays.stream(signal.node().shape()).skip(1).boxed().toList())
                .toList();
        synchronized (together) {
            Boolean known = together.get(shapes);
            if (known == null) {
                known = independent(signals, exported, fixed);
                together.put(shapes, known);
            }
            return known;
        }
    }

    /** Whether a few random signals give the same together as alone, in every value on the way. */
    private boolean independent(List<Activation> signals, Lowering exported, long fixed) {
        int count = fixed == 2 ? 3 : 2;
        List<Activation> given = placeholders(signals, count);
        Lowering batched =
                Lowering.of(graph, given.get(0).graph(), given, new Rebatching(exported.values(), fixed, count));
        try {
            batched.outputs();
        } catch (Rebatching.Impossible | RdeException e) {
            return false;
        }
        List<INDArray> random = random(given);
        List<String> compared = compared(exported);
        Run together = Run.of(batched, compared, output(), random, 1);
        Map<String, double[]> sums = new HashMap<>();
        for (int i = 0; i < count; i++) {
            int row = i;
            List<INDArray> copies = random.stream()
                    .map(array -> Nd4j.concat(
                            0, Collections.nCopies((int) fixed, row(array, row)).toArray(INDArray[]::new)))
                    .toList();
            Run alone = Run.of(exported, compared, output(), copies, 1.0 / fixed);
            alone.moments().forEach((name, moments) -> sums.merge(name, moments, Network::added));
            if (!near(row(together.output(), row), row(alone.output(), 0))) {
                return false;
            }
        }
        return together.moments().entrySet().stream()
                .allMatch(entry -> near(entry.getValue(), sums.get(entry.getKey())));
    }

    private String output() {
        return graph.outputs().get(0);
    }

    /**
     * What a network computes for some signals.
     *
     * @param moments of each value on the way, times a weight
     * @param output the output itself
     */
    private record Run(Map<String, double[]> moments, INDArray output) {

        static Run of(Lowering lowering, List<String> names, String output, List<INDArray> signals, double weight) {
            Map<String, INDArray> inputs = new HashMap<>();
            for (int i = 0; i < signals.size(); i++) {
                inputs.put("input" + i, signals.get(i));
            }
            Map<String, String> variables = new HashMap<>();
            for (String name : names) {
                variables.put(
                        name,
                        ((Activation) lowering.value(name)).node().variable().name());
            }
            Engine engine = Engine.of(lowering.graph().sameDiff(), inputs);
            Map<String, INDArray> results =
                    engine.run(variables.values().stream().distinct().toList());
            Map<String, double[]> moments = new HashMap<>();
            variables.forEach((name, variable) ->
                    moments.put(name, Network.moments(Objects.requireNonNull(results.get(variable)), weight)));
            INDArray copy =
                    Objects.requireNonNull(results.get(variables.get(output))).dup('c');
            // The results lie in the engine's memory.
            Reference.reachabilityFence(engine);
            return new Run(moments, copy);
        }
    }

    private static INDArray row(INDArray array, int row) {
        long[] shape = array.shape().clone();
        INDArray rows = array.reshape(shape[0], array.length() / shape[0]);
        shape[0] = 1;
        return rows.getRow(row).dup('c').reshape('c', shape);
    }

    private List<INDArray> random(List<Activation> like) {
        SplittableRandom random = new SplittableRandom(7);
        List<INDArray> arrays = new ArrayList<>();
        for (int i = 0; i < like.size(); i++) {
            double range = graph.inputs().get(i).type().isInteger() ? 255 : 1;
            float[] values = new float[(int) like.get(i).length()];
            for (int k = 0; k < values.length; k++) {
                values[k] = (float) (range * random.nextDouble());
            }
            arrays.add(
                    Nd4j.createFromArray(values).reshape('c', like.get(i).node().shape()));
        }
        return arrays;
    }

    /** The values on the way to the output, and the output. */
    private List<String> compared(Lowering lowering) {
        long[] rest = {MOST_COMPARED};
        String output = output();
        return lowering.values().entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Activation
                        && (entry.getKey().equals(output)
                                || (rest[0] -= entry.getValue().length()) > 0))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Sums of powers: they change when values do, whatever order these are in, and add up over signals. */
    private static double[] moments(INDArray array, double weight) {
        float[] values = array.dup('c').data().asFloat();
        double[] sums = new double[6];
        for (float v : values) {
            double power = 1;
            for (int k = 0; k < 3; k++) {
                power *= v;
                sums[k] += weight * power;
                sums[3 + k] += weight * Math.abs(power);
            }
        }
        return sums;
    }

    private static double[] added(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] + b[i]).toArray();
    }

    private static boolean near(double[] together, double @Nullable [] alone) {
        return alone != null
                && IntStream.range(0, 3)
                        .allMatch(k -> !(Math.abs(together[k] - alone[k]) > ROUNDING * alone[3 + k] + 1e-30));
    }

    private static boolean near(INDArray together, INDArray alone) {
        return Arrays.equals(together.shape(), alone.shape())
                && !(together.sub(alone).amaxNumber().doubleValue()
                        > ROUNDING * alone.amaxNumber().doubleValue() + 1e-30);
    }
}
