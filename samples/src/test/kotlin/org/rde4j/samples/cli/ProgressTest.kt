package org.rde4j.samples.cli

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThanOrEqual
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import org.rde4j.Explanation

class ProgressTest :
    FunSpec({
        test("the time left counts what was done since a search was resumed") {
            val err = ByteArrayOutputStream()
            val console = Console(PrintStream(err), PrintStream(err), 0)
            Progress.on(console, "snail").use {
                Thread.sleep(200)
                // One step took 0.2 s, and 50 are to come.
                it.onStep(Explanation.Step(50, 100, 1.0, 0.5, 1.5, Double.NaN))
            }
            val left = Regex("(\\d+) s left").find("$err")!!.groupValues[1].toInt()
            left shouldBeGreaterThanOrEqual 10
        }
    })
