package org.rde4j.nd4j.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.Distortion;
import org.rde4j.RdeException;
import org.rde4j.Regulariser;
import org.rde4j.Tensor;
import org.rde4j.nd4j.graph.Ancestry;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.representation.Block;
import org.rde4j.nd4j.representation.Transform;

/**
 * A regulariser written for batches of one shape: the distortion of every example under a fixed mask (seed section
 * 4.3.2), by the same transforms, obfuscations and distortions as in explanations, with one sample for each example.
 *
 * <p>Coefficients that are values of the signal are read from the batch within the graph; others, and what is drawn,
 * are written to {@link #inputs()} by {@link #fill}.
 */
public final class RegulariserTerm {
    private final Transform transform;
    private final LoweredObfuscation obfuscation;
    private final int[] shape;
    private final int rows;
    private final NoiseStream noise;
    private final Map<String, Integer> analysed = new HashMap<>();
    private final Map<String, String> drawn = new LinkedHashMap<>();
    private final Map<String, INDArray> inputs = new LinkedHashMap<>();
    private final Node distortion;

    private RegulariserTerm(Written written, Regulariser regulariser, UnaryOperator<Node> network) {
        long[] x = written.signals.shape();
        rows = (int) x[0];
        shape = channelsFirst(x);
        noise = new NoiseStream(written.seed);
        transform = Transform.of(regulariser.problem().representation(), shape);
        requireParts(regulariser);
        Scope scope = Scope.of(transform, shape);
        obfuscation = LoweredObfuscation.of(regulariser.problem().obfuscation(), scope);
        ObfuscatedPass pass = ObfuscatedPass.write(
                site(written, regulariser, scope),
                regulariser.problem(),
                transform,
                obfuscation,
                1,
                y -> OutputMeaning.of(written.graph, network.apply(y)),
                written.region);
        // Coefficients of blocks that are replaced as a whole are often not needed.
        Set<String> needed = Ancestry.of(
                        written.graph.sameDiff(),
                        List.of(pass.signals().variable().name()))
                .leaves();
        analysed.keySet().retainAll(needed);
        drawn.keySet().retainAll(needed);
        inputs.keySet().retainAll(needed);
        distortion = measured(written, regulariser.problem().distortion(), pass);
    }

    /**
     * What a term is written into.
     *
     * @param graph where to write
     * @param signals a batch x, channels last: [N, H, W, C], [N, T, C] or [N, n]
     * @param output Φ(x), [N, … the shape of one output], channels last
     * @param region of each example, [N, 1, m] for m flattened outputs, or null if examples come without
     * @param prefix what the names of inputs begin with, unique in the graph
     * @param seed of everything that is drawn
     */
    public record Written(Graph graph, Node signals, Node output, @Nullable Node region, String prefix, long seed) {}

    /**
     * Writes a term.
     *
     * @param written where, and what is known there
     * @param regulariser the term
     * @param network writes Φ once more, with the weights of {@code output}
     * @return the term
     * @throws RdeException if the problem does not fit the signals, a kept part is no block of its representation,
     *     or nothing is left to be replaced
     */
    public static RegulariserTerm of(Written written, Regulariser regulariser, UnaryOperator<Node> network) {
        return new RegulariserTerm(written, regulariser, network);
    }

    /**
     * The distortion of every example; gradients pass through Φ(x) and through Φ(y).
     *
     * @return [N]
     */
    public Node distortion() {
        return distortion;
    }

    /**
     * The arrays of the placeholders that the term made.
     *
     * @return by name; possibly none
     */
    public Map<String, INDArray> inputs() {
        return inputs;
    }

    /**
     * Writes what the inputs hold in one step.
     *
     * @param signals the batch that the graph will see, channels last
     * @param step its number: the same seed and number draw the same replacements
     */
    public void fill(INDArray signals, long step) {
        if (inputs.isEmpty()) {
            return;
        }
        Batch batch = batch(signals);
        analysed.forEach((name, block) -> {
            for (int row = 0; row < rows; row++) {
                float[] values = batch.coefficients().get(row)[block];
                Buffers.of(inputs.get(name)).put(row * values.length, values);
            }
        });
        Map<String, Perturbations.Draw> draws = obfuscation.draws(batch, noise);
        drawn.forEach((name, own) -> {
            INDArray input = inputs.get(name);
            for (int row = 0; row < rows; row++) {
                float[][] values = new float[1][(int) input.length() / rows];
                // Numbers of samples differ between examples, so that each gets draws of its own.
                draws.get(own).fill(step * rows + row, new int[] {row}, values);
                Buffers.of(input).put(row * values[0].length, values[0]);
            }
        });
    }

