package org.rde4j.nd4j.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.rde4j.Obfuscation;
import org.rde4j.RateDistortion;
import org.rde4j.Representation;
import org.rde4j.Tensor;
import org.rde4j.nd4j.explain.Execution;
import org.rde4j.nd4j.explain.Nd4jExplainer;
import org.rde4j.nd4j.explain.Probe;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.nd4j.representation.Transform;

/**
 * Measures explanations of one problem and one model, each measure beside a control of chance. Masks are as
 * {@link org.rde4j.Explanation#masks()}, signals [C, H, W], [C, T] or [n]. All methods throw
 * {@link org.rde4j.RdeException} for signals and masks that do not fit. Not thread-safe.
 */
public final class Metrics implements AutoCloseable {
    private final RateDistortion problem;
    private final MetricSettings settings;
    private final Nd4jExplainer own;
    private final Nd4jExplainer preserving;
    private final Nd4jExplainer kept;
    private final Nd4jExplainer inserting;
    private final Nd4jExplainer deleting;

    private Metrics(RateDistortion problem, Nd4jModel model, MetricSettings settings, Execution execution) {
        Function<RateDistortion, Nd4jExplainer> compile = each -> new Nd4jExplainer(each, model, execution);
        RateDistortion preservation = new RateDistortion(
                problem.representation(),
                problem.obfuscation(),
                problem.distortion(),
                problem.solver(),
                RateDistortion.Game.PRESERVATION,
                problem.signalRange());
        RateDistortion pixels = RateDistortion.over(Representation.pixels()).measuredBy(problem.distortion());
        this.problem = problem;
        this.settings = settings;
        this.own = compile.apply(problem);
        this.preserving = compile.apply(preservation);
        this.kept = compile.apply(preservation.obfuscatedBy(Obfuscation.constant(0)));
        this.inserting = compile.apply(pixels.obfuscatedBy(settings.inserting()));
        this.deleting = compile.apply(pixels.obfuscatedBy(settings.deleting()));
    }

    /**
     * Prepares to measure.
     *
     * @param problem whose explanations to measure; its solver does not matter
     * @param model whose decisions they explain
     * @param settings how much to draw
     * @param execution how to use the machine
     * @return the metrics, to be closed after use
     */
    public static Metrics of(RateDistortion problem, Nd4jModel model, MetricSettings settings, Execution execution) {
        return new Metrics(problem, model, settings, execution);
    }

    /**
     * Prepares to measure with the default settings.
     *
     * @param problem whose explanations to measure; its solver does not matter
     * @param model whose decisions they explain
     * @return the metrics, to be closed after use
     */
    public static Metrics of(RateDistortion problem, Nd4jModel model) {
        return of(problem, model, MetricSettings.defaults(), Execution.defaults());
    }

    /**
     * How well a mask keeps the output (in the deletion game: how well it destroys it).
     *
     * @param signal what was explained
     * @param masks its mask
     * @return the fidelity; the control's n counts random masks
     */
    public Compared<Fidelity> fidelity(Tensor signal, Map<String, Tensor> masks) {
        Probe probe = own.probe(signal);
        MaskRow mask = MaskRow.of(masks);
        double rate = MaskShape.of(masks).rate();
        Probe.Measured measured = probe.at(masks, settings.samples(), settings.seed());
        List<Probe.Measured> controls = controls(mask)
                .map(row -> probe.at(row.blocks(), settings.samples(), settings.seed()))
                .toList();
        return compared(
                new Fidelity(
                        rate,
                        Estimate.of(measured.distortion()),
                        Estimate.of(measured.probability()),
                        Estimate.of(measured.agreement())),
                new Fidelity(
                        rate,
                        ofMeans(controls, Probe.Measured::distortion),
                        ofMeans(controls, Probe.Measured::probability),
                        ofMeans(controls, Probe.Measured::agreement)));
    }

