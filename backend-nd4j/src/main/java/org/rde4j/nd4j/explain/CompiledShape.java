package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.rde4j.BernoulliRelaxation;
import org.rde4j.Distortion;
import org.rde4j.Explanation;
import org.rde4j.L1Relaxation;
import org.rde4j.Priced;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.Relaxed;
import org.rde4j.Run;
import org.rde4j.Tensor;
import org.rde4j.nd4j.engine.Lanes;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.nd4j.representation.Transform;
import org.rde4j.nd4j.solve.Driver;
import org.rde4j.nd4j.solve.Method;
import org.rde4j.nd4j.solve.Objective;

/** A problem and a model compiled for one shape of signals. */
final class CompiledShape {
    /** Coefficients are held as h, v, their mix, and the slopes of these. */
    private static final int ARRAYS_PER_COEFFICIENT = 6;
    /** All lanes together may take this part of what arrays may take. */
    private static final int SHARE_OF_MEMORY = 2;

    /** Resizing and reading files overshoot a range by so much of it. */
    private static final double RANGE_ROUNDING = 1e-4;

    private static final int BYTE = 255;

    /** An explanation takes up to four. */
    private static final int MOST_GRAPHS = 6;

    private final RateDistortion problem;
    private final Nd4jModel model;
    private final Execution execution;
    private final int[] shape;
    private final Transform transform;
    private final LoweredObfuscation obfuscation;
    private final CleanPass clean;
    private final MaskLayout layout;
    private final Explanations explanations;
    private final Map<Size, LaneGraphs> graphs = new Recent<>(MOST_GRAPHS);
    private @Nullable SpatialPenalty spatial;
    /** Whether the model and the parts that users wrote were tried on a signal. */
    private boolean tried;

    CompiledShape(RateDistortion problem, Nd4jModel model, Execution execution, int[] shape) {
        this.problem = problem;
        this.model = model;
        this.execution = execution;
        this.shape = shape;
        this.transform = Transform.of(problem.representation(), shape);
        this.obfuscation = LoweredObfuscation.of(problem.obfuscation(), Scope.of(transform, shape));
        this.clean = new CleanPass(model, problem.distortion(), shape);
        this.layout = new MaskLayout(transform.blocks());
        this.explanations = new Explanations(problem, clean.kind(), transform, layout);
    }

    /** The number k of components. */
    int components() {
        return layout.components();
    }

    RateDistortion problem() {
        return problem;
    }

    String modelName() {
        return model.name();
    }

    /** How many samples measure a final mask. */
    int freshSamples() {
        return execution.freshSamples();
    }

    /**
     * Explains signals together.
     *
     * @param tasks the positions of the signals that share a mask, for each mask
     */
    List<Explanation> explain(List<Tensor> signals, int[][] tasks, Run run) {
        long start = System.nanoTime();
        PosedProblem posed = posed(signals, tasks);
        String fingerprint = run.checkpoint().isPresent() ? posed.fingerprint() : "";
        Driver driver = new Driver(run, start, fingerprint, posed::evaluations);
        return driver.keeping(() -> explanations.of(posed, posed.search(driver), driver));
    }

    /** Explains one signal at several prices, each from the mask of the next lower one. */
    List<Explanation> curve(Tensor signal, List<Double> lambdas, Run run) {
        if (!(problem.solver() instanceof Priced<?> priced)) {
            throw new RdeException(
                    "A curve over prices needs a solver with a price, not %s.".formatted(problem.solver()),
                    "Maybe use solvedBy(l1(1)).");
        }
        // Upwards: masks shrink more easily than they grow.
        Map<Double, Relaxed<?>> solvers = new TreeMap<>();
        for (double lambda : lambdas) {
            solvers.put(lambda, priced.lambda(lambda));
        }
        Batch batch = batch(List.of(signal));
        Perturbations perturbations = perturbations(batch, priced.seed());
        Map<Double, Explanation> points = new HashMap<>();
        float[] @Nullable [] mask = null;
        for (Map.Entry<Double, Relaxed<?>> each : solvers.entrySet()) {
            Relaxed<?> solver = each.getValue();
            long start = System.nanoTime();
            Method method = mask == null ? Method.of(solver) : Method.from(solver, mask);
            PosedProblem posed = new PosedProblem(this, batch, new int[][] {{0}}, perturbations, method);
            Driver driver = new Driver(run.withoutCheckpoint(), start, "", posed::evaluations);
            List<Driver.Found> found = posed.search(driver);
            mask = new float[][] {found.get(0).solution().mask()};
            points.put(each.getKey(), explanations.of(posed, found, driver).get(0));
        }
        return lambdas.stream().map(points::get).toList();
    }

