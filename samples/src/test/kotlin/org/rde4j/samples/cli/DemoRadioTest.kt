package org.rde4j.samples.cli

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.ints.shouldBeGreaterThanOrEqual
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.readText
import kotlin.math.sqrt
import org.rde4j.Explanation
import org.rde4j.Tensor
import org.rde4j.radiomap.network.Estimator
import org.rde4j.radiomap.simulation.Simulation
import org.rde4j.radiomap.training.InterpretationLoss

class DemoRadioTest :
    FunSpec({
        fun demo(out: Path, vararg args: String) =
            FakeCli().run("demo", "radio", "--quick", "--out", "$out", *args)

        test("it writes explanations and a page that holds all it shows") {
            val out = tempdir().toPath().resolve("demo")
            val result = demo(out)
            withClue(result.err) { result.code shouldBe 0 }
            val page = out.resolve("index.html")
            result.out shouldContain page.toAbsolutePath().toString()
            val html = page.readText()
            html shouldNotContain "src=\"http"
            Regex("src=\"data:image/png").findAll(html).count() shouldBe 10
            for (name in listOf("inpainted", "mixed", "removed", "inpainted-int")) {
                html shouldContain "href=\"$name/\""
                out.resolve("$name/radio.json").exists() shouldBe true
                Explanation.load(out.resolve(name)).masks().values.sumOf { mask ->
                    mask.values().count { it == 1f }
                } shouldBe 2
            }
            // Over its own results, the same again.
            fun lines(text: String) = text.lines().map { it.substringBefore(" (") }
            lines(demo(out).out) shouldBe lines(result.out)
        }

        test("what cannot be written is said before anything is computed") {
            val file = Files.createTempFile("demo", ".txt")
            val result = demo(file.resolve("deeper"))
            result.code shouldBe 2
            result.out shouldBe ""
            Files.delete(file)
        }

        test("scenes are made anew for each seed, and their shadows are measured") {
            val one = DemoScene.of(3, 64, 60)
            one.scene().input() shouldBe DemoScene.of(3, 64, 60).scene().input()
            (one.scene().input() == DemoScene.of(4, 64, 60).scene().input()) shouldBe false
            one.shadow().measurements(one.scene()) shouldBeGreaterThanOrEqual 3
            one.shadow().depth() shouldBeGreaterThan 0.1
            // 'simulate radio --seed 3' makes other cities.
            (one.scene().city() == Simulation.of(1, 1, 3).size(64).city(0).buildings()) shouldBe
                false
        }

        test("the networks are small, and measurements help them") {
            val files = RadioBundle.entries.map { "/org/rde4j/samples/radio/${it.file()}" }
            files.sumOf { javaClass.getResource(it)!!.readBytes().size } shouldBeLessThan 4_000_000
            val shadowed = DemoScene.of(7, 256, 200)
            val scene = shadowed.scene()
            val phi = Estimator(RadioBundle.PHI.model()).estimate(scene.input())
            val phi0 = Estimator(RadioBundle.PHI0.model()).estimate(scene.givenCity())
            fun rmse(estimate: Tensor) =
                sqrt(
                    estimate
                        .values()
                        .zip(scene.gain().values()) { a, b -> (a - b).toDouble() * (a - b) }
                        .average()
                )
            println("RMSE of Φ ${rmse(phi)}, of Φ0 ${rmse(phi0)}")
            rmse(phi) shouldBeLessThan 0.08
            rmse(phi) shouldBeLessThan rmse(phi0)
            shadowed.shadow().isIn(phi) shouldBe true
        }

        test(
            "trained with the interpretation loss, the network has a fifth of it over some cities"
        ) {
            val scenes = (1L..6L).map { DemoScene.of(it, 256, 100).scene() }
            fun loss(network: RadioBundle): Double {
                val model = network.model()
                return scenes.map { InterpretationLoss.of(model, it) }.average()
            }
            println(
                "interpretation loss of Φ ${loss(RadioBundle.PHI)}, Φ_int ${loss(RadioBundle.PHI_INT)}"
            )
            loss(RadioBundle.PHI_INT) shouldBeLessThan loss(RadioBundle.PHI) / 5
        }
    })
