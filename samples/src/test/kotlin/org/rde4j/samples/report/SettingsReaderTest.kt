package org.rde4j.samples.report

import com.fasterxml.jackson.databind.ObjectMapper
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.rde4j.Distortion
import org.rde4j.Obfuscation
import org.rde4j.Presets
import org.rde4j.RateDistortion
import org.rde4j.RdeException
import org.rde4j.Region
import org.rde4j.Representation
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.nd4j.Nd4jBackend

class SettingsReaderTest :
    FunSpec({
        /** Through the text of a JSON file, as folders keep it. */
        fun settings(problem: RateDistortion): Map<String, Any?> {
            val json = ObjectMapper()
            @Suppress("UNCHECKED_CAST")
            return json.readValue(json.writeValueAsString(Settings.of(problem)), Map::class.java)
                as Map<String, Any?>
        }

        val plain = Presets.pixelRde()
        val problems =
            Presets.all().values +
                listOf(
                        Representation.patches(9),
                        Representation.dct(),
                        Representation.fourier().joint().bands(0, 3, 9),
                        Representation.wavelets("sym4")
                            .levels(2)
                            .padding(Representation.Padding.PERIODIC),
                    )
                    .map { RateDistortion.over(it).deleting() } +
                listOf(
                        Obfuscation.constant(0.25),
                        Obfuscation.blur(2.5),
                        Obfuscation.gaussianNoise().perChannel(),
                        Obfuscation.uniformNoise().given(0.1, 0.2),
                    )
                    .map { plain.obfuscatedBy(it) } +
                listOf(
                        Distortion.labelScore().of(3),
                        Distortion.crossEntropy().times(2.0),
                        Distortion.squaredError().restrictedTo(Region.box(1, 2, 3, 4)),
                        Distortion.squaredError().restrictedTo(Region.indices(1, 5)),
                    )
                    .map { plain.measuredBy(it).clippedTo(-1.0, 2.0) } +
                listOf(
                        Solver.l1(0.5)
                            .sgd(0.1)
                            .startingAt(0.3)
                            .plainSum()
                            .stoppingOnPlateau(5, 0.01)
                            .smoothing(4.0)
                            .decayingTo(0.1)
                            .seed(1L shl 40),
                        Solver.l1(0.5).startingFromGradient(),
                        Solver.bernoulli(0.5),
                        Solver.matchingPursuit(5),
                        Solver.atMost(7),
                        Solver.rateConstrained(0.2),
                        Solver.distortionConstrained(0.1),
                        Solver.aimingForRate(0.1),
                        Solver.enumeration(0.1),
                    )
                    .map { plain.solvedBy(it) }

        problems.forEach { problem ->
            test("reads back $problem") {
                SettingsReader.problem(settings(problem)) shouldBe problem
                Settings.equal(settings(problem), problem) shouldBe true
                val other = plain.solvedBy(Solver.l1(99.0))
                Settings.equal(settings(problem), other) shouldBe false
            }
        }

        test("files from before a setting hold the same problem") {
            @Suppress("UNCHECKED_CAST") fun Any?.asMap() = this as Map<String, Any?>
            val solver = settings(plain)["solver"].asMap()
            val descent = solver["descent"].asMap() - setOf("smoothing", "decay")
            val older = settings(plain) + ("solver" to solver + ("descent" to descent))
            Settings.equal(older, plain) shouldBe true
            Settings.equal(older, plain.solvedBy(Solver.l1(0.6).smoothing(8.0))) shouldBe false
            SettingsReader.problem(older) shouldBe plain
        }

        test("what code made cannot be read back") {
            listOf(
                    plain.obfuscatedBy(Nd4jBackend.obfuscation("half") { h, _, _ -> h }),
                    RateDistortion.over(
                        Representation.dictionary(Tensor.of(floatArrayOf(1f, 0f, 0f, 1f), 2, 2))
                    ),
                )
                .forEach { problem ->
                    shouldThrow<RdeException> { SettingsReader.problem(settings(problem)) }
                        .message shouldContain "made by code again"
                }
        }

        test("a setting out of its range is refused with its own message") {
            val broken =
                settings(plain) + ("representation" to mapOf("kind" to "patches", "size" to 0))
            shouldThrow<RdeException> { SettingsReader.problem(broken) }.message shouldContain
                "size of a patch (0)"
            val missing = settings(plain) - "solver"
            shouldThrow<RdeException> { SettingsReader.problem(missing) }.message shouldContain
                "solver"
        }
    })
