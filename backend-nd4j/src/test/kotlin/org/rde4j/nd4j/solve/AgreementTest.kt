package org.rde4j.nd4j.solve

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.floats.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.bind
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import java.util.Random
import kotlin.math.PI
import kotlin.math.sin
import org.rde4j.nd4j.solve.Distortions.Grid

/** The filter by agreement, against what a filter may do and what it is for. */
class AgreementTest :
    FunSpec({
        fun noise(count: Int, seed: Long): FloatArray {
            val random = Random(seed)
            return FloatArray(count) { random.nextGaussian().toFloat() }
        }

        fun agreed(a: FloatArray, b: FloatArray, grids: List<Grid>, seed: Long = 1) =
            Agreement(grids).of(a, b, seed)

        fun size(grids: List<Grid>) = grids.sumOf { it.rows() * it.columns() * it.bands() }

        fun error(a: FloatArray, b: FloatArray): Double =
            a.indices.sumOf { (a[it] - b[it]).toDouble().let { d -> d * d } } / a.size

        data class Case(val grids: List<Grid>, val seed: Long)

        val cases =
            Arb.bind(Arb.int(1..13), Arb.int(1..13), Arb.int(1..3), Arb.int(1..9), Arb.long()) {
                rows,
                columns,
                bands,
                scattered,
                seed ->
                Case(listOf(Grid(rows, columns, bands), Grid.scattered(scattered)), seed)
            }

        test("estimates that are equal are agreed on, opposite ones on nothing") {
            checkAll(cases) { case ->
                val a = noise(size(case.grids), case.seed)
                agreed(a, a, case.grids, case.seed).forEachIndexed { i, value ->
                    value shouldBe (a[i] plusOrMinus 1e-5f)
                }
                val opposite = a.map { -it }.toFloatArray()
                agreed(a, opposite, case.grids, case.seed).forEach {
                    it shouldBe (0f plusOrMinus 1e-6f)
                }
            }
        }

        test(
            "neither order nor units of the estimates matter, and the result is no larger than their mean"
        ) {
            checkAll(cases) { case ->
                val a = noise(size(case.grids), case.seed)
                val b = noise(size(case.grids), case.seed + 1)
                val once = agreed(a, b, case.grids, case.seed)
                agreed(b, a, case.grids, case.seed) shouldBe once
                val scaled =
                    agreed(
                        a.map { 4 * it }.toFloatArray(),
                        b.map { 4 * it }.toFloatArray(),
                        case.grids,
                        case.seed,
                    )
                scaled.indices.forEach { scaled[it] shouldBe (4 * once[it] plusOrMinus 1e-4f) }
                val mean = FloatArray(a.size) { (a[it] + b[it]) / 2 }
                val zero = FloatArray(a.size)
                error(once, zero) shouldBeLessThan error(mean, zero) * (1 + 1e-5) + 1e-12
            }
        }

        test("a smooth signal is found in noise of ten times its size, on any kind of grid") {
            listOf(
                    listOf(Grid(50, 37, 1)) to 0.03,
                    listOf(Grid(1, 2000, 1)) to 0.05,
                    listOf(Grid(40, 40, 2)) to 0.04,
                )
                .forEach { (grids, share) ->
                    val grid = grids[0]
                    val clean =
                        FloatArray(size(grids)) {
                            val place = it / grid.bands()
                            val x = place % grid.columns() / grid.columns().toDouble()
                            val y = place / grid.columns() / grid.rows().toDouble()
                            (sin(2 * PI * x) + sin(PI * y)).toFloat()
                        }
                    fun seen(seed: Long) =
                        noise(clean.size, seed).let { n ->
                            FloatArray(clean.size) { clean[it] + 10 * n[it] }
                        }
                    val errors =
                        (1L..10L).map { seed ->
                            val a = seen(2 * seed)
                            val b = seen(2 * seed + 1)
                            val mean = FloatArray(a.size) { (a[it] + b[it]) / 2 }
                            error(agreed(a, b, grids, seed), clean) / error(mean, clean)
                        }
                    errors.average() shouldBeLessThan share
                }
        }

        test("noise alone is nearly taken away") {
            val grids = listOf(Grid(64, 64, 1), Grid.scattered(3000))
            val left =
                (1L..10L).map { seed ->
                    val a = noise(size(grids), 2 * seed)
                    val b = noise(size(grids), 2 * seed + 1)
                    val mean = FloatArray(a.size) { (a[it] + b[it]) / 2 }
                    error(agreed(a, b, grids, seed), FloatArray(a.size)) /
                        error(mean, FloatArray(a.size))
                }
            left.average() shouldBeLessThan 0.02
        }

        test("one component that stands out is kept") {
            val grids = listOf(Grid(32, 32, 1))
            val a = noise(1024, 5)
            val b = noise(1024, 6)
            a[500] = 300f
            b[500] = 300f
            agreed(a, b, grids)[500] shouldBe (300f plusOrMinus 10f)
        }
    })
