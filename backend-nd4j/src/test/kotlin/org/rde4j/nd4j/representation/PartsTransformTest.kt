package org.rde4j.nd4j.representation

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import kotlin.random.Random
import org.rde4j.Moments
import org.rde4j.RdeException
import org.rde4j.Representation.labelMap
import org.rde4j.Representation.part
import org.rde4j.Representation.parts
import org.rde4j.Representation.points
import org.rde4j.Representation.wavelets
import org.rde4j.Tensor

class PartsTransformTest :
    FunSpec({
        fun radioMap(height: Int, width: Int) =
            parts(
                part("tx", 1).kept(),
                part(
                    "buildings",
                    1,
                    labelMap(
                        Tensor.of(FloatArray(height * width) { (it % 3).toFloat() }, height, width)
                    ),
                ),
                part(
                    "measurements",
                    1,
                    points(
                        Tensor.of(
                            FloatArray(height * width) { if (it % 5 == 2) -1f else 0f },
                            height,
                            width,
                        )
                    ),
                ),
                part("left", 2, wavelets("db2").levels(1)),
            )

        test("blocks are called like their part") {
            val blocks = Transform.of(radioMap(6, 7), 5, 6, 7).blocks()
            blocks.map { it.name() } shouldBe
                listOf("tx", "buildings", "measurements", "left.low", "left.detail_1")
            blocks.map { it.components() } shouldBe listOf(0, 3, 8, 4 * 5, 3 * 4 * 5)
            blocks.map { it.cells() } shouldBe listOf(42, 42, 42, 20, 60)
        }

        test("signals come back, and the synthesis has the right adjoint") {
            checkAll(10, Arb.int(4..12), Arb.int(4..12)) { height, width ->
                val transform = Transform.of(radioMap(height, width), 5, height, width)
                val signal = Random(height * 64 + width).floats(5 * height * width)
                transform.synthesised(transform.analyse(signal)) shouldBeNear signal
                val h = transform.randomCoefficients(Random(1))
                val f = transform.synthesised(h)
                val gradient = transform.adjoint(h, signal)
                val right = h.indices.sumOf { dot(h[it], gradient[it]) }
                dot(f, signal) shouldBe (right plusOrMinus 1e-5 * norm(f) * norm(signal))
            }
        }

        test("masks leave kept parts and places without a point alone") {
            val transform = Transform.of(radioMap(4, 5), 5, 4, 5)
            val signal = Random(3).floats(100)
            val zeros = transform.blocks().map { FloatArray(it.components()) }
            val expected =
                FloatArray(100) {
                    when (it / 20) {
                        0 -> signal[it]
                        2 -> if (it % 5 == 2) 0f else signal[it]
                        else -> 0f
                    }
                }
            transform.masked(signal, zeros) shouldBeNear expected
        }

        test("moments per channel are those of each part's own channels") {
            val transform =
                Transform.of(parts(part("a", 1), part("b", 2, wavelets("db1").levels(1))), 3, 2, 2)
            // Each of the channels is constant, so the details are zero.
            val signal = FloatArray(12) { (1 + it / 4).toFloat() }
            val moments =
                NoiseMoments.of(
                    Moments.OfSignal(Moments.Grouping.PER_CHANNEL),
                    transform.blocks(),
                    transform.analyse(signal),
                )
            moments.map { block -> block.map { it.mean() } } shouldBe
                listOf(listOf(1.0), listOf(1.0, 1.5), listOf(1.0, 1.5))
        }

        test("sequences and vectors can have parts, too") {
            val transform = Transform.of(parts(part("a", 1), part("b", 2).kept()), 3, 7)
            val signal = Random(4).floats(21)
            transform.masked(signal, listOf(FloatArray(7), FloatArray(0))) shouldBeNear
                FloatArray(7) + signal.copyOfRange(7, 21)
            Transform.of(parts(part("all", 1)), 7)
                .synthesised(arrayOf(FloatArray(7) { 2f })) shouldBe FloatArray(7) { 2f }
        }

        test("parts that do not make up the signal are refused") {
            shouldThrow<RdeException> { Transform.of(radioMap(4, 5), 4, 4, 5) }.message shouldBe
                "The parts have 5 channels together, but a 4×5 image has 4." +
                    "\nName all channels, with kept() those that are not to be explained."
            shouldThrow<RdeException> { parts(part("a", 1), part("a", 2)) }.message shouldBe
                "Two parts have the name a.\nGive every part a name of its own."
            shouldThrow<RdeException> { parts(part("a", 1).kept()) }.message shouldBe
                "The parts [a] are all kept, so there is nothing to explain." +
                    "\nLeave kept() out for one of them."
            shouldThrow<RdeException> { part(" ", 1) }
            shouldThrow<RdeException> { part("a", 0) }.message!!.lines().first() shouldBe
                "The number of channels of the part a (0) must be at least 1."
            shouldThrow<RdeException> { points(Tensor.of(FloatArray(6), 2, 3)) }
            shouldThrow<RdeException> { points(Tensor.of(FloatArray(6) { 1f }, 1, 2, 3)) }
            shouldThrow<RdeException> {
                    Transform.of(points(Tensor.of(FloatArray(6) { 1f }, 2, 3)), 1, 3, 2)
                }
                .message!!
                .lines()
                .first() shouldBe
                "The mask of points of shape [2, 3] must have the shape [3, 2] for a 3×2 image."
        }
    })