    /** Any number of masks of one signal. */
    Probe probe(Tensor signal, Turnstile turnstile) {
        return new Probe(this, batch(List.of(signal)), layout, turnstile);
    }

    /** Frees the memory of the graphs; nothing can be computed any more. */
    void free() {
        clean.free();
        graphs.values().forEach(LaneGraphs::free);
        if (spatial != null) {
            spatial.free();
        }
    }

    /** An estimator of masks as they are given, for one signal. */
    Estimator estimator(Batch batch, long seed, int samples) {
        return estimator(
                batch,
                perturbations(batch, seed),
                Optional.empty(),
                1,
                samples,
                new int[][] {{0}},
                Lanes.Watch.STOPPING,
                new LongAdder());
    }

    /** The problem posed for some signals. */
    PosedProblem posed(List<Tensor> signals, int[][] tasks) {
        Batch batch = batch(signals);
        return posed(batch, tasks, perturbations(batch, problem.solver().seed()));
    }

    /** The same with replacements of one's own. */
    PosedProblem posed(Batch batch, int[][] tasks, Perturbations perturbations) {
        return new PosedProblem(this, batch, tasks, perturbations, Method.of(problem.solver()));
    }

    Batch batch(List<Tensor> signals) {
        signals.forEach(CompiledShape::checkFinite);
        signals.forEach(this::checkRange);
        signals.forEach(model::requireFit);
        if (!tried) {
            clean.requireApart(signals.get(0).values());
        }
        List<CleanPass.Output> outputs =
                signals.stream().map(signal -> clean.output(signal.values())).toList();
        int[] labels = outputs.stream().mapToInt(this::label).toArray();
        List<float[][]> coefficients = signals.stream()
                .map(signal -> transform.analyse(signal.values()))
                .toList();
        if (!tried) {
            Scope everywhere = Scope.of(transform, shape);
            new OwnParts(Arrays.asList(coefficients.get(0))).requireFit(problem.obfuscation(), everywhere);
            OwnParts.requireFit(problem.distortion(), outputs.get(0).values());
            tried = true;
        }
        return new Batch(
                signals,
                coefficients,
                outputs.stream().map(CleanPass.Output::values).toList(),
                outputs.stream().map(CleanPass.Output::probabilities).toList(),
                labels);
    }

    Perturbations perturbations(Batch batch, long seed) {
        return new Perturbations(obfuscation.random(), obfuscation.draws(batch, new NoiseStream(seed)));
    }

    /**
     * An estimator over a graph of as many rows and samples as are wanted and the memory budget holds.
     *
     * @param draw how masks are drawn, or empty for masks as they are given
     * @param rows how many masks are estimated at once
     * @param samples of each
     * @param tasks the signals of each task
     * @param watch is asked whether to go on
     * @param evaluations counts forward passes
     */
    Estimator estimator(
            Batch batch,
            Perturbations perturbations,
            Optional<BernoulliRelaxation> draw,
            int rows,
            int samples,
            int[][] tasks,
            Lanes.Watch watch,
            LongAdder evaluations) {
        int wanted = perturbations.random() || draw.isPresent() ? samples : 1;
        int run = execution.microBatch().orElseGet(this::fitting);
        int rowsAtOnce = Math.min(rows, Math.max(1, run / wanted));
        int samplesAtOnce = Math.min(wanted, Math.max(1, run / rowsAtOnce));
        if (execution.microBatch().isEmpty()) {
            // A short last run costs as much as a full one, so all runs get nearly the same.
            int runs = (wanted + samplesAtOnce - 1) / samplesAtOnce;
            samplesAtOnce = (wanted + runs - 1) / runs;
        }
        Size size = new Size(rowsAtOnce, samplesAtOnce, draw.isPresent() ? samplesAtOnce : 1);
        LaneGraphs lanes = graphs.computeIfAbsent(
                size,
                s -> new LaneGraphs(
                        s.rows(),
                        s.samples(),
                        lanes(s.rows() * s.samples()),
                        () -> new DistortionGraph(
                                problem, model, transform, obfuscation, s.masksOfRow(), s.rows(), s.samples())));
        NoiseStream noise = new NoiseStream(problem.solver().seed());
        return new Estimator(lanes, layout, perturbations, draw, noise, batch, tasks, watch, evaluations);
    }

