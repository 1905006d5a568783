package org.rde4j.samples.audio.waveform;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.rde4j.Distortion;
import org.rde4j.L1Relaxation;
import org.rde4j.Obfuscation;
import org.rde4j.RateDistortion;
import org.rde4j.Run;
import org.rde4j.Tensor;
import org.rde4j.nd4j.Nd4jBackend;
import org.rde4j.nd4j.explain.Execution;
import org.rde4j.nd4j.explain.Nd4jExplainer;
import org.rde4j.nd4j.explain.Probe;

/**
 * Explains a sound over bands of frequencies (d1, the squared difference of the label's score before the softmax) and
 * compares the chosen bands with as many that plain rules choose, on fresh samples of the replacements.
 *
 * @param classifier whose decision to explain
 * @param bands the components
 * @param solver finds the relaxed mask; bands with an entry above {@value #THRESHOLD} are chosen
 * @param fresh how many fresh samples each choice is measured on, at least 1
 * @param execution how to use the machine
 */
public record BandTrial(
        WaveformClassifier classifier, Bands bands, L1Relaxation solver, int fresh, Execution execution) {
    private static final double THRESHOLD = 0.5;

    /** Random choices that are averaged. */
    private static final int RANDOM_CHOICES = 4;

    /** Cuts the masks of the solver. */
    public BandTrial {
        solver = solver.thresholdedAt(THRESHOLD);
    }

    /**
     * How a choice of bands did.
     *
     * @param distortion the mean over fresh samples
     * @param kept the share of fresh samples with the explained label, in [0, 1]
     */
    public record Measured(double distortion, double kept) {}

    /**
     * What was measured of one sound; every rule chose the same number of bands.
     *
     * @param rate the share of bands that were chosen, in [0, 1]
     * @param explanation the bands that the explanation chose
     * @param energy those of the largest energy
     * @param gradient those of the largest |gradient · input|
     * @param random the mean of four random choices
     * @param none no bands at all: everything is replaced
     */
    public record Result(
            double rate, Measured explanation, Measured energy, Measured gradient, Measured random, Measured none) {}

    /**
     * Which families the classifier hears.
     *
     * @param sounds of the classifier's shape
     * @return a number from 0 to 9 for each
     */
    public List<Integer> labels(List<Tensor> sounds) {
        RateDistortion plain = problem(Obfuscation.constant(0));
        try (Nd4jExplainer explainer = Nd4jBackend.compile(plain, classifier.model(), execution)) {
            return sounds.stream()
                    .map(sound -> explainer.probe(sound).label().orElseThrow())
                    .toList();
        }
    }

    /**
     * Explains and measures.
     *
     * @param sound of the classifier's shape
     * @param replacement what stands in for other bands
     * @return the measurements
     */
    public Result run(Tensor sound, Obfuscation replacement) {
        RateDistortion problem = problem(replacement);
        try (Nd4jExplainer explainer = Nd4jBackend.compile(problem, classifier.model(), execution)) {
            Tensor chosen = explainer
                    .explainEach(List.of(sound), Run.plain())
                    .get(0)
                    .binary()
                    .orElseThrow()
                    .masks()
                    .get(Bands.BLOCK);
            return compared(explainer.probe(sound), sound, chosen);
        }
    }

    private RateDistortion problem(Obfuscation replacement) {
        return RateDistortion.over(bands.representation())
                .obfuscatedBy(replacement)
                .measuredBy(Distortion.labelScore())
                .solvedBy(solver);
    }

    private Result compared(Probe probe, Tensor sound, Tensor chosen) {
        int count = 0;
        for (float entry : chosen.values()) {
            count += (int) entry;
        }
        int size = count;
        double[] gradient = Relevance.gradientTimesInput(
                classifier.model(), bands.representation(), sound, probe.label().orElseThrow());
        // Other orders for every sound, or they would not be random over sounds.
        long orders = solver.seed() + 31L * Arrays.hashCode(sound.values());
        List<Measured> random = IntStream.range(0, RANDOM_CHOICES)
                .mapToObj(i -> Relevance.random(bands.count(), orders + i))
                .map(order -> measured(probe, Relevance.top(order, size)))
                .toList();
        return new Result(
                (double) size / bands.count(),
                measured(probe, chosen),
                measured(probe, Relevance.top(bands.energies(sound), size)),
                measured(probe, Relevance.top(gradient, size)),
                new Measured(
                        random.stream()
                                .mapToDouble(Measured::distortion)
                                .average()
                                .orElseThrow(),
                        random.stream().mapToDouble(Measured::kept).average().orElseThrow()),
                measured(probe, Relevance.top(gradient, 0)));
    }

    private Measured measured(Probe probe, Tensor mask) {
        Probe.Measured samples = probe.at(Map.of(Bands.BLOCK, mask), fresh, solver.seed());
        return new Measured(
                Arrays.stream(samples.distortion()).average().orElseThrow(),
                Arrays.stream(samples.agreement()).average().orElseThrow());
    }
}
