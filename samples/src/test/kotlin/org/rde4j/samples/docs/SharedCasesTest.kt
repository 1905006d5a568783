package org.rde4j.samples.docs

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Files
import java.nio.file.Path
import javax.imageio.ImageIO
import org.rde4j.RdeException
import org.rde4j.radiomap.data.RadioMapSeer
import org.rde4j.radiomap.data.Station
import org.rde4j.radiomap.scene.Components
import org.rde4j.samples.audio.Wav
import org.rde4j.samples.image.Preprocessing
import org.rde4j.samples.report.Labels

/** Files that once were read wrongly without a word. */
class SharedCasesTest :
    FunSpec({
        val cases = Path.of(System.getProperty("rde4j.root"), "../shared/cases").normalize()

        fun refusal(read: () -> Unit) = shouldThrow<RdeException> { read() }.message!!

        context("shared cases").config(enabled = Files.exists(cases)) {
            test("sounds") {
                refusal { Wav.read(cases.resolve("wav/float_loud.wav")) } shouldContain
                    "sounds lie in [-1, 1]"
                Wav.read(cases.resolve("wav/tiny.wav")).doubt().isPresent shouldBe true
                val stream = Wav.read(cases.resolve("wav/stream.wav"))
                stream.samples().size shouldBe 64_000
                stream.doubt().isPresent shouldBe false
            }

            test("a PNG picture is turned as its eXIf says") {
                val file = cases.resolve("img/exif3.png")
                val stored = ImageIO.read(file.toFile())
                val side = minOf(stored.width, stored.height)
                val read = Preprocessing(3, side, side, side).read(file)
                // Upside down: the pixel in the middle of the cut out part's corner.
                val left = stored.width - 1 - (stored.width - side + 1) / 2
                val top = stored.height - 1 - (stored.height - side + 1) / 2
                val pixel = stored.getRGB(left, top)
                List(3) { Math.round(255 * read.get(it, 0, 0)) } shouldBe
                    List(3) { pixel shr (16 - 8 * it) and 0xff }
            }

            test("labels") {
                Labels.read(cases.resolve("text/labels_bom_crlf.txt")).names() shouldBe
                    listOf("red", "green", "blue")
            }

            test("cities") {
                val masks = RadioMapSeer.open(cases.resolve("radio/zerooneb"))
                Components.of(masks.scene(Station(0, 0)).city()).count() shouldBe 60
                refusal {
                    RadioMapSeer.open(cases.resolve("radio/heights")).scene(Station(0, 0))
                } shouldContain "53 levels of grey besides black"
            }

            test("arrays") {
                refusal {
                    Preprocessing.imagenet(32).read(cases.resolve("npy/raw255.npy"))
                } shouldContain "Divide by 255"
                refusal {
                    Preprocessing.imagenet(32).read(cases.resolve("npy/nan.npy"))
                } shouldContain "not finite"
            }
        }
    })
