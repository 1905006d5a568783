package org.rde4j.nd4j.explain

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.doubles.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.Convergence
import org.rde4j.Distortion
import org.rde4j.Explanation
import org.rde4j.Fourier
import org.rde4j.L1Relaxation
import org.rde4j.LabelMap
import org.rde4j.MatchingPursuit
import org.rde4j.Mixture
import org.rde4j.Obfuscation
import org.rde4j.Parts
import org.rde4j.Points
import org.rde4j.RateConstrained
import org.rde4j.RateDistortion
import org.rde4j.RdeException
import org.rde4j.Region
import org.rde4j.Representation
import org.rde4j.Run
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.Nd4jBackend
import org.rde4j.nd4j.model.Nd4jModel

/**
 * Every solver with every representation, obfuscation and distortion, on images of 2×2×3 where all
 * masks can be tried: no answer is better than the best mask, none is worse than what the solver
 * started from.
 *
 * There are a thousand triples of a representation, an obfuscation and a solver that make sense;
 * the others are refused. Distortions, which the lowering of these does not look at, take turns.
 * The build walks every third triple, so that it takes no minutes: every pair of anything is met.
 * With `-Drde4j.product=triples` all of them are walked, with `-Drde4j.product=all` each with every
 * distortion.
 */
class CrossProductTest :
    FunSpec({
        val signal = randomTensor(3, 2, 2, 3)
        val product: String? = System.getProperty("rde4j.product")

        val model: Nd4jModel =
            Models.custom("mixing") { sd, x ->
                val w =
                    Nd4j.createFromArray(*randomTensor(4, 36, low = -1.0).values()).reshape(12, 3)
                sd.math().tanh(sd.reshape(x, -1, 12).mmul(sd.constant("w", w)))
            }

        val labels = Tensor.of(floatArrayOf(0f, 0f, 1f, 2f, 3f, 3f), 2, 3)
        val tiny: List<Representation> =
            listOf(
                Representation.pixels(),
                Representation.channels(),
                Representation.labelMap(labels),
                Representation.points(Tensor.of(floatArrayOf(1f, 0f, 1f, 1f, 0f, 1f), 2, 3)),
                Representation.parts(
                    Representation.part("left", 1).kept(),
                    Representation.part("right", 1, Representation.labelMap(labels)),
                ),
                Representation.patches(2),
                Representation.wavelets("db1").levels(1),
                Representation.dct(),
                Representation.fourier().joint(),
                Representation.fourier().whole(),
                Representation.dictionary(randomTensor(1, 12, 12, low = -1.0)),
                Nd4jBackend.representation("half", 12, { x -> x.dup('c').reshape(12).mul(2) }) {
                    sd,
                    h ->
                    sd.reshape(h.mul(0.5), -1, 2, 2, 3)
                },
            )

        val strategies: List<Obfuscation> =
            listOf(
                Obfuscation.constant(0.1),
                Obfuscation.gaussianNoise(),
                Obfuscation.gaussianNoise().perScale(),
                Obfuscation.uniformNoise().given(0.3, 0.5),
                Obfuscation.blur(1.0),
                Obfuscation.draws(randomTensor(6, 5, 2, 2, 3)).nearest(3),
                Obfuscation.mixture(
                    listOf(1.0, 2.0),
                    Obfuscation.constant(0.0),
                    Obfuscation.gaussianNoise().given(0.5, 0.2),
                ),
                Nd4jBackend.inpaintedBy("threes", { graph, kept -> graph.mul(kept, 3.0) }, 0.5),
                Nd4jBackend.obfuscation("half") { h, _, z -> h.mul(0.5).add(z.mul(0.1)) },
            )

        val measures: List<Distortion> =
            listOf(
                Distortion.labelScore(),
                Distortion.labelProbability().times(100.0),
                Distortion.toProbabilityOne(),
                Distortion.crossEntropy(),
                Distortion.remainingProbability(),
                Distortion.contrast(0, 2),
                Distortion.squaredError(),
                Distortion.squaredError().restrictedTo(Region.indices(0, 2)),
                Nd4jBackend.distortion("absolute") { sd, clean, changed ->
                    sd.math().abs(changed.sub(clean)).sum(false, 2)
                },
            )

        val samples = 8
        val solvers: List<Solver> =
            listOf(
                Solver.l1(0.05).adam(0.05).steps(15).samples(samples).thresholdedAt(0.5),
                Solver.bernoulli(0.05).adam(0.05).steps(15).samples(samples),
                Solver.l1(0.05).converging(200),
                Solver.bernoulli(0.05).converging(200),
                Solver.bernoulli(0.05)
                    .rounded()
                    .smoothing(1.0)
                    .adam(0.05)
                    .steps(15)
                    .samples(samples),
                Solver.matchingPursuit(2).samples(samples).forward(),
                Solver.matchingPursuit(2).samples(samples).lazily().swaps(1),
                Solver.matchingPursuit(2).samples(samples).backward(),
                Solver.matchingPursuit(2).samples(samples),
                Solver.atMost(2).steps(15).samples(samples),
                Solver.atMost(2).projected().sgd(0.1).steps(15).samples(samples),
                Solver.aimingForRate(0.3)
                    .over(Solver.l1(0.1).adam(0.05).steps(8).samples(samples))
                    .rounds(3),
                Solver.enumeration(0.05).samples(samples),
            )

        /** Scales, and places to inpaint, are not in every representation. */
        fun makesSense(representation: Representation, strategy: Obfuscation) =
            when (strategy) {
                is Obfuscation.GaussianNoise ->
                    strategy.moments() != perScale ||
                        representation is Representation.Wavelets ||
                        representation is Fourier ||
                        representation is Parts ||
                        representation is Representation.Custom
                is Mixture ->
                    strategy.strategies().none { it is AuxiliaryInpainting } ||
                        representation is Representation.Pixels ||
                        representation is Representation.Patches ||
                        representation is Representation.Channels ||
                        representation is LabelMap ||
                        representation is Parts ||
                        representation is Points
                else -> true
            }

        fun explain(problem: RateDistortion): Explanation =
            Nd4jBackend.compile(problem, model).use {
                it.explainEach(listOf(signal), Run.plain())[0]
            }

        /** The distortion of a binary mask on the samples that binary searches use. */
        fun Explanation.found(): Double? =
            pursuit().map { it.picks().lastOrNull()?.distortion() }.orElse(null)

        fun check(problem: RateDistortion) {
            val found = explain(problem)
            val values = found.masks().values.flatMap { it.values().toList() }
            check(values.all { it in 0f..1f }) { "a mask leaves [0, 1]" }
            check(found.distortion().isFinite()) { "the distortion is ${found.distortion()}" }
            val solver = problem.solver()
            val kept = values.count { it > 0 }
            found.found()?.let { distortion ->
                val oracle = Solver.enumeration(0.0).atMost(kept).samples(samples)
                val best = explain(problem.solvedBy(oracle)).history().last().distortion()
                best shouldBeLessThanOrEqual distortion + 1e-5 * (1 + distortion)
                val choosesOneByOne =
                    solver is MatchingPursuit &&
                        solver.direction() == MatchingPursuit.Direction.FORWARD &&
                        solver.swaps() == 0
                if (choosesOneByOne) {
                    // The first choice is the best single component; swaps may give it away.
                    val none = Solver.enumeration(0.0).atMost(0).samples(samples)
                    val one = Solver.enumeration(0.0).atMost(1).samples(samples)
                    val single = explain(problem.solvedBy(one)).history().last().distortion()
                    val nothing = explain(problem.solvedBy(none)).history().last().distortion()
                    val first = found.pursuit().get().picks()[0].distortion()
                    if (first <= nothing) {
                        first shouldBeLessThanOrEqual single + 1e-5 * (1 + single)
                    }
                }
            }
            found.binary().ifPresent { binary ->
                val ones = binary.masks().values.flatMap { it.values().toList() }
                check(ones.all { it == 0f || it == 1f }) { "a binary mask is not binary" }
            }
            if (solver is L1Relaxation && solver.minimiser() is Convergence) {
                Nd4jBackend.compile(problem, model).use { explainer ->
                    listOf(0f, 1f).forEach { value ->
                        val constant =
                            found.masks().mapValues { (_, mask) ->
                                Tensor.of(FloatArray(mask.size()) { value }, *mask.shape())
                            }
                        val start = explainer.assess(signal, constant, 256, 1)
                        val own = explainer.assess(signal, found.masks(), 256, 1)
                        val errors = start.distortionError() + own.distortionError()
                        own.distortion() + 0.05 * own.rate() shouldBeLessThanOrEqual
                            start.distortion() + 0.05 * value + 3 * errors + 1e-6
                    }
                }
            }
            if (solver is RateConstrained) {
                values.sum().toDouble() shouldBeLessThanOrEqual 2 + 1e-4
            }
        }

        val pairs =
            tiny
                .flatMap { r -> strategies.map { r to it } }
                .partition { (r, o) -> makesSense(r, o) }

        val triples = pairs.first.flatMap { (r, o) -> solvers.map { Triple(r, o, it) } }

        /** The distortions that a triple is walked with. */
        fun measuresOf(triple: Int): List<Distortion> =
            when {
                product == "all" -> measures
                product == "triples" || triple % 3 == 0 ->
                    listOf(measures[(triple / 3 * 7 + triple / 23) % measures.size])
                else -> listOf()
            }

        fun problem(triple: Triple<Representation, Obfuscation, Solver>, measure: Distortion) =
            RateDistortion.over(triple.first)
                .obfuscatedBy(triple.second)
                .measuredBy(measure)
                .solvedBy(triple.third)

        test("whatever is combined, the answer lies between the best mask and the start") {
            var walked = 0
            val failures = mutableListOf<String>()
            triples.forEachIndexed { index, triple ->
                measuresOf(index).forEach { measure ->
                    val problem = problem(triple, measure)
                    try {
                        check(problem)
                    } catch (failure: Throwable) {
                        failures += "$failure for $problem"
                    }
                    walked++
                }
            }
            println("$walked of ${triples.size * measures.size} combinations")
            failures.shouldBeEmpty()
        }

        test("every pair is met") {
            val walked =
                triples.flatMapIndexed { index, (r, o, s) ->
                    measuresOf(index).flatMap {
                        listOf(it to r, it to o, it to s, r to o, r to s, o to s)
                    }
                }
            walked shouldContainAll
                pairs.first +
                    measures.flatMap { d -> (tiny + strategies + solvers).map { d to it } } +
                    solvers.flatMap { s -> (tiny + strategies).map { it to s } }
        }

        test("what is left out is refused, and nothing else") {
            val (walked, left) = pairs
            fun refused(pair: Pair<Representation, Obfuscation>) =
                runCatching {
                        explain(problem(Triple(pair.first, pair.second, solvers[0]), measures[0]))
                    }
                    .exceptionOrNull()
            left.filter { refused(it) !is RdeException } shouldBe listOf()
            walked.filter { refused(it) != null } shouldBe listOf()
        }
    })
