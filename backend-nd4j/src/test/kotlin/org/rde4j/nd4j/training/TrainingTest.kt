package org.rde4j.nd4j.training

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.math.pow
import kotlin.math.sqrt
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.Optimizer
import org.rde4j.RdeException
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.graph.Window
import org.rde4j.nd4j.normal

class TrainingTest :
    FunSpec({
        fun floats(seed: Int, vararg shape: Long): INDArray =
            normal(seed, *shape).castTo(DataType.FLOAT)

        /** Σ c·(w − target)², whose gradient 2c·(w − target) is easily written down. */
        class Parabola(optimizer: Optimizer, schedule: Schedule) {
            val curvature = doubleArrayOf(0.5, 2.0, 10.0)
            val target = doubleArrayOf(1.0, -2.0, 0.25)
            val weights: INDArray = Nd4j.create(DataType.FLOAT, 3)
            private val graph = Graph()
            private val w = graph.variable("w", weights)
            private val gap = graph.sub(w, graph.constant(Nd4j.createFromArray(*target)))
            private val loss =
                graph.sum(
                    graph.mul(graph.square(gap), graph.constant(Nd4j.createFromArray(*curvature))),
                    false,
                )
            val training = Training(graph, loss, listOf(w), emptyMap(), optimizer, schedule)

            fun slope(w: DoubleArray) = DoubleArray(3) { 2 * curvature[it] * (w[it] - target[it]) }
        }

        test("Adam does what the paper's algorithm says, with a large epsilon and a decay") {
            val adam = Optimizer.Adam(0.1, 0.8, 0.95, 0.05)
            val parabola = Parabola(adam, Schedule.decay(0.5, 4))
            val w = DoubleArray(3)
            val m = DoubleArray(3)
            val v = DoubleArray(3)
            for (t in 1..12) {
                val slope = parabola.slope(w)
                for (i in 0 until 3) {
                    m[i] = 0.8 * m[i] + 0.2 * slope[i]
                    v[i] = 0.95 * v[i] + 0.05 * slope[i] * slope[i]
                    val root = sqrt(v[i] / (1 - 0.95.pow(t))) + 0.05
                    w[i] -= 0.1 * 0.5.pow((t - 1) / 4) * m[i] / (1 - 0.8.pow(t)) / root
                }
                parabola.training.step()
                for (i in 0 until 3) {
                    parabola.weights.getDouble(i) shouldBe (w[i] plusOrMinus 2e-5)
                }
            }
            parabola.training.steps() shouldBe 12
        }

        test("stochastic gradient descent") {
            val parabola = Parabola(Optimizer.Sgd(0.04), Schedule.cosine(10))
            val w = DoubleArray(3)
            for (t in 0 until 11) {
                val slope = parabola.slope(w)
                for (i in 0 until 3) w[i] -=
                    0.04 * Schedule.cosine(10).factor(t.toLong()) * slope[i]
                parabola.training.step()
            }
            for (i in 0 until 3) parabola.weights.getDouble(i) shouldBe (w[i] plusOrMinus 1e-5)
        }

        test("weights that share a gradient move alike") {
            val graph = Graph()
            val a = graph.variable("a", Nd4j.createFromArray(1f, 2f))
            val b = graph.variable("b", Nd4j.createFromArray(3f, -1f))
            val loss = graph.sum(graph.square(graph.add(a, b)), false)
            for (optimizer in listOf(Optimizer.Sgd(0.1), Optimizer.Adam(0.1))) {
                val before = a.variable().arr.sub(b.variable().arr)
                Training(graph, loss, listOf(a, b), emptyMap(), optimizer, Schedule.constant())
                    .step()
                a.variable().arr.sub(b.variable().arr).sub(before).amaxNumber().toDouble() shouldBe
                    (0.0 plusOrMinus 1e-6)
            }
        }

        test("an interrupted and resumed training equals an uninterrupted one bit for bit") {
            for (optimizer in listOf(Optimizer.Adam(0.1), Optimizer.Sgd(0.02))) {
                fun fresh() = Parabola(optimizer, Schedule.decay(0.5, 3))
                val whole = fresh()
                val losses = List(20) { whole.training.step() }
                val first = fresh()
                repeat(7) { first.training.step() }
                val state = first.training.state()
                val weights = first.weights.dup()
                first.training.step()
                val second = fresh()
                second.weights.assign(weights)
                second.training.restore(state)
                second.training.steps() shouldBe 7
                List(13) { second.training.step() } shouldBe losses.drop(7)
                second.weights shouldBe whole.weights
                second.training.state().moments shouldBe whole.training.state().moments
            }
        }

        test("a state of another training is refused and changes nothing") {
            val parabola = Parabola(Optimizer.Adam(0.1), Schedule.constant())
            parabola.training.step()
            val before = parabola.training.state()
            for (wrong in
                listOf(
                    Training.State(3, emptyList()),
                    Training.State(-1, before.moments),
                    Training.State(3, listOf(Nd4j.zeros(3), Nd4j.zeros(4))),
                )) {
                shouldThrow<RdeException> { parabola.training.restore(wrong) }
                    .message!! shouldContain "has 2 moments"
            }
            parabola.training.state() shouldBe before
        }

        test("schedules") {
            Schedule.constant().factor(99) shouldBe 1.0
            Schedule.decay(0.1, 30).factor(29) shouldBe 1.0
            Schedule.decay(0.1, 30).factor(60) shouldBe (0.01 plusOrMinus 1e-15)
            Schedule.cosine(8).factor(4) shouldBe (0.5 plusOrMinus 1e-15)
            Schedule.cosine(8).factor(9) shouldBe 0.0
            shouldThrow<RdeException> { Schedule.decay(0.0, 1) }.message!! shouldContain
                "decay by 0.0"
            shouldThrow<RdeException> { Schedule.cosine(0) }.message!! shouldContain "0 steps"
        }

        test("a loss that overflows is said and leaves the weights") {
            val graph = Graph()
            val weights = Nd4j.createFromArray(200f)
            val w = graph.variable("w", weights)
            val loss = graph.sum(graph.exp(w), false)
            val training =
                Training(
                    graph,
                    loss,
                    listOf(w),
                    emptyMap(),
                    Optimizer.Sgd(1.0),
                    Schedule.constant(),
                )
            shouldThrow<RdeException> { training.step() }.message!! shouldContain "at step 1"
            weights.getFloat(0) shouldBe 200f
        }

        test("a small convolutional network learns to find edges, the same way every time") {
            fun losses(): List<Double> {
                val graph = Graph()
                val x = graph.placeholder("x", 4, 8, 8, 1)
                val y = graph.placeholder("y", 4, 8, 8, 1)
                val weights =
                    listOf(
                            floats(1, 3, 3, 1, 6).muli(0.3),
                            Nd4j.zeros(DataType.FLOAT, 6),
                            floats(2, 4, 4, 6, 5).muli(0.1),
                            Nd4j.zeros(DataType.FLOAT, 5),
                            floats(3, 1, 1, 6, 1).muli(0.3),
                        )
                        .mapIndexed { i, w -> graph.variable("w$i", w) }
                val spatial = graph.spatial()
                val same = Window.of(3, 3).pads(1, 1, 1, 1)
                val wide = graph.relu(spatial.convolution(x, weights[0], weights[1], same, 1))
                val small = spatial.maxPool(wide, Window.of(2, 2).strides(2, 2))
                val up = Window.of(4, 4).strides(2, 2).pads(1, 1, 1, 1)
                val large =
                    graph.relu(
                        spatial.transposedConvolution(small, weights[2], weights[3], up, 0, 0)
                    )
                val all = graph.concat(3, listOf(large, x))
                val guess = spatial.convolution(all, weights[4], null, Window.of(1, 1), 1)
                val loss = graph.mean(graph.square(graph.sub(guess, y)), false)
                val inputs =
                    mapOf(
                        "x" to Nd4j.create(DataType.FLOAT, 4, 8, 8, 1),
                        "y" to Nd4j.create(DataType.FLOAT, 4, 8, 8, 1),
                    )
                val training =
                    Training(
                        graph,
                        loss,
                        weights,
                        inputs,
                        Optimizer.Adam(0.02),
                        Schedule.constant(),
                    )
                return (0 until 150).map { step ->
                    val picture = floats(100 + step % 20, 4, 8, 8, 1)
                    inputs["x"]!!.assign(picture)
                    inputs["y"]!!.assign(picture.mul(picture).subi(1.0))
                    training.step()
                }
            }
            val first = losses()
            first.takeLast(10).average() shouldBeLessThan 0.7 * first.take(10).average()
            losses() shouldBe first
        }
    })
