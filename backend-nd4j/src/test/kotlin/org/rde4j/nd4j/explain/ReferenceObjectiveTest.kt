package org.rde4j.nd4j.explain

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.io.File
import kotlin.math.pow
import kotlin.math.sqrt
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.Presets
import org.rde4j.RateDistortion
import org.rde4j.Relaxed
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.representation.Block
import org.rde4j.nd4j.representation.Transform
import org.rde4j.nd4j.solve.Distortions
import org.rde4j.nd4j.solve.Objective

private val shared = File(System.getProperty("rde4j.root"), "../shared")

/**
 * The objective at a given mask and given replacements, against PyTorch, through a real network.
 *
 * Units so close to their kinks that rounding decides the side move PyTorch's own gradients by up
 * to 4.0e-3 (pixels) and 5.5e-3 (wavelets) of their norms, see objective_reference.py; processors
 * differ in it.
 */
class ReferenceObjectiveTest :
    FunSpec({
        val reference = File(shared, "reference/objective")

        fun array(file: File): INDArray = Nd4j.createFromNpyFile(file).castTo(DataType.FLOAT)
        fun values(array: INDArray): FloatArray = array.dup('c').data().asFloat()

        val network by lazy {
            Models.normalised(
                Models.onnx(
                    File(shared, "assets/imagenet-model/mobilenetv3_large_minimalistic.onnx")
                        .toPath()
                ),
                FloatArray(3) { 128 / 255f },
                FloatArray(3) { 127 / 255f },
            )
        }
        val snail by lazy {
            Tensor.of(values(array(File(shared, "reference/image/snail_224.npy"))), 3, 224, 224)
        }

        /**
         * Replacements [N, 3, …places] or [N, 3, bands, …places] as one storage-ordered array for
         * each sample.
         */
        fun replacements(block: Block, prefix: String): List<FloatArray> {
            val all = array(File(reference, "$prefix.npy"))
            val n = all.size(0)
            return (0 until n).map { sample ->
                val one = all.slice(sample).reshape(3, block.bands().toLong(), -1)
                values(one.permute(2, 1, 0))
            }
        }

        /** A mask or gradient in public order as storage order. */
        fun stored(block: Block, prefix: String): FloatArray =
            block.stored(
                Tensor.of(values(array(File(reference, "$prefix.npy"))), *block.maskShape())
            )

        /** Checks the value and returns the gradient in public order. */
        fun gradient(
            problem: RateDistortion,
            kind: String,
            distortion: Double,
            rate: Double,
            objective: Double,
        ): FloatArray {
            val size = Execution.defaults().microBatch(2)
            val compiled = CompiledShape(problem, network, size, intArrayOf(3, 224, 224))
            val blocks = Transform.of(problem.representation(), 3, 224, 224).blocks()
            fun name(part: String, block: Block) =
                if (kind == "pixel") "pixel_$part" else "wavelet_${part}_${block.name()}"
            val draws = blocks.map { replacements(it, name("perturbation", it)) }
            val given =
                Perturbations(
                    true,
                    draws.indices.associate { block ->
                        "v$block" to
                            Perturbations.Draw { sample, _, into ->
                                draws[block][sample.toInt()].copyInto(into[0])
                            }
                    },
                )
            val mask = blocks.map { stored(it, name("mask", it)) }.reduce(FloatArray::plus)
            val slopes = arrayOf(FloatArray(mask.size))
            val only = intArrayOf(0)
            val posed = compiled.posed(compiled.batch(listOf(snail)), arrayOf(only), given)
            val minimised =
                Objective.of(
                    problem.solver() as Relaxed<*>,
                    posed.distortions(),
                    posed::taskPenalty,
                )
            val samples = Distortions.Samples.first(4)
            val value = minimised.at(only, arrayOf(mask), samples, slopes)[0]
            value.distortion() shouldBe (distortion plusOrMinus 1e-4 * distortion)
            value.rate() shouldBe (rate plusOrMinus 1e-5)
            value.objective() shouldBe (objective plusOrMinus 1e-4 * objective)
            var offset = 0
            return blocks
                .map { block ->
                    val end = offset + block.components()
                    block.published(slopes[0].copyOfRange(offset, end)).values().also {
                        offset = end
                    }
                }
                .reduce(FloatArray::plus)
        }

        fun difference(found: List<Float>, expected: FloatArray): Double {
            found.size shouldBe expected.size
            val error = found.indices.sumOf { (found[it] - expected[it]).toDouble().pow(2) }
            return sqrt(error / expected.sumOf { it.toDouble().pow(2) })
        }

        test("pixels").config(enabled = reference.exists()) {
            val problem = Presets.pixelRde().solvedBy(Solver.l1(0.6).samples(4))
            val found =
                gradient(
                    problem,
                    "pixel",
                    2.1461944580078125,
                    0.6510398983955383,
                    2.536818504333496,
                )
            val expected = values(array(File(reference, "pixel_gradient.npy")))
            val error = difference(found.toList(), expected)
            println("pixel gradient off by $error of its norm")
            error shouldBeLessThan 2 * 4.0e-3
        }

        test("wavelets").config(enabled = reference.exists()) {
            val problem = Presets.cartoonX().solvedBy(Solver.l1(3.0).samples(4))
            val found =
                gradient(
                    problem,
                    "wavelet",
                    11.254661560058594,
                    0.6502920389175415,
                    13.205537796020508,
                )
            // In double precision.
            val resource = javaClass.getResource("/explain/wavelet_gradient.npy")!!
            val error =
                difference(
                    found.toList().chunked(10) { it[0] },
                    values(array(File(resource.toURI()))),
                )
            val single =
                listOf("low", "detail_5", "detail_4", "detail_3", "detail_2", "detail_1")
                    .map { values(array(File(reference, "wavelet_gradient_$it.npy"))) }
                    .reduce(FloatArray::plus)
            println(
                "wavelet gradient off by $error of its norm, from single precision by " +
                    "${difference(found.toList(), single)}"
            )
            error shouldBeLessThan 2 * 5.5e-3
        }
    })
