package org.rde4j.nd4j.training

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j
import org.nd4j.linalg.ops.transforms.Transforms
import org.rde4j.Distortion
import org.rde4j.Obfuscation
import org.rde4j.Optimizer
import org.rde4j.RdeException
import org.rde4j.Region
import org.rde4j.Regulariser
import org.rde4j.Representation
import org.rde4j.Tensor
import org.rde4j.TrainingObjective
import org.rde4j.kotlin.and
import org.rde4j.kotlin.blur
import org.rde4j.kotlin.constant
import org.rde4j.kotlin.contrast
import org.rde4j.kotlin.crossEntropy
import org.rde4j.kotlin.fourier
import org.rde4j.kotlin.gaussianNoise
import org.rde4j.kotlin.labelProbability
import org.rde4j.kotlin.minimising
import org.rde4j.kotlin.on
import org.rde4j.kotlin.part
import org.rde4j.kotlin.parts
import org.rde4j.kotlin.patches
import org.rde4j.kotlin.perExample
import org.rde4j.kotlin.pixels
import org.rde4j.kotlin.points
import org.rde4j.kotlin.rateDistortion
import org.rde4j.kotlin.relyingOn
import org.rde4j.kotlin.resisting
import org.rde4j.kotlin.restrictedTo
import org.rde4j.kotlin.squaredError
import org.rde4j.kotlin.wavelets
import org.rde4j.kotlin.zero
import org.rde4j.nd4j.Nd4jBackend
import org.rde4j.nd4j.adjoint.Adjoint
import org.rde4j.nd4j.engine.Engine
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.graph.Node
import org.rde4j.nd4j.graph.Window
import org.rde4j.nd4j.model.Nd4jModel
import org.rde4j.nd4j.normal
import org.rde4j.nd4j.representation.Transform
import org.rde4j.nd4j.value
import org.rde4j.nd4j.values

private const val N = 3L
private const val SIDE = 8L

/** Two convolutions with a ReLU between them, with fixed weights unless [nodes] are given. */
private class Net(val inputs: Long, val outputs: Long) : Nd4jModel {
    val weights =
        listOf(
                normal(1, 3, 3, inputs, 4, scale = 0.4),
                normal(2, 4, scale = 0.2),
                normal(3, 1, 1, 4, outputs, scale = 0.5),
            )
            .map { it.castTo(DataType.FLOAT) }

    fun write(graph: Graph, x: Node, w: List<Node>): Node {
        val same = Window.of(3, 3).pads(1, 1, 1, 1)
        val hidden = graph.relu(graph.spatial().convolution(x, w[0], w[1], same, 1))
        return graph.spatial().convolution(hidden, w[2], null, Window.of(1, 1), 1)
    }

    override fun name() = "net"

    override fun append(graph: Graph, signals: Node) =
        write(graph, signals, weights.map(graph::constant))
}

/** Within what the problems clip to. */
private fun inRange(signals: INDArray): INDArray =
    Transforms.max(Transforms.min(signals, 1.2), -0.8)

/** An objective over a batch of radio-map-like signals. */
private class Setting(
    objective: TrainingObjective,
    val net: Net = Net(3, 1),
    seed: Long = 0,
    val signals: INDArray = inRange(floats(7, N, SIDE, SIDE, net.inputs)),
) {
    val graph = Graph()
    val weights = net.weights.mapIndexed { i, w -> graph.variable("w$i", w) }
    val targets = floats(8, N, SIDE, SIDE, net.outputs)
    private val x = graph.placeholder("x", *signals.shape())
    private val t = graph.placeholder("t", *targets.shape())
    val written = ObjectiveGraph.of(objective, graph, x, t, { net.write(graph, it, weights) }, seed)
    val inputs = written.inputs() + mapOf("x" to signals, "t" to targets)

    private val engine = Engine.of(graph.sameDiff(), inputs)

    fun at(node: Node, step: Long = 0): Double {
        written.fill(signals, step)
        val name = node.variable().name()
        return engine.run(listOf(name)).getValue(name).getDouble(0)
    }

    fun term(name: String, step: Long = 0) = at(written.terms().getValue(name), step)
}