    /**
     * The rate-distortion curve by relevance: components are put in, or taken out, in the order of decreasing
     * mask entries, equal ones by the names of their blocks, then by position; the others hold the problem's
     * replacements.
     *
     * @param signal what was explained
     * @param masks its mask
     * @param direction which way
     * @return the curve and the mean curve of random orders
     */
    public Compared<Curve> curve(Tensor signal, Map<String, Tensor> masks, Curve.Direction direction) {
        return new Curves(preserving.probe(signal), settings)
                .compare(MaskRow.of(masks), direction, problem.obfuscation().toString());
    }

    /**
     * The same for pixels, whatever the representation (Petsiuk et al., BMVC 2018): pixels come in the order of
     * decreasing relevance; the others hold the baseline of the settings.
     *
     * @param signal a picture [C, H, W], or a signal [C, T] or [n]
     * @param relevance one number for each pixel, [1, H, W], [1, T] or [n], such as the absolute values of
     *     {@link org.rde4j.Explanation#picture()}
     * @param direction which way
     * @return the curve and the mean curve of random orders
     */
    public Compared<Curve> pixelCurve(Tensor signal, Tensor relevance, Curve.Direction direction) {
        int[] grid = signal.rank() == 1 ? signal.shape() : Arrays.copyOfRange(signal.shape(), 1, signal.rank());
        MaskRow mask = MaskRow.of(Map.of("pixels", relevance.reshape(grid)));
        boolean insertion = direction == Curve.Direction.INSERTION;
        Obfuscation baseline = insertion ? settings.inserting() : settings.deleting();
        return new Curves((insertion ? inserting : deleting).probe(signal), settings)
                .compare(mask, direction, baseline.toString());
    }

    /**
     * Retained probability for each unit of retained information.
     *
     * @param signal what was explained
     * @param masks its mask, which marks what is kept
     * @param shown which signal the model sees
     * @return the scores; NaN for problems without a label
     */
    public Compared<Conciseness> conciseness(Tensor signal, Map<String, Tensor> masks, Conciseness.Shown shown) {
        Probe alone = kept.probe(signal);
        Probe seen = shown == Conciseness.Shown.KEPT ? alone : preserving.probe(signal);
        Information information =
                new Information(signal, Transform.of(problem.representation(), signal.shape()), alone);
        List<Conciseness.Row> controls = controls(MaskRow.of(masks))
                .map(row -> Information.mean(information.rows(row.blocks(), seen, settings)))
                .toList();
        return new Compared<>(
                Conciseness.of(information.rows(masks, seen, settings)),
                Conciseness.of(controls),
                shown == Conciseness.Shown.KEPT
                        ? "none: f(s⊙h)"
                        : problem.obfuscation().toString(),
                settings.seed());
    }

    /**
     * Edges of the kept part f(s⊙h) that the picture does not have.
     *
     * @param picture what was explained, [C, H, W]
     * @param masks its mask, which marks what is kept
     * @return the scores
     */
    public Compared<Hallucination> hallucination(Tensor picture, Map<String, Tensor> masks) {
        Probe alone = kept.probe(picture);
        Function<MaskRow, Hallucination.Counts> count =
                row -> Hallucination.count(alone.obfuscation(row.blocks(), 0), picture);
        MaskRow mask = MaskRow.of(masks);
        Hallucination.Counts measured = count.apply(mask);
        List<Hallucination.Counts> controls = controls(mask).map(count).toList();
        return new Compared<>(
                hallucination(List.of(measured)), hallucination(controls), "none: f(s⊙h)", settings.seed());
    }

    private static Hallucination hallucination(List<Hallucination.Counts> counts) {
        return new Hallucination(
                Estimate.of(
                        counts.stream().mapToDouble(Hallucination.Counts::score).toArray()),
                Estimate.of(
                        counts.stream().mapToDouble(Hallucination.Counts::share).toArray()));
    }

