package org.rde4j.radiomap.training

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Path
import java.util.Optional
import java.util.Random
import java.util.concurrent.CancellationException
import org.nd4j.linalg.api.ndarray.INDArray
import org.rde4j.Cancellation
import org.rde4j.Distortion
import org.rde4j.RdeException
import org.rde4j.TrainingObjective
import org.rde4j.radiomap.data.Batches
import org.rde4j.radiomap.data.Examples
import org.rde4j.radiomap.data.writeFolder
import org.rde4j.radiomap.network.RadioModel
import org.rde4j.radiomap.network.RadioUNet

class RadioTrainerTest :
    FunSpec({
        val folder =
            writeFolder(tempdir().toPath(), maps = 3, transmitters = 3, rows = 64, columns = 64)
        val training = Batches.of(Examples.of(folder, listOf(0, 1)).seed(5), 2)
        val validation = Batches.of(Examples.of(folder, listOf(2)).seed(6), 2)
        val short =
            RadioTraining.of(RadioUNet.phi(0.05)).seed(3).batch(2).steps(6, 4).reportEvery(3)

        fun train(
            settings: RadioTraining,
            checkpoint: Path? = null,
            stopAfter: Int = Int.MAX_VALUE,
        ): Pair<RadioModel, List<Report>> {
            val reports = mutableListOf<Report>()
            val trainer =
                RadioTrainer(settings, training, validation, Optional.ofNullable(checkpoint)) {
                    report,
                    _,
                    _ ->
                    reports += report
                    check(reports.size < stopAfter) { "interrupted" }
                }
            return trainer.run() to reports
        }

        fun numbers(model: RadioModel) =
            model.weights().map { array: INDArray -> array.dup('c').data().asFloat().toList() }

        test("an interrupted and resumed training equals an uninterrupted one bit for bit") {
            val (straight, reports) = train(short)
            reports.map { it.part() to it.step() } shouldBe listOf(0 to 3, 0 to 6, 1 to 3, 1 to 4)
            for (stop in 1..3) {
                val file = tempdir().toPath().resolve("checkpoint")
                shouldThrow<IllegalStateException> { train(short, file, stopAfter = stop) }
                val (resumed, rest) = train(short, file)
                rest shouldHaveSize 4 - stop
                rest.map { it.loss() } shouldBe reports.drop(stop).map { it.loss() }
                numbers(resumed) shouldBe numbers(straight)
            }
        }

        test("a training cancelled at any moment and resumed equals an uninterrupted one") {
            val (straight, reports) = train(short)
            val random = Random(1)
            repeat(8) {
                val file = tempdir().toPath().resolve("checkpoint")
                val seen = mutableListOf<Report>()
                var found: RadioModel? = null
                while (found == null) {
                    val token = Cancellation()
                    val last = random.nextInt(12)
                    val worker = Thread.currentThread()
                    var steps = 0
                    val listener =
                        object : RadioTrainer.Listener {
                            override fun stepped(part: Int, step: Int, loss: Double) {
                                if (steps++ == last) {
                                    if (last % 2 == 0) token.cancel() else worker.interrupt()
                                }
                            }

                            override fun reported(
                                report: Report,
                                history: String,
                                network: RadioModel,
                            ) {
                                seen += report
                            }
                        }
                    val trainer =
                        RadioTrainer(short, training, validation, Optional.of(file), listener)
                    try {
                        found = trainer.run(token)
                    } catch (e: CancellationException) {
                        Thread.interrupted() shouldBe (last % 2 == 1)
                    }
                }
                numbers(found) shouldBe numbers(straight)
                seen.map { listOf(it.step(), it.loss(), it.terms(), it.validationRmse()) } shouldBe
                    reports.map { listOf(it.step(), it.loss(), it.terms(), it.validationRmse()) }
                file.parent.toFile().list()!!.toList() shouldBe listOf("checkpoint")
            }
        }

        test("a wide network, trained scene by scene, is resumed bit for bit as well") {
            val wide =
                RadioTraining.of(RadioUNet.phi(1.01).depth(RadioUNet.Depth.FIRST))
                    .seed(3)
                    .batch(2)
                    .steps(2)
                    .reportEvery(1)
                    .objective(
                        TrainingObjective.minimising(Distortion.squaredError())
                            .plus(InterpretationLoss.regulariser().weight(0.1))
                    )
            val (straight, reports) = train(wide)
            val file = tempdir().toPath().resolve("checkpoint")
            shouldThrow<IllegalStateException> { train(wide, file, stopAfter = 1) }
            val (resumed, rest) = train(wide, file)
            rest.map { it.loss() } shouldBe reports.drop(1).map { it.loss() }
            numbers(resumed) shouldBe numbers(straight)
        }

        test("training lowers the error, and the second U-net leaves the first alone") {
            val (model, reports) = train(short.steps(40, 0).stepSize(0.003))
            reports.last().bestRmse() shouldBeLessThan reports.first().validationRmse()
            val both = RadioUNet.phi(0.05)
            val (longer, _) = train(short.steps(40, 2).stepSize(0.003))
            val first = 2 * both.first().layers().size
            numbers(longer).take(first) shouldBe numbers(model).take(first)
            (numbers(longer).drop(first) == numbers(model).drop(first)) shouldBe false
        }

        test("patience ends a training that gets no better") {
            val (_, reports) = train(short.steps(30, 0).reportEvery(1).patience(2).stepSize(1e-30))
            reports shouldHaveSize 3
        }

        test("a checkpoint of another training is refused") {
            val file = tempdir().toPath().resolve("checkpoint")
            train(short.steps(1, 0), file)
            shouldThrow<RdeException> { train(short.steps(2, 0), file) }.message shouldContain
                "another training"
        }

        test("a checkpoint of the same training on other scenes is refused") {
            fun train(training: Batches, validation: Batches, file: Path) =
                RadioTrainer(short.steps(1, 0), training, validation, Optional.of(file)) { _, _, _
                        ->
                    }
                    .run()
            val file = tempdir().toPath().resolve("checkpoint")
            train(training, validation, file)
            train(training, validation, file)
            listOf(
                    Batches.of(Examples.of(folder, listOf(0, 2)).seed(5), 2) to validation,
                    Batches.of(Examples.of(folder.threshold(0.3), listOf(0, 1)).seed(5), 2) to
                        validation,
                    training to Batches.of(Examples.of(folder, listOf(2)).seed(7), 2),
                )
                .forEach { (scenes, checked) ->
                    shouldThrow<RdeException> { train(scenes, checked, file) }.message shouldContain
                        "another training"
                }
        }

        test("scenes that the network cannot take are refused") {
            fun refused(network: RadioUNet, training: Batches) =
                shouldThrow<RdeException> {
                        RadioTrainer(
                                RadioTraining.of(network).batch(2).steps(1, 0),
                                training,
                                training,
                                Optional.empty(),
                            ) { _, _, _ ->
                            }
                            .run()
                    }
                    .message
            refused(RadioUNet.phi0(0.05), training) shouldContain "it wants 2 channels"
            val odd =
                writeFolder(tempdir().toPath(), maps = 1, transmitters = 2, rows = 50, columns = 64)
            refused(short.network(), Batches.of(Examples.of(odd, listOf(0)), 2)) shouldContain
                "sides divisible by 64"
        }

        test("a second U-net can be trained on top of a first one, which stays as it is") {
            val alone = short.network().depth(RadioUNet.Depth.FIRST)
            val first = RadioModel(alone, alone.initialWeights(9))
            val both =
                RadioTrainer(short.steps(0, 2), training, validation, Optional.empty()) { _, _, _ ->
                    }
                    .startingFrom(first)
                    .run()
            both.network() shouldBe short.network()
            numbers(both).take(numbers(first).size) shouldBe numbers(first)
            numbers(both) shouldNotBe numbers(first.withSecond(short.seed()))
        }

        test("a training can go on from another network, which its checkpoint remembers") {
            val (first, reports) = train(short)
            fun from(start: RadioModel, checkpoint: Path) =
                RadioTrainer(short.steps(0, 0), training, validation, Optional.of(checkpoint)) {
                        _,
                        _,
                        _ ->
                    }
                    .startingFrom(start)
            val file = tempdir().toPath().resolve("checkpoint")
            numbers(from(first, file).run()) shouldBe numbers(first)
            val later = mutableListOf<Report>()
            RadioTrainer(short, training, validation, Optional.empty()) { report, _, _ ->
                    later += report
                }
                .startingFrom(first)
                .run()
            later.first().validationRmse() shouldBeLessThan reports.first().validationRmse()
            val other = RadioModel(short.network(), short.network().initialWeights(9))
            shouldThrow<RdeException> { from(other, file).run() }.message shouldContain
                "another training"
            val narrow = RadioUNet.phi(0.08)
            shouldThrow<RdeException> { from(RadioModel(narrow, narrow.initialWeights(1)), file) }
                .message shouldContain "cannot start from"
        }
    })
