package org.rde4j.nd4j.metrics

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import kotlin.math.abs
import kotlin.math.exp
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.Distortion
import org.rde4j.Obfuscation
import org.rde4j.RateDistortion
import org.rde4j.RdeException
import org.rde4j.Representation
import org.rde4j.Tensor
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.Nd4jBackend
import org.rde4j.nd4j.explain.Execution
import org.rde4j.nd4j.explain.linearModel
import org.rde4j.nd4j.explain.randomTensor
import org.rde4j.nd4j.explain.smoothClassifier
import org.rde4j.nd4j.model.Nd4jModel

private val weights = floatArrayOf(0.5f, -1f, 2f, 0.25f)
private val x = floatArrayOf(1f, 0.5f, 0.75f, -1f)
private val signal = Tensor.of(x, 4)
private val mask = mapOf("pixels" to Tensor.of(floatArrayOf(0.9f, 0.2f, 1f, 0.4f), 4))

/** Scores (⟨w, x⟩, 0): the probability of label 0 is the logistic function of ⟨w, x⟩. */
private val logistic: Nd4jModel =
    Models.custom("logistic") { sd, input ->
        val w = Nd4j.createFromArray(*weights).reshape(4, 1)
        sd.concat(1, input.mmul(sd.constant("w", w)), input.mmul(sd.constant("o", w.mul(0))))
    }

private fun probability(y: FloatArray): Double =
    1 / (1 + exp(-y.indices.sumOf { weights[it].toDouble() * y[it] }))

private fun permutations(items: List<Int>): List<List<Int>> =
    if (items.isEmpty()) listOf(listOf())
    else items.flatMap { first -> permutations(items - first).map { listOf(first) + it } }

