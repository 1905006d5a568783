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
import org.rde4j.Representation.channels
import org.rde4j.Representation.labelMap
import org.rde4j.Representation.pixels
import org.rde4j.Tensor

/** Representations whose coefficients are the values of the signal. */
class PlacesTest :
    FunSpec({
        val labels = Tensor.of(floatArrayOf(2f, 0f, 0f, 1f, 0f, 2f), 2, 3)

        test("the channels of a pixel can be masked apart") {
            val image = Transform.of(pixels().perChannel(), 2, 2, 3)
            val block = image.blocks().single()
            block shouldBe Block("pixels", listOf(2, 3), 2, 1, 2)
            block.maskShape() shouldBe intArrayOf(2, 2, 3)
            // The mask as published lies over the signal: one entry for each value.
            val signal = Random(1).floats(12)
            block.published(image.analyse(signal)[0]).values() shouldBe signal
            image.synthesised(image.analyse(signal)) shouldBe signal
            Transform.of(pixels().perChannel(), 5).blocks().single() shouldBe
                Transform.of(pixels(), 5).blocks().single()
        }

        test("every channel can be one component") {
            val transform = Transform.of(channels(), 2, 2, 3)
            val block = transform.blocks().single()
            block.maskShape() shouldBe intArrayOf(2)
            val signal = Random(2).floats(12)
            val kept = transform.masked(signal, listOf(floatArrayOf(0f, 1f)))
            kept shouldBeNear FloatArray(6) + signal.copyOfRange(6, 12)
            Transform.of(channels(), 3, 7).blocks().single().components() shouldBe 3
            Transform.of(channels(), 7).blocks().single().components() shouldBe 1
        }

        test("a label of a map is one component, whatever its size") {
            val transform = Transform.of(labelMap(labels), 2, 2, 3)
            transform.blocks().single().maskShape() shouldBe intArrayOf(3)
            val signal = Random(3).floats(12)
            val mask = floatArrayOf(0.5f, 0f, 1f)
            val expected = FloatArray(12) { signal[it] * mask[labels.values()[it % 6].toInt()] }
            transform.masked(signal, listOf(mask)) shouldBeNear expected
            Transform.of(labelMap(labels.reshape(6)), 2, 6).blocks().single().cells() shouldBe 6
        }

        test("<spread(s), g> = <s, collected(g)>") {
            checkAll(20, Arb.int(1..5), Arb.int(1..40)) { components, cells ->
                val random = Random(components * 64 + cells)
                val owners = IntArray(cells) { random.nextInt(-1, components) }
                val block = Block.owning("any", components, 1, 1, owners, listOf(owners.size))
                val padding = 2
                val s = random.floats(components + padding)
                val g = random.floats(cells + padding)
                val spread = block.spread(s, padding)
                val collected = FloatArray(components + padding)
                block.collected(g, padding, collected, padding)
                val gains = g.drop(padding)
                val kept = gains.filterIndexed { i, _ -> owners[i] < 0 }.sum().toDouble()
                dot(spread, gains.toFloatArray()) shouldBe
                    (dot(s, collected) + kept plusOrMinus 1e-5)
            }
        }

        test("cells that are always kept have no say in the moments of the noise") {
            val block = Block.owning("any", 1, 2, 2, intArrayOf(0, -1, 0), listOf(3))
            val h = floatArrayOf(1f, 10f, 99f, 99f, 3f, 30f)
            val (first, second) =
                NoiseMoments.of(
                        Moments.OfSignal(Moments.Grouping.PER_CHANNEL),
                        listOf(block),
                        arrayOf(h),
                    )
                    .single()
            first.mean() shouldBe 2.0
            second.mean() shouldBe 20.0
            block.spread(floatArrayOf(0.25f), 0) shouldBe floatArrayOf(0.25f, 1f, 0.25f)
        }

        test("places without a label are kept") {
            val streets = Tensor.of(floatArrayOf(-1f, 0f, 0f, 1f, -1f, 1f), 2, 3)
            val transform = Transform.of(labelMap(streets), 1, 2, 3)
            labelMap(streets).count() shouldBe 2
            transform.blocks().single().components() shouldBe 2
            val signal = Random(4).floats(6)
            val mask = floatArrayOf(0.5f, 0f)
            val expected =
                FloatArray(6) {
                    val label = streets.values()[it].toInt()
                    signal[it] * if (label < 0) 1f else mask[label]
                }
            transform.masked(signal, listOf(mask)) shouldBeNear expected
            shouldThrow<RdeException> { labelMap(Tensor.of(floatArrayOf(-1f, -1f), 2)) }
                .message shouldBe
                "All labels are -1, so there is no component.\nGive one place the label 0."
        }

        test("label maps that do not count places are refused") {
            shouldThrow<RdeException> { Transform.of(labelMap(labels), 1, 3, 2) }.message shouldBe
                "The label map of shape [2, 3] must have the shape [3, 2] for a 3×2 image." +
                    "\nGive one number for each place."
            shouldThrow<RdeException> { labelMap(Tensor.of(floatArrayOf(0f, 2f, 2f), 3)) }
                .message shouldBe
                "No place has the label 1, but one has the label 2." +
                    "\nNumber the components without gaps."
            listOf(-2f, 0.5f, 3f, Float.NaN).forEach {
                shouldThrow<RdeException> { labelMap(Tensor.of(floatArrayOf(0f, it, 1f), 3)) }
                    .message shouldBe
                    "The label $it must be a whole number from 0 to 2." +
                        "\nNumber the components 0, 1, 2, …, and give -1 to what is always kept."
            }
            shouldThrow<RdeException> { labelMap(Tensor.of(FloatArray(8), 2, 2, 2)) }
        }
    })
