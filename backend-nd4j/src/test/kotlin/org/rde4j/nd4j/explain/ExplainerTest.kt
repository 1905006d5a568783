package org.rde4j.nd4j.explain

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.floats.shouldBeLessThan as floatLessThan
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlin.math.abs
import kotlin.math.max
import org.nd4j.linalg.factory.Nd4j
import org.nd4j.nativeblas.NativeOpsHolder
import org.rde4j.Distortion
import org.rde4j.Explanation
import org.rde4j.L1Relaxation
import org.rde4j.Obfuscation
import org.rde4j.RateDistortion
import org.rde4j.RdeException
import org.rde4j.Representation
import org.rde4j.Run
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.Nd4jBackend
import org.rde4j.nd4j.model.Nd4jModel

class ExplainerTest :
    FunSpec({
        val solver = Solver.l1(1.0).adam(0.05).steps(12).samples(6).seed(7)
        val wavelets =
            RateDistortion.over(Representation.wavelets("db2").levels(2))
                .obfuscatedBy(Obfuscation.gaussianNoise().perScale())
                .measuredBy(Distortion.labelProbability().times(10.0))
                .solvedBy(solver)
        val classifier = smoothClassifier(192)

        fun explain(
            problem: RateDistortion,
            signal: Tensor,
            execution: Execution = Execution.defaults(),
        ): Explanation =
            Nd4jBackend.compile(problem, classifier, execution).use { it.explain(signal) }

        fun difference(a: Explanation, b: Explanation): Float =
            a.masks().keys.maxOf { name ->
                val x = a.masks()[name]!!.values()
                val y = b.masks()[name]!!.values()
                x.indices.maxOf { abs(x[it] - y[it]) }
            }

        /** The mask for a linear model and noise N(x, 1), where x has the same value everywhere. */
        fun linearMask(solver: L1Relaxation, model: Nd4jModel, x: Tensor): FloatArray {
            val problem =
                RateDistortion.over(Representation.pixels())
                    .obfuscatedBy(Obfuscation.gaussianNoise().given(x.values()[0].toDouble(), 1.0))
                    .measuredBy(Distortion.squaredError())
                    .solvedBy(solver)
            return Nd4jBackend.compile(problem, model).use {
                it.explain(x).masks()["pixels"]!!.values()
            }
        }

        test("a linear model with Gaussian noise has the mask known in closed form") {
            // With x equal to the noise mean, D = σ² Σ (1−sᵢ)² wᵢ², so sᵢ = max(0, 1 − λ /
            // (2kσ²wᵢ²)).
            val k = 12
            val weights = FloatArray(k) { (it + 1) / 4f }
            val lambda = 6.0
            val plain = Solver.l1(lambda).sgd(0.02).steps(2500).samples(64)
            listOf(plain, plain.smoothing(3.0)).forEach { solver ->
                val mask =
                    linearMask(solver, linearModel(*weights), Tensor.of(FloatArray(k) { 0.5f }, k))
                for (i in 0 until k) {
                    val expected = max(0.0, 1 - lambda / (2 * k * weights[i] * weights[i]))
                    mask[i].toDouble() shouldBe (expected plusOrMinus 0.05)
                }
            }
        }

        test("smoothed gradients find a region from few samples") {
            // As above: the best mask keeps 0.93 of each pixel of a disc, and nothing else.
            val side = 32
            val k = side * side
            val lambda = 3.0
            val weights =
                FloatArray(k) {
                    val y = it / side - 13.5
                    val x = it % side - 17.5
                    if (x * x + y * y < 55) 0.15f else 0.02f
                }
            val model =
                Models.custom("disc") { sd, x ->
                    x.mul(sd.constant("w", Nd4j.createFromArray(*weights).reshape(1, 1, 32, 32)))
                        .sum(false, 1, 2, 3)
                        .reshape(-1, 1)
                }
            fun objective(solver: L1Relaxation): Double {
                val mask = linearMask(solver, model, Tensor.of(FloatArray(k), 1, side, side))
                return (0 until k).sumOf {
                    val s = mask[it].toDouble()
                    weights[it] * weights[it] * (1 - s) * (1 - s) + lambda * s / k
                }
            }
            val few = Solver.l1(lambda).adam(0.02).steps(100).samples(4)
            val best =
                weights.sumOf {
                    val s = max(0.0, 1 - lambda / (2 * k * it * it))
                    it * it * (1 - s) * (1 - s) + lambda * s / k
                }
            val plain = objective(few) - best
            val smoothed = objective(few.smoothing(4.0)) - best
            println("above the best: $plain, smoothed $smoothed")
            smoothed shouldBeGreaterThan 0.0
            smoothed shouldBeLessThan 0.6 * plain
        }

        test("one seed, one answer, bit for bit; another seed, another answer") {
            val signal = randomTensor(1, 3, 8, 8)
            val first = explain(wavelets, signal)
            explain(wavelets, signal).masks() shouldBe first.masks()
            explain(wavelets.solvedBy(solver.seed(8)), signal).masks() shouldNotBe first.masks()
        }

        test("micro-batches change nothing") {
            val signal = randomTensor(2, 3, 8, 8)
            val whole = explain(wavelets, signal, Execution.defaults().microBatch(6))
            listOf(1, 4, 5).forEach { size ->
                val split = explain(wavelets, signal, Execution.defaults().microBatch(size))
                difference(whole, split) floatLessThan 1e-5f
                split.distortion() shouldBe (whole.distortion() plusOrMinus 1e-4)
            }
            val frugal = explain(wavelets, signal, Execution.defaults().memoryBudget(1L shl 20))
            difference(whole, frugal) floatLessThan 1e-5f
        }

        test("runs side by side change no bit") {
            val signal = randomTensor(2, 3, 8, 8)
            val natives = NativeOpsHolder.getInstance().deviceNativeOps
            val threads = natives.ompGetMaxThreads()
            val drawn = wavelets.solvedBy(Solver.bernoulli(1.0).steps(5).samples(6))
            val pursuit = wavelets.solvedBy(Solver.matchingPursuit(2).samples(3).lazily())
            try {
                listOf(wavelets, drawn, pursuit).forEach { problem ->
                    val each =
                        listOf(1, 2, 3).map { count ->
                            natives.setOmpNumThreads(count)
                            explain(problem, signal, Execution.defaults().microBatch(2))
                        }
                    each.drop(1).forEach {
                        it.masks() shouldBe each[0].masks()
                        it.distortion() shouldBe each[0].distortion()
                        it.history() shouldBe each[0].history()
                    }
                }
            } finally {
                natives.setOmpNumThreads(threads)
            }
        }

        test("signals explained together get what each gets alone") {
            val signals = (1L..3L).map { randomTensor(it, 3, 8, 8) }
            val together =
                Nd4jBackend.compile(wavelets, classifier).use {
                    it.explainEach(signals, Run.plain())
                }
            together shouldHaveSize 3
            signals.zip(together).forEach { (signal, explanation) ->
                explanation.signal() shouldBe signal
                difference(explain(wavelets, signal), explanation) floatLessThan 1e-4f
            }
        }

        test("the parts of an explanation fit together") {
            val signal = randomTensor(3, 3, 8, 8)
            val observed = mutableListOf<Explanation.Step>()
            val explanation =
                Nd4jBackend.compile(wavelets, classifier).use { it.explain(signal, observed::add) }
            explanation.masks().keys.toList() shouldBe listOf("low", "detail_2", "detail_1")
            explanation.masks()["low"]!!.shape().toList() shouldBe listOf(4, 4)
            explanation.masks()["detail_1"]!!.shape().toList() shouldBe listOf(3, 5, 5)
            explanation.picture().shape().toList() shouldBe listOf(1, 8, 8)
            explanation.obfuscation().shape().toList() shouldBe listOf(3, 8, 8)
            explanation.history() shouldBe observed
            explanation.history() shouldHaveSize 12
            explanation.history()[0].rate() shouldBe 1.0
            explanation.history()[0].distortion() shouldBe (0.0 plusOrMinus 1e-6)
            val values = explanation.masks().values.flatMap { it.values().toList() }
            explanation.rate() shouldBe (values.average() plusOrMinus 1e-6)
            explanation.objective() shouldBe
                (explanation.distortion() + explanation.rate() plusOrMinus 1e-6)
            explanation.cost().modelEvaluations() shouldBe 12L * 6 + Explanation.FRESH_SAMPLES
            val label = explanation.label().get()
            label.probability() shouldBe
                (explanation.history()[0].retainedProbability() plusOrMinus 1e-5)
        }

        test("a constant needs one sample, however many are asked for") {
            val problem = wavelets.obfuscatedBy(Obfuscation.constant(0.0))
            explain(problem, randomTensor(4, 3, 8, 8)).cost().modelEvaluations() shouldBe 12L + 1
        }

        test("the label can be chosen") {
            val signal = randomTensor(5, 3, 8, 8)
            val predicted = explain(wavelets, signal).label().get()
            val other = (predicted.index() + 1) % 4
            val chosen =
                explain(wavelets.measuredBy(Distortion.labelProbability().of(other)), signal)
                    .label()
                    .get()
            chosen.index() shouldBe other
            chosen.probability() shouldBeLessThan predicted.probability()
        }

        test("a plateau ends the search early") {
            val plateau = solver.steps(200).stoppingOnPlateau(5, 0.01)
            val history = explain(wavelets.solvedBy(plateau), randomTensor(6, 3, 8, 8)).history()
            history.size shouldBeLessThan 200
            history.size % 5 shouldBe 0
        }

        test("a price per plain sum is the same as k times the price of the rate") {
            val signal = randomTensor(7, 3, 8, 8)
            val k = explain(wavelets, signal).masks().values.sumOf { it.size() }
            val plain = explain(wavelets.solvedBy(solver.lambda(1.0 / k).plainSum()), signal)
            difference(explain(wavelets, signal), plain) floatLessThan 1e-5f
        }

        test("clipped obfuscations stay in their range") {
            val signal = randomTensor(8, 3, 8, 8)
            val start = solver.startingAt(0.1).steps(1)
            val free = explain(wavelets.solvedBy(start), signal).obfuscation().values()
            val clipped =
                explain(wavelets.solvedBy(start).clippedTo(0.0, 1.0), signal).obfuscation().values()
            free.max().toDouble() shouldBeGreaterThan 1.0
            clipped.max() shouldBe 1f
            clipped.min() shouldBe 0f
        }

        test("masks that say nothing come with a warning") {
            val signal = randomTensor(9, 3, 8, 8)
            val all = explain(wavelets.solvedBy(solver.lambda(0.0).sgd(1e-9)), signal)
            all.warnings().single() shouldStartWith "The mask is all ones"
            val none = explain(wavelets.solvedBy(solver.lambda(1e6).adam(0.5)), signal)
            none.warnings().single() shouldStartWith "The mask is all zeros"
            explain(wavelets, signal).warnings().shouldBeEmpty()
        }

        test("a pixel explanation shows the mask") {
            val explanation =
                explain(
                    wavelets.let { RateDistortion.over(Representation.pixels()).solvedBy(solver) },
                    randomTensor(10, 3, 8, 8),
                )
            explanation.picture().reshape(8, 8) shouldBe explanation.masks()["pixels"]
        }

        test("what cannot be explained is refused in a sentence") {
            fun message(action: () -> Unit) = shouldThrow<RdeException>(action).message!!
            val nan = Tensor.of(FloatArray(192) { if (it == 100) Float.NaN else 0f }, 3, 8, 8)
            message { explain(wavelets, nan) } shouldStartWith
                "The signal holds NaN at position 100."
            message {
                explain(
                    wavelets.measuredBy(Distortion.labelScore().of(4)),
                    randomTensor(1, 3, 8, 8),
                )
            } shouldStartWith "The label (4) must be less than the model's 4 labels."
            val overflow =
                Models.custom("overflow") { sd, x -> sd.reshape(x, -1, 192).mul(1e38).mul(1e38) }
            message {
                Nd4jBackend.compile(wavelets, overflow).use { it.explain(randomTensor(1, 3, 8, 8)) }
            } shouldContain "The model's output for the clean signal holds"
            message {
                Nd4jBackend.compile(wavelets, classifier).use {
                    it.explainEach(
                        listOf(randomTensor(1, 3, 8, 8), randomTensor(1, 3, 8, 9)),
                        Run.plain(),
                    )
                }
            } shouldContain "cannot be explained together"
        }
    })
