package org.rde4j.files

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.float
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.map
import io.kotest.property.checkAll
import java.io.ByteArrayOutputStream
import java.nio.file.Files
import java.nio.file.Path
import kotlin.random.Random
import org.rde4j.RdeException
import org.rde4j.Tensor

class NpyTest :
    FunSpec({
        val eighths = FloatArray(24) { it / 8f }
        val whole = FloatArray(24) { it.toFloat() }

        fun path(name: String) = Path.of(NpyTest::class.java.getResource(name)!!.toURI())

        fun bytes(name: String) = Files.readAllBytes(path(name))

        fun array(name: String) = Npy.read(path(name))

        fun written(tensor: Tensor) =
            ByteArrayOutputStream().also { Npy.write(tensor, it) }.toByteArray()

        listOf(
                "fortran_big_f8" to eighths,
                "version1" to eighths,
                "version2" to eighths,
                "version3" to eighths,
                "i8" to whole,
                "i4_big" to whole,
                "u1" to whole,
            )
            .forEach { (name, values) ->
                test("reads NumPy's $name") {
                    array("$name.npy") shouldBe Tensor.of(values, 2, 3, 4)
                }
            }

        test("reads a scalar") { array("scalar.npy") shouldBe Tensor.of(floatArrayOf(2.5f)) }

        test("writes the very bytes of NumPy") {
            written(Tensor.of(eighths, 2, 3, 4)).toList() shouldBe bytes("version1.npy").toList()
        }

        test("reads back what it writes") {
            val shapes = Arb.list(Arb.int(1..5), 0..4).map { it.toIntArray() }
            checkAll(200, shapes, Arb.int()) { shape, seed ->
                val random = Random(seed)
                val size = shape.fold(1, Int::times)
                val tensor =
                    Tensor.of(
                        FloatArray(size) {
                            Float.fromBits(random.nextInt()).takeUnless(Float::isNaN) ?: 0f
                        },
                        *shape,
                    )
                Npy.parse(written(tensor), "round trip") shouldBe tensor
            }
        }

        test("keeps NaN and infinities, which callers judge") {
            val odd = Tensor.of(floatArrayOf(Float.NaN, Float.NEGATIVE_INFINITY, -0f), 3)
            Npy.parse(written(odd), "odd") shouldBe odd
        }

        test("a size that the file does not hold is refused before memory is taken") {
            val claimed =
                String(written(Tensor.of(eighths, 24)), Charsets.ISO_8859_1)
                    .replace("(24,)", "(2147483647, 2147483647, 2147483647)".padEnd(5))
            val header = claimed.substringBefore('\n')
            val bytes = (header + "\n").toByteArray(Charsets.ISO_8859_1)
            val length = bytes.size - 10
            bytes[8] = (length and 0xff).toByte()
            bytes[9] = (length shr 8).toByte()
            shouldThrow<RdeException> { Npy.parse(bytes, "bomb.npy") }.message shouldContain
                "bomb.npy is truncated"
        }

        test("pickled objects are refused, never loaded") {
            val text = String(bytes("version1.npy"), Charsets.ISO_8859_1)
            val objects = text.replace("'<f4'", "'|O8'").toByteArray(Charsets.ISO_8859_1)
            shouldThrow<RdeException> { Npy.parse(objects, "objects.npy") }
        }

        test("every truncation is an RdeException") {
            val file = bytes("fortran_big_f8.npy")
            for (length in 0 until file.size) {
                shouldThrow<RdeException> { Npy.parse(file.copyOf(length), "cut.npy") }
            }
        }

        test("a mutated file is an array or an RdeException, nothing else") {
            val file = bytes("fortran_big_f8.npy")
            checkAll(2000, Arb.int(0 until file.size), Arb.int(0..255), Arb.int(0 until 128)) {
                position,
                value,
                second ->
                val mutated = file.copyOf()
                mutated[position] = value.toByte()
                mutated[second] = (value * 31).toByte()
                try {
                    Npy.parse(mutated, "mutated.npy").size()
                } catch (e: RdeException) {
                    e.message shouldContain "\n"
                }
            }
        }

        test("reads NumPy's compressed archives") {
            val arrays = Npz.read(path("two.npz"))
            arrays.keys.toList() shouldContainExactly listOf("low", "detail_1")
            arrays["detail_1"] shouldBe Tensor.of(eighths.copyOfRange(12, 24), 3, 4)
        }

        test("archives read back, in order, with the same bytes each time") {
            checkAll(30, Arb.list(Arb.float(0f, 1f), 1..20)) { values ->
                val file = tempfile(suffix = ".npz").toPath()
                val arrays =
                    linkedMapOf(
                        "low" to Tensor.of(values.toFloatArray(), values.size),
                        "detail_2" to Tensor.of(floatArrayOf(1f, 0f), 2, 1),
                    )
                Npz.write(arrays, file)
                val bytes = file.toFile().readBytes()
                Npz.read(file).toList() shouldContainExactly arrays.toList()
                Npz.write(arrays, file)
                file.toFile().readBytes().toList() shouldBe bytes.toList()
            }
        }

        test("a truncated or mutated archive is an RdeException or complete") {
            val file = bytes("two.npz")
            val path = tempfile(suffix = ".npz").toPath()
            for (length in 0 until file.size) {
                path.toFile().writeBytes(file.copyOf(length))
                shouldThrow<RdeException> { Npz.read(path) }
            }
            checkAll(500, Arb.int(0 until file.size), Arb.int(0..255)) { position, value ->
                path.toFile().writeBytes(file.copyOf().also { it[position] = value.toByte() })
                try {
                    Npz.read(path).size
                } catch (e: RdeException) {
                    e.message shouldContain "\n"
                }
            }
        }
    })
