package org.rde4j.nd4j.explain

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import kotlin.math.PI
import kotlin.math.cos
import kotlin.math.exp
import kotlin.math.pow
import kotlin.math.sin
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.Distortion
import org.rde4j.OutputKind
import org.rde4j.RdeException
import org.rde4j.Region
import org.rde4j.Tensor
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.value

class DistortionTest :
    FunSpec({
        val before = floatArrayOf(1f, -0.5f, 2f)
        val after = floatArrayOf(0.5f, 1.5f, -1f)

        fun measured(distortion: Distortion, label: Int = 0): Double {
            val graph = Graph()
            val oneHot = FloatArray(3) { if (it == label) 1f else 0f }
            fun row(values: FloatArray) =
                graph.constant(Nd4j.createFromArray(*values).reshape(1, 1, 3))
            val output = graph.constant(Nd4j.createFromArray(*after).reshape(1, 3))
            val read = OutputMeaning.Read(output, OutputKind.SCORES)
            val d =
                LoweredDistortion.of(graph, distortion, read)
                    .measure(row(before), row(after), row(oneHot))
            return graph.value(d).getDouble(0)
        }

        test("the remaining probability is the label's softmax") {
            val sum = after.sumOf { exp(it.toDouble()) }
            (0 until 3).forEach { label ->
                measured(Distortion.remainingProbability().times(2.0), label) shouldBe
                    (2 * exp(after[label].toDouble()) / sum plusOrMinus 1e-6)
            }
        }

        test("a contrast is the squared change of the lead") {
            measured(Distortion.contrast(0, 2)) shouldBe ((-1.0 - 1.5).pow(2) plusOrMinus 1e-5)
            measured(Distortion.contrast(2, 0)) shouldBe ((-1.0 - 1.5).pow(2) plusOrMinus 1e-5)
            measured(Distortion.contrast(1, 0).times(3.0)) shouldBe
                (3 * (-1.5 - 1.0).pow(2) plusOrMinus 1e-5)
            shouldThrow<RdeException> { measured(Distortion.contrast(1, 3)) }
                .message!! shouldContain
                "The labels of the contrast (1 and 3) must be less than the model's 3 outputs."
        }

        fun indicator(region: Region, vararg shape: Long): List<Float> =
            OutputRegion.indicator(region, shape).data().asFloat().toList()

        test("a polygon with the corners of a box is that box") {
            checkAll(Arb.int(0..4), Arb.int(0..4), Arb.int(1..4), Arb.int(1..4)) { x, y, w, h ->
                val (left, upper) = x.toDouble() to y.toDouble()
                val corners =
                    doubleArrayOf(
                        left,
                        upper,
                        left + w,
                        upper,
                        left + w,
                        upper + h,
                        left,
                        upper + h,
                    )
                val box = indicator(Region.box(x, y, w, h), 8, 8, 2)
                indicator(Region.polygon(*corners), 8, 8, 2) shouldBe box
                // The other way round, from another corner.
                val turned = corners.toList().chunked(2).reversed().let { it.drop(1) + it.take(1) }
                indicator(Region.polygon(*turned.flatten().toDoubleArray()), 8, 8, 2) shouldBe box
                box.sum() shouldBe 2f * w * h
            }
        }

        test("a triangle holds the pixels whose centres satisfy its inequalities") {
            val inside = indicator(Region.polygon(0.0, 0.0, 9.0, 0.0, 0.0, 6.0), 7, 10, 1)
            inside.forEachIndexed { i, value ->
                val (x, y) = i % 10 + 0.5 to i / 10 + 0.5
                value shouldBe (if (x / 9 + y / 6 < 1) 1f else 0f)
            }
        }

        test("where edges cross, the even-odd rule decides: the middle of a star is outside") {
            val points =
                (0 until 5).flatMap {
                    val angle = -PI / 2 + it * 4 * PI / 5
                    listOf(20 + 18 * cos(angle), 20 + 18 * sin(angle))
                }
            val star = Region.polygon(*points.toDoubleArray())
            star.contains(20, 20) shouldBe false
            star.contains(19, 6) shouldBe true
            star.contains(1, 1) shouldBe false
        }

        test("a mask counts what is not zero, in every channel") {
            val marks = Tensor.of(floatArrayOf(0f, 2f, 0f, 0f, -1f, 0f), 2, 3)
            indicator(Region.mask(marks), 2, 3, 2) shouldBe
                listOf(0f, 0f, 1f, 1f, 0f, 0f, 0f, 0f, 1f, 1f, 0f, 0f)
        }

        test("regions that do not fit the output are refused") {
            fun message(region: Region, vararg shape: Long) =
                shouldThrow<RdeException> { indicator(region, *shape) }.message!!
            val marks = Tensor.of(FloatArray(4) { 1f }, 2, 2)
            message(Region.mask(marks), 2, 3, 1) shouldContain "does not lie in"
            message(Region.box(2, 0, 2, 1), 3, 3, 1) shouldContain "does not lie in"
            message(Region.polygon(0.0, 0.0, 1.0, 0.0, 1.0, 1.0), 9) shouldContain "does not lie in"
            message(Region.polygon(9.0, 9.0, 12.0, 9.0, 9.0, 12.0), 8, 8, 1) shouldContain
                "holds the centre of no pixel"
            message(Region.indices(4), 4) shouldContain "names output 4"
        }

        test("one of each kind of region is lowered") {
            fun kinds(sealed: Class<*>): List<Class<*>> =
                sealed.permittedSubclasses.flatMap { if (it.isSealed) kinds(it) else listOf(it) }
            val regions =
                listOf(
                    Region.box(0, 0, 1, 1),
                    Region.polygon(0.0, 0.0, 2.0, 0.0, 0.0, 2.0),
                    Region.mask(Tensor.of(floatArrayOf(1f, 0f, 0f, 0f), 2, 2)),
                    Region.indices(0),
                )
            regions.forEach { indicator(it, 2, 2, 1) shouldBe listOf(1f, 0f, 0f, 0f) }
            shouldThrow<RdeException> { indicator(Region.perExample(), 2, 2, 1) }
                .message!! shouldContain "comes with training examples"
            (regions + Region.perExample()).map { it.javaClass } shouldContainAll
                kinds(Region::class.java)
        }
    })
