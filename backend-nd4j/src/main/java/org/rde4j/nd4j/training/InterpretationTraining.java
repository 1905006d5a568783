package org.rde4j.nd4j.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.Cancellation;
import org.rde4j.Optimizer;
import org.rde4j.RdeException;
import org.rde4j.TrainingObjective;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.samediff.GraphSplice;

/**
 * Trains the variables of a SameDiff model in place by an objective with regularisers (seed section 4.3.2): the model
 * itself computes with the new weights after every step.
 *
 * <p>Batches come as DL4J gives them: the first features are the signals, the first labels the targets, both in the
 * model's order (channels first, unless {@link #channelsLast()} says otherwise); where the objective has a region per example, the second labels are its maps, 1 inside and 0
 * elsewhere, shaped like the targets but with one channel ([N, m] for targets [N, m]). Batches may differ in size.
 * Models are taken as they compute for inference: without dropout, and with the running statistics of batch
 * normalisations, which are trained only if they are variables.
 */
public final class InterpretationTraining {
    private static final String ORDERS =
            "Give batches in the model's order, CNN2DFormat.NCHW or NHWC; NHWC is told with"
                    + " channelsLast(), and a fixed number of examples wants full batches.";

    private final SameDiff model;
    private final String input;
    private final String output;
    private final boolean channelsLast;
    private final TrainingObjective objective;
    private final Optimizer optimizer;
    private final Schedule schedule;
    private final long seed;
    private final GraphSplice splice;
    private final List<String> names;
    private final Map<List<Long>, Compiled> compiled = new HashMap<>();
    private @Nullable Compiled current;
    private Training.@Nullable State resumed;

    /** The objective for batches of one shape. */
    private record Compiled(ObjectiveGraph graph, Training training, INDArray signals, INDArray targets) {}

    private InterpretationTraining(
            SameDiff model,
            String input,
            String output,
            boolean channelsLast,
            TrainingObjective objective,
            Optimizer optimizer,
            Schedule schedule,
            long seed) {
        this.model = model;
        this.input = input;
        this.output = output;
        this.channelsLast = channelsLast;
        this.objective = objective;
        this.optimizer = optimizer;
        this.schedule = schedule;
        this.seed = seed;
        this.splice = GraphSplice.of(model, Set.of(input), output);
        this.names = splice.weights();
        requireFloats();
    }

    /**
     * A training of a model that takes and gives channels-first arrays; nothing runs yet.
     *
     * @param model the graph, whose variables are trained; 32-bit floats
     * @param input the placeholder that takes the signals
     * @param output the variable that holds the result, before any loss
     * @param objective what to minimise
     * @param optimizer the update rule
     * @param schedule multiplies the optimizer's step size
     * @param seed of everything that regularisers draw
     * @return the training
     * @throws RdeException in the cases of {@link GraphSplice#of}, or if there is no variable to train
     */
    public static InterpretationTraining of(
            SameDiff model,
            String input,
            String output,
            TrainingObjective objective,
            Optimizer optimizer,
            Schedule schedule,
            long seed) {
        return new InterpretationTraining(model, input, output, false, objective, optimizer, schedule, seed);
    }

    /**
     * The same for a model that takes and gives channels-last arrays, [N, H, W, C] or [N, T, C]; so are its batches.
     *
     * @return a training from the start
     */
    public InterpretationTraining channelsLast() {
        return new InterpretationTraining(model, input, output, true, objective, optimizer, schedule, seed);
    }

    /**
     * Goes through data a number of times.
     *
     * @param data batches; reset before each time unless it has just begun
     * @param epochs how many times, at least 1
     * @param listeners told of every step
     * @throws RdeException if batches do not fit, or the loss becomes infinite
     */
    public void fit(MultiDataSetIterator data, int epochs, Listener... listeners) {
        fit(data, epochs, new Cancellation(), listeners);
    }

