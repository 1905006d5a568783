/**
 * The Kotlin face of the description language: top-level functions with defaults and one builder
 * scope. There is no logic here; everything ends in the same records that Java uses.
 */
package org.rde4j.kotlin

import java.util.Optional
import org.rde4j.BernoulliRelaxation
import org.rde4j.Contrast
import org.rde4j.CorrelatedNoise
import org.rde4j.DatasetDraws
import org.rde4j.Distortion
import org.rde4j.Enumeration
import org.rde4j.Fourier
import org.rde4j.L1Relaxation
import org.rde4j.LabelMap
import org.rde4j.LambdaSearch
import org.rde4j.MatchingPursuit
import org.rde4j.Mixture
import org.rde4j.Moments
import org.rde4j.Obfuscation
import org.rde4j.Parts
import org.rde4j.PerPart
import org.rde4j.Points
import org.rde4j.Priced
import org.rde4j.RateConstrained
import org.rde4j.RateDistortion
import org.rde4j.Region
import org.rde4j.Regulariser
import org.rde4j.Representation
import org.rde4j.Shearlets
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.TrainingObjective

/**
 * Marks the scopes of the description language, so that an inner scope does not see the outer one's
 * settings.
 */
@DslMarker annotation class RateDistortionDsl

/** The settings of one problem, filled with the defaults of [RateDistortion.over]. */
@RateDistortionDsl
class ProblemScope internal constructor(start: RateDistortion) {
    /** What the components are. */
    val representation: Representation = start.representation()

    /** What replaces components that are not kept. */
    var obfuscation: Obfuscation = start.obfuscation()

    /** How a change of the output is measured. */
    var distortion: Distortion = start.distortion()

    /** How the mask is found. */
    var solver: Solver = start.solver()

    /** Whether the mask marks what is kept or what is replaced. */
    var game: RateDistortion.Game = start.game()

    /** The range that obfuscated signals are clipped to, or null. */
    var signalRange: ClosedFloatingPointRange<Double>? =
        start.signalRange().map { it.low()..it.high() }.orElse(null)

    internal fun problem(): RateDistortion =
        RateDistortion(
            representation,
            obfuscation,
            distortion,
            solver,
            game,
            Optional.ofNullable(signalRange).map { RateDistortion.Range(it.start, it.endInclusive) },
        )
}

/**
 * Describes a problem; settings that the block leaves out keep the defaults of
 * [RateDistortion.over].
 */
fun rateDistortion(over: Representation, settings: ProblemScope.() -> Unit = {}): RateDistortion =
    ProblemScope(RateDistortion.over(over)).apply(settings).problem()

/** A changed copy of a problem, for instance of a preset. */
fun RateDistortion.changed(settings: ProblemScope.() -> Unit): RateDistortion =
    ProblemScope(this).apply(settings).problem()

/** One component per position. */
fun pixels(): Representation.Pixels = Representation.pixels()

/** One component per whole channel. */
fun channels(): Representation.Channels = Representation.channels()

/** One component per label of a map of whole numbers, shape [H, W], [T] or [n]. */
fun labelMap(labels: Tensor): LabelMap = Representation.labelMap(labels)

/** One component per place where [mask] is not zero, shape [H, W], [T] or [n]. */
fun points(mask: Tensor): Points = Representation.points(mask)

/** Channels that are several named things, in order. */
fun parts(vararg parts: Parts.Part): Parts = Representation.parts(*parts)

/** Some channels with a representation of their own; those without one are always kept. */
fun part(name: String, channels: Int, over: Representation? = pixels()): Parts.Part =
    Parts.Part(name, channels, Optional.ofNullable(over))

/** One component per square of [size] × [size] pixels. */
fun patches(size: Int): Representation.Patches = Representation.patches(size)

/** One component per wavelet coefficient. */
fun wavelets(
    family: String = "db3",
    levels: Int = 5,
    padding: Representation.Padding = Representation.Padding.ZERO,
): Representation.Wavelets = Representation.Wavelets(family, levels, padding)

/** One component per coefficient of cone-adapted shearlets. */
fun shearlets(scales: Int = 4): Shearlets = Shearlets(scales)

/** One component per cosine coefficient. */
fun dct(): Representation.Dct = Representation.dct()

/**
 * Magnitudes and phases of the discrete Fourier transform; [bands] are indices where bands start.
 */
fun fourier(
    components: Fourier.Components = Fourier.Components.APART,
    bands: List<Int> = emptyList(),
): Fourier = Fourier(components, bands)

/** One component per row of [atoms], shape [k, n]. */
fun dictionary(atoms: Tensor): Representation.Dictionary = Representation.dictionary(atoms)

/** Always the same value. */
fun constant(value: Double): Obfuscation.Constant = Obfuscation.constant(value)

/** Normal noise with the signal's moments in each group. */
fun gaussianNoise(per: Moments.Grouping = Moments.Grouping.WHOLE): Obfuscation.GaussianNoise =
    Obfuscation.GaussianNoise(Moments.OfSignal(per))

/** Normal noise with fixed moments. */
fun gaussianNoise(mean: Double, std: Double): Obfuscation.GaussianNoise =
    Obfuscation.GaussianNoise(Moments.Given(mean, std))

/** Normal noise with moments for each coefficient. */
fun gaussianNoise(mean: Tensor, std: Tensor): Obfuscation.GaussianNoise =
    Obfuscation.GaussianNoise(Moments.PerCoefficient(mean, std))

/** Normal noise v ∼ N(mean, covariance). */
fun correlatedNoise(mean: Tensor, covariance: Tensor): CorrelatedNoise =
    CorrelatedNoise(mean, covariance)