    /** How many obfuscated signals the memory budget of one run holds, at least one. */
    private int fitting() {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, execution.memoryBudget() / bytesOfOne()));
    }

    /** What the model's intermediate results take, and what a redundant representation holds beyond the signal itself. */
    private long bytesOfOne() {
        long coefficients = layout.blocks().stream()
                .mapToLong(block -> (long) block.cells() * block.dimension())
                .sum();
        long values = Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
        long extra = Math.max(0, coefficients - values) * Float.BYTES * ARRAYS_PER_COEFFICIENT;
        return Math.max(1, clean.activationBytes() + extra);
    }

    /** How many runs of so many obfuscated signals go on side by side, at least one; this changes no result. */
    private int lanes(int signals) {
        long most = Pointer.maxBytes() / SHARE_OF_MEMORY / (signals * bytesOfOne());
        return (int) Math.max(1, Math.min(Lanes.most(), most));
    }

    /** The penalty of a signal's mask besides the rate. */
    Objective.Penalty penalty(Batch batch) {
        if (!(problem.solver().relaxed().orElse(null) instanceof L1Relaxation l1) || l1.spatialL1() == 0) {
            return Objective.Penalty.NONE;
        }
        double price = l1.spatialPricePerValue(Arrays.stream(shape).reduce(1, (a, b) -> a * b));
        SpatialPenalty penalty = spatial == null ? new SpatialPenalty(problem, transform) : spatial;
        spatial = penalty;
        return (signal, mask, gradient) -> penalty.at(batch.coefficients().get(signal), mask, price, gradient);
    }

    private int label(CleanPass.Output output) {
        if (!(problem.distortion() instanceof Distortion.OfLabel ofLabel)) {
            return -1;
        }
        float[] probabilities = output.probabilities();
        // Scores tell more apart than probabilities next to one; those of a map are one for each place.
        boolean ofRegion = ofLabel instanceof Distortion.RegionProbability;
        int label = ofLabel.label().orElse(Batch.predicted(ofRegion ? probabilities : output.values()));
        if (label >= probabilities.length) {
            throw new RdeException(
                    "The label (%s) must be less than the model's %s labels.".formatted(label, probabilities.length),
                    "Classes count from 0.");
        }
        return label;
    }

    private static void checkFinite(Tensor signal) {
        float[] values = signal.values();
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new RdeException(
                        "The signal holds %s at position %s.".formatted(values[i], i),
                        "Every value must be a finite number.");
            }
        }
    }

    /** A clean signal that obfuscations would be clipped away from cannot be compared with them. */
    private void checkRange(Tensor signal) {
        if (problem.signalRange().isEmpty()) {
            return;
        }
        RateDistortion.Range range = problem.signalRange().get();
        double rounding = RANGE_ROUNDING * (range.high() - range.low());
        for (float value : signal.values()) {
            if (value < range.low() - rounding || value > range.high() + rounding) {
                boolean bytes = range.low() == 0 && range.high() == 1 && value > 1 && value <= BYTE;
                throw new RdeException(
                        "The signal holds the value %s, outside of clippedTo(%s, %s)."
                                .formatted(value, range.low(), range.high()),
                        bytes
                                ? "Divide the signal by 255."
                                : "Give the signal in that range, or the problem the range of the signal.");
            }
        }
    }

    /** The size of a graph. */
    private record Size(int rows, int samples, int masksOfRow) {}
}
