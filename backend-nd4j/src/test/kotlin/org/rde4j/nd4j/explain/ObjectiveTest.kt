package org.rde4j.nd4j.explain

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import java.util.Random
import kotlin.math.abs
import kotlin.math.max
import org.rde4j.Distortion
import org.rde4j.Moments
import org.rde4j.Obfuscation
import org.rde4j.RateDistortion
import org.rde4j.Relaxed
import org.rde4j.Representation
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.nd4j.model.Nd4jModel
import org.rde4j.nd4j.solve.Distortions
import org.rde4j.nd4j.solve.Objective

/**
 * Every representation with every obfuscation and every distortion, against central differences.
 */
class ObjectiveTest :
    FunSpec({
        fun slopeError(
            problem: RateDistortion,
            signal: Tensor = randomTensor(5, 3, 8, 8),
            model: Nd4jModel = smoothClassifier(192),
        ): Double {
            val shape = CompiledShape(problem, model, Execution.defaults(), intArrayOf(3, 8, 8))
            val posed = shape.posed(listOf(signal), arrayOf(intArrayOf(0)))
            val objective =
                Objective.of(
                    problem.solver() as Relaxed<*>,
                    posed.distortions(),
                    posed::taskPenalty,
                )
            val samples = Distortions.Samples.first(3)
            val only = intArrayOf(0)
            val k = shape.components()
            val random = Random(11)
            val mask = FloatArray(k) { (0.3 + 0.4 * random.nextDouble()).toFloat() }
            val direction = FloatArray(k) { (if (random.nextBoolean()) 1f else -1f) }
            val gradient = arrayOf(FloatArray(k))
            objective.at(only, arrayOf(mask), samples, gradient)
            val slope = direction.indices.sumOf { gradient[0][it].toDouble() * direction[it] }
            fun at(step: Float) =
                objective
                    .at(
                        only,
                        arrayOf(FloatArray(k) { mask[it] + step * direction[it] }),
                        samples,
                        emptyArray(),
                    )[0]
                    .objective()
            fun central(h: Float) = (at(h) - at(-h)) / (2 * h)
            // Richardson's extrapolation removes the curvature that a single difference leaves.
            val measured = (4 * central(1f / 512) - central(1f / 256)) / 3
            return abs(slope - measured) / max(0.05, abs(measured))
        }

        representations.forEach { representation ->
            obfuscations
                .filter { fits(representation, it) }
                .forEach { obfuscation ->
                    val name = "$representation with $obfuscation"
                    test("gradients of $name are right for every distortion") {
                        distortions.forEach { distortion ->
                            val problem =
                                RateDistortion.over(representation)
                                    .obfuscatedBy(obfuscation)
                                    .measuredBy(distortion)
                                    .solvedBy(Solver.l1(0.5))
                            slopeError(problem) shouldBe (0.0 plusOrMinus 0.02)
                        }
                    }
                }
        }

        // Far from zero the absolute values have no kinks that differences could step over.
        val bright = randomTensor(6, 3, 8, 8, low = 2.0, high = 3.0)
        listOf(
                Representation.pixels(),
                Representation.wavelets("db2").levels(2),
                Representation.dct(),
            )
            .forEach { representation ->
                test("the gradient of the spatial penalty over $representation is right") {
                    val free =
                        RateDistortion.over(representation).measuredBy(Distortion.squaredError())
                    listOf(Solver.l1(0.0).spatialL1(50.0), Solver.l1(0.0).spatialL1(0.5).plainSum())
                        .forEach {
                            slopeError(free.solvedBy(it), bright) shouldBe (0.0 plusOrMinus 0.02)
                        }
                }
            }

        outputKinds.forEach { (name, model) ->
            test("gradients of distortions of $name are right") {
                val measures = if (name.contains("map")) mapDistortions else distortions
                measures.forEach { distortion ->
                    val problem =
                        RateDistortion.over(Representation.pixels())
                            .obfuscatedBy(Obfuscation.gaussianNoise())
                            .measuredBy(distortion)
                            .solvedBy(Solver.l1(0.5))
                    slopeError(problem, model = model) shouldBe (0.0 plusOrMinus 0.02)
                }
            }
        }

        test("one of each kind is lowered") {
            fun kinds(sealed: Class<*>): List<Class<*>> =
                sealed.permittedSubclasses.flatMap { if (it.isSealed) kinds(it) else listOf(it) }
            fun covered(examples: List<Any>, sealed: Class<*>) =
                kinds(sealed).filter { kind -> examples.any(kind::isInstance) }
            covered(representations, Representation::class.java) shouldContainAll
                kinds(Representation::class.java)
            covered(obfuscations, Obfuscation::class.java) shouldContainAll
                kinds(Obfuscation::class.java)
            val moments =
                obfuscations.mapNotNull {
                    (it as? Obfuscation.GaussianNoise)?.moments()
                        ?: (it as? Obfuscation.UniformNoise)?.moments()
                }
            covered(moments, Moments::class.java) shouldContainAll kinds(Moments::class.java)
            covered(distortions + mapDistortions, Distortion::class.java) shouldContainAll
                kinds(Distortion::class.java)
        }
    })
