package org.rde4j.nd4j.explain;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.Assessment;
import org.rde4j.Explainer;
import org.rde4j.Explanation;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.Run;
import org.rde4j.Tensor;
import org.rde4j.nd4j.model.Nd4jModel;

/** A problem compiled with a model on ND4J. Made by {@code Nd4jBackend.compile}. */
public final class Nd4jExplainer implements Explainer {
    private static final int MOST_SHAPES = 4;

    private final RateDistortion problem;
    private final Nd4jModel model;
    private final Execution execution;
    private final Turnstile turnstile = new Turnstile();
    private final Map<List<Integer>, CompiledShape> shapes = new Recent<>(MOST_SHAPES);

    /**
     * An explainer; graphs are built when the first signal of a shape comes, and kept for the shapes used last.
     *
     * @param problem what to solve
     * @param model whose decisions to explain
     * @param execution how to use the machine
     */
    public Nd4jExplainer(RateDistortion problem, Nd4jModel model, Execution execution) {
        this.problem = requireNonNull(problem, "The problem is null.");
        this.model = requireNonNull(model, "The model is null.");
        this.execution = requireNonNull(execution, "The execution is null; maybe use Execution.defaults().");
    }

    @Override
    public List<Explanation> explainEach(List<Tensor> signals, Run run) {
        requireGiven(signals, run);
        return explain(
                signals,
                IntStream.range(0, signals.size())
                        .mapToObj(signal -> new int[] {signal})
                        .toArray(int[][]::new),
                run);
    }

    @Override
    public List<Explanation> explainTogether(List<Tensor> signals, Run run) {
        requireGiven(signals, run);
        return explain(signals, new int[][] {IntStream.range(0, signals.size()).toArray()}, run);
    }

    private List<Explanation> explain(List<Tensor> signals, int[][] tasks, Run run) {
        return turnstile.pass(
                run.cancellation(),
                () -> signals.isEmpty() ? List.of() : compiled(signals).explain(signals, tasks, run));
    }

    @Override
    public List<Explanation> curve(Tensor signal, List<Double> lambdas, Run run) {
        requireGiven(signal);
        requireNonNull(lambdas, "The list of lambdas is null.");
        requireNonNull(run, "The run is null; maybe use Run.plain().");
        lambdas.forEach(lambda -> requireNonNull(lambda, "A lambda is null."));
        return turnstile.pass(
                run.cancellation(), () -> compiled(List.of(signal)).curve(signal, lambdas, run));
    }

    @Override
    public Assessment assess(Tensor signal, Map<String, Tensor> masks, int samples, long seed) {
        requireGiven(signal);
        return turnstile
                .pass(() -> compiled(List.of(signal)).probe(signal, turnstile))
                .assess(masks, samples, seed);
    }

    private static void requireGiven(List<Tensor> signals, Run run) {
        requireNonNull(signals, "The list of signals is null.");
        signals.forEach(Nd4jExplainer::requireGiven);
        requireNonNull(run, "The run is null; maybe use Run.plain().");
    }

    private static void requireGiven(Tensor signal) {
        requireNonNull(signal, "The signal is null.");
    }

    /**
     * Prepares to measure any number of masks of one signal.
     *
     * @param signal [C, H, W], [C, T] or [n], without a batch axis
     * @return a probe, valid until this explainer is closed; threads that use it take turns with those that explain
     * @throws RdeException if the signal holds NaN or infinite values or does not fit the model or the problem
     */
    public Probe probe(Tensor signal) {
        requireGiven(signal);
        return turnstile.pass(() -> compiled(List.of(signal)).probe(signal, turnstile));
    }

    private CompiledShape compiled(List<Tensor> signals) {
        int[] shape = signals.get(0).shape();
        for (Tensor signal : signals) {
            if (!Arrays.equals(shape, signal.shape())) {
                throw new RdeException(
                        "Signals of shapes %s and %s cannot be explained together."
                                .formatted(Arrays.toString(shape), Arrays.toString(signal.shape())),
                        "Call explain for each of them.");
            }
        }
        return shapes.computeIfAbsent(
                Arrays.stream(shape).boxed().toList(), key -> new CompiledShape(problem, model, execution, shape));
    }

    /**
     * Explains the model's decision on one signal.
     *
     * @param signal [C, H, W], [C, T] or [n], without a batch axis; 32-bit floats
     * @return the explanation
     * @throws RdeException if the signal holds NaN or infinite values or does not fit the model or the problem
     */
    public Explanation explain(INDArray signal) {
        requireNonNull(signal, "The signal is null.");
        int[] shape = IntStream.range(0, signal.rank())
                .map(i -> Math.toIntExact(signal.size(i)))
                .toArray();
        return explain(Tensor.of(signal.dup('c').data().asFloat(), shape));
    }

    @Override
    public void close() {
        turnstile.close(() -> {
            shapes.values().forEach(CompiledShape::free);
            shapes.clear();
        });
    }
}
