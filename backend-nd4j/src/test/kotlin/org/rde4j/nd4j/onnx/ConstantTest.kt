package org.rde4j.nd4j.onnx

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class ConstantTest :
    FunSpec({
        test("arrays of more values than are converted at once") {
            val rows = 1100
            val columns = 1000
            val constant =
                Constant.floats(*DoubleArray(rows * columns) { it % 977.0 })
                    .reshape(rows.toLong(), columns.toLong())
            for (turned in listOf(false, true)) {
                val array = (if (turned) constant.transpose(1, 0) else constant).array()
                array.shape() shouldBe
                    if (turned) longArrayOf(columns.toLong(), rows.toLong())
                    else longArrayOf(rows.toLong(), columns.toLong())
                for (i in 0L until rows step 7) for (j in 0L until columns step 11) {
                    val value = (i * columns + j) % 977f
                    (if (turned) array.getFloat(j, i) else array.getFloat(i, j)) shouldBe value
                }
            }
        }
    })
