package org.rde4j.samples.audio.network

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Path
import java.util.Optional
import java.util.SplittableRandom
import java.util.concurrent.CancellationException
import kotlin.concurrent.thread
import kotlin.io.path.readBytes
import org.rde4j.Cancellation
import org.rde4j.RdeException
import org.rde4j.Tensor

/** Two families: strong low or strong high frequencies. */
private fun toy(count: Int, seed: Long): Spectra {
    val random = SplittableRandom(seed)
    val values =
        List(count) { n ->
            Tensor.of(
                FloatArray(2048) { i ->
                    when {
                        i >= 1024 -> (6.28 * random.nextDouble()).toFloat()
                        (i < 512) == (n % 2 == 0) -> (1.5 * random.nextDouble()).toFloat()
                        else -> (0.2 * random.nextDouble()).toFloat()
                    }
                },
                2,
                1024,
            )
        }
    return Spectra(values, List(count) { it % 2 })
}

private val NOBODY = TrainingSettings.Listener { _, _, _ -> }

private class Interrupted : RuntimeException()

/** Ends a training when the first checkpoint is written. */
private val AFTER_REPORT =
    TrainingSettings.Listener { step, _, _ -> if (step == 2) throw Interrupted() }

class SpectrumTrainingTest :
    FunSpec({
        test("a classifier learns to tell two families apart") {
            val training =
                ClassifierTraining(
                    TrainingSettings(30, 8, 2e-3, 30, 1),
                    NoteClassifier(2),
                    toy(64, 1),
                    Optional.empty(),
                )
            training.run(NOBODY).accuracy(toy(40, 2)) shouldBeGreaterThan 0.95
        }

        fun classifier(checkpoint: Path?) =
            ClassifierTraining(
                TrainingSettings(4, 4, 1e-3, 2, 3),
                NoteClassifier(2),
                toy(16, 1),
                Optional.ofNullable(checkpoint),
            )

        test("a classifier's interrupted and resumed training equals an uninterrupted one") {
            val folder = tempdir().toPath()
            val checkpoint = folder.resolve("checkpoint")
            shouldThrow<Interrupted> { classifier(checkpoint).run(AFTER_REPORT) }
            classifier(checkpoint).run(NOBODY).write(folder.resolve("resumed.onnx"), false)
            classifier(null).run(NOBODY).write(folder.resolve("straight.onnx"), false)
            folder.resolve("resumed.onnx").readBytes() shouldBe
                folder.resolve("straight.onnx").readBytes()
        }

        fun inpainter(checkpoint: Path?) =
            InpainterTraining(
                TrainingSettings(4, 2, 1e-3, 2, 3),
                toy(8, 1),
                Optional.ofNullable(checkpoint),
            )

        test("an inpainter's interrupted and resumed training equals an uninterrupted one") {
            val folder = tempdir().toPath()
            val checkpoint = folder.resolve("checkpoint")
            shouldThrow<Interrupted> { inpainter(checkpoint).run(AFTER_REPORT) }
            inpainter(checkpoint).run(NOBODY).write(folder.resolve("resumed.onnx"), false)
            inpainter(null).run(NOBODY).write(folder.resolve("straight.onnx"), false)
            folder.resolve("resumed.onnx").readBytes() shouldBe
                folder.resolve("straight.onnx").readBytes()
        }

        test("a training cancelled between its reports and resumed equals an uninterrupted one") {
            fun classifier(file: Path?) =
                ClassifierTraining(
                    TrainingSettings(7, 4, 1e-3, 4, 3),
                    NoteClassifier(2),
                    toy(16, 1),
                    Optional.ofNullable(file),
                )
            fun inpainter(file: Path?) =
                InpainterTraining(
                    TrainingSettings(3, 2, 1e-3, 3, 3),
                    toy(8, 1),
                    Optional.ofNullable(file),
                )
            val trainings =
                listOf<(Path?, TrainingSettings.Listener, Cancellation) -> Unit>(
                    { file, listener, token -> classifier(file).run(listener, token) },
                    { file, listener, token -> inpainter(file).run(listener, token) },
                )
            trainings.forEach { train ->
                var whole = ""
                val telling = TrainingSettings.Listener { _, _, history -> whole = history }
                train(null, telling, Cancellation())
                val file = tempdir().toPath().resolve("checkpoint")
                var resumed = ""
                var stops = 0
                while (resumed.lines().size < whole.lines().size) {
                    val token = Cancellation()
                    thread {
                        Thread.sleep(5L + 40 * stops)
                        token.cancel()
                    }
                    try {
                        val resuming =
                            TrainingSettings.Listener { _, _, history -> resumed = history }
                        train(file, resuming, token)
                    } catch (e: CancellationException) {
                        stops++
                    }
                }
                resumed shouldBe whole
                stops shouldBeGreaterThan 0
            }
        }

        test("a checkpoint of another training is refused") {
            val checkpoint = tempdir().toPath().resolve("checkpoint")
            shouldThrow<Interrupted> { classifier(checkpoint).run(AFTER_REPORT) }
            shouldThrow<RdeException> { inpainter(checkpoint).run(NOBODY) }.message shouldContain
                "belongs to another training"
        }

        test("settings out of range are refused in one sentence") {
            shouldThrow<RdeException> { TrainingSettings(0, 4, 1e-3, 2, 3) }.message shouldContain
                "0 steps"
            shouldThrow<RdeException> { Spectra(listOf(), listOf()) }.message shouldContain
                "at least one note"
        }

        test("what a mask keeps is left alone by inpainting") {
            val folder = tempdir().toPath()
            inpainter(null).write(folder.resolve("g.onnx"), true)
            val filled =
                Inpainting(org.rde4j.nd4j.Models.onnx(folder.resolve("g.onnx")), 2)
                    .filled(toy(3, 5).values(), 1)
            filled.size shouldBe 3
            filled.forEach {
                val mask = it.mask().values()
                val before = it.spectrum().values()
                val after = it.inpainted().values()
                mask.indices
                    .filter { i -> mask[i] == 1f }
                    .all { i -> before[i] == after[i] } shouldBe true
                after.all { value -> value >= 0 } shouldBe true
            }
        }
    })
