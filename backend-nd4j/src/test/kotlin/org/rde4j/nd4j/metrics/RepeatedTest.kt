package org.rde4j.nd4j.metrics

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.rde4j.Distortion
import org.rde4j.Obfuscation
import org.rde4j.RateDistortion
import org.rde4j.RdeException
import org.rde4j.Representation
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.nd4j.explain.Execution
import org.rde4j.nd4j.explain.randomTensor
import org.rde4j.nd4j.explain.smoothClassifier
import org.rde4j.nd4j.model.Nd4jModel

/** Measures that explain again: under other seeds, signals and models. */
class RepeatedTest :
    FunSpec({
        val problem =
            RateDistortion.over(Representation.pixels())
                .obfuscatedBy(Obfuscation.gaussianNoise())
                .measuredBy(Distortion.labelProbability().times(10.0))
                .solvedBy(Solver.l1(0.5).adam(0.1).steps(40).samples(8))
        val signal = randomTensor(5, 1, 12, 12)
        val classifier = smoothClassifier(144)
        val execution = Execution.defaults()

        fun negated(model: Nd4jModel): Nd4jModel =
            object : Nd4jModel {
                override fun name() = "negated"

                override fun append(
                    graph: org.rde4j.nd4j.graph.Graph,
                    signals: org.rde4j.nd4j.graph.Node,
                ) = graph.mul(model.append(graph, signals), -1.0)
            }

        test(
            "without randomness all seeds agree; with it they differ, but more than chance agrees"
        ) {
            val still = problem.obfuscatedBy(Obfuscation.constant(0.0))
            val certain =
                Stability.acrossSeeds(still, classifier, execution, signal, listOf(1L, 2L, 3L))
                    .measured()
            certain.top() shouldBe Estimate(1.0, 0.0, 3)
            certain.spearman().mean() shouldBe (1.0 plusOrMinus 1e-9)
            val noisy =
                Stability.acrossSeeds(problem, classifier, execution, signal, listOf(1L, 2L, 3L))
            noisy.measured().spearman().mean() shouldBeLessThan 0.999
            noisy.measured().spearman().mean() shouldBeGreaterThan
                noisy.control().spearman().mean() + 0.3
            noisy.measured().top().mean() shouldBeGreaterThan noisy.control().top().mean()
        }

        test("the distance of two masks") {
            fun mask(vararg s: Float) = mapOf("pixels" to Tensor.of(s, s.size))
            Sensitivity.distance(mask(0.6f, 0.8f), mask(0.6f, 0.3f)) shouldBe (0.5 plusOrMinus 1e-6)
            Sensitivity.distance(mask(0f, 0f), mask(1f, 0f)).isNaN() shouldBe true
        }

        test("a tiny change of the signal changes little, a larger one more") {
            fun sensitivity(radius: Double) =
                Sensitivity.of(problem, classifier, execution, signal, 3, radius, 1)
            val tiny = sensitivity(1e-6)
            tiny.measured().greatest() shouldBeLessThan 0.02
            tiny.control().greatest() shouldBeGreaterThan 0.3
            val large = sensitivity(0.3).measured()
            large.greatest() shouldBeGreaterThan 2 * tiny.measured().greatest()
            large.distance().n() shouldBe 3
            (large.greatest() >= large.distance().mean()) shouldBe true
            shouldThrow<RdeException> { sensitivity(0.0) }.message shouldContain "above 0"
        }

        test("a cascade over a model that never changes finds no change") {
            val same =
                Randomisation.cascade(problem, { classifier }, listOf(1, 2), signal, execution)
            same.steps().map { it.layers() } shouldBe listOf(1, 2)
            same.steps().forEach {
                it.spearman() shouldBe (1.0 plusOrMinus 1e-9)
                it.ssim() shouldBe (1.0 plusOrMinus 1e-6)
            }
            same.reference().spearman() shouldBeLessThan 0.999
        }

        test("the label stays that of the trained model") {
            // Negated scores predict another class; about its own class the explanation would be
            // another.
            val flipped =
                Randomisation.cascade(
                    problem,
                    { if (it == 0) classifier else negated(negated(classifier)) },
                    listOf(1),
                    signal,
                    execution,
                )
            flipped.steps().single().spearman() shouldBe (1.0 plusOrMinus 1e-6)
            val own = Repeated.explain(problem, classifier, execution, signal)
            val held = Repeated.sameLabel(problem, own)
            (held.distortion() as Distortion.OfLabel).label().asInt shouldBe
                own.label().get().index()
            Repeated.explain(held, negated(classifier), execution, signal)
                .label()
                .get()
                .index() shouldBe own.label().get().index()
        }

        test("other weights give another explanation") {
            val cascade =
                Randomisation.cascade(
                    problem,
                    { smoothClassifier(144, seed = 3L + it) },
                    listOf(1),
                    signal,
                    execution,
                )
            cascade.steps().single().spearman() shouldBeLessThan
                cascade.reference().spearman() - 0.3
        }
    })
