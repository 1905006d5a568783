package org.rde4j.nd4j.explain

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.doubles.shouldBeLessThanOrEqual as shouldBeNoMoreThan
import io.kotest.matchers.floats.plusOrMinus as floatPlusOrMinus
import io.kotest.matchers.longs.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.double
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import kotlin.math.abs
import kotlin.math.max
import kotlin.math.min
import org.rde4j.Distortion
import org.rde4j.Explanation
import org.rde4j.Obfuscation
import org.rde4j.RateDistortion
import org.rde4j.Representation
import org.rde4j.Run
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.Nd4jBackend
import org.rde4j.nd4j.model.Nd4jModel
import org.rde4j.nd4j.solve.Distortions

/** The search without settings, against closed forms, other solvers and its promises. */
class ConvergingTest :
    FunSpec({
        val identity = Models.custom("identity") { _, x -> x }

        fun solve(
            problem: RateDistortion,
            model: Nd4jModel,
            vararg signals: Tensor,
            run: Run = Run.plain(),
        ): List<Explanation> =
            Nd4jBackend.compile(problem, model).use { it.explainEach(signals.toList(), run) }

        fun squared(solver: Solver, obfuscation: Obfuscation) =
            RateDistortion.over(Representation.pixels())
                .obfuscatedBy(obfuscation)
                .measuredBy(Distortion.squaredError())
                .solvedBy(solver)

        val signal = Tensor.of(floatArrayOf(0.1f, -0.2f, 0.4f, 0.8f, -1.5f, 2f), 6)

        /** Of E (1−s)²(x² + σ²) + λ/k·s. */
        fun closed(lambda: Double, variance: Double) =
            signal.values().map { x ->
                max(0.0, 1 - lambda / (2 * signal.size() * (x.toDouble() * x + variance)))
            }

        fun objective(masks: List<Double>, lambda: Double, variance: Double) =
            masks.indices.sumOf { i ->
                val x = signal.values()[i].toDouble()
                (1 - masks[i]) * (1 - masks[i]) * (x * x + variance) +
                    lambda / masks.size * masks[i]
            }

        test("finds the closed form where nothing is random") {
            listOf(0.0, 0.5, 2.0, 10.0).forEach { lambda ->
                val found =
                    solve(squared(Solver.l1(lambda), Obfuscation.constant(0.0)), identity, signal)[
                        0]
                found.masks()["pixels"]!!.values().zip(closed(lambda, 0.0)).forEach { (s, exact) ->
                    s.toDouble() shouldBe (exact plusOrMinus 0.01)
                }
                found.ending().get().converged() shouldBe true
                found.warnings().filter { "all ones" !in it }.shouldBeEmpty()
            }
        }

        test("finds the closed form in noise, within a hundredth of the objective") {
            listOf(0.5, 2.0).forEach { lambda ->
                (0L..3L).forEach { seed ->
                    val solver = Solver.l1(lambda).seed(seed)
                    val noise = Obfuscation.gaussianNoise().given(0.0, 0.5)
                    val found = solve(squared(solver, noise), identity, signal)[0]
                    val mask = found.masks()["pixels"]!!.values().map { it.toDouble() }
                    val least = objective(closed(lambda, 0.25), lambda, 0.25)
                    objective(mask, lambda, 0.25) shouldBeLessThan least * 1.01 + 0.003
                }
            }
        }

        val image = randomTensor(8, 3, 8, 8)
        val model = smoothClassifier(192)

        fun images(solver: Solver) =
            RateDistortion.over(Representation.pixels())
                .measuredBy(Distortion.labelProbability().times(100.0))
                .solvedBy(solver)

        test(
            "is no worse than all ones or all zeros, whatever the price, the budget and the seed"
        ) {
            checkAll(25, Arb.double(-3.0, 4.0), Arb.long(0, 1000)) { exponent, seed ->
                val lambda = Math.pow(10.0, exponent)
                val problem = images(Solver.l1(lambda).converging(300).seed(seed))
                val found = solve(problem, model, image)[0]
                found.cost().modelEvaluations() shouldBeLessThanOrEqual 300L + 2 * 256 + 256 + 8
                Nd4jBackend.compile(problem, model).use { explainer ->
                    val zeros =
                        explainer.assess(
                            image,
                            mapOf("pixels" to Tensor.of(FloatArray(64), 8, 8)),
                            256,
                            1,
                        )
                    val least = min(lambda, zeros.distortion() + 4 * zeros.distortionError())
                    val own = explainer.assess(image, found.masks(), 256, 1)
                    found.objective() shouldBeLessThan least + 4 * own.distortionError() + 1e-6
                }
            }
        }

        test(
            "comes near the least objective where components have no neighbours to be averaged with"
        ) {
            val long = Solver.l1(30.0).adam(0.02).steps(1500).samples(64).decayingTo(0.0)
            val least = solve(images(long), model, image)[0].objective()
            val found = solve(images(Solver.l1(30.0)), model, image)[0]
            found.objective() shouldBeLessThan 1.1 * least
            val short = solve(images(Solver.l1(30.0).converging(480)), model, image)[0]
            short.objective() shouldBeLessThan 1.25 * least
        }

        test(
            "says that the budget ended it, or that it has converged and what the last doubling gained"
        ) {
            val short =
                solve(images(Solver.l1(3.0).converging(800)), model, image)[0].ending().get()
            short.converged() shouldBe false
            val long = solve(images(Solver.l1(3.0)), model, image)[0]
            val ending = long.ending().get()
            ending.converged() shouldBe true
            (ending.gain() <= max(2 * ending.gainError(), 0.005 * long.objective())) shouldBe true
            solve(images(Solver.l1(3.0).steps(2)), model, image)[0].ending().isPresent shouldBe
                false
        }

        test("two seeds end at the same objective") {
            val (one, other) =
                listOf(1L, 2L).map { seed ->
                    solve(images(Solver.l1(30.0).seed(seed)), model, image)[0].objective()
                }
            abs(one - other) shouldBeLessThan 0.15 * max(one, other)
        }

        test("several signals are each explained as alone, one mask for all serves their mean") {
            val other = randomTensor(9, 3, 8, 8)
            val problem = images(Solver.l1(30.0).converging(400))
            val both = solve(problem, model, image, other)
            both[0].masks() shouldBe solve(problem, model, image)[0].masks()
            both[1].masks() shouldBe solve(problem, model, other)[0].masks()
            val together =
                Nd4jBackend.compile(problem, model).use {
                    it.explainTogether(listOf(image, other), Run.plain())
                }
            together[0].masks() shouldBe together[1].masks()
            together.map { it.objective() }.average() shouldBeLessThan 29.0
        }

        test("keeps Bernoulli masks that are worth their price") {
            val solver = Solver.bernoulli(2.0)
            val found = solve(squared(solver, Obfuscation.constant(0.0)), identity, signal)[0]
            // A kept entry costs 1/3, and leaving it out x².
            val binary = found.binary().get().masks()["pixels"]!!.values().toList()
            binary shouldBe signal.values().map { if (it * it > 1.0 / 3) 1f else 0f }
        }

        test("many drawn components end near the best binary mask") {
            val k = 600
            val many = Tensor.of(FloatArray(k) { 3f * ((it * 37) % k) / k }, k)
            val found =
                solve(
                    squared(Solver.bernoulli(600.0).converging(8000), Obfuscation.constant(0.0)),
                    identity,
                    many,
                )[0]
            // An entry costs 1, and leaving it out x².
            val best = many.values().sumOf { min(1.0, it.toDouble() * it) }
            println("many drawn components: ${found.objective() / best} of the best")
            found.objective() shouldBeLessThan 1.1 * best
        }

        test("a curve goes on from price to price") {
            val problem = images(Solver.l1(10.0).converging(3000))
            val points =
                Nd4jBackend.compile(problem, model).use {
                    it.curve(image, listOf(10.0, 30.0, 100.0), Run.plain())
                }
            points.map { it.lambda().asDouble } shouldBe listOf(10.0, 30.0, 100.0)
            points.zipWithNext { a, b -> b.rate() shouldBeNoMoreThan a.rate() }
            points[2].rate() shouldBeLessThan points[0].rate()
        }

        test("a distortion that is no number is refused") {
            val broken = Models.custom("broken") { sd, x -> sd.math().log(x.sub(1.0)) }
            val refused = runCatching {
                solve(squared(Solver.l1(1.0), Obfuscation.gaussianNoise()), broken, signal)
            }
            refused.exceptionOrNull()!!.message shouldContain "NaN"
        }

        test("what single samples say adds up to what an estimate says") {
            val problem = images(Solver.l1(3.0))
            val compiled = CompiledShape(problem, model, Execution.defaults(), image.shape())
            val posed =
                compiled.posed(listOf(image, randomTensor(9, 3, 8, 8)), arrayOf(intArrayOf(0, 1)))
            val estimator = posed.distortions()
            val mask = FloatArray(64) { (it % 10) / 10f }
            val samples = Distortions.Samples(5, 7)
            val single = Array(7) { FloatArray(64) }
            val each = estimator.perSample(0, mask, samples, Distortions.Slopes.OF_CHANCES, single)
            val gradient = arrayOf(FloatArray(64))
            val all = estimator.at(intArrayOf(0), arrayOf(mask), samples, gradient)
            each.distortion().average() shouldBe (all.distortion()[0] plusOrMinus 1e-4)
            each.probability().average() shouldBe (all.probability()[0] plusOrMinus 1e-5)
            (0 until 64).forEach { i ->
                gradient[0][i] shouldBe
                    (single.map { it[i] }.average().toFloat() floatPlusOrMinus 1e-4f)
            }
            compiled.free()
        }
    })
