package org.rde4j

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.double
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import java.util.OptionalInt
import org.rde4j.Representation.Padding

class RateDistortionTest :
    FunSpec({
        test("a description is a value") {
            fun describe() =
                RateDistortion.over(Representation.wavelets("db3").levels(4))
                    .obfuscatedBy(Obfuscation.gaussianNoise().perScale())
                    .measuredBy(Distortion.labelProbability().times(100.0).of(7))
                    .solvedBy(Solver.l1(3.0).adam(0.01).steps(300).samples(16).seed(5))
                    .clippedTo(0.0, 1.0)
            describe() shouldBe describe()
            describe().hashCode() shouldBe describe().hashCode()
            describe().toString() shouldContain "db3"
        }

        test("with-ers change one setting and leave the original alone") {
            checkAll(Arb.int(1..9999), Arb.int(1..999), Arb.double(0.0, 50.0), Arb.long()) {
                steps,
                samples,
                lambda,
                seed ->
                val before = Solver.l1(1.0).descent(Descent.defaults())
                val after =
                    before
                        .steps(steps)
                        .samples(samples)
                        .lambda(lambda)
                        .seed(seed)
                        .sgd(0.5)
                        .startingAt(0.25)
                before shouldBe Solver.l1(1.0).descent(Descent.defaults())
                after.steps() shouldBe steps
                after.samples() shouldBe samples
                after.lambda() shouldBe lambda
                after.seed() shouldBe seed
                after.optimizer() shouldBe Optimizer.Sgd(0.5)
                after.descent().start() shouldBe Descent.Constant(0.25)
                after
                    .steps(before.steps())
                    .samples(before.samples())
                    .lambda(1.0)
                    .seed(0)
                    .adam(0.003)
                    .startingAt(1.0) shouldBe before
            }
        }

        test("a solver with a price converges until it is given a setting of a descent") {
            val solvers = listOf<Priced<*>>(Solver.l1(2.0), Solver.bernoulli(2.0))
            solvers.forEach { solver ->
                solver.minimiser() shouldBe Convergence.defaults()
                solver.seed(7).minimiser() shouldBe Convergence.defaults().seed(7)
                solver.lambda(3.0).plainSum().thresholdedAt(0.25).minimiser() shouldBe
                    Convergence.defaults()
                solver.converging(900).minimiser() shouldBe Convergence(OptionalInt.of(900), 0)
                listOf<(Priced<*>) -> Priced<*>>(
                        { it.steps(5) },
                        { it.samples(3) },
                        { it.adam(0.1) },
                        { it.sgd(0.1) },
                        { it.startingAt(0.5) },
                        { it.startingFromGradient() },
                        { it.smoothing(2.0) },
                        { it.decayingTo(0.5) },
                        { it.stoppingOnPlateau(5, 0.1) },
                    )
                    .forEach { setting ->
                        val descent = setting(solver.seed(7))
                        descent.minimiser() shouldBe descent.descent()
                        descent.seed() shouldBe 7
                        setting(solver.descent(solver.descent())).seed(7) shouldBe descent
                        descent.converging() shouldBe solver.seed(7)
                    }
            }
            Solver.bernoulli(2.0).steps(4).descent().start() shouldBe Descent.Constant(0.5)
            Solver.atMost(3).minimiser() shouldBe Solver.atMost(3).descent()
            Solver.atMost(3).seed(4).descent().seed() shouldBe 4
        }

        test("factors multiply and labels can be chosen") {
            Distortion.labelScore().times(2.0).times(5.0).factor() shouldBe 10.0
            Distortion.crossEntropy().label() shouldBe OptionalInt.empty()
            Distortion.crossEntropy().of(3).label() shouldBe OptionalInt.of(3)
        }

        test("settings out of range are refused with value, rule and remedy") {
            val refusals =
                mapOf<() -> Any, String>(
                    { Solver.l1(-1.0) } to "The lambda (-1.0) must not be negative.",
                    { Solver.l1(Double.NaN) } to "The lambda (NaN) must be a finite number.",
                    { Solver.l1(1.0).steps(0) } to "The number of steps (0) must be at least 1.",
                    {
                        Solver.l1(1.0).samples(0)
                    } to "The number of samples (0) must be at least 1.",
                    { Solver.l1(1.0).adam(0.0) } to "The step size (0.0) must be greater than 0.",
                    {
                        Solver.l1(1.0).converging(199)
                    } to "The number of evaluations (199) must be at least 200.",
                    {
                        Solver.l1(1.0).startingAt(1.5)
                    } to "The start of the mask (1.5) must lie in [0, 1].",
                    {
                        Solver.l1(1.0).spatialL1(-2.0)
                    } to "The spatial l1 penalty (-2.0) must not be negative.",
                    {
                        Solver.l1(1.0).stoppingOnPlateau(0, 0.1)
                    } to "The window of the plateau (0) must be at least 1.",
                    {
                        Solver.l1(1.0).smoothing(0.0)
                    } to "The width of the smoothing (0.0) must be greater than 0.",
                    {
                        Solver.l1(1.0).decayingTo(1.0)
                    } to "The share of the step size that is left (1.0) must lie in [0, 1).",
                    {
                        Solver.matchingPursuit(3).backward().lazily()
                    } to
                        "A backward pursuit cannot be lazy: the price of taking a component away grows.",
                    {
                        Solver.matchingPursuit(3).backward().swaps(2)
                    } to "Swaps (2) follow a forward pursuit only.",
                    {
                        Solver.matchingPursuit(3).stoppingWithoutGain().backward()
                    } to
                        "A backward pursuit cannot stop without gain: taking a component away gains nothing.",
                    { Representation.patches(0) } to "The size of a patch (0) must be at least 1.",
                    {
                        Representation.wavelets("db11")
                    } to "The wavelet family (db11) must be db1 … db10 or sym2 … sym10.",
                    {
                        Representation.wavelets("sym1")
                    } to "The wavelet family (sym1) must be db1 … db10 or sym2 … sym10.",
                    {
                        Representation.wavelets("db3").levels(0)
                    } to "The levels of the wavelet representation (0) must be at least 1.",
                    {
                        Representation.shearlets().scales(0)
                    } to "The number of scales of the shearlets (0) must be at least 1.",
                    {
                        Representation.fourier().bands(1, 4)
                    } to "The first band starts at the frequency 1, but must start at 0.",
                    {
                        Representation.fourier().joint().bands(0, 4, 4)
                    } to
                        "The band 2 starts at the frequency 4, which must be above 4, the start " +
                            "of the band before it.",
                    {
                        Representation.fourier().whole().bands(0, 4)
                    } to "The whole magnitude and the whole phase have no bands of frequencies.",
                    {
                        Fourier.logarithmicBands(100, 16000.0, 20.0, 52)
                    } to "The number of bands (52) must be between 1 and 51.",
                    {
                        Fourier.logarithmicBands(100, 16000.0, 8000.0, 4)
                    } to
                        "The lowest frequency (8000.0 Hz) must be less than half of the sample " +
                            "rate (16000.0 Hz).",
                    {
                        Obfuscation.blur(0.0)
                    } to "The standard deviation of the blur (0.0) must be greater than 0.",
                    {
                        Obfuscation.gaussianNoise().given(0.0, -1.0)
                    } to "The noise standard deviation (-1.0) must not be negative.",
                    {
                        Distortion.labelScore().times(0.0)
                    } to "The factor of the distortion (0.0) must be greater than 0.",
                    { Distortion.labelScore().of(-1) } to "The label (-1) must be at least 0.",
                    { Region.box(0, 0, 0, 4) } to "The width of the region (0) must be at least 1.",
                    {
                        Optimizer.Adam(0.1, 1.0, 0.9, 1e-8)
                    } to "The first decay of Adam (1.0) must lie in [0, 1).",
                    {
                        RateDistortion.over(Representation.pixels()).clippedTo(1.0, 0.0)
                    } to "The signal range [1.0, 0.0] must not be empty.",
                    { Tensor.of(FloatArray(5), 2, 3) } to "5 values do not fill the shape [2, 3].",
                    {
                        Obfuscation.mixture(
                            listOf(1.0),
                            Obfuscation.blur(1.0),
                            Obfuscation.blur(2.0),
                        )
                    } to "1 weights and 2 strategies do not make a mixture.",
                    {
                        Obfuscation.mixture(listOf(0.0), Obfuscation.blur(1.0))
                    } to "The sum of the weights (0.0) must be greater than 0.",
                    {
                        Obfuscation.mixture(listOf(-1.0), Obfuscation.blur(1.0))
                    } to "The weight of a strategy (-1.0) must not be negative.",
                    {
                        Obfuscation.zero("a").and(Obfuscation.blur(1.0).on("a"))
                    } to "The part 'a' has two strategies.",
                    {
                        Obfuscation.draws(Tensor.of(FloatArray(6), 2, 3)).nearest(3)
                    } to "The number of nearest signals (3) must be between 1 and 2.",
                    {
                        Obfuscation.draws(Tensor.of(FloatArray(6), 6))
                    } to
                        "A data set of rank 1 must have an axis for the signals before the axes of one signal.",
                    {
                        Obfuscation.gaussianNoise()
                            .covariance(Tensor.of(FloatArray(2), 2), Tensor.of(FloatArray(6), 2, 3))
                    } to
                        "The covariance has the shape [2, 3] but must have the shape [2, 2] for a mean of 2 values.",
                    {
                        Obfuscation.gaussianNoise()
                            .given(Tensor.of(FloatArray(1), 1), Tensor.of(floatArrayOf(-1f), 1))
                    } to "The noise standard deviation (-1.0) must not be negative.",
                    {
                        Obfuscation.blur(1.0).withNoise(-1.0)
                    } to "The noise standard deviation (-1.0) must not be negative.",
                    {
                        Distortion.contrast(1, 1)
                    } to "The labels of a contrast (1 and 1) must differ.",
                    {
                        Region.polygon(1.0, 2.0, 3.0)
                    } to "3 numbers are not the corners of a polygon.",
                    {
                        Region.polygon(1.0, 2.0, 3.0, 4.0)
                    } to "The number of corners of the region (2) must be at least 3.",
                    { Region.mask(Tensor.of(FloatArray(4), 2, 2)) } to "The region has no marks.",
                    { Presets.named("cartoon") } to "There is no preset 'cartoon'.",
                )
            refusals.forEach { (make, sentence) ->
                val message = shouldThrow<RdeException> { make() }.message!!
                message.lines() shouldContain sentence
                message.lines().size shouldBe 2
            }
        }

        test("logarithmic bands are equally wide on a logarithmic axis") {
            // Half a hertz apart: 20·400^(i/4) Hz are 89.4, 400 and 1788.9 Hz.
            Fourier.logarithmicBands(32000, 16000.0, 20.0, 4) shouldBe listOf(0, 179, 800, 3578)
            Fourier.logarithmicBands(10, 16000.0, 20.0, 6) shouldBe listOf(0, 1, 2, 3, 4, 5)
        }

        test("logarithmic bands are no narrower than one frequency, whatever is asked for") {
            checkAll(Arb.int(1..3000), Arb.double(1e-3..0.499), Arb.double(0.0..1.0)) { n, low, at
                ->
                val count = 1 + (at * (n / 2)).toInt()
                val starts = Fourier.logarithmicBands(n, 16000.0, 16000 * low, count)
                starts.size shouldBe count
                Representation.fourier().bands(starts).bands() shouldBe starts
                (starts.last() <= n / 2) shouldBe true
            }
        }

        test("noise per scale needs scales") {
            shouldThrow<RdeException> {
                RateDistortion.over(Representation.dct())
                    .obfuscatedBy(Obfuscation.uniformNoise().perScale())
            }
            val shearlets = RateDistortion.over(Representation.shearlets())
            shearlets.obfuscatedBy(Obfuscation.uniformNoise().perScale()).representation() shouldBe
                Shearlets(4)
            shouldThrow<RdeException> {
                RateDistortion.over(Representation.dct())
                    .obfuscatedBy(
                        Obfuscation.mixture(listOf(1.0), Obfuscation.gaussianNoise().perScale())
                    )
            }
        }

        test("strategies say whether they mean to stay on the data manifold") {
            val data = Obfuscation.draws(Tensor.of(FloatArray(6), 2, 3))
            val noise = Obfuscation.gaussianNoise()
            val inside =
                listOf(data, data.nearest(1), Obfuscation.mixture(listOf(1.0, 0.0), data, noise))
            val outside =
                listOf(
                    noise,
                    Obfuscation.blur(1.0),
                    Obfuscation.constant(0.0),
                    Obfuscation.mixture(listOf(1.0, 1.0), data, noise),
                    Obfuscation.mixture(listOf(1.0, 1.0), data, data).perComponent(),
                    data.on("a"),
                )
            inside.map { it.inDistribution() } shouldBe inside.map { true }
            outside.map { it.inDistribution() } shouldBe outside.map { false }
            data.on("a").others(data).inDistribution() shouldBe true
        }

        test("a part is a block, or what stands before a dot; the longest name counts") {
            val one = Obfuscation.constant(1.0)
            val two = Obfuscation.constant(2.0)
            val rest = Obfuscation.constant(3.0)
            val parts = one.on("left").and(two.on("left.low")).others(rest)
            parts.of("left") shouldBe one
            parts.of("left.detail_1") shouldBe one
            parts.of("left.low") shouldBe two
            parts.of("leftover") shouldBe rest
            parts.of("right") shouldBe rest
            one.on("left").and(two.on("right").others(rest)).others() shouldBe rest
        }

        test("presets hold the published settings") {
            val cartoonX = Presets.cartoonX()
            cartoonX.representation() shouldBe Representation.Wavelets("db3", 5, Padding.ZERO)
            val solver = cartoonX.solver() as L1Relaxation
            solver.lambda() shouldBe 3.0
            solver.steps() shouldBe 2000
            solver.samples() shouldBe 64
            solver.optimizer() shouldBe Optimizer.Adam(0.003)
            cartoonX.distortion().factor() shouldBe 100.0
            (Presets.pixelRde().solver() as L1Relaxation).lambda() shouldBe 0.6
            Presets.all().keys.toList() shouldBe
                listOf(
                    "pixelRde",
                    "cartoonX",
                    "cartoonX-eccv22",
                    "waveletX",
                    "shearletX",
                    "cartoonx-0.1.4",
                )
            Presets.all().forEach { (name, problem) -> Presets.named(name) shouldBe problem }
        }

        test("tensors are values of their own") {
            val values = floatArrayOf(1f, 2f, 3f, 4f, 5f, 6f)
            val tensor = Tensor.of(values, 2, 3)
            values[0] = 9f
            tensor.values()[1] = 9f
            tensor.get(0, 0) shouldBe 1f
            tensor.get(1, 2) shouldBe 6f
            tensor shouldBe Tensor.of(floatArrayOf(1f, 2f, 3f, 4f, 5f, 6f), 2, 3)
            tensor.reshape(3, 2).get(2, 1) shouldBe 6f
            shouldThrow<IndexOutOfBoundsException> { tensor.get(0, 3) }
            shouldThrow<IndexOutOfBoundsException> { tensor.get(0) }
        }
    })
