package org.rde4j.nd4j.onnx;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.RdeException;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** Writes one network into one graph for signals of one shape. */
final class Lowering {
    /** No honest activation of one batch is larger; sizes come from the file, and memory must not. */
    private static final long LARGEST_VALUE = Integer.MAX_VALUE;

    /** Operators through which integers of a signal pass unchanged. */
    private static final Set<String> MOVES = Set.of(
            "Concat",
            "DepthToSpace",
            "Flatten",
            "Identity",
            "Reshape",
            "Slice",
            "SpaceToDepth",
            "Split",
            "Squeeze",
            "Transpose",
            "Unsqueeze");

    private final OnnxGraph model;
    private final Graph graph;
    private final @Nullable Lowering outer;
    private final @Nullable Rebatching rebatching;
    private final Map<String, Value> values = new LinkedHashMap<>();
    private final Map<String, List<OnnxNode>> users;
    /** Nodes that others compute along with their own, by those others. */
    private final Map<OnnxNode, OnnxNode> absorbed = new HashMap<>();
    /** What graphs inside an operator were written as, run by run, by the operator's first output. */
    private final Map<String, List<Lowering>> inner = new HashMap<>();
    /** Signals that the network takes as integers, and what it moves them to. */
    private final Map<String, ElementType> integers = new HashMap<>();

    private Lowering(OnnxGraph model, Graph graph, @Nullable Lowering outer, @Nullable Rebatching rebatching) {
        this.model = model;
        this.graph = graph;
        this.outer = outer;
        this.rebatching = rebatching;
        this.users = model.users();
    }

    /**
     * Prepares to write a network.
     *
     * @param model the network
     * @param graph where to write
     * @param given a value for each input
     * @param rebatching for signals of another number than the network was exported for, else null
     */
    static Lowering of(OnnxGraph model, Graph graph, List<Activation> given, @Nullable Rebatching rebatching) {
        Lowering lowering = new Lowering(model, graph, null, rebatching);
        for (int i = 0; i < given.size(); i++) {
            OnnxGraph.Input input = model.inputs().get(i);
            lowering.values.put(input.name(), given.get(i));
            if (input.type().isInteger()) {
                lowering.integers.put(input.name(), input.type());
            }
        }
        return lowering;
    }

    /** Writes a graph inside an operator, which sees the names around it. */
    List<Value> inner(Call call, OnnxGraph body, Map<String, Value> given) {
        String operator = call.node().outputs().get(0);
        List<Lowering> runs = inner.computeIfAbsent(operator, key -> new ArrayList<>());
        Lowering lowering =
                new Lowering(body, graph, this, rebatching == null ? null : rebatching.inner(operator, runs.size()));
        runs.add(lowering);
        lowering.values.putAll(given);
        return lowering.outputs();
    }

    /** Writes everything. */
    List<Value> outputs() {
        for (OnnxNode node : model.nodes()) {
            if (rebatching != null && node.outputs().stream().allMatch(name -> rebatching.constant(name) != null)) {
                node.outputs().forEach(name -> values.put(name, rebatching.constant(name)));
            } else if (!absorbed.containsValue(node)) {
                lower(node);
            }
        }
        return model.outputs().stream().map(this::value).toList();
    }

    /** What has been written, without the graph that it was written into. */
    Rebatching.Exported exported() {
        Map<String, Constant> constants = new HashMap<>();
        Map<String, long[]> shapes = new HashMap<>();
        values.forEach((name, value) -> {
            shapes.put(name, value.shape());
            if (value instanceof Constant constant) {
                constants.put(name, constant);
            }
        });
        Map<String, List<Rebatching.Exported>> runs = new HashMap<>();
        inner.forEach((name, each) ->
                runs.put(name, each.stream().map(Lowering::exported).toList()));
        return new Rebatching.Exported(constants, shapes, runs);
    }

    private void lower(OnnxNode node) {
        Call call = new Call(this, node, graph);
        List<? extends Value> results;
        try {
            results = rebatching == null ? results(call) : rebatched(call, rebatching);
        } catch (RdeException e) {
            throw e;
        } catch (IllegalArgumentException
                | ArithmeticException
                | IndexOutOfBoundsException
                | NegativeArraySizeException e) {
            throw call.refused("cannot run on " + call.inputs() + ": " + e.getMessage(), "Check the export.", e);
        }
        OnnxNode last = absorbed.getOrDefault(node, node);
        Operators.requireRead(node);
        Operators.requireRead(last);
        List<String> names = last.outputs();
        for (int i = 0; i < results.size() && i < names.size(); i++) {
            requireSize(call, results.get(i));
            if (rebatching != null) {
                rebatching.follow(call, names.get(i), results.get(i));
            }
            values.put(names.get(i), results.get(i));
        }
    }

    /** Writes a node for another number of signals than the network was exported for. */
    private List<? extends Value> rebatched(Call call, Rebatching change) {
        List<Value> reshaped = change.reshaped(call);
        if (reshaped != null) {
            return reshaped;
        }
        int input = Rebatching.shapeInput(call);
        if (input < 0) {
            return results(call);
        }
        String name = call.node().inputs().get(input);
        Constant stated = call.constant(input);
        values.put(name, change.followed(call, stated));
        List<? extends Value> results = results(call);
        values.put(name, stated);
        return results;
    }

