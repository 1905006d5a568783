package org.rde4j.samples.audio.network

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.util.SplittableRandom
import kotlin.math.PI
import kotlin.math.abs
import kotlin.math.max
import kotlin.math.sqrt
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.adjoint.Adjoint
import org.rde4j.nd4j.engine.Engine
import org.rde4j.nd4j.graph.Graph

class SpectrumNetworksTest :
    FunSpec({
        test(
            "the inpainting network has the layers and the 737,266 weights of the seed's Table 3"
        ) {
            val outline = Inpainter().outline()
            outline.parameters() shouldBe 737_266
            // Layers with weights: a batch normalisation is a row of its own.
            outline.signals().map { it.channels() to it.length() } shouldContainExactly
                listOf(
                    32 to 1024,
                    64 to 502,
                    64 to 502,
                    128 to 241,
                    128 to 241,
                    16 to 112,
                    16 to 112,
                    64 to 243,
                    64 to 243,
                    128 to 505,
                    128 to 505,
                    64 to 1024,
                    64 to 1024,
                    128 to 1024,
                    2 to 1024,
                )
            perRow(outline) shouldContainExactly
                listOf(
                    4_736L,
                    43_072L,
                    128L,
                    172_160L,
                    256L,
                    43_024L,
                    32L,
                    43_072L,
                    128L,
                    172_160L,
                    256L,
                    163_904L,
                    128L,
                    92_416L,
                    1_794L,
                )
        }

        test("the critic judges 64 stretches and the classifier gives one score for each family") {
            Critic().outline().output() shouldBe Size(1, 64)
            NoteClassifier(10).outline().output() shouldBe Size(10, 1)
        }

        listOf(Inpainter(), NoteClassifier(10), Critic()).forEach { network ->
            test("the ONNX file of the ${network.name()} computes what the graph computes") {
                val weights = network.outline().initialWeights(3)
                val x = spectra(network.input().channels(), 3)
                val (output, statistics) = inGraph(network, weights, x)
                val file = tempdir().toPath().resolve("network.onnx")
                network.write(file, weights, statistics, false)
                val graph = Graph()
                val written =
                    Models.onnx(file).append(graph, graph.constant(x.reshape(3, 1024, x.size(3))))
                val name = written.variable().name()
                val read = Engine.of(graph.sameDiff(), mapOf()).run(listOf(name)).getValue(name)
                // Graphs have channels last.
                val first = if (read.rank() == 3) read.permute(0, 2, 1).dup('c') else read
                difference(output.reshape(*first.shape()), first) shouldBeLessThan 1e-4
            }
        }

        test(
            "weights have the gradients of finite differences, through normalisation, folding and transposed layers"
        ) {
            val small =
                object : SpectrumNetwork {
                    override fun name() = "small"

                    override fun input() = Size(3, 16)

                    override fun <T> written(writing: Writing<T>, x: T): T {
                        val down =
                            writing.normalised(
                                writing.relu(
                                    writing.convolution(
                                        Layer.convolution(2, 3, 5, 2, 0),
                                        writing.channels(x, 0, 2),
                                    )
                                )
                            )
                        val noise = writing.folded(writing.channels(x, 2, 3), 6, 2)
                        val up =
                            writing.convolution(
                                Layer.transposed(5, 2, 6, 2, 0),
                                writing.joined(listOf(down, noise)),
                            )
                        return writing.dense(writing.each(Writing.Function.COSINE, up), 2)
                    }
                }
            val weights = small.outline().initialWeights(5)
            val x = Nd4j.create(DataType.FLOAT, 2, 1, 16, 3)
            val random = SplittableRandom(9)
            for (i in 0 until x.length()) x.data().put(i, random.nextGaussian())
            val graph = Graph()
            val nodes = weights.mapIndexed { i, array -> graph.variable("w$i", array) }
            val y = small.written(GraphWriting(graph, nodes), graph.constant(x))
            val loss = graph.mean(graph.square(graph.add(y, 0.3)), false)
            val gradients = Adjoint.of(graph, loss, nodes).map { it.variable().name() }
            val engine = Engine.of(graph.sameDiff(), mapOf())
            val lossName = loss.variable().name()
            val found = engine.run(gradients + lossName).mapValues { it.value.dup() }
            nodes.forEachIndexed { i, node ->
                val array = node.variable().arr
                val slope = found.getValue(gradients[i])
                for (j in listOf(0L, array.length() / 2, array.length() - 1)) {
                    val before = array.data().getFloat(j)
                    val step = 1e-2f
                    array.data().put(j, before + step)
                    val above = engine.run(listOf(lossName)).getValue(lossName).getDouble(0)
                    array.data().put(j, before - step)
                    val below = engine.run(listOf(lossName)).getValue(lossName).getDouble(0)
                    array.data().put(j, before)
                    val numeric = (above - below) / (2 * step)
                    abs(numeric - slope.dup('c').data().getDouble(j)) shouldBeLessThan
                        2e-3 + 0.03 * abs(numeric)
                }
            }
        }

        test("the spectral norm is the largest singular value") {
            // Singular values of a diagonal matrix, turned by a rotation.
            val c = 0.6f
            val s = 0.8f
            val matrix = Nd4j.createFromArray(3 * c, -1 * s, 3 * s, 1 * c).reshape(1, 2, 1, 2)
            abs(SpectralNorm.of(matrix) - 3) shouldBeLessThan 1e-3
            SpectralNorm.limit(matrix)
            abs(SpectralNorm.of(matrix) - 1) shouldBeLessThan 1e-3
        }

        test("masks hide every share of magnitude and phase, wholly one time in five") {
            val masks = Masks.drawn(SplittableRandom(4), 400, 1024)
            masks.all { it == 0f || it == 1f } shouldBe true
            val shares =
                (0 until 400).flatMap { n ->
                    (0..1).map { c ->
                        (0 until 1024).map { masks[(n * 1024 + it) * 2 + c] }.average()
                    }
                }
            val whole = shares.count { it == 0.0 || it == 1.0 } / 800.0
            // Stretches may cover everything by chance.
            (whole > 0.18 && whole < 0.33) shouldBe true
            abs(shares.average() - 0.5) shouldBeLessThan 0.05
        }
    })