    /**
     * Goes through data a number of times, unless it is stopped. Then the model's weights and {@link #state} are those of
     * the last whole step.
     *
     * @param data batches; reset before each time unless it has just begun
     * @param epochs how many times, at least 1
     * @param cancellation stops the training before its next step, as an interrupt of this thread does
     * @param listeners told of every step
     * @throws RdeException if batches do not fit, or the loss becomes infinite
     * @throws java.util.concurrent.CancellationException if it was stopped
     */
    public void fit(MultiDataSetIterator data, int epochs, Cancellation cancellation, Listener... listeners) {
        for (int epoch = 0; epoch < epochs; epoch++) {
            if (epoch > 0 || !data.hasNext()) {
                data.reset();
            }
            while (data.hasNext()) {
                cancellation.check();
                Listener.Step step = step(data.next(), epoch);
                for (Listener listener : listeners) {
                    listener.stepped(step);
                }
            }
        }
    }

    /**
     * One step.
     *
     * @param batch signals, targets and perhaps regions
     * @return what happened, in epoch 0
     * @throws RdeException if the batch does not fit, or the loss is not a finite number
     */
    public Listener.Step step(MultiDataSet batch) {
        return step(batch, 0);
    }

    private Listener.Step step(MultiDataSet batch, int epoch) {
        requireShape(
                "signals",
                batch.getFeatures(0),
                "input",
                input,
                model.getVariable(input).placeholderShape());
        INDArray signals = last(batch.getFeatures(0));
        INDArray targets = last(batch.getLabels(0));
        Compiled now = compiled(signals, targets);
        now.signals.assign(signals);
        now.targets.assign(targets);
        now.graph.region().ifPresent(region -> region.assign(regions(batch, region)));
        long number = now.training.steps();
        now.graph.fill(now.signals, number);
        double loss = now.training.step();
        return new Listener.Step(number, epoch, batch, loss, now.training.terms());
    }

    /**
     * What is needed besides the model's weights to go on later.
     *
     * @return the state, with moments in the alphabetical order of the variables; empty of moments before the first
     *     step
     */
    public Training.State state() {
        if (current != null) {
            return current.training.state();
        }
        return resumed == null ? new Training.State(0, List.of()) : resumed;
    }

    /**
     * Goes on from a state, with the model's weights of then, as if the training had not been interrupted.
     *
     * @param state of a training of the same model with the same settings; it is checked at the next step
     */
    public void restore(Training.State state) {
        current = null;
        resumed = state;
    }

    /** The graph for batches of a shape, in the state of the one that was used last. */
    private Compiled compiled(INDArray signals, INDArray targets) {
        List<Long> key = Arrays.stream(signals.shape()).boxed().toList();
        Compiled wanted = compiled.computeIfAbsent(key, k -> compile(signals, targets));
        if (!Arrays.equals(wanted.targets.shape(), targets.shape())) {
            throw misfit("targets", wanted.targets, targets);
        }
        if (wanted != current) {
            Training.State state = state();
            if (state.steps() > 0) {
                wanted.training.restore(state);
            }
            current = wanted;
        }
        return wanted;
    }

    private Compiled compile(INDArray signals, INDArray targets) {
        Graph graph = new Graph();
        List<Node> weights = new ArrayList<>();
        Map<String, SDVariable> byName = new HashMap<>();
        for (String name : names) {
            Node weight = graph.variable("weights/" + name, plain(name));
            weights.add(weight);
            byName.put(name, weight.variable());
        }
        Node x = graph.placeholder("signals", signals.shape());
        Node target = graph.placeholder("targets", targets.shape());
        long[] shape = outputShape(signals);
        requireShape("targets", channelsLast ? targets : first(targets), "output", output, shape);
        ObjectiveGraph written =
                ObjectiveGraph.of(objective, graph, x, target, signal -> network(graph, signal, byName, shape), seed);
        Map<String, INDArray> inputs = new HashMap<>(written.inputs());
        INDArray signalsIn = Nd4j.create(DataType.FLOAT, signals.shape(), 'c');
        INDArray targetsIn = Nd4j.create(DataType.FLOAT, targets.shape(), 'c');
        inputs.put("signals", signalsIn);
        inputs.put("targets", targetsIn);
        Share whole = new Share(graph, written.loss(), weights, written.terms(), inputs);
        Training training = new Training(whole, optimizer, schedule);
        return new Compiled(written, training, signalsIn, targetsIn);
    }

