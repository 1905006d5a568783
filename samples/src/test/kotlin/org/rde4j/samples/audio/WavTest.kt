package org.rde4j.samples.audio

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.floats.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.double
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.arbitrary.short
import io.kotest.property.checkAll
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.file.Files
import java.nio.file.Path
import java.util.Optional
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.writeBytes
import kotlin.random.Random
import org.rde4j.RdeException

class WavTest :
    FunSpec({
        val folder = tempdir().toPath()
        val file = folder.resolve("sound.wav")

        fun read(bytes: ByteArray) = Wav.read(file.also { it.writeBytes(bytes) })

        fun refusal(bytes: ByteArray): String {
            val message = shouldThrow<RdeException> { read(bytes) }.message!!
            withClue(message) {
                message shouldContain "sound.wav"
                message.lines().size shouldBe 2
            }
            return message
        }

        test("16 bits are read as value / 32767 and written back bit for bit") {
            checkAll(50, Arb.list(Arb.short(), 1..300)) { values ->
                val wav = read(riff(1, 1, 16_000, 16, shorts(values)))
                wav.conversion() shouldBe Optional.empty()
                wav.samples().toList() shouldBe values.map { maxOf(-1f, it / 32767f) }
                Wav.write(file, wav.samples())
                Files.readAllBytes(file) shouldBe
                    riff(1, 1, 16_000, 16, shorts(values.map { maxOf(it, -32767) }))
            }
        }

        test("what is written is read to half a step, clipped to [-1, 1]") {
            checkAll(50, Arb.list(Arb.double(-1.5, 1.5), 1..100)) { values ->
                Wav.write(file, values.map { it.toFloat() }.toFloatArray())
                val read = Wav.read(file).samples()
                read.size shouldBe values.size
                values.forEachIndexed { i, value ->
                    read[i] shouldBe (value.coerceIn(-1.0, 1.0).toFloat() plusOrMinus 0.51f / 32767)
                }
            }
            folder.listDirectoryEntries() shouldBe listOf(file)
        }

        test("every encoding gives the same sound") {
            val sound = List(100) { Random(it).nextDouble(-1.0, 1.0) }
            val encodings =
                listOf(
                    Triple(1, 8, 1 / 127.0),
                    Triple(1, 16, 1 / 32767.0),
                    Triple(1, 24, 1e-6),
                    Triple(1, 32, 1e-6),
                    Triple(3, 32, 1e-6),
                    Triple(3, 64, 1e-6),
                )
            for ((tag, bits, step) in encodings) {
                for (extensible in listOf(false, true)) {
                    val data = encoded(sound, tag, bits)
                    val wav = read(riff(tag, 1, 16_000, bits, data, extensible))
                    withClue("format $tag, $bits bits, extensible $extensible") {
                        wav.samples().forEachIndexed { i, value ->
                            value shouldBe (sound[i].toFloat() plusOrMinus step.toFloat())
                        }
                    }
                }
            }
        }

        test("channels are mixed by their mean, and said so") {
            val wav = read(riff(1, 3, 16_000, 16, shorts(listOf(3000, 6000, -3000, 0, 300, 0))))
            wav.samples().toList() shouldBe listOf(2000 / 32767f, 100 / 32767f)
            wav.conversion().get() shouldBe "16000 Hz, 3 channels to 16000 Hz, 1 channel"
        }

        test("other rates are resampled, and said so") {
            val wav = read(riff(1, 2, 44_100, 16, ByteArray(4 * 44_100)))
            wav.samples().size shouldBe 16_000
            wav.conversion().get() shouldBe "44100 Hz, 2 channels to 16000 Hz, 1 channel"
            read(riff(1, 1, 8_000, 16, ByteArray(2 * 4_000))).conversion().get() shouldBe
                "8000 Hz, 1 channel to 16000 Hz, 1 channel"
        }

        test("floats a little beyond 1 are clipped and told of, all others beyond it refused") {
            val loud = read(riff(3, 1, 16_000, 32, encoded(listOf(1.5, -1.9, 0.5), 3, 32)))
            loud.samples().toList() shouldBe listOf(1f, -1f, 0.5f)
            loud.conversion().get() shouldBe "2 samples beyond 1 were clipped"
            for (scale in listOf(2.1, 127.0, 32767.0, 2147483647.0)) {
                for (bits in listOf(32, 64)) {
                    val data = encoded(listOf(0.1, -scale), 3, bits)
                    val message = refusal(riff(3, 1, 16_000, bits, data))
                    message shouldContain "sounds lie in [-1, 1]"
                    message shouldContain "(frame 1)"
                    message shouldContain "Divide all by the largest number"
                }
            }
            for (bad in listOf(Double.NaN, Double.POSITIVE_INFINITY)) {
                for (bits in listOf(32, 64)) {
                    refusal(
                        riff(3, 1, 16_000, bits, encoded(listOf(0.0, bad), 3, bits))
                    ) shouldContain "not finite (frame 1)"
                }
            }
            shouldThrow<RdeException> { Wav.write(file, floatArrayOf(Float.NaN)) }
                .message shouldContain "not finite"
        }

        test("a length that was left open means up to the end of the file") {
            val sound = shorts(List(300) { 7 * it })
            val whole = riff(1, 1, 16_000, 16, sound)
            val open = listOf(-1 to -1, 0 to 0, Int.MAX_VALUE to Int.MAX_VALUE - 36, -1 to 0)
            for ((length, dataLength) in open) {
                val stream = ByteBuffer.wrap(whole.copyOf()).order(ByteOrder.LITTLE_ENDIAN)
                stream.putInt(4, length).putInt(40, dataLength)
                withClue("$length, $dataLength") {
                    read(stream.array()).samples().toList() shouldBe read(whole).samples().toList()
                }
                // Other chunks before the sound, and an odd number of bytes.
                val list = "LIST".toByteArray() + byteArrayOf(3, 0, 0, 0, 1, 2, 3, 0)
                val more = stream.array().let { it.copyOf(36) + list + it.drop(36) } + 9
                read(more).samples().size shouldBe 300
            }
        }

        test("silence and sounds too short to hear anything in are doubted") {
            fun doubt(values: List<Int>) = read(riff(1, 1, 16_000, 16, shorts(values))).doubt()
            doubt(List(10) { 0 }).get() shouldContain "silent"
            doubt(List(30_000) { it % 20 }).get() shouldContain "silent"
            doubt(List(10) { 9_000 }).get() shouldContain "10 samples are too few"
            doubt(List(800) { 9_000 }) shouldBe Optional.empty()
        }

        test("damaged and unsuitable files are refused") {
            val whole = riff(1, 1, 16_000, 16, ByteArray(2000))
            refusal(whole.copyOf(whole.size - 10)) shouldContain "truncated"
            refusal(whole.copyOf(30)) shouldContain "not a WAV file"
            refusal(ByteArray(0)) shouldContain "is empty"
            refusal("a song".toByteArray()) shouldContain "not a WAV file"
            refusal(riff(1, 1, 16_000, 16, ByteArray(0))) shouldContain "no sound"
            refusal(riff(1, 1, 3_999, 16, ByteArray(20))) shouldContain "3999 samples a second"
            refusal(riff(1, 1, 192_001, 16, ByteArray(20))) shouldContain "192001 samples a second"
            refusal(riff(1, 1, 4_000, 8, ByteArray(240_001))) shouldContain "60 s"
            refusal(riff(7, 1, 16_000, 8, ByteArray(20))) shouldContain "ULAW"
            refusal(riff(2, 1, 16_000, 4, ByteArray(20))) shouldContain "WAV"
            val claims = riff(1, 1, 16_000, 16, ByteArray(20))
            ByteBuffer.wrap(claims).order(ByteOrder.LITTLE_ENDIAN).putInt(40, 1_900_000)
            refusal(claims) shouldContain "truncated"
            shouldThrow<RdeException> { Wav.read(folder.resolve("none.wav")) }.message shouldContain
                "There is no "
            shouldThrow<RdeException> { Wav.read(folder) }.message shouldContain "not a file"
        }

        test("whatever bytes are changed, a file is read or refused with a sentence") {
            val whole = riff(1, 2, 22_050, 24, ByteArray(60) { it.toByte() })
            checkAll(400, Arb.int(0, 3), Arb.long()) { changes, seed ->
                val random = Random(seed)
                val bytes = whole.copyOf()
                repeat(changes + 1) { bytes[random.nextInt(44)] = random.nextInt().toByte() }
                file.writeBytes(bytes)
                try {
                    Wav.read(file).samples().all { it in -1f..1f } shouldBe true
                } catch (e: RdeException) {
                    e.message shouldContain "sound.wav"
                }
            }
        }

        test("a place that cannot be written is refused and nothing is left") {
            file.writeBytes(ByteArray(3))
            val place = Path.of("$file/sound.wav")
            shouldThrow<RdeException> { Wav.write(place, FloatArray(3)) }.message shouldContain
                "cannot be written"
            folder.listDirectoryEntries() shouldBe listOf(file)
        }
    })

