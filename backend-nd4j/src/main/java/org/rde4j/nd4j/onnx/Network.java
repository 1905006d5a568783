package org.rde4j.nd4j.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * A network with one output, written for any number of signals, each as if it were alone.
 *
 * <p>It is written for all signals at once if that is proved to keep them apart, otherwise once for each signal. Files
 * with an open batch are treated like files for a batch of one. See docs/adr/0016.
 */
final class Network {
    /** The proof is for a number of signals that nothing else in the network counts. */
    private static final long LEAST_PRIME = 5;

    private final OnnxGraph graph;
    /** What is known of signals of some shapes. */
    private final Map<List<List<Long>>, Batches> known = new HashMap<>();

    Network(OnnxGraph graph) {
        this.graph = graph;
    }

    OnnxGraph graph() {
        return graph;
    }

    /**
     * How signals of one shape can be written.
     *
     * @param exported the network for the batch of the file
     * @param together whether several signals can be written at once
     */
    private record Batches(Rebatching.Exported exported, boolean together) {}

    /** The output for some signals, channels last. */
    Node append(Graph target, List<Activation> signals) {
        for (int i = 0; i < signals.size(); i++) {
            requireFit(graph.inputs().get(i), signals.get(i));
        }
        long batch = signals.get(0).shape()[0];
        Activation output = written(target, signals, batch);
        boolean last = signals.get(0).layout() == Layout.ONNX;
        return output.rank() == 1
                ? target.reshape(output.node(), batch, 1)
                : last ? output.plain() : output.channelsLast();
    }

    private static void requireFit(OnnxGraph.Input input, Activation signals) {
        long[] given = signals.shape();
        long[] wanted = input.shape();
        boolean fit = wanted == null
                || wanted.length == given.length
                        && IntStream.range(1, given.length).allMatch(i -> wanted[i] == -1 || wanted[i] == given[i]);
        if (!fit) {
            boolean last = signals.layout() == Layout.ONNX && given.length > 2;
            throw new RdeException(
                    "The signals %s do not fit the model's input '%s' %s (%s; -1 is open)."
                            .formatted(
                                    Arrays.toString(given),
                                    input.name(),
                                    Arrays.toString(wanted),
                                    last ? "batch, …, channels" : "batch, channels, …"),
                    given.length == 3
                            ? "Give signals as [channels, length], or state where the model has its channels with"
                                    + " channelsFirst() or channelsLast()."
                            : "Give signals of that shape, maybe with another --size.");
        }
    }

    private Activation written(Graph target, List<Activation> signals, long batch) {
        long alone = exportedBatch();
        if (batch == 1 && alone == 1) {
            return rows(Lowering.of(graph, target, signals, null), 1);
        }
        Batches batches = batches(signals, alone);
        if (batches.together()) {
            Rebatching change = batch == alone ? null : new Rebatching(batches.exported(), alone, batch);
            return rows(Lowering.of(graph, target, signals, change), batch);
        }
        if (alone > 1) {
            throw new RdeException(
                    "The model was exported for batches of %s signals, which may depend on each other."
                            .formatted(alone),
                    "Export it for batches of one signal, and for inference, in PyTorch after model.eval().");
        }
        return oneByOne(target, signals, batch, batches.exported());
    }

    /** The batch size that the file was exported with, which is one where it is open. */
    private long exportedBatch() {
        long[] shape = graph.inputs().get(0).shape();
        return shape == null || shape.length == 0 || shape[0] < 1 ? 1 : shape[0];
    }

    /** The output, which must have a row for each signal. */
    private Activation rows(Lowering lowering, long batch) {
        Value output = lowering.outputs().get(0);
        if (output instanceof Activation activation && output.rank() > 0 && output.shape()[0] == batch) {
            return activation;
        }
        throw new RdeException(
                "The model's output '%s' is %s, but must have one row for each of the %s signals."
                        .formatted(graph.outputs().get(0), output, batch),
                "Export the model with an open batch size.");
    }

    // ---- one by one ------------------------------------------------------------------------------------

