package org.rde4j.samples

import java.util.Optional
import java.util.OptionalDouble
import kotlin.math.exp
import org.rde4j.Explanation
import org.rde4j.L1Relaxation
import org.rde4j.OutputKind
import org.rde4j.Presets
import org.rde4j.RateDistortion
import org.rde4j.Representation
import org.rde4j.Tensor
import org.rde4j.nd4j.metrics.Compared
import org.rde4j.nd4j.metrics.Conciseness
import org.rde4j.nd4j.metrics.Curve
import org.rde4j.nd4j.metrics.Estimate
import org.rde4j.nd4j.metrics.Evaluation
import org.rde4j.nd4j.metrics.Faithfulness
import org.rde4j.nd4j.metrics.Fidelity
import org.rde4j.nd4j.metrics.Hallucination
import org.rde4j.nd4j.metrics.MaskShape

/** Explanations made up of numbers that are easy to recognise, for tests of files and pictures. */
object Fakes {
    /** A bright disc on a striped ground, [3, side, side]. */
    fun signal(side: Int, phase: Int = 0): Tensor {
        val values = FloatArray(3 * side * side)
        for (y in 0 until side) for (x in 0 until side) {
            val inside = inDisc(x, y, side)
            val stripe = (x + y + phase) / 6 % 2
            for (c in 0..2) {
                values[(c * side + y) * side + x] =
                    if (inside) listOf(0.95f, 0.55f, 0.15f)[c]
                    else 0.25f + 0.25f * stripe + 0.1f * c
            }
        }
        return Tensor.of(values, 3, side, side)
    }

    private fun inDisc(x: Int, y: Int, side: Int): Boolean {
        val dx = x - side / 2.0
        val dy = y - side / 2.0
        return dx * dx + dy * dy < side * side / 9.0
    }

    fun explanation(problem: RateDistortion, signal: Tensor, label: Int = 2): Explanation {
        val side = signal.shape()[1]
        val disc = plane(side) { x, y -> if (inDisc(x, y, side)) 1f else 0f }
        val noise = java.util.Random(1)
        val obfuscation = signal.values()
        obfuscation.indices.forEach {
            if (disc.values()[it % (side * side)] == 0f) obfuscation[it] = noise.nextFloat()
        }
        val l1 = problem.solver() as? L1Relaxation ?: Presets.cartoonX().solver() as L1Relaxation
        return Explanation(
            problem,
            signal,
            if (problem.representation() is Representation.Wavelets) wavelets(side)
            else mapOf("pixels" to disc),
            disc.reshape(1, side, side),
            Tensor.of(obfuscation, 3, side, side),
            Optional.of(Explanation.Label(label, 0.982, 0.9375, OutputKind.SCORES)),
            0.0094,
            0.0343,
            0.1123,
            Optional.empty(),
            Optional.empty(),
            OptionalDouble.of(l1.lambda()),
            Optional.empty(),
            (1..l1.steps()).map { step(it, l1.steps()) },
            Explanation.Cost(4321, 12.5, 0.34),
            listOf(),
        )
    }

    /** Round numbers; the control of each is a tenth of it. */
    fun evaluation(seed: Long): Evaluation {
        fun estimate(mean: Double) = Estimate(mean, 0.125, 8)
        fun <T> compared(make: (Double) -> T) = Compared(make(1.0), make(0.1), "blur, 5", seed)
        fun curve(up: Boolean) = compared {
            Curve(
                listOf(0.0, 0.5, 1.0).map { rate ->
                    Curve.Point(
                        rate,
                        estimate(100 * it * (1 - rate)),
                        estimate(if (up) rate else 1 - rate),
                    )
                },
                estimate(50 * it),
                estimate(0.75 * it),
            )
        }
        fun conciseness() = compared {
            val e = estimate(1.5 * it)
            Conciseness(e, e, e, e, e, e, e)
        }
        return Evaluation(
            MaskShape(10, 0.25, 0.5, 2.0),
            compared { Fidelity(0.25, estimate(0.5 * it), estimate(0.875 * it), estimate(it)) },
            curve(true),
            curve(false),
            Optional.of(curve(true)),
            Optional.empty(),
            conciseness(),
            conciseness(),
            Optional.of(compared { Hallucination(estimate(0.125 * it), Estimate.of(Double.NaN)) }),
            compared { Faithfulness(estimate(0.625 * it), estimate(0.0625 * it)) },
        )
    }

    fun step(number: Int, of: Int) =
        Explanation.Step(
            number,
            of,
            1.0 / number,
            exp(-number / 30.0),
            3 * exp(-number / 30.0),
            0.9,
        )

    private fun wavelets(side: Int): Map<String, Tensor> {
        val masks = linkedMapOf("low" to plane(side / 8) { _, _ -> 1f })
        for (level in 3 downTo 1) {
            val size = side shr level
            val edge =
                plane(size) { x, y ->
                    if (inDisc(x, y, size) != inDisc(x + 1, y + 1, size)) 0.8f else 0f
                }
            masks["detail_$level"] =
                Tensor.of(edge.values() + edge.values() + FloatArray(size * size), 3, size, size)
        }
        return masks
    }

    private fun plane(side: Int, value: (Int, Int) -> Float) =
        Tensor.of(FloatArray(side * side) { value(it % side, it / side) }, side, side)
}
