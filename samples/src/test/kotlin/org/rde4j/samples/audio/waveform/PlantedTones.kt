package org.rde4j.samples.audio.waveform

import java.nio.file.Path
import kotlin.io.path.createDirectories
import kotlin.io.path.writeText
import kotlin.math.PI
import kotlin.math.cos
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.nd4j.onnx.OnnxWriter
import org.rde4j.samples.audio.Families
import org.rde4j.samples.audio.Wav

/**
 * Sounds of 400 samples: the family's own tone at (400 + 800·family) Hz, and a louder one at 4,000
 * Hz that all have; those of other families are faint and upside down. The classifier multiplies
 * each sound by each family's tone: what it hears is known.
 */
object PlantedTones {
    const val LENGTH = 400
    const val GAIN = 20.0
    const val FAINT = 0.002
    private const val LOUDEST = 100

    /** Frequencies are 40 Hz apart. */
    fun frequency(family: Int) = 10 + 20 * family

    fun tone(frequency: Int) =
        FloatArray(LENGTH) { cos(2 * PI * frequency * it / LENGTH).toFloat() }

    fun sound(family: Int, amplitude: Double = 0.3): FloatArray {
        val common = tone(LOUDEST)
        val tones = (0..3).map { tone(frequency(it)) }
        return FloatArray(LENGTH) { at ->
            val own = amplitude * tones[family][at]
            val others = tones.indices.filter { it != family }.sumOf { -FAINT * tones[it][at] }
            (own + others + 0.5 * common[at]).toFloat()
        }
    }

    /** Scores 20·(amplitude of the family's tone), [N, 1, 400] to [N, 10]. */
    fun classifier(file: Path): Path {
        val rows =
            Array(Families.NAMES.size) { family ->
                val tone = if (family < 4) tone(frequency(family)) else FloatArray(LENGTH)
                FloatArray(LENGTH) { (2 * GAIN / LENGTH * tone[it]).toFloat() }
            }
        val writer = OnnxWriter("tones")
        val x = writer.input("waveform", -1, 1, LENGTH.toLong())
        val flat = writer.node("Flatten", listOf(x), mapOf("axis" to 1L))
        val weights = writer.weights(Nd4j.createFromArray(rows).transpose().dup('c'))
        val scores = writer.node("MatMul", listOf(flat, weights))
        writer.output("scores", scores, -1, Families.NAMES.size.toLong())
        writer.write(file)
        return file
    }

    /** Notes of the first families, in NSynth's layout. */
    fun folder(folder: Path, notes: Int = 4): Path {
        folder.resolve("audio").createDirectories()
        val entries =
            (0 until notes).map { i ->
                Wav.write(folder.resolve("audio/note$i.wav"), sound(i % 4))
                val family = Families.NAMES[i % 4]
                """"note$i": {"instrument_family_str": "$family", "pitch": 60, "velocity": 100}"""
            }
        folder.resolve("examples.json").writeText(entries.joinToString(",\n", "{", "}"))
        return folder
    }
}