    /**
     * Whether the mask foretells the effects of removals.
     *
     * @param signal what was explained
     * @param masks its mask, which marks what matters
     * @return the scores; the control has the same removals and the mask's entries at random places
     */
    public Compared<Faithfulness> faithfulness(Tensor signal, Map<String, Tensor> masks) {
        Probe probe = preserving.probe(signal);
        MaskRow mask = MaskRow.of(masks);
        int size = Math.max(1, (int) Math.round(settings.removed() * mask.size()));
        SplittableRandom random = new SplittableRandom(settings.seed());
        int[][] sets = IntStream.range(0, settings.subsets())
                .mapToObj(i -> Arrays.copyOf(MaskRow.permutation(mask.size(), random), size))
                .toArray(int[][]::new);
        double[] effects = IntStream.range(0, sets.length)
                .mapToDouble(i -> effect(probe, mask, sets[i], settings.seed() + 1 + i))
                .toArray();
        List<Faithfulness> controls = controls(mask)
                .map(row -> Faithfulness.of(sums(row, sets), effects))
                .toList();
        return compared(Faithfulness.of(sums(mask, sets), effects), Faithfulness.mean(controls));
    }

    private static double effect(Probe probe, MaskRow mask, int[] removed, long seed) {
        float[] values = new float[mask.size()];
        Arrays.fill(values, 1);
        for (int i : removed) {
            values[i] = 0;
        }
        Probe.Measured measured = probe.at(mask.with(values).blocks(), 1, seed);
        return probe.label().isPresent() ? probe.probability() - measured.probability()[0] : measured.distortion()[0];
    }

    private static double[] sums(MaskRow mask, int[][] sets) {
        return Arrays.stream(sets)
                .mapToDouble(set ->
                        Arrays.stream(set).mapToDouble(i -> mask.values()[i]).sum())
                .toArray();
    }

    /**
     * All measures of one mask.
     *
     * @param signal what was explained
     * @param masks its mask
     * @param picture its explanation picture, [1, H, W] or [C, H, W]; its mean absolute values over channels are
     *     the relevance of pixels
     * @return the measures
     */
    public Evaluation evaluate(Tensor signal, Map<String, Tensor> masks, Tensor picture) {
        boolean image = signal.rank() == 3;
        return new Evaluation(
                MaskShape.of(masks),
                fidelity(signal, masks),
                curve(signal, masks, Curve.Direction.INSERTION),
                curve(signal, masks, Curve.Direction.DELETION),
                only(image, () -> pixelCurve(signal, relevance(picture), Curve.Direction.INSERTION)),
                only(image, () -> pixelCurve(signal, relevance(picture), Curve.Direction.DELETION)),
                conciseness(signal, masks, Conciseness.Shown.KEPT),
                conciseness(signal, masks, Conciseness.Shown.OBFUSCATED),
                only(image, () -> hallucination(signal, masks)),
                faithfulness(signal, masks));
    }

    private static <T> Optional<T> only(boolean wanted, Supplier<T> measure) {
        return wanted ? Optional.of(measure.get()) : Optional.empty();
    }

    /** The mean absolute value over channels, [1, H, W]. */
    private static Tensor relevance(Tensor picture) {
        int[] shape = picture.shape();
        float[] values = picture.values();
        float[] relevance = new float[values.length / shape[0]];
        for (int i = 0; i < values.length; i++) {
            relevance[i % relevance.length] += Math.abs(values[i]) / shape[0];
        }
        return Tensor.of(relevance, 1, shape[1], shape[2]);
    }

    /** The mask's entries at random places, as often as the settings say. */
    private Stream<MaskRow> controls(MaskRow mask) {
        SplittableRandom random = new SplittableRandom(settings.seed());
        return IntStream.range(0, settings.controls()).mapToObj(i -> mask.shuffled(random));
    }

    private <T> Compared<T> compared(T measured, T control) {
        return new Compared<>(measured, control, problem.obfuscation().toString(), settings.seed());
    }

    private static Estimate ofMeans(List<Probe.Measured> each, Function<Probe.Measured, double[]> values) {
        return Estimate.of(each.stream()
                .mapToDouble(measured ->
                        Arrays.stream(values.apply(measured)).average().orElse(Double.NaN))
                .toArray());
    }

    /** Frees the compiled graphs. */
    @Override
    public void close() {
        Stream.of(own, preserving, kept, inserting, deleting).forEach(Nd4jExplainer::close);
    }
}
