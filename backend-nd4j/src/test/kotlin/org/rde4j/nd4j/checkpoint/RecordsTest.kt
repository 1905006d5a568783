package org.rde4j.nd4j.checkpoint

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.double
import io.kotest.property.arbitrary.float
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.arbitrary.map
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll
import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.DataInputStream
import java.io.DataOutputStream
import java.io.IOException
import java.util.Optional
import java.util.OptionalDouble
import java.util.concurrent.TimeUnit

@JvmRecord data class Inner(val numbers: FloatArray, val name: String)

@JvmRecord
data class Outer(
    val count: Int,
    val total: Long,
    val mean: Double,
    val done: Boolean,
    val rows: Array<FloatArray>,
    val gains: DoubleArray,
    val picks: IntArray,
    val inners: List<Inner>,
    val nested: List<List<Int>>,
    val best: Optional<Inner>,
    val lambda: OptionalDouble,
    val unit: TimeUnit,
)

/** Numbers by their bits, so that NaN is itself. */
private fun told(outer: Outer): List<Any> =
    listOf(
        outer.count,
        outer.total,
        outer.mean.toRawBits(),
        outer.done,
        outer.rows.map(::bits),
        outer.gains.map { it.toRawBits() },
        outer.picks.toList(),
        outer.inners.map(::told),
        outer.nested,
        outer.best.map(::told),
        outer.lambda,
        outer.unit,
    )

private fun told(inner: Inner): List<Any> = listOf(bits(inner.numbers), inner.name)

private fun bits(values: FloatArray) = values.map { it.toRawBits() }

private fun bytes(record: Record): ByteArray =
    ByteArrayOutputStream().also { Records.write(DataOutputStream(it), record) }.toByteArray()

private fun read(bytes: ByteArray): Outer =
    Records.read(DataInputStream(ByteArrayInputStream(bytes)), Outer::class.java)

class RecordsTest :
    FunSpec({
        val floats = Arb.list(Arb.float(), 0..5).map { it.toFloatArray() }
        fun outer(rows: List<FloatArray>, numbers: List<Double>, names: List<String>, of: Long) =
            Outer(
                of.toInt(),
                of,
                numbers.firstOrNull() ?: Double.NaN,
                of % 2 == 0L,
                rows.toTypedArray(),
                numbers.toDoubleArray(),
                names.map { it.length }.toIntArray(),
                names.mapIndexed { i, name -> Inner(rows.getOrElse(i) { FloatArray(0) }, name) },
                names.map { name -> name.map { it.code } },
                Optional.ofNullable(names.firstOrNull()).map { Inner(FloatArray(2), it) },
                if (numbers.isEmpty()) OptionalDouble.empty() else OptionalDouble.of(numbers[0]),
                TimeUnit.values()[names.size],
            )

        test("what is written is read") {
            checkAll(
                Arb.list(floats, 0..4),
                Arb.list(Arb.double(), 0..4),
                Arb.list(Arb.string(0..6), 0..4),
                Arb.long(),
            ) { rows, numbers, names, of ->
                val record = outer(rows, numbers, names, of)
                told(read(bytes(record))) shouldBe told(record)
            }
        }

        test("what ends too early or names sizes that cannot be is refused, and takes no memory") {
            val whole = bytes(outer(listOf(FloatArray(3)), listOf(1.0), listOf("a", "b"), 4))
            for (end in whole.indices) {
                shouldThrow<IOException> { read(whole.copyOf(end)) }
            }
            // The number of rows comes after an int, a long, a double and a truth value.
            val huge = whole.clone()
            for (i in 21..24) huge[i] = 0x7f
            shouldThrow<IOException> { read(huge) }.message shouldBe "it is damaged"
        }
    })