class MetricsTest :
    FunSpec({
        val zeros =
            RateDistortion.over(Representation.pixels()).obfuscatedBy(Obfuscation.constant(0.0))
        val squared = zeros.measuredBy(Distortion.squaredError())
        val label = zeros.measuredBy(Distortion.labelProbability())
        val settings = MetricSettings.defaults().points(4)

        fun <T> measure(
            problem: RateDistortion,
            model: Nd4jModel,
            chosen: MetricSettings = settings,
            use: (Metrics) -> T,
        ): T = Metrics.of(problem, model, chosen, Execution.defaults()).use(use)

        test("curves of a linear model are known in closed form") {
            val model = linearModel(*weights)
            val insertion =
                measure(squared, model) { it.curve(signal, mask, Curve.Direction.INSERTION) }
            // The order of the entries is 2, 0, 3, 1; what is missing counts squared.
            val order = listOf(2, 0, 3, 1)
            val missing = { kept: List<Int> ->
                x.indices
                    .filter { it !in kept }
                    .sumOf { (weights[it] * x[it]).toDouble() }
                    .let { it * it }
            }
            insertion.measured().points().forEachIndexed { count, point ->
                point.rate() shouldBe count / 4.0
                point.distortion().mean() shouldBe (missing(order.take(count)) plusOrMinus 1e-5)
                point.distortion().n() shouldBe 1
                point.probability().mean().isNaN() shouldBe true
            }
            val deletion =
                measure(squared, model) { it.curve(signal, mask, Curve.Direction.DELETION) }
            deletion.measured().points().forEachIndexed { count, point ->
                point.rate() shouldBe 1 - count / 4.0
                point.distortion().mean() shouldBe (missing(order.drop(count)) plusOrMinus 1e-5)
            }
            val areas = (1..4).sumOf { (missing(order.take(it)) + missing(order.take(it - 1))) / 8 }
            insertion.measured().distortionArea().mean() shouldBe (areas plusOrMinus 1e-5)
        }

        test("the random control of a curve is the mean over all orders") {
            val orders = permutations(listOf(0, 1, 2, 3))
            val area = { order: List<Int> ->
                val p =
                    (0..4).map { count ->
                        probability(FloatArray(4) { if (it in order.take(count)) x[it] else 0f })
                    }
                (1..4).sumOf { (p[it] + p[it - 1]) / 8 }
            }
            val control =
                measure(label, logistic, settings.controls(400)) {
                    it.curve(signal, mask, Curve.Direction.INSERTION)
                }
            val expected = orders.map(area).average()
            control.control().probabilityArea().n() shouldBe 400
            control.control().probabilityArea().error() shouldBeGreaterThan 0.0
            abs(control.control().probabilityArea().mean() - expected) shouldBeLessThan
                4 * control.control().probabilityArea().error()
            control.measured().probabilityArea().mean() shouldBe
                (area(listOf(2, 0, 3, 1)) plusOrMinus 1e-6)
            control.baseline() shouldContain "0.0"
        }

        test("noise: points have the variance of what is missing, and areas their own errors") {
            val noisy = squared.obfuscatedBy(Obfuscation.gaussianNoise().given(0.0, 0.5))
            val curve =
                measure(noisy, linearModel(*weights), settings.samples(64, 4000)) {
                        it.curve(signal, mask, Curve.Direction.INSERTION)
                    }
                    .measured()
            val order = listOf(2, 0, 3, 1)
            val expected =
                (0..4).map { count ->
                    val missing = order.drop(count)
                    val gap = missing.sumOf { (weights[it] * x[it]).toDouble() }
                    gap * gap + 0.25 * missing.sumOf { (weights[it] * weights[it]).toDouble() }
                }
            curve.points().forEachIndexed { count, point ->
                abs(point.distortion().mean() - expected[count]) shouldBeLessThan
                    4 * point.distortion().error() + 1e-6
            }
            val area = (1..4).sumOf { (expected[it] + expected[it - 1]) / 8 }
            abs(curve.distortionArea().mean() - area) shouldBeLessThan
                4 * curve.distortionArea().error()
            curve.distortionArea().n() shouldBe 4000
        }

        test("the curve of pixels has the baselines of Petsiuk et al.") {
            val other = label.obfuscatedBy(Obfuscation.constant(9.0))
            val relevance = Tensor.of(floatArrayOf(0.3f, 0.1f, 0.4f, 0.2f), 4)
            val grey = settings.baselines(Obfuscation.constant(-0.5), Obfuscation.constant(0.25))
            val (insertion, deletion) =
                measure(other, logistic, grey) { metrics ->
                    Curve.Direction.entries.map { metrics.pixelCurve(signal, relevance, it) }
                }
            val order = listOf(2, 0, 3, 1)
            insertion.measured().points().forEachIndexed { count, point ->
                point.probability().mean() shouldBe
                    (probability(
                        FloatArray(4) { if (it in order.take(count)) x[it] else -0.5f }
                    ) plusOrMinus 1e-6)
            }
            deletion.measured().points().forEachIndexed { count, point ->
                point.probability().mean() shouldBe
                    (probability(
                        FloatArray(4) { if (it in order.take(count)) 0.25f else x[it] }
                    ) plusOrMinus 1e-6)
            }
        }

        test("fidelity is what the explainer assesses; its control is the mean over all shuffles") {
            val noisy = label.obfuscatedBy(Obfuscation.gaussianNoise())
            val fidelity = measure(noisy, logistic) { it.fidelity(signal, mask) }.measured()
            val assessed =
                Nd4jBackend.compile(noisy, logistic).use { it.assess(signal, mask, 64, 0) }
            fidelity.distortion().mean() shouldBe assessed.distortion()
            fidelity.distortion().error() shouldBe assessed.distortionError()
            fidelity.probability().mean() shouldBe assessed.retainedProbability()
            fidelity.agreement().mean() shouldBe assessed.labelAgreement()
            fidelity.rate() shouldBe assessed.rate()

            val s = mask.values.single().values()
            val expected =
                permutations(listOf(0, 1, 2, 3))
                    .map { order -> probability(FloatArray(4) { s[order[it]] * x[it] }) }
                    .average()
            val control =
                measure(label, logistic, settings.controls(400)) { it.fidelity(signal, mask) }
                    .control()
            abs(control.probability().mean() - expected) shouldBeLessThan
                4 * control.probability().error()
            control.probability().n() shouldBe 400
        }

        test("the deletion game is measured as it was played") {
            val game = measure(label.deleting(), logistic) { it.fidelity(signal, mask) }.measured()
            val s = mask.values.single().values()
            game.probability().mean() shouldBe
                (probability(FloatArray(4) { (1 - s[it]) * x[it] }) plusOrMinus 1e-6)
        }

        test("conciseness of a pixel mask is known in closed form") {
            val s = mask.values.single().values()
            val kept = FloatArray(4) { s[it] * x[it] }
            val noisy = label.obfuscatedBy(Obfuscation.gaussianNoise())
            val (clean, obfuscated) =
                measure(noisy, logistic) { metrics ->
                    Conciseness.Shown.entries.map { metrics.conciseness(signal, mask, it) }
                }
            val measured = clean.measured()
            val retained = probability(kept) / probability(x)
            val l1 = kept.sumOf { abs(it).toDouble() } / x.sumOf { abs(it).toDouble() }
            measured.retained().mean() shouldBe (retained plusOrMinus 1e-6)
            measured.pixelL1().mean() shouldBe (l1 plusOrMinus 1e-6)
            measured.representationL1().mean() shouldBe (l1 plusOrMinus 1e-6)
            measured.entropy().mean() shouldBe
                (Conciseness.entropy(kept) / Conciseness.entropy(x) plusOrMinus 1e-6)
            measured.cpPixelL1().mean() shouldBe (retained / l1 plusOrMinus 1e-5)
            measured.retained().n() shouldBe 1
            val fidelity = measure(noisy, logistic) { it.fidelity(signal, mask) }.measured()
            obfuscated.measured().retained().n() shouldBe 64
            obfuscated.measured().retained().mean() shouldBe
                (fidelity.probability().mean() / probability(x) plusOrMinus 1e-6)
            obfuscated.baseline() shouldContain "GaussianNoise"
        }

        test("keeping everything retains everything, in every representation") {
            val image = randomTensor(1, 3, 12, 12)
            val classifier = smoothClassifier(432)
            listOf(
                    Representation.pixels(),
                    Representation.patches(4),
                    Representation.wavelets("db2").levels(2),
                    Representation.dct(),
                    Representation.channels(),
                    Representation.fourier(),
                    Representation.points(
                        Tensor.of(FloatArray(144) { (it % 3 % 2).toFloat() }, 12, 12)
                    ),
                )
                .forEach { representation ->
                    val problem =
                        RateDistortion.over(representation)
                            .measuredBy(Distortion.labelProbability())
                    val ones =
                        Nd4jBackend.compile(
                                problem.solvedBy(org.rde4j.Solver.l1(0.0).steps(1)),
                                classifier,
                            )
                            .use { it.explain(image).masks() }
                            .mapValues {
                                Tensor.of(FloatArray(it.value.size()) { 1f }, *it.value.shape())
                            }
                    measure(problem, classifier) { metrics ->
                        val kept =
                            metrics.conciseness(image, ones, Conciseness.Shown.KEPT).measured()
                        listOf(
                                kept.retained(),
                                kept.pixelL1(),
                                kept.representationL1(),
                                kept.entropy(),
                            )
                            .forEach { it.mean() shouldBe (1.0 plusOrMinus 1e-4) }
                        metrics.hallucination(image, ones).measured().score().mean() shouldBe 0.0
                        metrics.fidelity(image, ones).measured().distortion().mean() shouldBe
                            (0.0 plusOrMinus 1e-6)
                    }
                }
        }

        test("a mask that says what each component does is perfectly faithful") {
            val gap =
                Nd4jBackend.distortion("gap") { _, clean, changed ->
                    clean.sub(changed).sum(false, 2)
                }
            val additive = zeros.measuredBy(gap)
            val k = 12
            val w = FloatArray(k) { (it + 1) / 12f }
            val ones = Tensor.of(FloatArray(k) { 1f }, k)
            val truth = mapOf("pixels" to Tensor.of(w, k))
            val half = settings.subsets(200, 0.5)
            val faithful = measure(additive, linearModel(*w), half) { it.faithfulness(ones, truth) }
            faithful.measured().correlation().mean() shouldBe (1.0 plusOrMinus 1e-5)
            faithful.measured().infidelity().mean() shouldBe (0.0 plusOrMinus 1e-8)
            faithful.control().correlation().mean() shouldBeLessThan 0.9
            faithful.control().infidelity().mean() shouldBeGreaterThan 1e-3
            val opposite = mapOf("pixels" to Tensor.of(FloatArray(k) { 1 - w[it] }, k))
            measure(additive, linearModel(*w), half) { it.faithfulness(ones, opposite) }
                .measured()
                .correlation()
                .mean() shouldBe (-1.0 plusOrMinus 1e-5)
        }

        test("faithfulness looks at the probability where there is a label") {
            // One component of two is removed at a time, so there are two effects only.
            val model =
                Models.custom("two") { sd, input ->
                    val w = Nd4j.createFromArray(2f, 0f, 0f, 0f).reshape(2, 2)
                    input.mmul(sd.constant("w", w))
                }
            val ones = Tensor.of(floatArrayOf(1f, 1f), 2)
            val masks = mapOf("pixels" to Tensor.of(floatArrayOf(1f, 0f), 2))
            val measured =
                measure(label, model, settings.subsets(50, 0.5)) { it.faithfulness(ones, masks) }
                    .measured()
            measured.correlation().mean() shouldBe (1.0 plusOrMinus 1e-6)
            measured.infidelity().mean() shouldBe (0.0 plusOrMinus 1e-9)
        }

        test("one seed, one evaluation; pictures have pixel curves, vectors have none") {
            val image = randomTensor(2, 3, 8, 8)
            val problem =
                RateDistortion.over(Representation.wavelets("db1").levels(1))
                    .obfuscatedBy(Obfuscation.gaussianNoise().perScale())
                    .measuredBy(Distortion.labelProbability())
                    .solvedBy(org.rde4j.Solver.l1(0.1).adam(0.1).steps(10).samples(4))
                    .clippedTo(0.0, 1.0)
            val classifier = smoothClassifier(192)
            val e = Nd4jBackend.compile(problem, classifier).use { it.explain(image) }
            val quick = settings.samples(8, 4).controls(2).subsets(10, 0.2)
            fun evaluation(chosen: MetricSettings) =
                measure(problem, classifier, chosen) { it.evaluate(image, e.masks(), e.picture()) }
            val first = evaluation(quick)
            evaluation(quick) shouldBe first
            evaluation(quick.seed(1)) shouldNotBe first
            first.pixelInsertion().isPresent shouldBe true
            first.hallucination().get().control().score().n() shouldBe 2
            val vector = measure(label, logistic, quick) { it.evaluate(signal, mask, signal) }
            vector.pixelDeletion().isPresent shouldBe false
            vector.hallucination().isPresent shouldBe false
        }

        test("settings out of range are refused") {
            shouldThrow<RdeException> { settings.samples(0, 4) }.message shouldContain "at least 1"
            shouldThrow<RdeException> { settings.points(1) }
            shouldThrow<RdeException> { settings.controls(1) }
            shouldThrow<RdeException> { settings.subsets(2, 0.1) }
            shouldThrow<RdeException> { settings.subsets(9, 1.0) }.message shouldContain
                "between 0 and 1"
        }
    })
