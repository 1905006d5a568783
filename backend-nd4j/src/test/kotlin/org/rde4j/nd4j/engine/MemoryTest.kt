package org.rde4j.nd4j.engine

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.longs.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.bind
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll
import org.nd4j.linalg.api.buffer.DataType

class MemoryTest :
    FunSpec({
        data class Life(val length: Int, val first: Int, val span: Int) {
            fun at(operation: Int) = operation in first..first + span
        }
        val lives =
            Arb.list(Arb.bind(Arb.int(1..200), Arb.int(0..30), Arb.int(0..8), ::Life), 1..40)

        test("values that are alive together never share memory") {
            checkAll(200, lives) { all ->
                val slots =
                    all.map {
                        Memory.Slot(
                            DataType.FLOAT,
                            it.length.toLong(),
                            it.first,
                            it.first + it.span,
                        )
                    }
                Memory.place(slots)
                val memory = Memory()
                memory.hold(slots)
                val arrays =
                    slots.mapIndexed { i, slot ->
                        memory.array(slot, longArrayOf(all[i].length.toLong()))
                    }
                for (operation in 0..40) {
                    val alive = all.indices.filter { all[it].at(operation) }
                    alive.forEach { arrays[it].assign(it) }
                    alive.forEach { arrays[it].minNumber().toInt() shouldBe it }
                    alive.forEach { arrays[it].maxNumber().toInt() shouldBe it }
                }
                val bytes = Memory.bytes(slots)
                val needed = (0..40).maxOf { at -> all.filter { it.at(at) }.sumOf { it.length } }
                bytes shouldBeGreaterThanOrEqual 4L * needed
                bytes shouldBeLessThanOrEqual 4L * all.sumOf { (it.length + 15) / 16 * 16 }
            }
        }

        test("a chain of values of one size needs room for two") {
            val slots = (0 until 50).map { Memory.Slot(DataType.FLOAT, 1600, it, it + 1) }
            Memory.place(slots)
            Memory.bytes(slots) shouldBe 2L * 1600 * 4
        }
    })
