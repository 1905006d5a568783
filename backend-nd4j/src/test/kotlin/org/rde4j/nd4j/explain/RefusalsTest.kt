package org.rde4j.nd4j.explain

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Path
import org.nd4j.autodiff.samediff.SDVariable
import org.nd4j.autodiff.samediff.SameDiff
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.Distortion
import org.rde4j.Explanation
import org.rde4j.Obfuscation
import org.rde4j.OutputKind
import org.rde4j.RateDistortion
import org.rde4j.RdeException
import org.rde4j.Representation
import org.rde4j.Run
import org.rde4j.Solver
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.Nd4jBackend
import org.rde4j.nd4j.model.Nd4jModel

/**
 * What someone new does wrong is told before anything is computed, never answered with numbers that
 * mean nothing.
 */
class RefusalsTest :
    FunSpec({
        val signal = randomTensor(1, 3, 4, 4)
        val problem =
            RateDistortion.over(Representation.pixels())
                .obfuscatedBy(Obfuscation.gaussianNoise())
                .measuredBy(Distortion.squaredError())
                .solvedBy(Solver.l1(0.1).steps(2).samples(2))
        val model = smoothClassifier(48)

        fun explained(network: Nd4jModel, of: RateDistortion = problem): Explanation =
            Nd4jBackend.compile(of, network).use { it.explain(signal) }

        fun refused(network: Nd4jModel, of: RateDistortion = problem): String =
            shouldThrow<RdeException> { explained(network, of) }.message!!

        test(
            "outputs that are steps of the signal have no gradient, and a search that needs none finds them"
        ) {
            val steps = { x: SDVariable -> x.gt(0.0).castTo(DataType.FLOAT) }
            val scores = { sd: SameDiff, x: SDVariable ->
                sd.reshape(x, -1, 48)
                    .mmul(
                        sd.constant(
                            "w",
                            Nd4j.createFromArray(*randomTensor(5, 48, 4, low = -1.0).values())
                                .reshape(48, 4),
                        )
                    )
            }
            val thresholds = Models.custom("thresholds") { sd, x -> steps(scores(sd, x)) }
            val gradient =
                listOf(
                    Solver.l1(0.1).steps(2).samples(2),
                    Solver.bernoulli(0.1).steps(2).samples(2),
                    Solver.atMost(3).steps(2).samples(2),
                )
            gradient.forEach { solver ->
                refused(thresholds, problem.solvedBy(solver)) shouldContain
                    "The distortion has no gradient"
            }
            explained(thresholds, problem.solvedBy(Solver.matchingPursuit(2).samples(2)))
            // Steps beside something smooth leave a gradient.
            explained(Models.custom("both") { sd, x -> scores(sd, x).let { it.add(steps(it)) } })
        }

        test("models of any kind that mix the signals of a batch are refused") {
            fun graph(end: (SDVariable) -> SDVariable): Nd4jModel {
                val sd = SameDiff.create()
                val x = sd.placeHolder("x", DataType.FLOAT, -1, 3, 4, 4)
                val w =
                    Nd4j.createFromArray(*randomTensor(5, 48, 4, low = -1.0).values())
                        .reshape(48, 4)
                return Models.sameDiff(
                    sd,
                    "x",
                    end(sd.reshape(x, -1, 48).mmul(sd.constant("w", w))).name(),
                )
            }
            val mixing =
                listOf<(SDVariable) -> SDVariable>(
                    { it.sub(it.mean(true, 0)) },
                    { it.div(it.norm2(true, 0)) },
                    { it.sub(it.max(true, 0)) },
                    { it.sameDiff.nn().softmax(it, 0) },
                    // The first signal's for all.
                    { it.mul(0.0).add(it.sameDiff.slice(it, intArrayOf(0, 0), 1, 4)) },
                    { it.sameDiff.reverse(it, 0) },
                )
            mixing.forEach { end ->
                refused(graph(end)) shouldContain "mixes the samples of a batch"
                refused(graph(end).giving(OutputKind.VALUES)) shouldContain
                    "mixes the samples of a batch"
                refused(
                    Models.normalised(graph(end), FloatArray(3), FloatArray(3) { 1f })
                ) shouldContain "mixes the samples of a batch"
            }
            explained(graph { it.sub(it.mean(true, 1)) })
        }

        test("a function is called no more often than graphs are written") {
            var calls = 0
            val counted =
                Models.custom("counted") { sd, x ->
                    calls++
                    sd.reshape(x, -1, 48).sum(true, 1)
                }
            Nd4jBackend.compile(problem, counted, Execution.defaults().freshSamples(2)).use {
                it.explain(signal)
                val first = calls
                it.explain(randomTensor(2, 3, 4, 4))
                calls shouldBe first
            }
        }

        test("a model of one's own is called by its name, whatever goes wrong") {
            refused(Models.custom("mine") { sd, x -> sd.reshape(x, -1, 47) }) shouldContain "'mine'"
            refused(Models.custom("mine") { sd, x -> sd.reshape(x, 48, -1) }) shouldContain "'mine'"
            refused(
                Models.custom("mine") { sd, x -> sd.reshape(x, -1, 48).let { it.mmul(it) } }
            ) shouldContain "'mine'"
        }

        test("a reduction over an axis of size 1 is no reduction") {
            val grey = randomTensor(1, 1, 4, 4)
            val mean =
                Models.custom("mean") { sd, x -> sd.reshape(x.mean(true, 1), -1, 16).sum(true, 1) }
            val sum = Nd4jBackend.compile(problem, mean).use { it.explain(grey) }.distortion()
            val plain = Models.custom("plain") { sd, x -> sd.reshape(x, -1, 16).sum(true, 1) }
            Nd4jBackend.compile(problem, plain).use { it.explain(grey) }.distortion() shouldBe
                (sum plusOrMinus 1e-5)
        }

        test("a state that nowhere can be kept is told of before the search") {
            val nowhere = tempdir().toPath().resolve("none/state")
            val told = mutableListOf<Explanation.Step>()
            Nd4jBackend.compile(problem, model).use {
                shouldThrow<RdeException> {
                        it.explainEach(
                            listOf(signal),
                            Run.observed { step -> told += step }.checkpointedTo(nowhere),
                        )
                    }
                    .message!!
                    .let { message ->
                        message shouldContain "its folder is not there"
                        message shouldContain "Choose a file in an existing folder"
                    }
            }
            told.size shouldBe 0
        }

        test("null is told by its name") {
            @Suppress("UNCHECKED_CAST") fun <T> nothing(): T = null as T
            val found = explained(model)
            mapOf<String, () -> Any?>(
                    "kind of outputs" to { model.giving(nothing()) },
                    "model" to { Nd4jBackend.contract(nothing(), 3) },
                    "file" to { Models.onnx(nothing<Path>()) },
                    "folder" to { Explanation.load(nothing()) },
                    "The folder" to { found.save(nothing()) },
                    "masks" to
                        {
                            Nd4jBackend.compile(problem, model).use {
                                it.assess(signal, nothing(), 2, 1)
                            }
                        },
                )
                .forEach { (name, call) ->
                    shouldThrow<NullPointerException> { call() }.message shouldContain name
                }
        }
    })