    private Activation oneByOne(Graph target, List<Activation> signals, long batch, Rebatching.Exported exported) {
        Tail tail = Tail.of(graph, exported);
        List<Node> rows = new ArrayList<>();
        for (long i = 0; i < batch; i++) {
            long at = i;
            List<Activation> signal = signals.stream()
                    .map(all -> all.keeping(target.slice(all.node(), 0, at, at + 1)))
                    .toList();
            rows.add(rows(Lowering.of(tail.before(), target, signal, null), 1).plain());
        }
        return tail.write(Activation.plain(target, target.concat(0, rows)));
    }

    /**
     * A softmax or sigmoid at the end, which is written once for all signals: what the output means shows in the last
     * operation. A softmax over the axis that counts the signals would mix them and is none.
     *
     * @param before the network without it
     * @param last the node, or null if the network ends otherwise
     */
    private record Tail(OnnxGraph before, @Nullable OnnxNode last) {

        static Tail of(OnnxGraph graph, Rebatching.Exported exported) {
            String output = graph.outputs().get(0);
            OnnxNode last = null;
            List<OnnxNode> nodes = new ArrayList<>(graph.nodes());
            while (!nodes.isEmpty() && nodes.get(nodes.size() - 1).outputs().equals(List.of(output)) && last == null) {
                OnnxNode node = nodes.remove(nodes.size() - 1);
                boolean ends = node.operator().equals("Sigmoid")
                        || node.operator().equals("Softmax") && softmaxAxis(graph, node, exported) != 0;
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

        private static long softmaxAxis(OnnxGraph graph, OnnxNode node, Rebatching.Exported exported) {
            int rank = exported.shape(node.inputs().get(0)).length;
            return Math.floorMod(Normalizations.softmaxAxis(node, graph.opset()), rank);
        }

        Activation write(Activation joined) {
            if (last == null) {
                return joined;
            }
            OnnxGraph end = new OnnxGraph(
                    before.opset(),
                    List.of(new OnnxGraph.Input(before.outputs().get(0), null, ElementType.FLOAT)),
                    last.outputs(),
                    List.of(last),
                    Map.of());
            return (Activation) Lowering.of(end, joined.graph(), List.of(joined), null)
                    .outputs()
                    .get(0);
        }
    }

    // ---- all at once -----------------------------------------------------------------------------------

    private Batches batches(List<Activation> signals, long alone) {
        List<List<Long>> shapes = signals.stream()
                .map(signal -> LongStream.of(signal.shape()).skip(1).boxed().toList())
                .toList();
        synchronized (known) {
            Batches batches = known.get(shapes);
            if (batches == null) {
                List<Activation> given = placeholders(signals, alone);
                Lowering lowering = Lowering.of(graph, given.get(0).graph(), given, null);
                rows(lowering, alone);
                Rebatching.Exported exported = lowering.exported();
                batches = new Batches(exported, apart(signals, exported, alone));
                known.put(shapes, batches);
            }
            return batches;
        }
    }

    /** Inputs for other signals of the same sizes, in a graph of their own. */
    private static List<Activation> placeholders(List<Activation> like, long batch) {
        Graph own = Graph.sketch();
        List<Activation> given = new ArrayList<>();
        for (int i = 0; i < like.size(); i++) {
            Activation signal = like.get(i);
            long[] shape = Shapes.with(signal.node().shape(), 0, batch);
            given.add(new Activation(own, own.placeholder("input" + i, shape), signal.layout()));
        }
        return given;
    }

    /**
     * Whether signals stay apart when they are written together. The proof is for a number of them that divides no
     * other size, so that no axis and no part of one can be taken for the batch.
     */
    private boolean apart(List<Activation> signals, Rebatching.Exported exported, long alone) {
        long count = LongStream.iterate(LEAST_PRIME, n -> n + 1)
                .filter(n -> isPrime(n) && exported.sizes().noneMatch(size -> size != 0 && size % n == 0))
                .findFirst()
                .orElseThrow();
        List<Activation> given = placeholders(signals, count);
        Graph own = given.get(0).graph();
        try {
            Lowering together = Lowering.of(graph, own, given, new Rebatching(exported, alone, count));
            Node output = rows(together, count).node();
            return Separation.keepsRows(
                    own, given.stream().map(Activation::node).toList(), output);
        } catch (Rebatching.Impossible | RdeException e) {
            return false;
        }
    }

    private static boolean isPrime(long n) {
        return LongStream.range(2, n).noneMatch(divisor -> n % divisor == 0);
    }
}
