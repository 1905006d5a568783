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
import org.nd4j.linalg.indexing.NDArrayIndex
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
            val training =
                Training(Share(graph, loss, listOf(w), emptyMap(), emptyMap()), optimizer, schedule)

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
                val whole = Share(graph, loss, listOf(a, b), emptyMap(), emptyMap())
                Training(whole, optimizer, Schedule.constant()).step()
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
                    Share(graph, loss, listOf(w), emptyMap(), emptyMap()),
                    Optimizer.Sgd(1.0),
                    Schedule.constant(),
                )
            shouldThrow<RdeException> { training.step() }.message!! shouldContain "at step 1"
            weights.getFloat(0) shouldBe 200f
        }

        /** A small network over pictures, with weights that others may share. */
        class Edges(private val weights: List<INDArray>, pictures: Long) {
            private val graph = Graph()
            private val x = graph.placeholder("x", pictures, 8, 8, 1)
            private val y = graph.placeholder("y", pictures, 8, 8, 1)
            private val inputs =
                mapOf(
                    "x" to Nd4j.create(DataType.FLOAT, pictures, 8, 8, 1),
                    "y" to Nd4j.create(DataType.FLOAT, pictures, 8, 8, 1),
                )
            val share = share()

            private fun share(): Share {
                val w = weights.mapIndexed { i, w -> graph.variable("w$i", w) }
                val spatial = graph.spatial()
                val same = Window.of(3, 3).pads(1, 1, 1, 1)
                val wide = graph.relu(spatial.convolution(x, w[0], w[1], same, 1))
                val small = spatial.maxPool(wide, Window.of(2, 2).strides(2, 2))
                val up = Window.of(4, 4).strides(2, 2).pads(1, 1, 1, 1)
                val large = graph.relu(spatial.transposedConvolution(small, w[2], w[3], up, 0, 0))
                val all = graph.concat(3, listOf(large, x))
                val guess = spatial.convolution(all, w[4], null, Window.of(1, 1), 1)
                val loss = graph.mean(graph.square(graph.sub(guess, y)), false)
                val size = graph.mean(graph.square(guess), false)
                return Share(graph, loss, w, mapOf("size" to size), inputs)
            }

            fun write(picture: INDArray) {
                inputs["x"]!!.assign(picture)
                inputs["y"]!!.assign(picture.mul(picture).subi(1.0))
            }
        }

        fun weights() =
            listOf(
                floats(1, 3, 3, 1, 6).muli(0.3),
                Nd4j.zeros(DataType.FLOAT, 6),
                floats(2, 4, 4, 6, 5).muli(0.1),
                Nd4j.zeros(DataType.FLOAT, 5),
                floats(3, 1, 1, 6, 1).muli(0.3),
            )

        fun pictures(step: Long) = floats((100 + step % 20).toInt(), 4, 8, 8, 1)

        test("a small convolutional network learns to find edges, the same way every time") {
            fun losses(): List<Double> {
                val edges = Edges(weights(), 4)
                val training = Training(edges.share, Optimizer.Adam(0.02), Schedule.constant())
                return (0 until 150L).map { step ->
                    edges.write(pictures(step))
                    training.step()
                }
            }
            val first = losses()
            first.takeLast(10).average() shouldBeLessThan 0.7 * first.take(10).average()
            losses() shouldBe first
        }

        test("shares of a batch train as the whole batch does") {
            val adam = Optimizer.Adam(0.02)
            val whole = Edges(weights(), 4)
            val plain = Training(whole.share, adam, Schedule.constant())
            val expected =
                (0 until 10L).map { step ->
                    whole.write(pictures(step))
                    plain.step() to plain.terms().getValue("size")
                }
            for (shares in listOf(2, 4)) {
                val size = 4L / shares
                val part = Edges(weights(), size)
                val training =
                    Training(
                        part.share,
                        shares,
                        { share, step ->
                            val range = NDArrayIndex.interval(share * size, (share + 1) * size)
                            part.write(pictures(step).get(range))
                        },
                        adam,
                        Schedule.constant(),
                    )
                expected.forEach { (loss, term) ->
                    training.step() shouldBe (loss plusOrMinus 1e-5)
                    training.terms().getValue("size") shouldBe (term plusOrMinus 1e-5)
                }
                training.state().moments().zip(plain.state().moments()).forEach { (mine, theirs) ->
                    mine.sub(theirs).amaxNumber().toDouble() shouldBe (0.0 plusOrMinus 1e-5)
                }
            }
        }

        test("a batch is cut into the fewest equal shares that are small enough") {
            (1..9).map { Share.count(it, 2) } shouldBe listOf(1, 1, 3, 2, 5, 3, 7, 4, 9)
            Share.count(15, 8) shouldBe 3
            Share.count(4, 8) shouldBe 1
        }
    })