    private Node network(Graph graph, Node signals, Map<String, SDVariable> weights, long[] shape) {
        Node x = channelsLast ? signals : graph.channelsFirst(signals);
        SDVariable y = splice.into(graph.sameDiff(), Map.of(input, x.variable()), weights);
        Node result = graph.node(y, shape);
        return channelsLast ? result : graph.channelsLast(result);
    }

    /** SameDiff knows shapes only while it runs, so this runs the model once. */
    private long[] outputShape(INDArray signals) {
        INDArray own = channelsLast ? signals : first(signals);
        try {
            return model.outputSingle(Map.of(input, own.dup('c')), output).shape();
        } catch (RuntimeException e) {
            throw new RdeException(
                    "The model cannot be run on a batch of the shape %s (%s): %s."
                            .formatted(Arrays.toString(own.shape()), order(channelsLast), e.getMessage()),
                    ORDERS,
                    e);
        } finally {
            model.clearPlaceholders(true);
        }
    }

    /** The model's array of a variable; kernels are right only for plain row-major ones. */
    private INDArray plain(String name) {
        INDArray array = model.getVariable(name).getArr();
        if (array.ordering() == 'c' && !array.isView()) {
            return array;
        }
        INDArray plain = array.dup('c');
        model.associateArrayWithVariable(plain, model.getVariable(name));
        return plain;
    }

    private INDArray regions(MultiDataSet batch, INDArray region) {
        if (batch.numLabelsArrays() < 2) {
            throw new RdeException(
                    "The objective has a region per example, but the batch has no second labels.",
                    "Give the maps of the regions as second labels, zeros where there is none.");
        }
        INDArray given = last(batch.getLabels(1));
        if (!Arrays.equals(given.shape(), region.shape())) {
            throw misfit("regions", region, given);
        }
        return given;
    }

    /**
     * Told in the model's order, as the user sees it.
     *
     * @param expected sizes, of which negative ones are open; null says nothing
     */
    private void requireShape(String what, INDArray given, String end, String name, long @Nullable [] expected) {
        boolean fits = expected == null || expected.length == given.rank();
        for (int axis = 0; fits && expected != null && axis < expected.length; axis++) {
            fits = expected[axis] < 0 || expected[axis] == given.size(axis);
        }
        if (!fits) {
            throw new RdeException(
                    "The %s of a batch have the shape %s, but the %s '%s' has %s (%s)."
                            .formatted(
                                    what,
                                    Arrays.toString(given.shape()),
                                    end,
                                    name,
                                    Arrays.toString(expected),
                                    order(channelsLast)),
                    ORDERS);
        }
    }

    private static String order(boolean channelsLast) {
        return channelsLast ? "channels last, NHWC" : "channels first, NCHW";
    }

    private static RdeException misfit(String what, INDArray expected, INDArray given) {
        return new RdeException(
                "The %s of a batch have the shape %s but must have the shape %s (channels last)."
                        .formatted(what, Arrays.toString(given.shape()), Arrays.toString(expected.shape())),
                "Give one of them for each example.");
    }

    private INDArray last(INDArray array) {
        int rank = array.rank();
        return channelsLast || rank < 3 ? array : array.permute(axes(rank, axis -> axis == rank - 1 ? 1 : axis + 1));
    }

    private static INDArray first(INDArray array) {
        int rank = array.rank();
        return rank < 3 ? array : array.permute(axes(rank, axis -> axis == 1 ? rank - 1 : axis - 1));
    }

    private static int[] axes(int rank, IntUnaryOperator beyondBatch) {
        return IntStream.range(0, rank)
                .map(axis -> axis == 0 ? 0 : beyondBatch.applyAsInt(axis))
                .toArray();
    }

    private void requireFloats() {
        if (names.isEmpty()) {
            throw new RdeException(
                    "The output '%s' depends on no variable, so there is nothing to train.".formatted(output),
                    "Make the weights variables, not constants.");
        }
        for (String name : names) {
            if (model.getVariable(name).dataType() != DataType.FLOAT) {
                throw new RdeException(
                        "The variable '%s' holds %s values but must hold 32-bit floats."
                                .formatted(name, model.getVariable(name).dataType()),
                        "Build the model with DataType.FLOAT.");
            }
        }
    }
}
