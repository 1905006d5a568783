package org.rde4j.nd4j.engine

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThanOrEqual
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicBoolean
import org.nd4j.linalg.factory.Nd4j

class LanesTest :
    FunSpec({
        beforeSpec { Nd4j.create(1) } // the natives are there once ND4J has chosen its backend

        test("parts are added in their order, whichever is computed first") {
            listOf(1, 2, 3, 8).forEach { lanes ->
                val added = mutableListOf<Int>()
                Lanes.run(20, lanes, Lanes.Watch.STOPPING) { _, part ->
                    Thread.sleep(((part * 7919) % 5).toLong())
                    Runnable { added += part }
                }
                added shouldBe (0 until 20).toList()
            }
        }

        test("a lane computes one part at a time, and adds it before the next one") {
            val busy = ConcurrentHashMap<Int, AtomicBoolean>()
            Lanes.run(30, 3, Lanes.Watch.STOPPING) { lane, part ->
                lane shouldBeLessThanOrEqual 2
                val mine = busy.computeIfAbsent(lane) { AtomicBoolean() }
                mine.getAndSet(true) shouldBe false
                Thread.sleep((part % 3).toLong())
                Runnable { mine.set(false) }
            }
            busy.size shouldBeGreaterThanOrEqual 1
        }

        test("no part is computed for nothing") {
            Lanes.run(0, 2, Lanes.Watch.STOPPING) { _, _ -> error("there is no part") }
        }

        test("a failure while computing or adding ends the run, and the next run is a new one") {
            listOf(1, 2, 4).forEach { lanes ->
                val added = mutableListOf<Int>()
                shouldThrow<IllegalStateException> {
                        Lanes.run(50, lanes, Lanes.Watch.STOPPING) { _, part ->
                            check(part != 7) { "computing" }
                            Runnable { added += part }
                        }
                    }
                    .message shouldBe "computing"
                added shouldBe (0 until added.size).toList()
                added.size shouldBeLessThanOrEqual 7
                shouldThrow<OutOfMemoryError> {
                    Lanes.run(50, lanes, Lanes.Watch.STOPPING) { _, part ->
                        Runnable { if (part == 3) throw OutOfMemoryError("adding") }
                    }
                }
                var sum = 0
                Lanes.run(5, lanes, Lanes.Watch.STOPPING) { _, part -> Runnable { sum += part } }
                sum shouldBe 10
            }
        }
    })
