package org.rde4j.nd4j.engine

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.nd4j.adjoint.Adjoint
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.graph.Node
import org.rde4j.nd4j.graph.Window
import org.rde4j.nd4j.normal

/** Plans against SameDiff's own session. */
class PlannedEngineTest :
    FunSpec({
        fun floats(seed: Int, vararg shape: Long): INDArray =
            normal(seed, *shape).castTo(DataType.FLOAT).dup('c')

        /**
         * A network with branches, reshapes, broadcasts, reductions and values that several
         * operations read.
         */
        class Network(val outputs: List<String>, val gradient: String)

        fun network(graph: Graph): Network {
            val x = graph.placeholder("x", 2, 7, 7, 3)
            val s = graph.variable("s", floats(1, 1, 7, 7, 1))
            val shared = graph.mul(x, s)
            val features =
                graph.relu(
                    graph
                        .spatial()
                        .convolution(
                            shared,
                            floats(2, 3, 3, 3, 4),
                            floats(3, 4),
                            Window.of(3, 3),
                            1,
                        )
                )
            val squeezed = graph.sigmoid(graph.mean(features, true, 1, 2))
            val gated = graph.mul(features, squeezed)
            val flat = graph.reshape(gated, 2, 100)
            val scores = graph.matmul(flat, graph.constant(floats(4, 100, 5).divi(10f)))
            val probabilities = graph.softmax(scores)
            val size: Node = graph.sum(graph.square(shared), false, 1, 2, 3)
            val loss =
                graph.add(
                    graph.sum(graph.square(probabilities), false, 0, 1),
                    graph.sum(size, false, 0),
                )
            loss.variable().markAsLoss()
            return Network(
                listOf(probabilities, size, scores).map { it.variable().name() },
                Adjoint.of(graph, loss, listOf(s)).single().variable().name(),
            )
        }

        fun error(a: INDArray, b: INDArray): Double {
            a.shape() shouldBe b.shape()
            return a.sub(b).amaxNumber().toDouble() / (1 + b.amaxNumber().toDouble())
        }

        test("outputs and gradients are those of the session, run after run") {
            val graph = Graph()
            val network = network(graph)
            val all = network.outputs + network.gradient
            val inputs = mapOf("x" to Nd4j.create(DataType.FLOAT, 2, 7, 7, 3))
            val planned = Engine.of(graph.sameDiff(), inputs)
            val stock = StockEngine(graph.sameDiff(), inputs)
            repeat(3) { run ->
                inputs["x"]!!.assign(floats(10 + run, 2, 7, 7, 3))
                graph.sameDiff().getVariable("s").arr.assign(floats(20 + run, 1, 7, 7, 1))
                val expected = stock.run(all)
                val forward = planned.run(network.outputs)
                network.outputs.forEach {
                    error(forward[it]!!, expected[it]!!) shouldBeLessThan 1e-5
                }
                val actual = planned.run(all)
                all.forEach { error(actual[it]!!, expected[it]!!) shouldBeLessThan 1e-5 }
                val own = graph.sameDiff().calculateGradients(inputs, "s").getValue("s")
                error(actual[network.gradient]!!, own) shouldBeLessThan 1e-5
            }
        }

        test("plans of different outputs of one graph do not disturb each other") {
            val graph = Graph()
            val network = network(graph)
            val inputs = mapOf("x" to floats(5, 2, 7, 7, 3))
            val engine = Engine.of(graph.sameDiff(), inputs)
            val all = engine.run(network.outputs).mapValues { it.value.dup() }
            network.outputs.forEach { name -> engine.run(listOf(name))[name] shouldBe all[name] }
            engine.run(network.outputs.take(1) + network.gradient)
            engine.run(network.outputs) shouldBe all
        }

        test("an input of another shape than the graph's is refused") {
            val graph = Graph()
            val output = graph.relu(graph.placeholder("x", 2, 3)).variable().name()
            val engine = Engine.of(graph.sameDiff(), mapOf("x" to floats(1, 3, 2)))
            shouldThrow<IllegalStateException> { engine.run(listOf(output)) }.message shouldBe
                "the array [3, 2] of 'x' should be [2, 3]"
        }
    })
