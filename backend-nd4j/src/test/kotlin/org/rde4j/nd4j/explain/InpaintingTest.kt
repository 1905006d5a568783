package org.rde4j.nd4j.explain

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.math.abs
import kotlin.math.sqrt
import org.rde4j.Obfuscation
import org.rde4j.RdeException
import org.rde4j.Representation
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.nd4j.Nd4jBackend
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.graph.Node
import org.rde4j.nd4j.model.ModelInput
import org.rde4j.nd4j.model.Nd4jModel

private fun network(inputs: List<String>, write: (Graph, List<Node>) -> Node) =
    object : Nd4jModel {
        override fun name() = "G"

        override fun inputs() = inputs.map(ModelInput::named)

        override fun append(graph: Graph, signals: Node) = append(graph, listOf(signals))

        override fun append(graph: Graph, inputs: List<Node>): Node {
            requireInputs(inputs.size)
            return write(graph, inputs)
        }
    }

/** Channels [from, to) of the only input. */
private fun channels(from: Long, to: Long) =
    network(listOf("x")) { graph, inputs -> graph.slice(inputs[0], -1, from, to) }

class InpaintingTest :
    FunSpec({
        val spectrum = randomTensor(1, 2, 5, low = 1.0, high = 2.0)
        val mask = floatArrayOf(0f, 0.25f, 0.5f, 0.75f, 1f)

        /** y for a given network, in the signal's order. */
        fun filled(strategy: Obfuscation, sample: Long = 0): FloatArray =
            Obfuscated(strategy, spectrum, 4).sample(mask, sample)

        /** s h + (1 − s) v(c, i), for channel c and place i. */
        fun expected(v: (Int, Int) -> Double): List<Double> =
            (0 until 10).map { at ->
                val s = mask[at % 5].toDouble()
                s * spectrum.values()[at] + (1 - s) * v(at / 5, at % 5)
            }

        fun FloatArray.shouldBeNear(expected: List<Double>) {
            size shouldBe expected.size
            forEachIndexed { i, value -> value.toDouble() shouldBe (expected[i] plusOrMinus 1e-6) }
        }

        test("the channels are kept values, masks and noise, in this order") {
            val kept = Nd4jBackend.inpaintedBy("kept", channels(0, 2), 0)
            filled(kept)
                .shouldBeNear(expected { c, i -> (mask[i] * spectrum.get(c, i)).toDouble() })
            val masks = Nd4jBackend.inpaintedBy("masks", channels(2, 4), 3).maskForEachValue()
            filled(masks).shouldBeNear(expected { _, i -> mask[i].toDouble() })
            val one =
                network(listOf("x")) { graph, inputs ->
                    val s = graph.slice(inputs[0], -1, 2, 3)
                    graph.concat(-1, listOf(s, graph.mul(s, 2.0)))
                }
            filled(Nd4jBackend.inpaintedBy("mask", one, 1))
                .shouldBeNear(expected { c, i -> (1.0 + c) * mask[i] })
        }

        test("the seed's network takes seven channels of a spectrum") {
            var taken: LongArray? = null
            val seven =
                network(listOf("x")) { graph, inputs ->
                    taken = inputs[0].shape()
                    graph.slice(inputs[0], -1, 0, 2)
                }
            filled(Nd4jBackend.inpaintedBy("Table 3", seven, 3).maskForEachValue())
            taken!!.toList() shouldBe listOf(4L, 5L, 7L)
        }

        /** Outputs depend on every channel of the input and on neighbouring places. */
        fun mixing(channels: Long) =
            network(listOf("x")) { graph, (x) ->
                val d = 2L
                val h = graph.slice(x, -1, 0, d)
                val s = graph.slice(x, -1, d, channels - 1)
                val z = graph.slice(x, -1, channels - 1, channels)
                val shift =
                    graph.add(graph.broadcastTo(s, *h.shape()), graph.broadcastTo(z, *h.shape()))
                val mean = graph.mul(graph.sum(graph.mul(h, graph.sin(shift)), true, 1), 0.2)
                graph.add(graph.tanh(shift), graph.broadcastTo(mean, *h.shape()))
            }

        test("a mask of whole channels is one of values that is constant over the places") {
            val strategy = Nd4jBackend.inpaintedBy("mixing", mixing(5), 1)
            val apart = Obfuscated(strategy, spectrum, 4, Representation.pixels().perChannel())
            val whole = Obfuscated(strategy, spectrum, 4, Representation.channels())
            for ((magnitude, phase) in listOf(0f to 1f, 1f to 0f, 0.3f to 0.6f)) {
                for (sample in 0L until 3) {
                    val mask = floatArrayOf(magnitude, phase)
                    whole.sample(mask, sample) shouldBe
                        apart.sample(FloatArray(10) { mask[it % 2] }, sample)
                }
            }
        }

        test(
            "masks of labels and points reach the network place by place, what is always kept as 1"
        ) {
            val strategy = Nd4jBackend.inpaintedBy("mixing", mixing(4), 1)
            val pixels = Obfuscated(strategy, spectrum, 4)
            val places =
                mapOf(
                    Representation.labelMap(Tensor.of(floatArrayOf(1f, 0f, -1f, 1f, 2f), 5)) to
                        floatArrayOf(0.5f, 0.2f, 1f, 0.5f, 0.9f),
                    Representation.points(Tensor.of(floatArrayOf(0f, 1f, 1f, 0f, 1f), 5)) to
                        floatArrayOf(1f, 0.2f, 0.5f, 1f, 0.9f),
                )
            val components = listOf(floatArrayOf(0.2f, 0.5f, 0.9f), floatArrayOf(0.2f, 0.5f, 0.9f))
            places.entries.forEachIndexed { i, (representation, spread) ->
                val owning = Obfuscated(strategy, spectrum, 4, representation)
                owning.sample(components[i], 2) shouldBe pixels.sample(spread, 2)
            }
        }

        test("noise is standard normal, fresh for each sample and channel") {
            val obfuscated =
                Obfuscated(Nd4jBackend.inpaintedBy("noise", channels(3, 5), 2), spectrum, 16)
            val values = obfuscated.replaced(1000).flatMap { it.map(Float::toDouble) }
            // Two of ten thousand floats may well be equal, a repeated draw would repeat many.
            values.toSet().size shouldBeGreaterThan 9_990
            val mean = values.average()
            mean shouldBe (0.0 plusOrMinus 5 / sqrt(1e4))
            values.sumOf { (it - mean) * (it - mean) } / 9999 shouldBe
                (1.0 plusOrMinus 5 * sqrt(2e-4))
        }

        test("a network of three inputs gets the same, whatever their order") {
            fun write(graph: Graph, h: Node, s: Node, z: Node): Node {
                val shift = graph.add(graph.mul(s, 2.0), z)
                return graph.add(graph.mul(h, 3.0), graph.concat(-1, listOf(shift, shift)))
            }
            val joined =
                network(listOf("x")) { graph, (x) ->
                    write(
                        graph,
                        graph.slice(x, -1, 0, 2),
                        graph.slice(x, -1, 2, 3),
                        graph.slice(x, -1, 3, 4),
                    )
                }
            val named = network(listOf("z", "h", "s")) { graph, (z, h, s) -> write(graph, h, s, z) }
            val unnamed =
                network(listOf("a", "b", "c")) { graph, (h, s, z) -> write(graph, h, s, z) }
            val one = filled(Nd4jBackend.inpaintedBy("one", joined, 1), 7)
            filled(Nd4jBackend.inpaintedBy("named", named, 1), 7) shouldBe one
            filled(Nd4jBackend.inpaintedBy("unnamed", unnamed, 1), 7) shouldBe one
            shouldThrow<RdeException> { filled(Nd4jBackend.inpaintedBy("named", named, 0)) }
                .message!! shouldContain
                "has the inputs [z, h, s], but there are 2: kept coefficients, mask."
        }

        test("networks that do not fit are refused") {
            fun message(action: () -> Unit) = shouldThrow<RdeException>(action).message!!
            message { filled(Nd4jBackend.inpaintedBy("short", channels(0, 1), 0)) } shouldContain
                "gives [2, 5, 1] (channels last), but the block pixels needs [2, 5, 2]."
            message { Nd4jBackend.inpaintedBy("less", channels(0, 1), -1) } shouldContain
                "must not be negative"
            message {
                Obfuscated(
                    Nd4jBackend.inpaintedBy("G", channels(0, 1), 0),
                    randomTensor(1, 1, 8, 8),
                    1,
                    Representation.wavelets("db1").levels(1),
                )
            } shouldContain "needs a representation of one block, but here are [low, detail_1]."
        }

        test("in the deletion game the network sees what is kept") {
            val strategy = Nd4jBackend.inpaintedBy("masks", channels(2, 4), 0).maskForEachValue()
            val y = Obfuscated(strategy, spectrum, 1) { it.deleting() }.sample(mask, 0)
            y.shouldBeNear(
                (0 until 10).map { at ->
                    val kept = 1.0 - mask[at % 5]
                    kept * spectrum.values()[at] + (1 - kept) * kept
                }
            )
        }

        test("where the solver draws masks, networks see each sample's own") {
            // Rounded masks keep a component or replace it: y is h or v at s = 0, on both channels.
            val masked =
                network(listOf("x")) { graph, inputs ->
                    graph.add(graph.mul(graph.slice(inputs[0], -1, 2, 4), 9.0), 0.5)
                }
            mapOf(
                    Nd4jBackend.inpaintedBy("9 s + 0.5", masked, 0).maskForEachValue() to 0.5,
                    Nd4jBackend.inpaintedBy("9 s + 0.5", masked, 1).maskForEachValue() to 0.5,
                    Nd4jBackend.inpaintedBy("square", squareModel) to 0.1,
                )
                .forEach { (strategy, v) ->
                    val drawn =
                        Obfuscated(strategy, spectrum, 8) {
                            it.solvedBy(Solver.bernoulli(1.0).rounded().samples(8))
                        }
                    val samples = (0L until 100).map { drawn.sample(FloatArray(5) { 0.5f }, it) }
                    val kept =
                        samples.sumOf { y ->
                            (0 until 5).count { i ->
                                val isKept = abs(y[i] - spectrum.values()[i]) < 1e-5
                                (0..1).forEach { c ->
                                    val expected = if (isKept) spectrum.get(c, i).toDouble() else v
                                    y[5 * c + i].toDouble() shouldBe (expected plusOrMinus 1e-5)
                                }
                                isKept
                            }
                        }
                    kept / 500.0 shouldBe (0.5 plusOrMinus 5 * sqrt(0.25 / 500))
                }
        }

        test("an auxiliary model is read at the places of the components") {
            val strategy = Nd4jBackend.inpaintedBy("square", squareModel)
            filled(strategy)
                .shouldBeNear(
                    expected { c, i ->
                        val kept = (mask[i] * spectrum.get(c, i)).toDouble()
                        kept * kept / 2 + 0.1
                    }
                )
        }

        test("an auxiliary model under patches, which lie in another order than pixels") {
            val image = randomTensor(3, 2, 5, 4)
            val strategy = Nd4jBackend.inpaintedBy("square", squareModel)
            val obfuscated = Obfuscated(strategy, image, 1, Representation.patches(3))
            val half = FloatArray(obfuscated.components) { 0.5f }
            obfuscated.sample(half, 0).forEachIndexed { i, y ->
                val kept = image.values()[i] / 2.0
                y.toDouble() shouldBe (kept + 0.5 * (kept * kept / 2 + 0.1) plusOrMinus 1e-6)
            }
        }

        test("an auxiliary model is read at one part of a large image") {
            // So large that a matrix could not gather the values.
            val image = randomTensor(3, 2, 80, 80, low = 1.0, high = 2.0)
            val parts =
                Representation.parts(
                    Representation.part("kept", 1).kept(),
                    Representation.part("measured", 1),
                )
            val strategy = Nd4jBackend.inpaintedBy("square", squareModel).on("measured")
            val obfuscated = Obfuscated(strategy, image, 1, parts)
            val mask = FloatArray(obfuscated.components) { it % 5 / 4f }
            obfuscated.sample(mask, 0).forEachIndexed { i, y ->
                val h = image.values()[i].toDouble()
                val s = if (i < 6400) 1.0 else mask[i - 6400].toDouble()
                val expected = s * h + (1 - s) * (s * h * s * h / 2 + 0.1)
                y.toDouble() shouldBe (expected plusOrMinus 1e-5)
            }
        }

        test("the fraction that is inpainted is that of the components") {
            val strategy = Nd4jBackend.inpaintedBy("square", squareModel, 0.3)
            val samples = Obfuscated(strategy, spectrum, 16).replaced(2000)
            val inpainted =
                samples.sumOf { y ->
                    (0 until 5).count { i ->
                        y[i] shouldBe y[i + 5]
                        val filled = abs(y[i] - 0.1) < 1e-6
                        filled shouldBe (y[i] != 0f)
                        filled
                    }
                }
            inpainted / 1e4 shouldBe (0.3 plusOrMinus 5 * sqrt(0.3 * 0.7 / 1e4))
            val none = Nd4jBackend.inpaintedBy("square", squareModel, 0.0)
            filled(none).shouldBeNear(expected { _, _ -> 0.0 })
            val all = Nd4jBackend.inpaintedBy("square", squareModel, 1.0)
            filled(all) shouldBe filled(Nd4jBackend.inpaintedBy("square", squareModel))
        }

        test("an auxiliary model needs components that are values of the signal") {
            val image = randomTensor(3, 1, 8, 8)
            val strategy = Nd4jBackend.inpaintedBy("square", squareModel)
            shouldThrow<RdeException> { Obfuscated(strategy, image, 1, Representation.dct()) }
                .message!! shouldContain
                "The inpainting by square needs components that are values of the signal, not those of the block dct."
            val wrong =
                Nd4jBackend.inpaintedBy("half") { graph, kept -> graph.slice(kept, -1, 0, 1) }
            shouldThrow<RdeException> { filled(wrong) }.message!! shouldContain
                "The auxiliary model half gives [2, 5, 1], but the signals are [2, 5, 2]"
        }
    })