    private Batch batch(INDArray signals) {
        float[] last = Buffers.values(signals);
        int size = last.length / rows;
        int channels = shape.length == 1 ? 1 : shape[0];
        int places = size / channels;
        List<Tensor> tensors = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            float[] first = new float[size];
            for (int i = 0; i < size; i++) {
                first[i % channels * places + i / channels] = last[row * size + i];
            }
            tensors.add(Tensor.of(first, shape));
        }
        List<float[][]> coefficients =
                tensors.stream().map(x -> transform.analyse(x.values())).toList();
        return new Batch(tensors, coefficients, List.of(), List.of(), new int[0]);
    }

    private Site site(Written written, Regulariser regulariser, Scope scope) {
        List<float[]> masks = transform.blocks().stream()
                .map(block -> cells(block, regulariser.keeps(block.name())))
                .toList();
        return new Site(
                written.graph,
                IntStream.range(0, masks.size())
                        .mapToObj(block -> coefficients(written, scope, block))
                        .toList(),
                masks.stream().map(mask -> kept(written.graph, mask)).toList(),
                (name, one) -> drawn(written, name, one),
                "");
    }

    /** The mask of a block's cells, all of one kind but for those that are always kept. */
    private static float[] cells(Block block, boolean keeps) {
        float[] mask = new float[block.components()];
        Arrays.fill(mask, keeps ? 1 : 0);
        return block.spread(mask, 0);
    }

    private Site.Share kept(Graph graph, float[] mask) {
        Node one = graph.constant(Nd4j.createFromArray(mask).reshape(1, 1, mask.length, 1));
        Node values = graph.broadcastTo(one, rows, 1, mask.length, 1);
        return new Site.Share(values, all(mask, 1) ? (Integer) 1 : all(mask, 0) ? (Integer) 0 : null);
    }

    private static boolean all(float[] mask, float value) {
        return IntStream.range(0, mask.length).allMatch(i -> mask[i] == value);
    }

    /** h of one block, [N, 1, k, d]. */
    private Node coefficients(Written written, Scope scope, int index) {
        Block block = scope.block(index);
        return SignalValues.find(scope, index)
                .filter(values -> values.readable(shape))
                .map(values -> {
                    Node h = values.from(written.graph, written.signals);
                    return written.graph.reshape(h, rows, 1, block.cells(), block.dimension());
                })
                .orElseGet(() -> {
                    String name = written.prefix + "h" + index;
                    analysed.put(name, index);
                    return input(written.graph, name, rows, 1, block.cells(), block.dimension());
                });
    }

    private Node drawn(Written written, String name, long... one) {
        String input = written.prefix + name;
        drawn.put(input, name);
        return input(
                written.graph,
                input,
                LongStream.concat(LongStream.of(rows, 1), LongStream.of(one)).toArray());
    }

    private Node input(Graph graph, String name, long... size) {
        inputs.put(name, Buffers.zeros(size));
        return graph.placeholder(name, size);
    }

    private Node measured(Written written, Distortion measure, ObfuscatedPass pass) {
        Graph graph = written.graph;
        Node before = graph.reshape(
                OutputMeaning.of(graph, written.output).read(measure).values(),
                pass.changed().shape());
        Node label = measure instanceof Distortion.OfLabel of ? label(graph, of, pass.measure(), before) : before;
        return graph.reshape(pass.measure().measure(before, pass.changed(), label), rows);
    }

    /** One-hot rows [N or 1, 1, L] of the given label, or of the one that is predicted for the clean signal. */
    private static Node label(Graph graph, Distortion.OfLabel measure, LoweredDistortion lowered, Node scores) {
        Node every = measure instanceof Distortion.RegionProbability ? lowered.probabilities(scores) : scores;
        if (measure.label().isEmpty()) {
            return graph.from(1, graph.step(graph.sub(graph.max(every, true, -1), every), 0));
        }
        int label = measure.label().getAsInt();
        if (label >= every.size(2)) {
            throw new RdeException(
                    "The label (%s) must be less than the model's %s labels.".formatted(label, every.size(2)),
                    "Classes count from 0.");
        }
        INDArray row = Buffers.zeros(1, 1, every.size(2));
        row.putScalar(new long[] {0, 0, label}, 1);
        return graph.constant(row);
    }

    private void requireParts(Regulariser regulariser) {
        List<String> names = transform.blocks().stream().map(Block::name).toList();
        for (String part : regulariser.kept()) {
            if (names.stream().noneMatch(name -> name.equals(part) || name.startsWith(part + "."))) {
                throw new RdeException(
                        "The regulariser keeps the part '%s', but the blocks are %s.".formatted(part, names),
                        "Name a block, or what stands before a dot in its name.");
            }
        }
        if (transform.blocks().stream().allMatch(block -> all(cells(block, regulariser.keeps(block.name())), 1))) {
            throw new RdeException(
                    "The regulariser '%s' keeps everything, so it is always zero.".formatted(regulariser.name()),
                    "Keep fewer of the parts %s.".formatted(names));
        }
    }

    private static int[] channelsFirst(long[] batch) {
        int[] first = new int[batch.length - 1];
        first[0] = Math.toIntExact(batch[batch.length - 1]);
        for (int i = 1; i < first.length; i++) {
            first[i] = Math.toIntExact(batch[i]);
        }
        return first;
    }
}
