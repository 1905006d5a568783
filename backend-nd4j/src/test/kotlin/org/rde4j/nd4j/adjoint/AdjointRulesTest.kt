package org.rde4j.nd4j.adjoint

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.graph.Node
import org.rde4j.nd4j.graph.Window
import org.rde4j.nd4j.graph.spread
import org.rde4j.nd4j.values

/**
 * Gradients with respect to two variables at once against those of SameDiff's session; derivatives
 * along one variable are compared with finite differences where the operations are tested.
 */
class AdjointRulesTest :
    FunSpec({
        fun positive(seed: Int, vararg shape: Long): INDArray = spread(seed, *shape).addi(2.0)

        /** Σ f(a, b)·w differentiated both ways. */
        fun compare(a: INDArray, b: INDArray, f: Graph.(Node, Node) -> Node) {
            val graph = Graph()
            val variables = listOf(graph.variable("a", a), graph.variable("b", b))
            val output = graph.f(variables[0], variables[1])
            val weights = graph.constant(spread(3, *output.shape()))
            val loss = graph.sum(graph.mul(output, weights), false)
            loss.variable().markAsLoss()
            val stock = graph.sameDiff().calculateGradients(emptyMap(), "a", "b")
            val own = graph.values(Adjoint.of(graph, loss, variables))
            listOf("a", "b").forEachIndexed { i, name ->
                val expected = stock.getValue(name)
                own[i].shape() shouldBe expected.shape()
                own[i].sub(expected).amaxNumber().toDouble() shouldBeLessThan
                    2e-5 * maxOf(1.0, expected.amaxNumber().toDouble())
            }
        }

        val pairs: Map<String, Graph.(Node, Node) -> Node> =
            mapOf(
                "add" to { a, b -> add(a, b) },
                "sub" to { a, b -> sub(a, b) },
                "mul" to { a, b -> mul(a, b) },
                "div" to { a, b -> div(a, b) },
                "pow" to { a, b -> pow(a, b) },
                "a value used three times" to
                    { a, b ->
                        add(mul(a, b), mul(relu(a), sigmoid(mul(a, 0.5))))
                    },
            )
        val shapes =
            listOf(
                longArrayOf(2, 3, 4) to longArrayOf(2, 3, 4),
                longArrayOf(2, 3, 4) to longArrayOf(1, 3, 1),
                longArrayOf(2, 1, 4) to longArrayOf(2, 3, 1),
                longArrayOf(5, 2, 3) to longArrayOf(3),
                longArrayOf(4) to longArrayOf(2, 3, 1),
            )
        pairs.forEach { (name, f) ->
            shapes.forEach { (first, second) ->
                test("$name of ${first.contentToString()} and ${second.contentToString()}") {
                    compare(positive(1, *first), positive(2, *second), f)
                }
            }
        }

        listOf(
                listOf(longArrayOf(3, 4), longArrayOf(4, 2), longArrayOf(0, 0)),
                listOf(longArrayOf(4, 3), longArrayOf(4, 2), longArrayOf(1, 0)),
                listOf(longArrayOf(3, 4), longArrayOf(2, 4), longArrayOf(0, 1)),
                listOf(longArrayOf(4, 3), longArrayOf(2, 4), longArrayOf(1, 1)),
                listOf(longArrayOf(2, 3, 4), longArrayOf(2, 4, 5), longArrayOf(0, 0)),
            )
            .forEach { (a, b, flags) ->
                test("product of ${a.contentToString()} and ${b.contentToString()}") {
                    compare(spread(1, *a), spread(2, *b)) { x, y ->
                        matmul(x, y, flags[0] == 1L, flags[1] == 1L)
                    }
                }
            }

        listOf(
                Window.of(1, 1),
                Window.of(3, 3).pads(1, 1, 1, 1),
                Window.of(3, 2).strides(2, 2),
                Window.of(5, 5).pads(2, 2, 2, 2),
            )
            .forEach { window ->
                test("a convolution and its weights, $window") {
                    val weights = spread(2, window.height().toLong(), window.width().toLong(), 2, 3)
                    compare(spread(1, 2, 7, 6, 2), weights) { x, w ->
                        spatial().convolution(x, w, null, window, 1)
                    }
                }
            }

        test("a convolution and its bias") {
            compare(spread(1, 2, 5, 6, 2), spread(2, 3)) { x, bias ->
                val weights = constant(spread(3, 3, 3, 2, 3))
                spatial().convolution(x, weights, bias, Window.of(3, 3), 1)
            }
        }

        listOf(4, 6, 3, 2).forEach { kernel ->
            test("a transposed convolution and its weights, kernel $kernel stride 2") {
                val pad = kernel / 2 - 1
                val window = Window.of(kernel, kernel).strides(2, 2).pads(pad, pad, pad, pad)
                val k = kernel.toLong()
                compare(spread(1, 2, 3, 4, 2), spread(2, k, k, 2, 3)) { x, w ->
                    spatial().transposedConvolution(x, w, null, window, 0, 0)
                }
            }
        }

        listOf(Window.of(2, 2).strides(2, 2), Window.of(2, 3).strides(2, 3)).forEach { window ->
            test("a maximum over tiles, $window") {
                listOf(3L, 20L).forEach { channels ->
                    // The last shape leaves a row and a column beside the last tile.
                    listOf(longArrayOf(2, 8, 6, channels), longArrayOf(2, 9, 7, channels))
                        .forEach { shape ->
                            compare(spread(1, *shape), spread(2, *shape)) { a, b ->
                                spatial().maxPool(mul(a, b), window)
                            }
                        }
                }
            }
        }

        test("equal greatest entries of a tile share its slope") {
            val graph = Graph()
            val flat = Nd4j.ones(DataType.FLOAT, 1, 4, 4, 1)
            flat.putScalar(longArrayOf(0, 0, 1, 0), 2.0)
            val x = graph.variable("x", flat)
            val pooled = graph.spatial().maxPool(x, Window.of(2, 2).strides(2, 2))
            val slope = graph.values(Adjoint.of(graph, graph.sum(pooled, false), listOf(x)))[0]
            slope.ravel().toFloatVector().take(4) shouldBe listOf(0f, 1f, 0.25f, 0.25f)
            slope.sumNumber().toDouble() shouldBe 4.0
        }

        test("small slopes pass reshapes that merge and split axes") {
            compare(spread(1, 2, 3, 4), spread(2, 2, 3, 4)) { a, b ->
                val split = reshape(mul(a, b), 2, 3, 2, 2)
                val merged = reshape(mul(a, sigmoid(b)), 6, 4)
                val across = reshape(mul(b, b), 4, 6)
                concat(
                    0,
                    listOf(
                        sum(split, false, 1, 2),
                        sum(reshape(merged, 2, 6, 2), false, 1),
                        sum(reshape(across, 4, 2, 3), false, 0).let { reshape(it, 3, 2) },
                    ),
                )
            }
        }

        test("reductions whose slopes stay small until they are needed") {
            compare(spread(1, 2, 4, 3, 5), spread(2, 2, 4, 3, 5)) { a, b ->
                val x = mul(a, b)
                val gate = sigmoid(mean(x, true, 1, 2))
                val byRow = sum(mul(x, gate), false, 0, 3)
                val byColumn = sum(permute(b, 0, 2, 1, 3), false, 0, 3)
                concat(0, listOf(byRow, reshape(byColumn, 4, 3)))
            }
        }

        test("operations without a rule of ours") {
            compare(positive(1, 3, 4), positive(2, 3, 4)) { a, b ->
                val math = sameDiff().math()
                val apart = math.squaredDifference(a.variable(), b.variable())
                val smooth = sameDiff().nn().softplus(apart.mul(0.3))
                node(math.cube(smooth).mul(math.log1p(b.variable())), 3, 4)
            }
        }

        test("a variable that the loss does not depend on has a gradient of zeros") {
            val graph = Graph()
            val a = graph.variable("a", spread(1, 2, 3))
            val b = graph.variable("b", spread(2, 4))
            val gradients = graph.values(Adjoint.of(graph, graph.sum(a, false), listOf(a, b)))
            gradients[0] shouldBe Nd4j.ones(2, 3).castTo(gradients[0].dataType())
            gradients[1].amaxNumber().toDouble() shouldBe 0.0
        }
    })
