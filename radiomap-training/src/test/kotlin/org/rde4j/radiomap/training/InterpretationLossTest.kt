package org.rde4j.radiomap.training

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.util.Optional
import org.rde4j.TrainingObjective
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.graph.Node
import org.rde4j.nd4j.model.Nd4jModel
import org.rde4j.radiomap.data.Batches
import org.rde4j.radiomap.data.Examples
import org.rde4j.radiomap.data.writeFolder
import org.rde4j.radiomap.network.RadioModel
import org.rde4j.radiomap.network.RadioUNet
import org.rde4j.radiomap.scene.LineOfSight
import org.rde4j.radiomap.scene.MissingBuildings

class InterpretationLossTest :
    FunSpec({
        val folder =
            writeFolder(tempdir().toPath(), maps = 3, transmitters = 3, rows = 64, columns = 64)
        val examples =
            Examples.of(folder, listOf(0, 1, 2)).missing(MissingBuildings.inSight()).seed(4)
        val batches = Batches.of(examples, 2)

        /**
         * The share of buildings in the whole city, everywhere: takes in all of the given
         * buildings.
         */
        val built =
            object : Nd4jModel {
                override fun name() = "share"

                override fun append(graph: Graph, signals: Node): Node {
                    val mean = graph.mean(graph.slice(signals, 3, 1, 2), true, 1, 2)
                    return graph.broadcastTo(
                        mean,
                        signals.size(0),
                        signals.size(1),
                        signals.size(2),
                        1,
                    )
                }
            }

        test("a network that looks at buildings alone has the loss that one works out by hand") {
            val losses = InterpretationLoss.of(built, batches)
            val expected =
                (0 until examples.size())
                    .map { examples.example(0, it) }
                    .map { scene ->
                        val share = scene.given().values().sum() / (64.0 * 64.0)
                        LineOfSight.missingInSight(scene).values().sum() * share * share
                    }
            losses.size shouldBe expected.size
            losses.zip(expected).forEach { (loss, wanted) ->
                loss shouldBe (wanted plusOrMinus 1e-8)
            }
            InterpretationLoss.of(built, examples.example(0, 1)) shouldBe
                (expected[1] plusOrMinus 1e-8)
        }

        test("the loss that is trained is the one that is measured") {
            val network = RadioUNet.phi(0.08).depth(RadioUNet.Depth.FIRST)
            val plain = RadioTraining.of(network).batch(examples.size()).steps(1).seed(2)
            val objective: TrainingObjective =
                plain.objective().plus(InterpretationLoss.regulariser().weight(0.5))
            val reports = mutableListOf<Report>()
            RadioTrainer(
                    plain.objective(objective),
                    batches,
                    Batches.of(examples, examples.size()),
                    Optional.empty(),
                ) { report, _, _ ->
                    reports += report
                }
                .run()
            val untrained = RadioModel(network, network.initialWeights(2))
            val measured = InterpretationLoss.of(untrained, batches).sum() / examples.size()
            val term = reports.single().terms().getValue(InterpretationLoss.NAME)
            measured shouldBeGreaterThan 1e-7
            term shouldBe (measured plusOrMinus 1e-4 * measured)
            reports.single().loss() shouldBe
                (reports.single().terms().getValue(TrainingObjective.FIT) + 0.5 * term plusOrMinus
                    1e-7)
        }
    })
