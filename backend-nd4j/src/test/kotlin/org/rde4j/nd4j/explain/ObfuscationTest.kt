package org.rde4j.nd4j.explain

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import kotlin.math.abs
import kotlin.math.sqrt
import org.rde4j.Distortion
import org.rde4j.Obfuscation
import org.rde4j.RateDistortion
import org.rde4j.RdeException
import org.rde4j.Representation
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.Nd4jBackend
import org.rde4j.nd4j.representation.Block
import org.rde4j.nd4j.representation.GaussianBlur
import org.rde4j.nd4j.representation.Transform

private fun vector(vararg values: Float) = Tensor.of(values, values.size)

/** Statistics of what strategies draw, against closed forms. */
class ObfuscationTest :
    FunSpec({
        val signal = randomTensor(1, 2, 3, 2)

        /** v of many samples, in the signal's order, over pixels. */
        fun drawn(
            strategy: Obfuscation,
            samples: Int,
            x: Tensor = signal,
            over: Representation = Representation.pixels(),
        ): List<FloatArray> =
            Obfuscated(strategy, x, microBatch = 32, representation = over).replaced(samples)

        fun columns(samples: List<FloatArray>): List<List<Double>> =
            samples[0].indices.map { i -> samples.map { it[i].toDouble() } }

        fun covariance(a: List<Double>, b: List<Double>): Double {
            val meanA = a.average()
            val meanB = b.average()
            return a.indices.sumOf { (a[it] - meanA) * (b[it] - meanB) } / (a.size - 1)
        }

        /** Mean and standard deviation within five standard errors of normal values. */
        fun List<Double>.shouldBeNormal(mean: Double, std: Double) {
            average() shouldBe (mean plusOrMinus 5 * std / sqrt(size.toDouble()) + 1e-6)
            sqrt(covariance(this, this)) shouldBe
                (std plusOrMinus 5 * std / sqrt(2.0 * size) + 1e-6)
        }

        test("a mean and a standard deviation for each coefficient, broadcast as in NumPy") {
            val mean = randomTensor(2, 2, 3, 2, low = -3.0, high = 3.0)
            val std = randomTensor(3, 3, 1, low = 0.0, high = 2.0)
            columns(drawn(Obfuscation.gaussianNoise().given(mean, std), 3000)).forEachIndexed {
                i,
                values ->
                values.shouldBeNormal(
                    mean.values()[i].toDouble(),
                    std.values()[i / 2 % 3].toDouble(),
                )
            }
        }

        test("where components own many places, moments are those of the places") {
            val mean = randomTensor(2, 2, 3, 2, low = -3.0, high = 3.0)
            val std = randomTensor(3, 3, 1)
            val byPixel = drawn(Obfuscation.gaussianNoise().given(mean, std), 3)
            val labels = Tensor.of(FloatArray(6) { (it % 2).toFloat() }, 3, 2)
            drawn(
                Obfuscation.gaussianNoise().given(mean, std),
                3,
                over = Representation.labelMap(labels),
            ) shouldBe byPixel
            drawn(
                Obfuscation.gaussianNoise().given(mean.reshape(1, 2, 3, 2), std),
                3,
                over = Representation.channels(),
            ) shouldBe byPixel
            val wave = randomTensor(4, 1, 16)
            val spectrum = Obfuscation.gaussianNoise().given(vector(0f), randomTensor(5, 2, 9))
            val frequencies = Representation.fourier().joint()
            drawn(spectrum, 3, wave, frequencies.bands(0, 2, 5)) shouldBe
                drawn(spectrum, 3, wave, frequencies)
        }

        test("an interval for each coefficient") {
            val mean = randomTensor(2, 2, 1, 1, low = -3.0, high = 3.0)
            val halfWidth = randomTensor(3, 2)
            val samples = drawn(Obfuscation.uniformNoise().given(mean, halfWidth), 3000)
            columns(samples).forEachIndexed { i, values ->
                val center = mean.values()[i / 6].toDouble()
                val half = halfWidth.values()[i % 2].toDouble()
                values.shouldBeNormal(center, half / sqrt(3.0))
                values.maxOf { abs(it - center) } shouldBeLessThan half + 1e-6
            }
        }

        test("values in the users' order and in storage order are transposes of each other") {
            checkAll(Arb.int(1..4), Arb.int(1..3), Arb.int(1..5), Arb.int(1..3)) {
                rows,
                columns,
                bands,
                d ->
                val block = Block("any", listOf(rows, columns), bands, d, 1)
                val size = rows * columns * bands * d
                val values = FloatArray(size) { it.toFloat() }
                val shape = listOf(d) + block.maskShape().toList()
                val stored =
                    Coefficients.stored(block, Tensor.of(values, *shape.toIntArray()), "noise mean")
                (0 until d).forEach { value ->
                    val component = FloatArray(size / d) { stored[it * d + value] }
                    val own = values.copyOfRange(value * size / d, (value + 1) * size / d)
                    block.published(component).values() shouldBe own
                }
            }
        }

        test("correlated noise has the given mean and covariance, singular ones too") {
            val n = 12
            val mean = randomTensor(4, n, low = -2.0, high = 2.0)
            val sigma = covarianceOf(n)
            val columns = columns(drawn(Obfuscation.gaussianNoise().covariance(mean, sigma), 4000))
            for (i in 0 until n) {
                val variance = sigma.get(i, i).toDouble()
                columns[i].shouldBeNormal(mean.get(i).toDouble(), sqrt(variance))
                for (j in 0 until i) {
                    val error =
                        sqrt(
                            (variance * sigma.get(j, j) + sigma.get(i, j) * sigma.get(i, j)) / 4000
                        )
                    covariance(columns[i], columns[j]) shouldBe
                        (sigma.get(i, j).toDouble() plusOrMinus 5 * error)
                }
            }
            // Rank 6: of seven coordinates, the seventh is a function of the others.
            val none =
                Obfuscation.gaussianNoise().covariance(mean, Tensor.of(FloatArray(144), n, n))
            drawn(none, 2).forEach { it shouldBe mean.values() }
        }

        test("a covariance with a negative eigenvalue is refused") {
            fun message(vararg sigma: Float) =
                shouldThrow<RdeException> {
                        val x = vector(1f, 2f)
                        drawn(
                            Obfuscation.gaussianNoise().covariance(x, Tensor.of(sigma, 2, 2)),
                            1,
                            x,
                        )
                    }
                    .message!!
            message(1f, 2f, 2f, 1f) shouldContain "negative eigenvalue"
            message(0f, 1f, 1f, 0f) shouldContain "negative eigenvalue"
            message(1f, 0f, 0f, -1f) shouldContain "negative eigenvalue"
            message(1f, 0.5f, 0.4f, 1f) shouldContain "symmetric"
        }

        test("a blur with noise varies around the blurred signal") {
            val blurred = GaussianBlur.blur(signal.values(), signal.shape(), 0.8)
            val samples = drawn(Obfuscation.blur(0.8).withNoise(0.3), 3000)
            columns(samples).forEachIndexed { i, values ->
                values.shouldBeNormal(blurred[i].toDouble(), 0.3)
            }
            drawn(Obfuscation.blur(0.8), 1)[0].toList() shouldBe blurred.toList()
        }

        test("draws take whole signals of the data set, each with the same chance") {
            val set = randomTensor(5, 4, 2, 3, 2)
            val members =
                (0 until 4).map { set.values().copyOfRange(it * 12, it * 12 + 12).toList() }
            val taken = drawn(Obfuscation.draws(set), 2000).map { members.indexOf(it.toList()) }
            (0 until 4).forEach { member ->
                taken.count { it == member } / 2000.0 shouldBe
                    (0.25 plusOrMinus 5 * sqrt(0.25 * 0.75 / 2000))
            }
        }

        test("draws under wavelets are whole signals again") {
            val x = randomTensor(6, 1, 8, 8)
            val set = randomTensor(7, 3, 1, 8, 8)
            val obfuscated =
                Obfuscated(Obfuscation.draws(set), x, 8, Representation.wavelets("db2").levels(2))
            obfuscated.replaced(20).forEach { v ->
                (0 until 3).minOf { member ->
                    v.indices.maxOf { abs(v[it] - set.values()[member * 64 + it]) }.toDouble()
                } shouldBeLessThan 1e-5
            }
        }

        test("draws of the nearest signals only") {
            val set = Tensor.of(floatArrayOf(0f, 0f, 5f, 5f, 1f, 1f, 9f, 9f), 4, 2)
            fun taken(x: Tensor) =
                drawn(Obfuscation.draws(set).nearest(2), 60, x).map { it[0] }.toSet()
            taken(vector(0.4f, 0.4f)) shouldBe setOf(0f, 1f)
            taken(vector(8f, 8f)) shouldBe setOf(5f, 9f)
            shouldThrow<RdeException> { drawn(Obfuscation.draws(set), 1) }.message!! shouldContain
                "does not hold signals of the shape [2, 3, 2]"
        }

        test("a mixture takes one strategy for each sample, by weight") {
            val strategy =
                Obfuscation.mixture(
                    listOf(1.0, 3.0, 0.0),
                    Obfuscation.constant(1.0),
                    Obfuscation.constant(2.0),
                    Obfuscation.constant(3.0),
                )
            val samples = drawn(strategy, 2000)
            samples.forEach { v -> v.toSet().size shouldBe 1 }
            val first = samples.count { it[0] == 1f } / 2000.0
            first shouldBe (0.25 plusOrMinus 5 * sqrt(0.25 * 0.75 / 2000))
            samples.map { it[0] }.toSet() shouldBe setOf(1f, 2f)
        }

        test("a mixture per component chooses for each component independently") {
            val strategy =
                Obfuscation.mixture(
                        listOf(1.0, 3.0),
                        Obfuscation.constant(1.0),
                        Obfuscation.constant(2.0),
                    )
                    .perComponent()
            val samples = drawn(strategy, 3000)
            // The two channels of a pixel are one component.
            samples.forEach { v -> (0 until 6).forEach { v[it] shouldBe v[it + 6] } }
            val chosen = columns(samples).take(6).map { values -> values.map { 2 - it } }
            chosen.forEachIndexed { i, values ->
                values.average() shouldBe (0.25 plusOrMinus 5 * sqrt(0.25 * 0.75 / 3000))
                (0 until i).forEach { j ->
                    covariance(values, chosen[j]) shouldBe
                        (0.0 plusOrMinus 5 * 0.25 * 0.75 / sqrt(3000.0))
                }
            }
        }

        test("all values of a component of a label map take the same strategy") {
            val labels = Tensor.of(floatArrayOf(0f, 1f, 1f, 0f, 0f, 1f), 3, 2)
            val strategy =
                Obfuscation.mixture(
                        listOf(1.0, 1.0),
                        Obfuscation.constant(1.0),
                        Obfuscation.constant(2.0),
                    )
                    .perComponent()
            val samples = drawn(strategy, 50, over = Representation.labelMap(labels))
            samples.forEach { v ->
                (0 until 12).forEach {
                    v[it] shouldBe v[if (labels.values()[it % 6] == 0f) 0 else 1]
                }
            }
            samples.map { it[0] to it[1] }.toSet().size shouldBe 4
        }

        test("strategies inside a mixture draw apart from each other and from a strategy alone") {
            val noise = Obfuscation.gaussianNoise().given(0.0, 1.0)
            val twice = Obfuscation.mixture(listOf(1.0, 1.0), noise, noise).perComponent()
            val alone = drawn(noise, 500)
            val mixed = drawn(twice, 500)
            columns(mixed).forEach { it.shouldBeNormal(0.0, 1.0) }
            // Among so many 32-bit floats a few may meet by chance.
            val values = mixed.flatMap { it.toList() }.toSet()
            values.size shouldBeGreaterThan 500 * 12 - 10
            (values intersect alone.flatMap { it.toList() }.toSet()).size shouldBeLessThan 10
        }

        test("each part has its own strategy") {
            // Over a Haar transform of zeros, the coefficients of f(v) are v.
            val x = Tensor.of(FloatArray(64), 1, 8, 8)
            val haar = Representation.wavelets("db1").levels(2)
            val parts =
                Obfuscation.constant(1.0)
                    .on("low")
                    .and(Obfuscation.constant(2.0).on("detail_1"))
                    .others(Obfuscation.gaussianNoise().given(0.0, 1.0))
            val samples =
                Obfuscated(parts, x, 16, haar).replaced(200).map { v ->
                    Transform.of(haar, 1, 8, 8).analyse(v)
                }
            samples.forEach { h ->
                h[0].forEach { it.toDouble() shouldBe (1.0 plusOrMinus 1e-5) }
                h[2].forEach { it.toDouble() shouldBe (2.0 plusOrMinus 1e-5) }
            }
            samples.flatMap { h -> h[1].map { it.toDouble() } }.shouldBeNormal(0.0, 1.0)
            shouldThrow<RdeException> {
                    Obfuscated(Obfuscation.zero("lows"), x, 1, haar).replaced(1)
                }
                .message!! shouldContain
                "names the part 'lows', but the blocks are [low, detail_2, detail_1]"
        }

        test("a part's noise has the moments of that part") {
            val x = randomTensor(3, 1, 8, 8)
            val haar = Representation.wavelets("db1").levels(1)
            val transform = Transform.of(haar, 1, 8, 8)
            val low = transform.analyse(x.values())[0].map { it.toDouble() }
            val samples =
                Obfuscated(Obfuscation.gaussianNoise().on("low"), x, 16, haar)
                    .replaced(200)
                    .flatMap { v -> transform.analyse(v)[0].map { it.toDouble() } }
            samples.shouldBeNormal(low.average(), sqrt(covariance(low, low)))
        }

        obfuscations.forEach { strategy ->
            test("what $strategy gives depends neither on the micro-batch nor on other signals") {
                val x = randomTensor(8, 3, 8, 8)
                val other = randomTensor(9, 3, 8, 8)
                val representation = representations.first { fits(it, strategy) }
                val alone = Obfuscated(strategy, x, 5, representation).distortions(7)
                val two = Obfuscated(strategy, listOf(other, x), 4, representation)
                two.distortions(7, signal = 1).zip(alone).forEach { (a, b) ->
                    abs(a - b).toDouble() shouldBeLessThan 1e-4
                }
                Obfuscated(strategy, x, 5, representation, seed = 3).distortions(7) shouldBe alone
                val reseeded = Obfuscated(strategy, x, 5, representation, seed = 4).distortions(7)
                if (two.random) reseeded shouldNotBe alone else reseeded shouldBe alone
                (alone.distinct().size > 1) shouldBe two.random
            }
        }

        test("moments that do not broadcast are refused with both shapes") {
            val message =
                shouldThrow<RdeException> {
                        val mean = randomTensor(1, 3, 1, 1)
                        drawn(Obfuscation.gaussianNoise().given(mean, vector(1f)), 1)
                    }
                    .message!!
            message.lines() shouldContainExactly
                listOf(
                    "The noise mean has the shape [3, 1, 1], which does not broadcast to the coefficients [2, 3, 2] of the block pixels.",
                    "Give that shape, or give each block its own noise with perPart(...).",
                )
        }

        test("the order in which parts are named does not matter") {
            val problem =
                RateDistortion.over(Representation.wavelets("db1").levels(1))
                    .measuredBy(Distortion.squaredError())
                    .solvedBy(Solver.l1(0.1).adam(0.05).steps(20).samples(2))
            val parts =
                listOf(
                    "low" to Obfuscation.gaussianNoise().given(0.0, 0.5),
                    "detail_1" to Obfuscation.uniformNoise(),
                )
            val signal = Tensor.of(FloatArray(64) { (it * 7 % 11) / 11f }, 1, 8, 8)
            val masks =
                listOf(parts, parts.reversed()).map { order ->
                    val mixed =
                        problem.obfuscatedBy(
                            Obfuscation.perPart(
                                linkedMapOf<String, Obfuscation>(*order.toTypedArray())
                            )
                        )
                    Nd4jBackend.compile(mixed, Models.custom("square") { _, x -> x.mul(x) }).use {
                        it.explain(signal).masks()
                    }
                }
            masks[0] shouldBe masks[1]
        }

        test("a fraction outside of [0, 1] is refused") {
            shouldThrow<RdeException> { Nd4jBackend.inpaintedBy("square", squareModel, 1.5) }
                .message!! shouldContain "must lie in [0, 1]"
        }
    })
