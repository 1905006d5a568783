package org.rde4j.samples.audio.waveform

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Files
import java.nio.file.Path
import kotlin.math.sqrt
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.Moments
import org.rde4j.Obfuscation
import org.rde4j.RdeException
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.explain.Execution
import org.rde4j.nd4j.onnx.OnnxWriter
import org.rde4j.samples.audio.Note
import org.rde4j.samples.audio.NsynthFolder

class WaveformTest :
    FunSpec({
        val length = PlantedTones.LENGTH
        val file = PlantedTones.classifier(tempdir().toPath().resolve("tones.onnx"))
        val classifier = WaveformClassifier.of(Models.onnx(file))
        val bands = Bands.logarithmic(length, 200.0, 8)

        fun sound(family: Int, amplitude: Double = 0.3) =
            Tensor.of(PlantedTones.sound(family, amplitude), 1, length)

        fun band(frequency: Int) = bands.starts().indexOfLast { it <= frequency }

        test("the energy of a band is that of its frequencies") {
            val energies = bands.energies(sound(1))
            // A cosine of amplitude a has |c| = a·T/2 at its frequency.
            energies[band(PlantedTones.frequency(1))] shouldBe (60.0 * 60 plusOrMinus 0.1)
            energies[band(100)] shouldBe (100.0 * 100 plusOrMinus 0.1)
            energies.sum() shouldBe (60.0 * 60 + 100 * 100 + 3 * 0.4 * 0.4 plusOrMinus 0.2)
        }

        test("gradient times input of a linear classifier is each band's share of the score") {
            val relevance =
                Relevance.gradientTimesInput(
                    classifier.model(),
                    bands.representation(),
                    sound(2),
                    2,
                )
            relevance.forEachIndexed { i, value ->
                val own = i == band(PlantedTones.frequency(2))
                value shouldBe ((if (own) 0.3 * PlantedTones.GAIN else 0.0) plusOrMinus 1e-4)
            }
        }

        test("masks keep the most relevant components, the first among equals") {
            Relevance.top(doubleArrayOf(1.0, 3.0, 2.0, 3.0), 2).values() shouldBe
                floatArrayOf(0f, 1f, 0f, 1f)
            Relevance.top(doubleArrayOf(1.0, 3.0, 3.0), 1).values() shouldBe
                floatArrayOf(0f, 1f, 0f)
            Relevance.random(9, 4).toList() shouldBe Relevance.random(9, 4).toList()
        }

        test("noise has the median power of the other notes in each band") {
            val others = listOf(0.1, 0.2, 0.9).map { sound(3, it) }
            val noise = Replacement.NOISE.from(bands, others) as Obfuscation.GaussianNoise
            val std = (noise.moments() as Moments.PerCoefficient).std()
            std.shape().toList() shouldBe listOf(1, length / 2 + 1)
            val own = band(PlantedTones.frequency(3))
            val width = bands.end(own) - bands.starts()[own]
            // Half of the power (0.2·T/2)² for the real parts, over all frequencies of the band.
            std.get(0, PlantedTones.frequency(3)).toDouble() shouldBe
                (40 / sqrt(2.0 * width) plusOrMinus 1e-3)
            std.get(0, 0).toDouble() shouldBeLessThan 1e-3
            shouldThrow<RdeException> { Replacement.NOTES.from(bands, listOf()) }
                .message!! shouldContain "There is no other note"
        }

        test("an explanation finds the band that decides, which is not the loudest one") {
            val solver = Solver.l1(10.0).adam(0.05).steps(60).samples(4)
            val trial = BandTrial(classifier, bands, solver, 16, Execution.defaults())
            val sounds = (0..3).map { sound(it) }
            trial.labels(sounds) shouldBe listOf(0, 1, 2, 3)
            Replacement.values().forEach { replacement ->
                val result = trial.run(sounds[1], replacement.from(bands, sounds - sounds[1]))
                result.rate() shouldBe 1.0 / 8
                result.explanation().distortion() shouldBeLessThan 1e-3
                // Other notes bring tones of other families, as strong as the note's own.
                if (replacement == Replacement.NOISE) result.explanation().kept() shouldBe 1.0
                result.gradient() shouldBe result.explanation()
                // Without its tone the score of the family falls from 6 to about 0.
                result.energy().distortion() shouldBe (36.0 plusOrMinus 1.0)
                result.none().distortion() shouldBe (36.0 plusOrMinus 1.0)
            }
        }

        test("the file says how long sounds are; without that it is two seconds") {
            classifier.shape().toList() shouldBe listOf(1, length)
            val long = Note("a", 0, 60, 1, FloatArray(1000) { it.toFloat() })
            classifier.signal(long) shouldBe
                Tensor.of(FloatArray(length) { it.toFloat() }, 1, length)
            val short = Note("a", 0, 60, 1, FloatArray(1) { 0.5f })
            classifier.signal(short).get(0, 0) shouldBe 0.5f
            classifier.signal(short).get(0, 1) shouldBe 0f
            val open = tempdir().toPath().resolve("open.onnx")
            val writer = OnnxWriter("open")
            val x = writer.input("x", -1, 1, -1)
            val mean = writer.node("GlobalAveragePool", listOf(x))
            val weights = writer.weights(Nd4j.ones(1, 10))
            val flat = writer.node("Flatten", listOf(mean), mapOf("axis" to 1L))
            writer.output("y", writer.node("MatMul", listOf(flat, weights)), -1, 10)
            writer.write(open)
            WaveformClassifier.of(Models.onnx(open)).length() shouldBe 32000
        }

        test("networks of anything else are refused in a sentence") {
            fun refused(vararg input: Long): String {
                val path = tempdir().toPath().resolve("other.onnx")
                val writer = OnnxWriter("other")
                val x = writer.input("x", *input)
                val flat = writer.node("Flatten", listOf(x), mapOf("axis" to 1L))
                val size = input.drop(1).fold(1L, Long::times)
                val weights = writer.weights(Nd4j.ones(size, 3))
                writer.output("y", writer.node("MatMul", listOf(flat, weights)), -1, 3)
                writer.write(path)
                return shouldThrow<RdeException> { WaveformClassifier.of(Models.onnx(path)) }
                    .message!!
            }
            refused(-1, 3, 8, 8) shouldContain
                "other.onnx takes signals [-1, 3, 8, 8], but a classifier of waveforms takes [N, 1, T] or [N, T]."
            refused(-1, 16) shouldContain
                "other.onnx gives [1, 3] for one sound, but there are 10 families of instruments."
        }

        val assets =
            Path.of(System.getProperty("rde4j.root", "..")).resolve("../shared/assets/nsynth")
        test("the real classifier gets the notes right that it gets right in PyTorch, 18 of 31")
            .config(enabled = Files.exists(assets)) {
                val real =
                    WaveformClassifier.of(Models.onnx(assets.resolve("nsynth_family_cnn1d.onnx")))
                val notes = NsynthFolder.read(assets) {}.notes().toList()
                val trial =
                    BandTrial(
                        real,
                        Bands.logarithmic(real.length(), 20.0, 64),
                        Solver.l1(1.0),
                        1,
                        Execution.defaults(),
                    )
                val labels = trial.labels(notes.map(real::signal))
                notes.size shouldBe 31
                notes.indices.count { labels[it] == notes[it].family() } shouldBe 18
            }
    })
