package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * Recurrent networks, written out step by step. What does not depend on the step before, the product of the whole
 * sequence with the input's weights, is one product for all steps.
 */
final class Recurrent {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("RNN", call -> new Recurrent(call, 1, "Tanh").outputs(SimpleCell::new)),
            entry("GRU", call -> new Recurrent(call, 3, "Sigmoid", "Tanh").outputs(GatedCell::new)),
            entry("LSTM", call -> new Recurrent(call, 4, "Sigmoid", "Tanh", "Tanh").outputs(MemoryCell::new)));

    /** Longer ones would make graphs that take minutes to plan. */
    private static final long MOST_STEPS = 1024;

    private static final int SEQUENCE_LENGTHS = 4;
    private static final int FIRST_HIDDEN = 5;
    private static final int FIRST_MEMORY = 6;
    private static final int PEEPHOLES = 7;

    private final Call call;
    private final Graph graph;
    private final int gates;
    private final int directions;
    private final int hidden;
    private final boolean batchFirst;
    /** The sequence [T, N, features], by steps. */
    private final Node sequence;

    private final List<UnaryOperator<Node>> functions;

    private Recurrent(Call call, int gates, String... functions) {
        this.call = call;
        this.graph = call.graph();
        this.gates = gates;
        String direction = call.node().text("direction", "forward");
        if (!List.of("forward", "reverse", "bidirectional").contains(direction)) {
            throw call.refused("has the direction '%s'".formatted(direction), OnnxGraph.EXPORT_AGAIN);
        }
        this.directions = direction.equals("bidirectional") ? 2 : 1;
        this.batchFirst = call.node().flag("layout", false);
        if (call.value(0).rank() != 3) {
            throw call.refused(
                    "gets %s, but must get a sequence of rank 3".formatted(call.value(0)), OnnxGraph.EXPORT_AGAIN);
        }
        Node x = call.plain(0);
        this.sequence = batchFirst ? graph.permute(x, 1, 0, 2) : x;
        Constant recurrence = call.constant(2);
        this.hidden = recurrence.rank() == 3 ? (int) recurrence.shape()[2] : 0;
        if (call.node().integer("hidden_size", hidden) != hidden) {
            throw call.refused(
                    "has the hidden_size %s for %s".formatted(call.node().integer("hidden_size", 0), recurrence),
                    OnnxGraph.EXPORT_AGAIN);
        }
        requireShape(1, gates * hidden, sequence.size(2));
        requireShape(2, gates * hidden, hidden);
        requireShape(3, 2 * gates * hidden);
        requireSteps();
        this.functions = new RecurrentFunctions(call, directions, functions).all();
    }

    private void requireShape(int input, long... each) {
        if (!call.has(input)) {
            return;
        }
        long[] wanted = Shapes.prepended(directions, each);
        if (hidden == 0 || !Arrays.equals(call.constant(input).shape(), wanted)) {
            throw call.refused(
                    "has as input %s %s, but wants one of shape %s"
                            .formatted(input, call.constant(input), Arrays.toString(wanted)),
                    OnnxGraph.EXPORT_AGAIN);
        }
    }

    private void requireSteps() {
        long steps = sequence.size(0);
        if (steps < 1 || steps > MOST_STEPS) {
            throw call.refused(
                    "runs over %s steps, but must run over 1 to %s".formatted(steps, MOST_STEPS),
                    "Give shorter signals.");
        }
        boolean whole = !call.has(SEQUENCE_LENGTHS)
                || IntStream.of(call.constant(SEQUENCE_LENGTHS).ints()).allMatch(length -> length == steps);
        if (!whole) {
            throw call.refused(
                    "gets sequences shorter than the %s steps of the signal".formatted(steps),
                    "Export the model for sequences of one length.");
        }
    }

    /** What goes from one step to the next: the output, and the memory of cells that have one. */
    private record State(Node hidden, @Nullable Node memory) {}

    /** One step in one direction. */
    @FunctionalInterface
    private interface Cell {
        /** The next state from the product of the input with its weights [N, gates · H] and the state before. */
        State next(Node input, State before);

        /** Whether there is a memory beside the output. */
        default boolean remembers() {
            return false;
        }
    }

    private interface CellOf {
        Cell in(Recurrent network, int direction);
    }

    private List<Value> outputs(CellOf kind) {
        List<Node> all = new ArrayList<>();
        List<State> last = new ArrayList<>();
        boolean reversed = call.node().text("direction", "forward").equals("reverse");
        for (int direction = 0; direction < directions; direction++) {
            boolean backwards = reversed || direction == 1;
            List<Node> inputs = new ArrayList<>(projected(direction));
            if (backwards) {
                Collections.reverse(inputs);
            }
            Cell cell = kind.in(this, direction);
            State state =
                    new State(first(FIRST_HIDDEN, direction), cell.remembers() ? first(FIRST_MEMORY, direction) : null);
            List<Node> steps = new ArrayList<>();
            for (Node input : inputs) {
                state = cell.next(input, state);
                steps.add(graph.reshape(state.hidden(), 1, 1, batch(), hidden));
            }
            if (backwards) {
                Collections.reverse(steps);
            }
            all.add(graph.concat(0, steps));
            last.add(state);
        }
        Node y = graph.concat(1, all);
        List<Value> values = new ArrayList<>();
        values.add(Activation.plain(graph, batchFirst ? graph.permute(y, 2, 0, 1, 3) : y));
        values.add(joined(last.stream().map(State::hidden).toList()));
        if (last.get(0).memory() != null) {
            values.add(joined(last.stream().map(State::memory).toList()));
        }
        return values;
    }

    private long batch() {
        return sequence.size(1);
    }

    /** The sequence times the input's weights, plus both biases where they are added alike, step by step. */
    private List<Node> projected(int direction) {
        Node flat = graph.reshape(sequence, -1, sequence.size(2));
        Node product = graph.matmul(flat, turned(1, direction, 0, gates));
        if (call.has(3)) {
            product = graph.add(product, bias(direction, 0, 0, gates));
        }
        Node steps = graph.reshape(product, sequence.size(0), batch(), (long) gates * hidden);
        return graph.selection().each(steps);
    }

    /** The weights of some gates, transposed: [in, gates · H]. */
    private Node turned(int input, int direction, int from, int to) {
        Constant weights = call.constant(input).take(0, direction).take(1, range(from * hidden, to * hidden));
        long[] shape = weights.shape();
        return graph.constant(
                weights.reshape(shape[1], shape[2]).transpose(1, 0).array());
    }

    /** The biases of some gates as a row; side 0 is the input's, side 1 the recurrence's. */
    private Node bias(int direction, int side, int from, int to) {
        int start = side * gates * hidden;
        Constant row = call.constant(3).take(0, direction).take(1, range(start + from * hidden, start + to * hidden));
        return graph.constant(row.array());
    }

    private static int[] range(int from, int to) {
        return IntStream.range(from, to).toArray();
    }

    /** The state before the first step: [N, H], or [1, H] where it is the same for all signals. */
    private Node first(int input, int direction) {
        if (!call.has(input)) {
            return graph.constant(Nd4j.zeros(DataType.FLOAT, 1, hidden));
        }
        int axis = batchFirst ? 1 : 0;
        Activation given = call.activation(input);
        // Constants may have the batch of the export.
        boolean same = call.value(input) instanceof Constant && given.rank() == 3 && given.shape()[1 - axis] == 1;
        long rows = same ? 1 : batch();
        long[] wanted = batchFirst ? new long[] {rows, directions, hidden} : new long[] {directions, rows, hidden};
        if (!Arrays.equals(given.shape(), wanted)) {
            throw call.refused(
                    "begins with %s, but wants the shape %s".formatted(given, Arrays.toString(wanted)),
                    "Export the model with an open batch size.");
        }
        return graph.reshape(graph.slice(given.plain(), axis, direction, direction + 1L), rows, hidden);
    }

    private Value joined(List<Node> each) {
        int axis = batchFirst ? 1 : 0;
        long[] shape = batchFirst ? new long[] {batch(), 1, hidden} : new long[] {1, batch(), hidden};
        return Activation.plain(
                graph,
                graph.concat(
                        axis,
                        each.stream().map(node -> graph.reshape(node, shape)).toList()));
    }

    private UnaryOperator<Node> function(int direction, int which) {
        return functions.get(direction * functions.size() / directions + which);
    }

    private Node gate(Node all, int gate) {
        return graph.slice(all, 1, (long) gate * hidden, (gate + 1L) * hidden);
    }

    /** The recurrence's share of some gates: h·R + bias. */
    private UnaryOperator<Node> recurrence(int direction, int from, int to) {
        Node weights = turned(2, direction, from, to);
        Node bias = call.has(3) ? bias(direction, 1, from, to) : null;
        return h -> bias == null ? graph.matmul(h, weights) : graph.add(graph.matmul(h, weights), bias);
    }

    /** h' = f(W x + R h + b). */
    private record SimpleCell(Recurrent of, UnaryOperator<Node> recurrence, UnaryOperator<Node> f) implements Cell {
        SimpleCell(Recurrent of, int direction) {
            this(of, of.recurrence(direction, 0, 1), of.function(direction, 0));
        }

        @Override
        public State next(Node input, State before) {
            return new State(f.apply(of.graph.add(input, recurrence.apply(before.hidden()))), null);
        }
    }

    /** GRU: h' = (1 − z)·g(…r·h…) + z·h, with the gates z, r in front of the candidate. */
    private static final class GatedCell implements Cell {
        private final Recurrent of;
        private final UnaryOperator<Node> f;
        private final UnaryOperator<Node> g;
        private final UnaryOperator<Node> gates;
        private final UnaryOperator<Node> candidate;
        private final boolean resetAfter;

        GatedCell(Recurrent of, int direction) {
            this.of = of;
            this.f = of.function(direction, 0);
            this.g = of.function(direction, 1);
            this.gates = of.recurrence(direction, 0, 2);
            this.candidate = of.recurrence(direction, 2, 3);
            this.resetAfter = of.call.node().flag("linear_before_reset", false);
        }

        @Override
        public State next(Node input, State before) {
            Graph graph = of.graph;
            Node h = before.hidden();
            Node opened = f.apply(graph.add(graph.slice(input, 1, 0, 2L * of.hidden), gates.apply(h)));
            Node z = of.gate(opened, 0);
            Node r = of.gate(opened, 1);
            Node past = resetAfter ? graph.mul(r, candidate.apply(h)) : candidate.apply(graph.mul(r, h));
            Node proposed = g.apply(graph.add(of.gate(input, 2), past));
            // (1 − z)·p + z·h with one product less.
            return new State(graph.add(proposed, graph.mul(z, graph.sub(h, proposed))), null);
        }
    }

    /** LSTM: gates input, output, forget, cell; peepholes look at the memory. */
    private static final class MemoryCell implements Cell {
        private final Recurrent of;
        private final UnaryOperator<Node> f;
        private final UnaryOperator<Node> g;
        private final UnaryOperator<Node> h;
        private final UnaryOperator<Node> recurrence;
        private final List<@Nullable Node> peepholes;
        private final boolean coupled;

        MemoryCell(Recurrent of, int direction) {
            this.of = of;
            this.f = of.function(direction, 0);
            this.g = of.function(direction, 1);
            this.h = of.function(direction, 2);
            this.recurrence = of.recurrence(direction, 0, 4);
            this.coupled = of.call.node().flag("input_forget", false);
            of.requireShape(PEEPHOLES, 3L * of.hidden);
            this.peepholes = new ArrayList<>();
            for (int gate = 0; gate < 3; gate++) {
                peepholes.add(of.call.has(PEEPHOLES) ? peephole(direction, gate) : null);
            }
        }

        private Node peephole(int direction, int gate) {
            return of.graph.constant(of.call
                    .constant(PEEPHOLES)
                    .take(0, direction)
                    .take(1, range(gate * of.hidden, (gate + 1) * of.hidden))
                    .array());
        }

        @Override
        public boolean remembers() {
            return true;
        }

        @Override
        public State next(Node input, State before) {
            Graph graph = of.graph;
            Node memory = Objects.requireNonNull(before.memory());
            Node all = graph.add(input, recurrence.apply(before.hidden()));
            Node i = opened(all, 0, memory);
            Node forget = coupled ? graph.from(1, i) : opened(all, 2, memory);
            Node next = graph.add(graph.mul(forget, memory), graph.mul(i, g.apply(of.gate(all, 3))));
            return new State(graph.mul(opened(all, 1, next), h.apply(next)), next);
        }

        private Node opened(Node all, int gate, Node memory) {
            Node peephole = peepholes.get(gate);
            Node sum = of.gate(all, gate);
            return f.apply(peephole == null ? sum : of.graph.add(sum, of.graph.mul(memory, peephole)));
        }
    }
}
