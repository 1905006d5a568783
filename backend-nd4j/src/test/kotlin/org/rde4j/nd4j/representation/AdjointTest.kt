package org.rde4j.nd4j.representation

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import kotlin.random.Random
import org.rde4j.Representation
import org.rde4j.Representation.channels
import org.rde4j.Representation.dct
import org.rde4j.Representation.patches
import org.rde4j.Representation.pixels
import org.rde4j.Representation.wavelets
import org.rde4j.Tensor

/** Gradients with respect to coefficients are fᵀ applied to gradients with respect to signals. */
class AdjointTest :
    FunSpec({
        val wavelets =
            ((1..10).map { "db$it" } + (2..10).map { "sym$it" }).map { wavelets(it).levels(2) }

        test("<f(h), x> = <h, fᵀx> for every representation") {
            checkAll(
                30,
                Arb.element(
                    wavelets +
                        listOf(pixels(), pixels().perChannel(), channels(), patches(4), dct())
                ),
                Arb.int(5..24),
                Arb.int(5..24),
                Arb.int(1..3),
            ) { representation: Representation, height, width, channels ->
                val transform = Transform.of(representation, channels, height, width)
                adjointIdentity(transform, channels * height * width)
            }
        }

        test("<f(h), x> = <h, fᵀx> for dictionaries, custom representations and sequences") {
            val atoms = Tensor.of(Random(4).floats(7 * 24), 7, 24)
            val half =
                CustomRepresentation("half", 24, { it.mul(2) }) { sd, h ->
                    sd.reshape(h.mul(0.5), -1, 2, 3, 4)
                }
            adjointIdentity(Transform.of(Representation.dictionary(atoms), 2, 3, 4), 24)
            adjointIdentity(Transform.of(half, 2, 3, 4), 24)
            adjointIdentity(Transform.of(wavelets("sym4").levels(2), 3, 13), 39)
            adjointIdentity(Transform.of(wavelets("db3").levels(2), 17), 17)
            adjointIdentity(Transform.of(dct(), 3, 13), 39)
        }

        test("fᵀ of a wavelet synthesis is the plain sum over the filters") {
            val (height, width) = 6 to 5
            val transform = Transform.of(wavelets("db2").levels(1), 1, height, width)
            val x = Random(1).floats(height * width)
            val gradient = transform.adjoint(transform.randomCoefficients(Random(2)), x)
            // db2 as tabulated; the high-pass filter is the reversed one with alternating signs.
            val low =
                doubleArrayOf(
                    0.48296291314453416,
                    0.8365163037378079,
                    0.2241438680420134,
                    -0.12940952255126037,
                )
            val high = doubleArrayOf(low[3], -low[2], low[1], -low[0])
            val (rows, columns) = (height + 3) / 2 to (width + 3) / 2
            // A coefficient at k reaches the places 2k - 2 ... 2k + 1.
            fun sum(overRows: DoubleArray, overColumns: DoubleArray, row: Int, column: Int) =
                (0 until 4).sumOf { i ->
                    (0 until 4).sumOf { j ->
                        val (y, z) = 2 * row - 2 + i to 2 * column - 2 + j
                        val inside = y in 0 until height && z in 0 until width
                        if (inside) overRows[i] * overColumns[j] * x[y * width + z] else 0.0
                    }
                }
            for (row in 0 until rows) {
                for (column in 0 until columns) {
                    val at = row * columns + column
                    fun shouldBeClose(actual: Float, expected: Double) =
                        actual.toDouble() shouldBe (expected plusOrMinus 1e-5)
                    shouldBeClose(gradient[0][at], sum(low, low, row, column))
                    shouldBeClose(gradient[1][3 * at], sum(high, low, row, column))
                    shouldBeClose(gradient[1][3 * at + 1], sum(low, high, row, column))
                    shouldBeClose(gradient[1][3 * at + 2], sum(high, high, row, column))
                }
            }
        }

        test("fᵀ of an orthonormal wavelet synthesis is the analysis with zero padding") {
            checkAll(10, Arb.element(wavelets), Arb.int(5..24), Arb.int(5..24)) {
                representation,
                height,
                width ->
                val transform = Transform.of(representation, 2, height, width)
                val x = Random(height + width).floats(2 * height * width)
                val gradient = transform.adjoint(transform.randomCoefficients(Random(3)), x)
                val analysed = transform.analyse(x)
                gradient.indices.forEach { gradient[it] shouldBeNear analysed[it] }
            }
        }
    })

private fun adjointIdentity(transform: Transform, length: Int) {
    val random = Random(length)
    val h = transform.randomCoefficients(random)
    val x = random.floats(length)
    val f = transform.synthesised(h)
    val gradient = transform.adjoint(h, x)
    val right = h.indices.sumOf { dot(h[it], gradient[it]) }
    withClue(transform) { dot(f, x) shouldBe (right plusOrMinus 1e-5 * norm(f) * norm(x)) }
}