private fun floats(seed: Int, vararg shape: Long): INDArray =
    normal(seed, *shape).castTo(DataType.FLOAT)

private val radio =
    parts(part("transmitter", 1, over = null), part("buildings", 1), part("measurements", 1))

/** The seed's interpretation loss. */
private val withoutBuildings =
    rateDistortion(over = radio) {
        obfuscation = zero("buildings")
        distortion = squaredError() restrictedTo perExample()
    }

/** The example of a batch as explainers take it. */
private fun example(batch: INDArray, row: Long): Tensor {
    val first = batch.slice(row).permute(2, 0, 1).dup('c')
    return Tensor.of(first.data().asFloat(), *first.shape().map { it.toInt() }.toIntArray())
}

class ObjectiveGraphTest :
    FunSpec({
        test("the interpretation loss is the seed's formula, with a region for each example") {
            val setting = Setting(minimising() + relyingOn("measurements", withoutBuildings, 0.25))
            val region = setting.written.region().get()
            region.shape() shouldBe longArrayOf(N, SIDE, SIDE, 1)
            for (row in 2L..5L) region.putScalar(longArrayOf(0, row, 3, 0), 1f)
            region.putScalar(longArrayOf(2, 0, 7, 0), 1f)

            val graph = Graph()
            val without = setting.signals.dup()
            without.tensorAlongDimension(1, 0, 1, 2).assign(0)
            val (output, changed) =
                graph.values(
                    listOf(setting.signals, without).map {
                        setting.net.append(graph, graph.constant(it))
                    }
                )
            val fit = output.sub(setting.targets).let { it.mul(it) }.meanNumber().toDouble()
            val gap = output.sub(changed).let { it.mul(it).mul(region) }.sumNumber().toDouble() / N

            setting.term("fit") shouldBe (fit plusOrMinus 1e-5)
            setting.term("relying on measurements") shouldBe (gap plusOrMinus 1e-5)
            gap shouldBeGreaterThan 0.05
            setting.at(setting.written.loss()) shouldBe (fit + 0.25 * gap plusOrMinus 1e-5)
            region.assign(0)
            setting.term("relying on measurements") shouldBe 0.0
        }

        test("gradients of the weights equal central differences") {
            val objective =
                minimising() +
                    relyingOn("measurements", withoutBuildings, 0.5) +
                    resisting(
                        rateDistortion(over = wavelets("db2", levels = 1)) {
                            distortion = squaredError()
                            signalRange = -1.0..1.0
                        },
                        0.1,
                    )
            val setting = Setting(objective)
            setting.written.region().get().assign(floats(4, N, SIDE, SIDE, 1).gt(0))
            setting.written.fill(setting.signals, 3)
            val loss = setting.written.loss()
            val gradients =
                setting.graph.values(
                    Adjoint.of(setting.graph, loss, setting.weights),
                    setting.inputs,
                )
            setting.net.weights.zip(gradients).forEachIndexed { i, (w, gradient) ->
                val direction = floats(20 + i, *w.shape())
                fun along(step: Double): Double {
                    w.addi(direction.mul(step))
                    return setting.graph.value(loss, setting.inputs).getDouble(0).also {
                        w.subi(direction.mul(step))
                    }
                }
                val slope = (along(2e-3) - along(-2e-3)) / 4e-3
                val size = gradient.norm2Number().toDouble() * direction.norm2Number().toDouble()
                withClue("weights $i") {
                    gradient.mul(direction).sumNumber().toDouble() shouldBe
                        (slope plusOrMinus 2e-3 * (0.1 + size))
                }
            }
        }

        test(
            "a linear model has the gradient 2/N Xᵀ X w on the replaced part, and none elsewhere"
        ) {
            val (n, a, b) = Triple(5L, 2L, 3L)
            val x = floats(1, n, 1, a + b)
            val w = floats(2, a + b, 1)
            val problem =
                rateDistortion(over = parts(part("kept", a.toInt()), part("gone", b.toInt()))) {
                    obfuscation = constant(0.0)
                    distortion = squaredError().times(3.0)
                }
            val graph = Graph()
            val weight = graph.variable("w", w)
            val written =
                ObjectiveGraph.of(
                    minimising() + relyingOn("kept", problem),
                    graph,
                    graph.constant(x),
                    graph.constant(Nd4j.zeros(n, 1)),
                    { graph.matmul(graph.reshape(it, n, a + b), weight) },
                    0,
                )
            written.fill(x, 0)
            val term = written.terms().getValue("relying on kept")
            val found =
                graph.value(Adjoint.of(graph, term, listOf(weight)).single(), written.inputs())
            for (i in 0 until a) found.getDouble(i, 0) shouldBe 0.0
            for (i in a until a + b) {
                val expected =
                    (0 until n).sumOf { row ->
                        val gap =
                            (a until a + b).sumOf { j ->
                                x.getDouble(row, 0, j) * w.getDouble(j, 0)
                            }
                        3 * 2.0 / n * x.getDouble(row, 0, i) * gap
                    }
                found.getDouble(i, 0) shouldBe (expected plusOrMinus 1e-4)
            }
        }

        context("the term of any problem is what an explainer measures under the same mask") {
            val everyOther = Tensor.of(FloatArray(64) { if (it % 2 == 0) 1f else 0f }, 8, 8)
            val chosen = parts(part("rest", 2, over = null), part("places", 1, points(everyOther)))
            val spectra = parts(part("rest", 1), part("spectrum", 2, fourier()))
            val auxiliary =
                Nd4jBackend.inpaintedBy("half") { graph, kept ->
                    graph.mul(graph.add(kept, 1.0), 0.5)
                }
            val custom = Nd4jBackend.obfuscation("negative") { h, s, z -> h.mul(-1.0).add(s) }
            val cases: Map<String, Triple<Representation, Obfuscation, List<String>>> =
                mapOf(
                    "zeros" to Triple(radio, constant(0.0), listOf("measurements")),
                    "a constant on places" to Triple(chosen, constant(0.7), listOf()),
                    "an auxiliary model" to
                        Triple(
                            radio,
                            zero("buildings") and (auxiliary on "measurements"),
                            listOf(),
                        ),
                    "a blur of a spectrum" to
                        Triple(spectra, blur(1.5), listOf("spectrum.magnitude")),
                    "wavelets of a blur" to
                        Triple(wavelets("db2", levels = 2), blur(2.0), listOf("low")),
                    "patches by a custom strategy" to Triple(patches(4), custom, listOf()),
                )
            for ((name, case) in cases) {
                test(name) {
                    val (representation, strategy, kept) = case
                    val problem =
                        rateDistortion(over = representation) {
                            obfuscation = strategy
                            distortion =
                                squaredError().times(2.0) restrictedTo Region.box(1, 2, 5, 4)
                            signalRange = -0.8..1.2
                        }
                    val term = Regulariser("term", kept, problem, 1.0)
                    val setting = Setting(minimising() + term)
                    val masks =
                        Transform.of(representation, 3, 8, 8)
                            .blocks()
                            .filter { it.components() > 0 }
                            .associate { block ->
                                val mask = FloatArray(block.components())
                                mask.fill(if (term.keeps(block.name())) 1f else 0f)
                                block.name() to block.published(mask)
                            }
                    val expected =
                        Nd4jBackend.compile(problem, setting.net).use { explainer ->
                            (0 until N)
                                .map { explainer.assess(example(setting.signals, it), masks, 2, 0) }
                                .map { it.distortion() }
                                .average()
                        }
                    expected shouldBeGreaterThan 0.1
                    setting.term("term") shouldBe (expected plusOrMinus 1e-4 * (1 + expected))
                }
            }
        }

        test("noise is the same for the same seed and step, and has the explainer's mean") {
            val problem =
                rateDistortion(over = radio) {
                    obfuscation = gaussianNoise()
                    distortion = squaredError()
                }
            val objective = minimising() + relyingOn("buildings", problem).called("noise")
            val setting = Setting(objective)
            val steps = List(300) { setting.term("noise", it.toLong()) }
            setting.term("noise", 17) shouldBe steps[17]
            Setting(objective).term("noise", 17) shouldBe steps[17]
            Setting(objective, seed = 1).term("noise", 17) shouldNotBe steps[17]
            steps.toSet().size shouldBe 300

            val masks =
                mapOf(
                    "buildings" to Tensor.of(FloatArray(64) { 1f }, 8, 8),
                    "measurements" to Tensor.of(FloatArray(64), 8, 8),
                )
            Nd4jBackend.compile(problem, setting.net).use { explainer ->
                val expected =
                    (0 until N).map {
                        explainer.assess(example(setting.signals, it), masks, 600, 5).distortion()
                    }
                // The mean of 900 draws; a tenth is several standard errors.
                steps.average() shouldBe (expected.average() plusOrMinus 0.1 * expected.average())
            }
        }

        test("examples draw apart: equal signals get different noise") {
            val problem =
                rateDistortion(over = pixels()) {
                    obfuscation = gaussianNoise(0.0, 1.0)
                    distortion = squaredError()
                }
            val same = floats(5, 1, SIDE, SIDE, 3).broadcast(N, SIDE, SIDE, 3).dup('c')
            val graph = Graph()
            val x = graph.placeholder("x", N, SIDE, SIDE, 3)
            val seen = mutableListOf<Node>()
            val target = graph.constant(Nd4j.zeros(DataType.FLOAT, N, SIDE, SIDE, 3))
            val written =
                ObjectiveGraph.of(
                    minimising() + resisting(problem),
                    graph,
                    x,
                    target,
                    { it.also(seen::add) },
                    0,
                )
            written.fill(same, 0)
            val noise = graph.value(seen[1], written.inputs() + mapOf("x" to same))
            noise.slice(0).sub(noise.slice(1)).amaxNumber().toDouble() shouldBeGreaterThan 0.5
            noise.stdNumber(false).toDouble() shouldBe (1.0 plusOrMinus 0.1)
        }

        test("labels can be those that the network predicts") {
            val x = floats(6, 4, 3)
            fun term(measure: Distortion): Double {
                val graph = Graph()
                val problem =
                    rateDistortion(over = pixels()) {
                        obfuscation = constant(0.25)
                        distortion = measure
                    }
                val written =
                    ObjectiveGraph.of(
                        minimising(crossEntropy()) + resisting(problem),
                        graph,
                        graph.constant(x),
                        graph.constant(Nd4j.zeros(DataType.FLOAT, 4, 3)),
                        { graph.mul(it, 2.0) },
                        0,
                    )
                written.fill(x, 0)
                return graph
                    .value(written.terms().getValue("resisting"), written.inputs())
                    .getDouble(0)
            }
            val softmax =
                (0 until 4L).map { row ->
                    val e = (0 until 3L).map { Math.exp(2 * x.getDouble(row, it)) }
                    e.map { it / e.sum() }
                }
            term(labelProbability()) shouldBe
                (softmax.map { p -> (p.max() - 1.0 / 3).let { it * it } }.average() plusOrMinus
                    1e-5)
            term(labelProbability().of(1)) shouldBe
                (softmax.map { p -> (p[1] - 1.0 / 3).let { it * it } }.average() plusOrMinus 1e-5)
            shouldThrow<RdeException> { term(labelProbability().of(3)) }.message!! shouldContain
                "must be less than the model's 3 labels"
            shouldThrow<RdeException> { term(contrast(0, 3)) }.message!! shouldContain "contrast"
        }

        test("the fit by cross-entropy takes one-hot rows") {
            val scores = floats(6, 2, 3)
            val graph = Graph()
            val oneHot = Nd4j.createFromArray(0f, 1f, 0f, 0f, 0f, 1f).reshape(2, 3)
            val written =
                ObjectiveGraph.of(
                    minimising(crossEntropy()),
                    graph,
                    graph.constant(scores),
                    graph.constant(oneHot),
                    { it },
                    0,
                )
            val expected =
                listOf(1L, 2L).mapIndexed { row, label ->
                    val e = (0 until 3L).map { Math.exp(scores.getDouble(row.toLong(), it)) }
                    -Math.log(Math.exp(scores.getDouble(row.toLong(), label)) / e.sum())
                }
            graph.value(written.loss()).getDouble(0) shouldBe (expected.average() plusOrMinus 1e-5)
        }

        test("what is read within the graph needs no inputs, and a weight of zero no second pass") {
            val term = relyingOn("measurements", withoutBuildings)
            Setting(minimising()).written.inputs().keys.shouldBeEmpty()
            val written = Setting(minimising() + term.weight(0.0)).written
            written.inputs().keys shouldBe setOf("region", "term0/0/v1")
            written.loss() shouldBe written.terms().getValue("fit")
        }

        test("a network learns to rely on a named part, and still fits") {
            // Both channels tell the target; only one is to be used.
            fun trained(weight: Double): Map<String, Double> {
                val problem =
                    rateDistortion(over = parts(part("city", 1), part("measurements", 1))) {
                        obfuscation = constant(0.0)
                        distortion = squaredError()
                    }
                val objective = minimising() + relyingOn("measurements", problem, weight)
                val net = Net(2, 1)
                val signal = floats(9, N, SIDE, SIDE, 1)
                val setting = Setting(objective, net, 0, Nd4j.concat(3, signal, signal))
                setting.targets.assign(signal)
                val training =
                    Training(
                        Share(
                            setting.graph,
                            setting.written.loss(),
                            setting.weights,
                            setting.written.terms(),
                            setting.inputs,
                        ),
                        Optimizer.Adam(0.01),
                        Schedule.cosine(500),
                    )
                repeat(500) {
                    setting.written.fill(setting.signals, training.steps())
                    training.step()
                }
                return training.terms()
            }
            val vanilla = trained(0.0)
            val relying = trained(0.05)
            vanilla.getValue("fit") shouldBeLessThan 0.02
            relying.getValue("fit") shouldBeLessThan 0.02
            relying.getValue("relying on measurements") shouldBeLessThan
                vanilla.getValue("relying on measurements") / 5
        }

        test("what does not fit is refused in a sentence") {
            fun problemOf(objective: TrainingObjective) =
                shouldThrow<RdeException> { Setting(objective) }.message!!
            problemOf(minimising() + relyingOn("streets", withoutBuildings)) shouldContain
                "keeps the part 'streets', but the blocks are [transmitter, buildings, measurements]"
            problemOf(minimising() + relyingOn("measurements", withoutBuildings).and("buildings"))
                .shouldContain("keeps everything")
            shouldThrow<RdeException> {
                    Setting(minimising(), Net(3, 1)).let { s ->
                        val graph = Graph()
                        ObjectiveGraph.of(
                            minimising(),
                            graph,
                            graph.constant(s.signals),
                            graph.constant(s.targets),
                            { it },
                            0,
                        )
                    }
                }
                .message!! shouldContain "but the targets are [3, 8, 8, 1]"
            shouldThrow<RdeException> {
                    Nd4jBackend.compile(withoutBuildings, Net(3, 1)).use {
                        it.explain(example(floats(1, 1, SIDE, SIDE, 3), 0))
                    }
                }
                .message!! shouldContain "comes with training examples"
        }
    })
