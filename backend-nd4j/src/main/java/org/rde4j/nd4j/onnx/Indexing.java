package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.graph.Selection;

/** Operators that read or write single values at fixed places. */
final class Indexing {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("GatherElements", Operator.of(Indexing::gatherElements)),
            entry("GatherND", Operator.of(Indexing::gatherSlices)),
            entry("ScatterElements", Operator.of(Indexing::scatterElements)),
            entry("Scatter", Operator.of(Indexing::scatterElements)),
            entry("ScatterND", Operator.of(Indexing::scatterSlices)),
            entry("Compress", Operator.of(Indexing::compress)),
            entry("ReverseSequence", Operator.of(Indexing::reverseSequences)),
            entry("OneHot", Operator.of(Indexing::oneHot)));

    /** Graphs with more rounds of writing to the same places grow too large. */
    private static final int MOST_ROUNDS = 256;

    private Indexing() {}

    private static Value gatherElements(Call call) {
        Activation x = call.activation(0);
        int axis = call.axis(call.node().integer("axis", 0), x.rank());
        Constant indices = call.constant(1);
        return picked(call, x, elements(call, x.shape(), axis, indices), indices.shape());
    }

    /** For each index where its value lies in an array of the given shape, all other axes being those of the index. */
    private static int[] elements(Call call, long[] shape, int axis, Constant indices) {
        boolean fit = indices.rank() == shape.length
                && IntStream.range(0, shape.length).allMatch(i -> i == axis || indices.shape()[i] <= shape[i]);
        if (!fit) {
            throw call.refused(
                    "gets %s for a value of shape %s".formatted(indices, Arrays.toString(shape)),
                    "Give signals of the size that the model was exported for.");
        }
        int[] chosen = call.positions(indices.ints(), shape[axis]);
        long[] from = Shapes.strides(indices.shape());
        long[] to = Shapes.strides(shape);
        return IntStream.range(0, chosen.length)
                .map(flat -> {
                    long at = chosen[flat] * to[axis];
                    for (int i = 0; i < shape.length; i++) {
                        at += i == axis ? 0 : flat / from[i] % indices.shape()[i] * to[i];
                    }
                    return Math.toIntExact(at);
                })
                .toArray();
    }

    private static Activation picked(Call call, Activation x, int[] positions, long[] shape) {
        call.requireSize(shape);
        if (positions.length == 0) {
            throw call.refused("chooses nothing of " + x, OnnxGraph.EXPORT_AGAIN);
        }
        return Activation.plain(call.graph(), call.graph().selection().pick(x.plain(), positions, shape));
    }

    private static Value gatherSlices(Call call) {
        Activation x = call.activation(0);
        Constant indices = call.constant(1);
        int batches = Math.toIntExact(call.node().integer("batch_dims", 0));
        if (indices.rank() < 1 || batches < 0 || batches >= Math.min(indices.rank(), x.rank())) {
            throw call.refused(
                    "has batch_dims %s for %s and %s".formatted(batches, x, indices), OnnxGraph.EXPORT_AGAIN);
        }
        Slices slices = Slices.of(call, x.shape(), indices, batches);
        long[] rows = Arrays.copyOf(indices.shape(), indices.rank() - 1);
        long[] shape = concatenated(rows, slices.shape());
        call.requireSize(shape);
        return picked(call, x, slices.positions(), shape);
    }

    private static long[] concatenated(long[] a, long[] b) {
        long[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    /**
     * Slices of an array that rows of indices name.
     *
     * @param positions of all their values, slice after slice
     * @param shape of one of them
     */
    private record Slices(int[] positions, long[] shape) {

        static Slices of(Call call, long[] shape, Constant indices, int batches) {
            int depth = Math.toIntExact(indices.shape()[indices.rank() - 1]);
            int from = batches + depth;
            if (depth < 1 || from > shape.length) {
                throw call.refused(
                        "gets %s for a value of shape %s".formatted(indices, Arrays.toString(shape)),
                        OnnxGraph.EXPORT_AGAIN);
            }
            long[] slice = Arrays.copyOfRange(shape, from, shape.length);
            int size = Math.toIntExact(Shapes.length(slice));
            long[] strides = Shapes.strides(shape);
            int[] given = indices.ints();
            int count = given.length / depth;
            long[] batch = Arrays.copyOf(shape, batches);
            if (!Arrays.equals(batch, Arrays.copyOf(indices.shape(), batches))) {
                throw call.refused(
                        "gets %s for a value of shape %s".formatted(indices, Arrays.toString(shape)),
                        "Give signals of the size that the model was exported for.");
            }
            int perBatch = count / Math.max(1, Math.toIntExact(Shapes.length(batch)));
            int whole = Math.toIntExact(Shapes.length(Arrays.copyOfRange(shape, batches, shape.length)));
            call.requireSize(count, size);
            int[] positions = new int[count * size];
            for (int i = 0; i < count; i++) {
                long start = (long) (i / Math.max(1, perBatch)) * whole;
                for (int j = 0; j < depth; j++) {
                    int axis = batches + j;
                    start += call.axis(given[i * depth + j], Math.toIntExact(shape[axis])) * strides[axis];
                }
                for (int k = 0; k < size; k++) {
                    positions[i * size + k] = Math.toIntExact(start + k);
                }
            }
            return new Slices(positions, slice);
        }
    }

    private static Value scatterElements(Call call) {
        Value x = call.value(0);
        int axis = call.axis(call.node().integer("axis", 0), x.rank());
        return written(call, elements(call, x.shape(), axis, call.constant(1)));
    }

    private static Value scatterSlices(Call call) {
        Slices slices = Slices.of(call, call.value(0).shape(), call.constant(1), 0);
        return written(call, slices.positions());
    }

    /** The third input's values, written to the first one's places; the last one to write wins, or all count. */
    private static Value written(Call call, int[] places) {
        Activation x = call.activation(0);
        Activation updates = call.activation(2);
        if (updates.length() != places.length || places.length == 0) {
            throw call.refused("writes %s to %s places".formatted(updates, places.length), OnnxGraph.EXPORT_AGAIN);
        }
        Graph graph = call.graph();
        String reduction = call.node().text("reduction", "none");
        return switch (reduction) {
            case "none" -> overwritten(graph, x, updates, places);
            case "add" -> combined(call, x, updates, places, 0, graph::add);
            case "mul" -> combined(call, x, updates, places, 1, graph::mul);
            case "max" -> combined(call, x, updates, places, -Float.MAX_VALUE, graph::max);
            case "min" -> combined(call, x, updates, places, Float.MAX_VALUE, graph::min);
            default -> throw call.refused(
                    "has the reduction '%s'".formatted(reduction), "Supported are none, add, mul, max and min.");
        };
    }

    private static Activation overwritten(Graph graph, Activation x, Activation updates, int[] places) {
        int length = Math.toIntExact(x.length());
        int[] source = IntStream.range(0, length).toArray();
        for (int i = 0; i < places.length; i++) {
            source[places[i]] = length + i;
        }
        Node both = graph.concat(
                0, List.of(graph.reshape(x.plain(), length), graph.reshape(updates.plain(), places.length)));
        return Activation.plain(graph, graph.selection().pick(both, source, x.shape()));
    }

    private static Activation combined(
            Call call, Activation x, Activation updates, int[] places, double neutral, BinaryOperator<Node> operation) {
        Graph graph = call.graph();
        List<int[]> rounds = Selection.rounds(places, Math.toIntExact(x.length()));
        if (rounds.size() > MOST_ROUNDS) {
            throw call.refused(
                    "writes %s times to one place, but at most %s times are supported"
                            .formatted(rounds.size(), MOST_ROUNDS),
                    OnnxGraph.EXPORT_AGAIN);
        }
        Node withNeutral = graph.concat(
                0, List.of(graph.reshape(updates.plain(), places.length), graph.constant(Nd4j.createFromArray((float)
                        neutral))));
        Node result = x.plain();
        for (int[] round : rounds) {
            result = operation.apply(result, graph.selection().pick(withNeutral, round, x.shape()));
        }
        return Activation.plain(graph, result);
    }

    private static Value compress(Call call) {
        boolean flat = !call.node().has("axis");
        Value x = flat ? call.value(0).reshape(call.value(0).length()) : call.value(0);
        int axis = flat ? 0 : call.axis(call.node().integer("axis", 0), x.rank());
        int[] condition = call.constant(1).ints();
        int[] kept = IntStream.range(0, (int) Math.min(condition.length, x.shape()[axis]))
                .filter(i -> condition[i] != 0)
                .toArray();
        if (kept.length == 0) {
            throw call.refused("keeps nothing of " + x, OnnxGraph.EXPORT_AGAIN);
        }
        return x.take(axis, kept);
    }

    private static Value reverseSequences(Call call) {
        Activation x = call.activation(0);
        int time = call.axis(call.node().integer("time_axis", 0), x.rank());
        int batch = call.axis(call.node().integer("batch_axis", 1), x.rank());
        int[] lengths = call.constant(1).ints();
        int steps = Math.toIntExact(x.shape()[time]);
        boolean fit = time != batch
                && lengths.length == x.shape()[batch]
                && Arrays.stream(lengths).allMatch(length -> length >= 0 && length <= steps);
        if (!fit) {
            throw call.refused(
                    "reverses %s of the sequences of %s".formatted(Arrays.toString(lengths), x),
                    "Give signals of the size that the model was exported for.");
        }
        long[] strides = Shapes.strides(x.shape());
        int[] positions = IntStream.range(0, Math.toIntExact(x.length()))
                .map(flat -> {
                    int at = (int) (flat / strides[time] % steps);
                    int length = lengths[(int) (flat / strides[batch] % lengths.length)];
                    int other = at < length ? length - 1 - at : at;
                    return Math.toIntExact(flat + (other - at) * strides[time]);
                })
                .toArray();
        return picked(call, x, positions, x.shape());
    }

    /** The second of two values at the index of each row, the first one elsewhere. */
    private static Value oneHot(Call call) {
        Constant indices = call.constant(0);
        int depth = (int) call.number(1, "depth", 0);
        int axis = call.axis(call.node().integer("axis", -1), indices.rank() + 1);
        long[] shape = new long[indices.rank() + 1];
        System.arraycopy(indices.shape(), 0, shape, 0, axis);
        shape[axis] = depth;
        System.arraycopy(indices.shape(), axis, shape, axis + 1, indices.rank() - axis);
        call.requireSize(shape);
        INDArray hot = Nd4j.zeros(DataType.FLOAT, shape);
        long[] strides = Shapes.strides(shape);
        int inner = Math.toIntExact(strides[axis]);
        int[] given = indices.ints();
        int least = KnownShapes.countsFromEnd(call) ? -depth : 0;
        for (int i = 0; i < given.length; i++) {
            if (given[i] >= least && given[i] < depth) {
                long outer = (long) (i / inner) * inner * depth + i % inner;
                hot.putScalar(outer + Math.floorMod(given[i], depth) * strides[axis], 1);
            }
        }
        Graph graph = call.graph();
        Node values = call.plain(2);
        Node off = graph.slice(values, 0, 0, 1);
        Node on = graph.slice(values, 0, 1, 2);
        return Activation.plain(graph, graph.choose(graph.constant(hot), on, off));
    }
}