private fun perRow(outline: Outline): List<Long> =
    outline.weights().chunked(2).map { (a, b) -> a.count() + b.count() }

/** Magnitudes and phases where they belong, noise elsewhere. */
private fun spectra(channels: Int, count: Long): INDArray {
    val random = SplittableRandom(8)
    val x = Nd4j.create(DataType.FLOAT, count, 1, 1024, channels.toLong())
    for (i in 0 until x.length()) {
        val value =
            when ((i % channels).toInt()) {
                0 -> abs(random.nextGaussian())
                1 -> 2 * PI * random.nextDouble()
                else -> random.nextGaussian()
            }
        x.data().put(i, value)
    }
    return x
}

private fun inGraph(
    network: SpectrumNetwork,
    weights: List<INDArray>,
    x: INDArray,
): Pair<INDArray, List<INDArray>> {
    val graph = Graph()
    val writing =
        GraphWriting(graph, weights.mapIndexed { i, array -> graph.variable("w$i", array) })
    val y = network.written(writing, graph.placeholder("x", *x.shape()))
    val names = (listOf(y) + writing.statistics()).map { it.variable().name() }
    val values = Engine.of(graph.sameDiff(), mapOf("x" to x)).run(names)
    return channelsFirst(values.getValue(names[0])) to
        names.drop(1).map { values.getValue(it).dup() }
}

private fun channelsFirst(y: INDArray) = y.permute(0, 3, 1, 2).dup('c')

/** The greatest difference, in units of the root mean square. */
private fun difference(a: INDArray, b: INDArray): Double {
    val x = a.dup('c').data().asFloat()
    val y = b.dup('c').data().asFloat()
    val scale = sqrt(x.map { it.toDouble() * it }.average())
    return x.indices.maxOf { abs(x[it] - y[it]).toDouble() } / max(scale, 1e-3)
}