    private List<? extends Value> results(Call call) {
        OnnxNode node = call.node();
        boolean known = !node.hasGraphs() && node.needs().stream().allMatch(name -> value(name) instanceof Constant);
        Operator ofConstants = Known.TABLE.get(node.operator());
        if (known && ofConstants != null) {
            return ofConstants.lower(call);
        }
        requireFloats(call);
        Operator operator = Operators.TABLE.get(node.operator());
        if (operator == null) {
            throw ofConstants == null
                    ? Operators.unknown(node)
                    : call.refused(
                            "gets %s, but it is supported for constants only".formatted(call.inputs()),
                            "Export the model without this operator.");
        }
        return known ? evaluated(node, operator) : operator.lower(call);
    }

    /** Writes an operator of constants into a graph of its own and runs it. */
    private List<Constant> evaluated(OnnxNode node, Operator operator) {
        Call call = new Call(this, node, new Graph());
        List<Constant> results = new ArrayList<>();
        for (Value value : operator.lower(call)) {
            requireSize(call, value);
            results.add(value instanceof Constant constant ? constant : evaluated(call, (Activation) value));
        }
        return results;
    }

    private static Constant evaluated(Call call, Activation value) {
        List<Constant> inputs = call.inputs().stream().map(Constant.class::cast).toList();
        ElementType type = inputs.stream()
                .map(Constant::type)
                .filter(t -> !t.isInteger())
                .findFirst()
                .orElse(inputs.isEmpty() ? ElementType.FLOAT : inputs.get(0).type());
        if (type.isInteger()) {
            requireExact(call, inputs);
        }
        Node node = value.plain();
        KnownShapes.requireSmall(call, node.shape());
        String name = node.variable().name();
        Engine engine = Engine.of(call.graph().sameDiff(), Map.of());
        INDArray array = Objects.requireNonNull(engine.run(List.of(name)).get(name));
        float[] floats = array.dup('c').data().asFloat();
        // The array lies in the engine's memory.
        Reference.reachabilityFence(engine);
        return Constant.numbers(type, node.shape(), i -> floats[i]);
    }

    /** 32-bit floats hold integers up to 2^24, and so must any sum of products of those that go in. */
    private static void requireExact(Call call, List<Constant> integers) {
        double most = 1;
        for (Constant input : integers) {
            double greatest = IntStream.range(0, (int) input.length())
                    .mapToDouble(i -> Math.abs(input.number(i)))
                    .max()
                    .orElse(0);
            most *= Math.max(1, greatest) * Math.max(1, input.length());
        }
        if (most > 1 << 24) {
            throw call.refused(
                    "computes with the integers %s, and more than 2^24 may come out".formatted(integers),
                    "Compute it with floats.");
        }
    }

    /** Integers of a signal are fed as floats, with which another operator than these would compute otherwise. */
    private void requireFloats(Call call) {
        OnnxNode node = call.node();
        for (String name : node.needs()) {
            ElementType type = integers.get(name);
            if (type != null && MOVES.contains(node.operator())) {
                node.outputs().forEach(output -> integers.put(output, type));
            } else if (type != null
                    && !Set.of("Cast", "CastLike", "Shape", "Size").contains(node.operator())) {
                throw call.refused(
                        "computes with integers: '%s' (%s), which has no gradient".formatted(name, type),
                        "Export the part of the model that computes with floats, behind embeddings and roundings.");
            }
        }
    }

    private static void requireSize(Call call, Value value) {
        long[] shape = value.shape();
        boolean fits = shape.length <= TensorData.LARGEST_RANK
                && Arrays.stream(shape).allMatch(size -> size >= 0)
                && Arrays.stream(shape).mapToDouble(size -> size).reduce(1, (a, b) -> a * b) <= LARGEST_VALUE;
        if (!fits) {
            throw call.refused("would make " + value, "Check the sizes, or give fewer signals at once.");
        }
    }

    /** The value of a name, which an earlier node or the file defines. */
    Value value(String name) {
        for (Lowering scope = this; scope != null; scope = scope.outer) {
            Value known = scope.values.get(name);
            Constant weights = scope.model.weights().get(name);
            if (known != null || weights != null) {
                return known != null ? known : weights;
            }
        }
        throw new RdeException(
                "The model needs '%s'%s, which is not supported.".formatted(name, origin(name)),
                "Export the model for inference, or choose an output before it.");
    }

    /** Which output of which node a name is. */
    private String origin(String name) {
        return model.nodes().stream()
                .filter(node -> node.outputs().contains(name))
                .findFirst()
                .map(node -> ", output %s of the operator %s"
                        .formatted(node.outputs().indexOf(name) + 1, node))
                .orElse("");
    }

    /**
     * The one node that uses the first output of another, if it has the given operator. It is not lowered
     * itself then: the lowering of the other has to return its values.
     */
    @Nullable
    Call absorb(Call call, String operator) {
        OnnxNode node = call.node();
        String name = node.outputs().get(0);
        List<OnnxNode> using = users.getOrDefault(name, List.of());
        boolean alone = using.size() == 1 && !model.outputs().contains(name);
        if (!alone || !using.get(0).operator().equals(operator)) {
            return null;
        }
        OnnxNode user = using.get(0);
        if (Normalizations.trains(opset(), user)) {
            return null;
        }
        absorbed.put(node, user);
        return new Call(this, user, call.graph());
    }

    Graph graph() {
        return graph;
    }

    long opset() {
        return model.opset();
    }
}
