package org.rde4j.radiomap.training

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import kotlin.math.log10
import kotlin.math.sqrt

class MapErrorsTest :
    FunSpec({
        test("errors of maps that were worked out by hand") {
            val sum = MapErrors.Sum()
            sum.add(floatArrayOf(0.5f, 0f), floatArrayOf(0f, 1f))
            sum.add(floatArrayOf(0.25f, 0.75f), floatArrayOf(0.25f, 0.5f))
            val errors = sum.errors()
            errors.maps() shouldBe 2
            val squares = 0.25 + 1 + 0.0625
            val power = 1 + 0.0625 + 0.25
            errors.mse() shouldBe (squares / 4 plusOrMinus 1e-12)
            errors.rmse() shouldBe (sqrt(squares / 4) plusOrMinus 1e-12)
            errors.nmse() shouldBe (squares / power plusOrMinus 1e-12)
            errors.batchNmse() shouldBe (errors.nmse() plusOrMinus 1e-12)
            errors.nmseDecibels() shouldBe (10 * log10(squares / power) plusOrMinus 1e-12)
            errors.rmseDecibels() shouldBe (79.328 * sqrt(squares / 4) plusOrMinus 1e-9)
        }

        test("the authors' NMSE is a mean over batches of 15, the last one by its share") {
            val sum = MapErrors.Sum()
            repeat(15) { sum.add(floatArrayOf(0.5f), floatArrayOf(1f)) }
            repeat(5) { sum.add(floatArrayOf(1f), floatArrayOf(0.5f)) }
            val errors = sum.errors()
            errors.nmse() shouldBe ((15 * 0.25 + 5 * 0.25) / (15 + 5 * 0.25) plusOrMinus 1e-12)
            errors.batchNmse() shouldBe ((15 * 0.25 + 5 * 1.0) / 20 plusOrMinus 1e-12)
        }
    })
