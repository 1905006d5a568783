package org.rde4j.nd4j.explain

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.util.concurrent.CancellationException
import org.nd4j.autodiff.samediff.SDVariable
import org.nd4j.autodiff.samediff.SameDiff
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.factory.Nd4j
import org.nd4j.linalg.ops.transforms.Transforms
import org.rde4j.Explanation
import org.rde4j.Obfuscation
import org.rde4j.RateDistortion
import org.rde4j.RdeException
import org.rde4j.Representation
import org.rde4j.Solver
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.Nd4jBackend
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.graph.Node
import org.rde4j.nd4j.model.Nd4jModel

class OwnPartsTest :
    FunSpec({
        val signal = randomTensor(1, 3, 4, 4, low = 0.1)
        val model = smoothClassifier(48)
        val problem =
            RateDistortion.over(Representation.pixels())
                .solvedBy(Solver.l1(0.1).steps(2).samples(2).adam(0.1))

        fun explained(problem: RateDistortion, network: Nd4jModel = model): Explanation =
            Nd4jBackend.compile(problem, network, Execution.defaults().freshSamples(2)).use {
                it.explain(signal)
            }

        fun refused(part: String, vararg words: String, block: () -> Unit) {
            val message = shouldThrow<RdeException> { block() }.message!!
            message.lines().size shouldBe 2
            (listOf(part) + words).forEach { message shouldContain it }
        }

        val stranger: SDVariable =
            SameDiff.create().let { it.constant(Nd4j.ones(DataType.FLOAT, 1)) }

        /** ND4J multiplies with NaN at random. */
        fun nan(x: SDVariable): SDVariable = x.sameDiff.math().sqrt(x.sub(1e6))

        /** What any function over tensors may do wrong, with words of the message. */
        fun wrong(x: SDVariable): List<Triple<String, List<String>, () -> SDVariable?>> =
            listOf(
                Triple("null", listOf("gives null")) { null },
                Triple("another graph", listOf("of another graph")) { stranger },
                Triple("a failure", listOf("fails", "IllegalStateException", "my mistake")) {
                    error("my mistake")
                },
                Triple("doubles", listOf("DOUBLE", "32-bit")) { x.castTo(DataType.DOUBLE) },
                Triple("NaN", listOf("gives NaN at its first evaluation")) { nan(x) },
                Triple("infinity", listOf("gives Infinity")) { x.add(10.0).mul(1e38).mul(1e38) },
            )

        context("an obfuscation") {
            fun own(replacement: (SDVariable, SDVariable, SDVariable) -> SDVariable?) =
                Nd4jBackend.obfuscation("mine") { h, s, z -> replacement(h, s, z) }

            wrong(stranger).indices.forEach { i ->
                test("that gives ${wrong(stranger)[i].first}") {
                    refused("obfuscation 'mine'", *wrong(stranger)[i].second.toTypedArray()) {
                        explained(problem.obfuscatedBy(own { h, _, _ -> wrong(h)[i].third() }))
                    }
                }
            }
            listOf<Triple<String, String, (SDVariable, SDVariable, SDVariable) -> SDVariable>>(
                    Triple("too many axes", "[1, 2, 1, 16, 3]") { h, _, _ ->
                        h.sameDiff.expandDims(h, 0)
                    },
                    Triple("the axes of a picture", "gives the shape [2, 3, 4, 4]") { h, _, _ ->
                        h.sameDiff.reshape(h, -1, 3, 4, 4)
                    },
                    Triple("one value for the batch", "mixes the samples") { h, _, _ -> h.mean() },
                    Triple("the mean of the batch", "mixes the samples") { h, _, _ ->
                        h.mean(true, 0)
                    },
                    Triple("the mean of the samples", "mixes the samples") { _, _, z ->
                        z.mean(true, 1)
                    },
                    Triple("a batch of two", "fails") { h, _, _ ->
                        h.sameDiff.reshape(h, 2, 1, 16, 3)
                    },
                )
                .forEach { (name, words, replacement) ->
                    test("that gives $name") {
                        refused("obfuscation 'mine'", words) {
                            explained(problem.obfuscatedBy(own { h, s, z -> replacement(h, s, z) }))
                        }
                    }
                }

            test("inside of others") {
                val bad = own { h, _, _ -> h.mean() }
                for (outer in
                    listOf(
                        Obfuscation.mixture(listOf(1.0, 1.0), Obfuscation.constant(0.0), bad),
                        bad.on("pixels"),
                    )) {
                    refused("obfuscation 'mine'", "mixes") {
                        explained(problem.obfuscatedBy(outer))
                    }
                }
            }

            test("that is right") {
                listOf<(SDVariable, SDVariable, SDVariable) -> SDVariable>(
                        { h, _, _ -> h.mul(0.5) },
                        { h, _, _ -> h },
                        { h, s, z -> h.mul(s).add(z.mul(0.1)) },
                        { h, _, _ -> h.mean(true, 2) },
                        { h, _, _ -> h.sameDiff.constant(Nd4j.ones(DataType.FLOAT, 1).mul(0.5)) },
                    )
                    .forEach { right ->
                        explained(problem.obfuscatedBy(own { h, s, z -> right(h, s, z) }))
                            .warnings()
                    }
            }
        }

        context("a distortion") {
            fun own(measure: (SDVariable, SDVariable) -> SDVariable?) =
                problem.measuredBy(
                    Nd4jBackend.distortion("mine") { _, clean, changed -> measure(clean, changed) }
                )

            val right = { clean: SDVariable, changed: SDVariable ->
                changed.sub(clean).let { it.mul(it) }.sum(false, 2)
            }

            wrong(stranger).indices.forEach { i ->
                test("that gives ${wrong(stranger)[i].first}") {
                    refused("distortion 'mine'", *wrong(stranger)[i].second.toTypedArray()) {
                        explained(own { a, b -> wrong(right(a, b))[i].third() })
                    }
                }
            }
            listOf<Triple<String, String, (SDVariable, SDVariable) -> SDVariable>>(
                    Triple(
                        "a value for each output",
                        "gives the shape [2, 2, 4] but must give [2, 2]",
                    ) { a, b ->
                        b.sub(a)
                    },
                    Triple("one value for the batch", "gives the shape []") { a, b ->
                        right(a, b).sum()
                    },
                    Triple("one value for each signal", "gives the shape [2]") { a, b ->
                        right(a, b).sum(1)
                    },
                    Triple("shares of the batch", "mixes the samples") { a, b ->
                        right(a, b).let { it.div(it.sum()) }
                    },
                )
                .forEach { (name, words, measure) ->
                    test("that gives $name") {
                        refused("distortion 'mine'", words) {
                            explained(own { a, b -> measure(a, b) })
                        }
                    }
                }

            test("that is right") {
                explained(own { a, b -> right(a, b) }).distortion() shouldBeLessThan 1e9
            }
        }

        context("a representation") {
            fun own(
                count: Int = 48,
                analysis:
                    (
                        org.nd4j.linalg.api.ndarray.INDArray
                    ) -> org.nd4j.linalg.api.ndarray.INDArray? =
                    {
                        it.dup('c').reshape(48).mul(2)
                    },
                synthesis: (SameDiff, SDVariable) -> SDVariable? = { sd, h ->
                    sd.reshape(h.mul(0.5), -1, 3, 4, 4)
                },
            ) =
                Nd4jBackend.representation("mine", count, { x -> analysis(x) }) { sd, h ->
                    synthesis(sd, h)
                }

            fun over(representation: Representation) =
                explained(RateDistortion.over(representation).solvedBy(problem.solver()))

            wrong(stranger).indices.forEach { i ->
                test("whose synthesis gives ${wrong(stranger)[i].first}") {
                    refused("representation 'mine'", *wrong(stranger)[i].second.toTypedArray()) {
                        over(own { sd, h -> wrong(sd.reshape(h.mul(0.5), -1, 3, 4, 4))[i].third() })
                    }
                }
            }
            listOf<Triple<String, String, () -> Representation>>(
                    Triple("null", "gives null") { own(analysis = { null }) },
                    Triple("a failure", "IllegalStateException: mine alone") {
                        own(analysis = { error("mine alone") })
                    },
                    Triple("too few", "48") { own(count = 47) },
                    Triple("NaN", "NaN") {
                        own(analysis = { Transforms.sqrt(it.dup('c').reshape(48).sub(1e6)) })
                    },
                )
                .forEach { (name, words, representation) ->
                    test("whose analysis gives $name") {
                        refused("mine", words) { over(representation()) }
                    }
                }
            listOf<Triple<String, String, (SameDiff, SDVariable) -> SDVariable>>(
                    Triple("rows", "gives the shape [2, 48] but must give [2, 3, 4, 4]") { _, h ->
                        h
                    },
                    Triple("another signal", "relative residual of 1.0") { sd, h ->
                        sd.reshape(h, -1, 3, 4, 4)
                    },
                    Triple("a batch of two", "fails") { sd, h -> sd.reshape(h, 2, 3, 4, 4) },
                    Triple("the mean of the batch", "mixes the samples") { sd, h ->
                        sd.reshape(h.mul(0.5), -1, 3, 4, 4).let {
                            it.mul(0.0).add(it.mean(true, 0))
                        }
                    },
                )
                .forEach { (name, words, synthesis) ->
                    test("whose synthesis gives $name") {
                        refused("representation 'mine'", words) {
                            over(own { sd, h -> synthesis(sd, h) })
                        }
                    }
                }

            test("that is nearly right is told which tolerance it needs") {
                val rough =
                    own { sd, h -> sd.reshape(h.mul(0.51), -1, 3, 4, 4) }
                        as org.rde4j.nd4j.representation.CustomRepresentation
                refused(
                    "representation 'mine'",
                    "residual of 0.020",
                    "at most 0.001",
                    "tolerance(0.022)",
                ) {
                    over(rough)
                }
                over(rough.tolerance(0.022)).masks().keys shouldBe setOf("components")
            }
        }

        context("a model") {
            fun own(function: (SameDiff, SDVariable) -> SDVariable?) =
                Models.custom("mine") { sd, x -> function(sd, x) }

            val right = { sd: SameDiff, x: SDVariable -> sd.reshape(x, -1, 3, 16).sum(false, 2) }

            wrong(stranger)
                .indices
                .filter { wrong(stranger)[it].first !in setOf("doubles", "NaN", "infinity") }
                .forEach { i ->
                    test("that gives ${wrong(stranger)[i].first}") {
                        refused("model 'mine'", *wrong(stranger)[i].second.toTypedArray()) {
                            explained(problem, own { sd, x -> wrong(right(sd, x))[i].third() })
                        }
                    }
                }
            listOf<Triple<String, String, (SameDiff, SDVariable) -> SDVariable>>(
                    Triple("one value for the batch", "[]") { sd, x -> right(sd, x).sum() },
                    Triple("shares of the batch", "mixes the samples") { sd, x ->
                        right(sd, x).let { it.div(it.sum(true, 0)) }
                    },
                    Triple("NaN", "NaN") { sd, x -> nan(right(sd, x)) },
                )
                .forEach { (name, words, function) ->
                    test("that gives $name") {
                        refused("model", words) {
                            explained(problem, own { sd, x -> function(sd, x) })
                        }
                    }
                }

            test("that is right, also in doubles") {
                explained(problem, own { sd, x -> right(sd, x).castTo(DataType.DOUBLE) })
            }
        }

        context("an auxiliary model") {
            fun own(network: (Graph, Node) -> Node?) =
                problem.obfuscatedBy(
                    Nd4jBackend.inpaintedBy("mine") { graph, y -> network(graph, y) }
                )

            listOf<Triple<String, String, (Graph, Node) -> Node?>>(
                    Triple("null", "gives null") { _, _ -> null },
                    Triple("another graph", "another graph") { _, y -> Node(stranger, *y.shape()) },
                    Triple("a failure", "my mistake") { _, _ -> error("my mistake") },
                    Triple("another shape", "gives [") { graph, y -> graph.slice(y, -1, 0, 2) },
                    Triple("the mean of the batch", "mixes the samples") { graph, y ->
                        graph.broadcastTo(graph.mean(y, true, 0), *y.shape())
                    },
                    Triple("NaN", "gives NaN") { graph, y ->
                        graph.node(nan(y.variable()), *y.shape())
                    },
                )
                .forEach { (name, words, network) ->
                    test("that gives $name") {
                        refused("mine", words) { explained(own { graph, y -> network(graph, y) }) }
                    }
                }

            test("that is right") { explained(own { graph, y -> graph.mul(y, 0.5) }) }
        }

        test("the cause is kept, and a cancellation is none") {
            val cause = IllegalArgumentException("deep")
            fun failing(error: RuntimeException) =
                problem.obfuscatedBy(Nd4jBackend.obfuscation("mine") { _, _, _ -> throw error })
            shouldThrow<RdeException> { explained(failing(cause)) }.cause shouldBe cause
            shouldThrow<RdeException> { explained(failing(RdeException("A rule.", "A remedy."))) }
                .message shouldContain "obfuscation 'mine'"
            shouldThrow<CancellationException> { explained(failing(CancellationException())) }
                .shouldBeInstanceOf<CancellationException>()
        }

        test("what a file remembers by its name is refused by name") {
            val folder = kotlin.io.path.createTempDirectory("own").resolve("it")
            explained(
                    problem.obfuscatedBy(Nd4jBackend.obfuscation("mine") { h, _, _ -> h.mul(0.5) })
                )
                .save(folder)
            val loaded = Explanation.load(folder)
            refused("'mine'", "made by code", "Nd4jBackend.obfuscation") {
                explained(loaded.problem())
            }
            folder.parent.toFile().deleteRecursively()
        }
    })