private fun shorts(values: List<Number>): ByteArray =
    ByteBuffer.allocate(2 * values.size)
        .order(ByteOrder.LITTLE_ENDIAN)
        .also { data -> values.forEach { data.putShort(it.toShort()) } }
        .array()

private fun encoded(sound: List<Double>, tag: Int, bits: Int): ByteArray {
    val data = ByteBuffer.allocate(sound.size * bits / 8).order(ByteOrder.LITTLE_ENDIAN)
    for (value in sound) {
        when {
            tag == 3 && bits == 32 -> data.putFloat(value.toFloat())
            tag == 3 -> data.putDouble(value)
            bits == 8 -> data.put((128 + Math.round(value * 127)).toByte())
            bits == 16 -> data.putShort(Math.round(value * 32767).toInt().toShort())
            bits == 32 -> data.putInt(Math.round(value * Int.MAX_VALUE).toInt())
            else -> {
                val whole = Math.round(value * ((1 shl 23) - 1)).toInt()
                repeat(3) { data.put((whole shr (8 * it)).toByte()) }
            }
        }
    }
    return data.array()
}

/** A WAV file by the book: RIFF, fmt, data. */
private fun riff(
    tag: Int,
    channels: Int,
    rate: Int,
    bits: Int,
    data: ByteArray,
    extensible: Boolean = false,
): ByteArray {
    val format = if (extensible) 40 else 16
    val bytes = ByteBuffer.allocate(28 + format + data.size).order(ByteOrder.LITTLE_ENDIAN)
    bytes.put("RIFF".toByteArray()).putInt(20 + format + data.size).put("WAVE".toByteArray())
    bytes.put("fmt ".toByteArray()).putInt(format)
    bytes.putShort((if (extensible) 0xfffe else tag).toShort()).putShort(channels.toShort())
    bytes.putInt(rate).putInt(rate * channels * bits / 8)
    bytes.putShort((channels * bits / 8).toShort()).putShort(bits.toShort())
    if (extensible) {
        bytes.putShort(22).putShort(bits.toShort()).putInt(4).putInt(tag).putShort(0).putShort(16)
        bytes.put(byteArrayOf(-128, 0, 0, -86, 0, 56, -101, 113))
    }
    return bytes.put("data".toByteArray()).putInt(data.size).put(data).array()
}