/** Uniform noise within one standard deviation of the mean in each group. */
fun uniformNoise(per: Moments.Grouping = Moments.Grouping.WHOLE): Obfuscation.UniformNoise =
    Obfuscation.UniformNoise(Moments.OfSignal(per))

/** Uniform noise in [mean − halfWidth, mean + halfWidth]. */
fun uniformNoise(mean: Double, halfWidth: Double): Obfuscation.UniformNoise =
    Obfuscation.UniformNoise(Moments.Given(mean, halfWidth))

/** Uniform noise with an interval for each coefficient. */
fun uniformNoise(mean: Tensor, halfWidth: Tensor): Obfuscation.UniformNoise =
    Obfuscation.UniformNoise(Moments.PerCoefficient(mean, halfWidth))

/** The signal blurred by a Gaussian kernel of [sigma] pixels, plus normal [noise]. */
fun blur(sigma: Double, noise: Double = 0.0): Obfuscation.Blur = Obfuscation.Blur(sigma, noise)

/** Whole signals of a data set, shape [n, …], one for each sample. */
fun draws(signals: Tensor): DatasetDraws = Obfuscation.draws(signals)

/** One of several strategies, by weight, for each sample. */
fun mixture(vararg weighted: Pair<Double, Obfuscation>): Mixture =
    Mixture(weighted.map { it.first }, weighted.map { it.second }, Mixture.Choice.PER_SAMPLE)

/** Zeros for one part of a representation. */
fun zero(on: String): PerPart = Obfuscation.zero(on)

/** This strategy for one part of a representation. */
infix fun Obfuscation.on(part: String): PerPart = on(part)

/** The strategies for the parts of both. */
infix fun PerPart.and(more: PerPart): PerPart = and(more)

/** d1, the squared gap of the label's score. */
fun labelScore(): Distortion.LabelScore = Distortion.labelScore()

/** d2, the squared gap of the label's probability. */
fun labelProbability(): Distortion.LabelProbability = Distortion.labelProbability()

/** The squared gap of the label's probability to one. */
fun toProbabilityOne(): Distortion.ToProbabilityOne = Distortion.toProbabilityOne()

/** The cross-entropy of the label. */
fun crossEntropy(): Distortion.CrossEntropy = Distortion.crossEntropy()

/** What is left of the label's probability, for the deletion game. */
fun remainingProbability(): Distortion.RemainingProbability = Distortion.remainingProbability()

/** The squared gap of a label's mean probability on a part of an output map. */
fun regionProbability(region: Region): Distortion.RegionProbability =
    Distortion.regionProbability(region)

/** The squared change of the lead of one label over another. */
fun contrast(label: Int, other: Int): Contrast = Distortion.contrast(label, other)

/** d3, the squared error over all outputs. */
fun squaredError(): Distortion.SquaredError = Distortion.squaredError()

/** d4, the squared error on a part of the outputs. */
infix fun Distortion.SquaredError.restrictedTo(region: Region): Distortion.SquaredError =
    restrictedTo(region)

/**
 * The l1 relaxation (P1), searched until it converges; by steps of Adam as soon as their size,
 * their number or their samples are given.
 */
fun l1(
    lambda: Double,
    stepSize: Double? = null,
    steps: Int? = null,
    samples: Int? = null,
    seed: Long = 0,
): L1Relaxation = Solver.l1(lambda).seed(seed).descending(stepSize, steps, samples)

/** The Bernoulli relaxation (P2), searched until it converges or by steps, as [l1]. */
fun bernoulli(
    lambda: Double,
    temperature: Double = 0.1,
    stepSize: Double? = null,
    steps: Int? = null,
    samples: Int? = null,
    seed: Long = 0,
): BernoulliRelaxation =
    Solver.bernoulli(lambda)
        .temperature(temperature)
        .seed(seed)
        .descending(stepSize, steps, samples)

private fun <S : Priced<S>> S.descending(stepSize: Double?, steps: Int?, samples: Int?): S {
    var solver = this
    stepSize?.let { solver = solver.adam(it) }
    steps?.let { solver = solver.steps(it) }
    samples?.let { solver = solver.samples(it) }
    return solver
}

/** Matching pursuit: adds components, and takes them back where that gives a better set. */
fun matchingPursuit(maxComponents: Int, samples: Int = 16, seed: Long = 0): MatchingPursuit =
    Solver.matchingPursuit(maxComponents).samples(samples).seed(seed)

/** The least distortion with at most [components] kept. */
fun atMost(components: Int): RateConstrained = Solver.atMost(components)

/** The least distortion with at most this [rate] kept. */
fun rateConstrained(rate: Double): RateConstrained = Solver.rateConstrained(rate)

/** The sparsest mask whose distortion is at [most] so much. */
fun distortionConstrained(most: Double): LambdaSearch = Solver.distortionConstrained(most)

/** The l1 relaxation with the price that leads to a [rate]. */
fun aimingForRate(rate: Double): LambdaSearch = Solver.aimingForRate(rate)

/** The best of all binary masks, for few components. */
fun enumeration(lambda: Double): Enumeration = Solver.enumeration(lambda)

/** Pixels that come with each training example. */
fun perExample(): Region.PerExample = Region.perExample()

/** What a network is trained to do; regularisers are added with `+`. */
fun minimising(fit: Distortion = squaredError()): TrainingObjective =
    TrainingObjective.minimising(fit)

/** The network is to give the same output without all but one [part] of its input. */
fun relyingOn(part: String, problem: RateDistortion, weight: Double = 1.0): Regulariser =
    Regulariser.relyingOn(part, problem).weight(weight)

/** The network is to give the same output when all that is not always kept is replaced. */
fun resisting(problem: RateDistortion, weight: Double = 1.0): Regulariser =
    Regulariser.resisting(problem).weight(weight)
