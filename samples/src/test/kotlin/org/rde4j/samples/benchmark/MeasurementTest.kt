package org.rde4j.samples.benchmark

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.rde4j.RdeException

class MeasurementTest :
    FunSpec({
        test("steps of the warm-up do not count") {
            var steps = 0
            val work = Work.of { if (++steps <= 3) Thread.sleep(50) }
            val measured = Measurement.of(work, null, 3, 4, 5)
            steps shouldBe 23
            measured.seconds().count() shouldBe 20
            (measured.seconds().median() < 0.02) shouldBe true
            measured.ratio() shouldBe null
        }

        test("the spread is the middle and the ends") {
            Spread.of(listOf(3.0, 1.0, 2.0, 9.0)) shouldBe Spread(3.0, 1.0, 9.0, 4)
        }

        test("the workloads run") {
            for (workload in listOf(Workloads.wavelets(1, 32), Workloads.unet(1, 64))) {
                val measured = Measurement.of(workload.work(), null, 1, 1, 2)
                measured.seconds().min() shouldBeGreaterThan 0.0
            }
        }

        test("a Python that is not there is said") {
            shouldThrow<RdeException> { Peer("no-such-python", listOf("unet"), false) }
                .message!! shouldContain "no-such-python"
        }
    })
