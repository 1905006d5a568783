package org.rde4j.files

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import java.nio.file.Files
import java.nio.file.Path
import java.util.Optional
import java.util.OptionalDouble
import kotlin.io.path.readText
import kotlin.io.path.writeText
import kotlin.random.Random
import org.rde4j.Explanation
import org.rde4j.OutputKind
import org.rde4j.Presets
import org.rde4j.RateDistortion
import org.rde4j.RdeException
import org.rde4j.Representation
import org.rde4j.Solver
import org.rde4j.Tensor

class ExplanationFolderTest :
    FunSpec({
        fun tensor(random: Random, vararg shape: Int) =
            Tensor.of(FloatArray(shape.fold(1, Int::times)) { random.nextFloat() }, *shape)

        /** Everything that an explanation may have or lack, drawn at random. */
        fun explanation(random: Random): Explanation {
            val shape = IntArray(random.nextInt(1, 4)) { random.nextInt(1, 5) }
            val blocks = listOf("pixels", "left.detail_1", "1", "masks.npz", "a/b:c", "ü \"λ\"")
            val masks =
                blocks.shuffled(random).take(random.nextInt(1, 4)).associateWith {
                    tensor(random, random.nextInt(1, 4), random.nextInt(1, 4))
                }
            fun number() =
                listOf(random.nextDouble(), 1e300, Double.NaN, Double.POSITIVE_INFINITY, -0.0, 3.0)
                    .random(random)
            fun <T> maybe(value: () -> T) =
                if (random.nextBoolean()) Optional.of(value()!!) else Optional.empty()
            val steps = random.nextInt(0, 9)
            return Explanation(
                RateDistortion.over(Representation.dictionary(tensor(random, 3, 4)))
                    .solvedBy(Solver.bernoulli(0.5).seed(random.nextLong())),
                tensor(random, *shape),
                masks,
                tensor(random, 1, *shape),
                tensor(random, *shape),
                maybe {
                    val label = random.nextInt(9)
                    val kinds = OutputKind.entries
                    Explanation.Label(label, number(), number(), kinds[label % kinds.size])
                },
                number(),
                random.nextDouble(),
                number(),
                maybe {
                    val cut =
                        masks.mapValues { (_, mask) ->
                            Tensor.of(
                                mask.values().map { Math.round(it).toFloat() }.toFloatArray(),
                                *mask.shape(),
                            )
                        }
                    Explanation.Binary(cut, number(), random.nextDouble(), number())
                },
                maybe {
                    val picks =
                        masks.map { (block, mask) ->
                            val entry = random.nextInt(mask.size())
                            Explanation.Pick(Explanation.Component(block, entry), number())
                        }
                    Explanation.Pursuit(picks, random.nextLong(), 1L shl 40, random.nextBoolean())
                },
                if (random.nextBoolean()) OptionalDouble.of(number()) else OptionalDouble.empty(),
                maybe { Explanation.Ending(random.nextBoolean(), number(), number()) },
                (1..steps).map { Explanation.Step(it, 20, number(), number(), number(), number()) },
                Explanation.Cost(random.nextLong(), number(), number()),
                List(random.nextInt(3)) { "Line one of $it.\nThen “two” \\ three." },
            )
        }

        fun out() = tempdir().toPath()

        fun files(folder: Path) =
            Files.list(folder).use { all -> all.map { "${it.fileName}" }.toList() }

        val one = explanation(Random(5))

        test("what was saved loads back equal, whatever it has or lacks") {
            val folder = out().resolve("it")
            checkAll(150, Arb.int()) { seed ->
                val saved = explanation(Random(seed))
                saved.save(folder)
                val loaded = Explanation.load(folder)
                loaded shouldBe saved
                loaded.masks().keys.toList() shouldBe saved.masks().keys.toList()
            }
            files(folder.parent) shouldBe listOf("it")
        }

        test("files are what they are called, and there are none without content") {
            val folder = out().resolve("it")
            val plain =
                Explanation(
                    Presets.pixelRde(),
                    one.signal(),
                    one.masks(),
                    one.picture(),
                    one.obfuscation(),
                    Optional.empty(),
                    0.5,
                    0.25,
                    0.75,
                    Optional.empty(),
                    Optional.empty(),
                    OptionalDouble.empty(),
                    Optional.empty(),
                    listOf(),
                    one.cost(),
                    listOf(),
                )
            plain.save(folder)
            files(folder) shouldContainExactlyInAnyOrder
                listOf("explanation.json", "masks.npz", "signals.npz", "history.csv")
            Npz.read(folder.resolve("masks.npz")) shouldBe plain.masks()
            Npz.read(folder.resolve("signals.npz")) shouldBe
                mapOf(
                    "signal" to plain.signal(),
                    "picture" to plain.picture(),
                    "obfuscation" to plain.obfuscation(),
                )
            val json = Json.read(folder.resolve("explanation.json")) as Map<*, *>
            json["distortion"] shouldBe 0.5
            (json["versions"] as Map<*, *>)["java"] shouldBe System.getProperty("java.version")
            ((json["problem"] as Map<*, *>)["solver"] as Map<*, *>)["kind"] shouldBe "l1Relaxation"
        }

        test("notes and further files travel along") {
            val folder = out().resolve("it")
            val notes =
                mapOf("input" to "cat.png", "checksum" to null, "versions" to mapOf("nd4j" to "1"))
            val note = ExplanationFolder.Content { it.writeText("hello") }
            ExplanationFolder.save(one, notes, mapOf("note.txt" to note), folder)
            ExplanationFolder.load(folder) shouldBe ExplanationFolder.Saved(one, notes)
            folder.resolve("note.txt").readText() shouldBe "hello"
        }

        test("an older explanation is replaced whole, anything else is not touched") {
            val out = out()
            val folder = out.resolve("it")
            explanation(Random(1)).save(folder)
            folder.resolve("stray.txt").writeText("from before")
            one.save(folder)
            Explanation.load(folder) shouldBe one
            ("stray.txt" in files(folder)) shouldBe false
            val other = Files.createDirectories(out.resolve("other"))
            other.resolve("thesis.tex").writeText("years")
            shouldThrow<RdeException> { one.save(other) }.message shouldContain
                "is not an earlier result"
            other.resolve("thesis.tex").readText() shouldBe "years"
        }

        test("an error while writing leaves the older explanation and nothing else") {
            val out = out()
            val folder = out.resolve("it")
            one.save(folder)
            val failing =
                ExplanationFolder.Content { throw java.io.IOException("No space left on device") }
            shouldThrow<RdeException> {
                    ExplanationFolder.save(
                        explanation(Random(1)),
                        mapOf<String, Any>(),
                        mapOf("a" to failing),
                        folder,
                    )
                }
                .message shouldContain "No space left on device"
            Explanation.load(folder) shouldBe one
            files(out) shouldBe listOf("it")
        }

        val whole =
            generateSequence(0) { it + 1 }
                .map { explanation(Random(it)) }
                .first {
                    it.binary().isPresent && it.pursuit().isPresent && it.history().isNotEmpty()
                }

        fun saved() = out().resolve("it").also { whole.save(it) }

        test("a damaged or missing file is named") {
            val folder = saved()
            for (name in files(folder)) {
                val bytes = Files.readAllBytes(folder.resolve(name))
                Files.write(folder.resolve(name), bytes.copyOf(bytes.size - 9))
                shouldThrow<RdeException> { Explanation.load(folder) }.message shouldContain name
                Files.delete(folder.resolve(name))
                shouldThrow<RdeException> { Explanation.load(folder) }.message shouldContain name
                Files.write(folder.resolve(name), bytes)
            }
            Explanation.load(folder) shouldBe whole
        }

        test("what is no folder of an explanation is told from a damaged one") {
            val empty = Files.createDirectories(out().resolve("empty"))
            shouldThrow<RdeException> { Explanation.load(empty) }.message shouldContain
                "is not the folder of an explanation"
            shouldThrow<RdeException> { Explanation.load(empty.resolve("none")) }
                .message shouldContain "There is no folder"
        }

        test("JSON that does not fit is refused by the place where it does not") {
            val folder = saved()
            val report = folder.resolve("explanation.json")
            val text = report.readText()
            for ((json, message) in
                listOf(
                    "{}" to "explanation.json lacks 'problem'",
                    "[]" to "is not the JSON of an explanation",
                    "null" to "is not the JSON of an explanation",
                    text.replace(Regex("\"seconds\" : [^,]+"), "\"seconds\" : \"many\"") to
                        "'cost.seconds' has a value that does not fit: many",
                    text.replace(Regex("\"rate\" : [^,]+"), "\"rate\" : 2") to "must lie in [0, 1]",
                    text.replace("bernoulliRelaxation", "alchemy") to "does not fit: alchemy",
                    text.replace("problem.npz:representation.atoms", "masks.npz:gone") to
                        "masks.npz:gone",
                    text.replace(Regex("\"index\" : (\\d+)"), "\"index\" : 99$1") to
                        "is no entry of its mask",
                )) {
                report.writeText(json)
                withClue(message) {
                    shouldThrow<RdeException> { Explanation.load(folder) }.message shouldContain
                        message
                }
            }
        }

        test("masks out of their range and other shapes are refused") {
            val folder = saved()
            fun spoilt(archive: String, change: (Tensor) -> Tensor): String {
                val path = folder.resolve(archive)
                val bytes = Files.readAllBytes(path)
                Npz.write(Npz.read(path).mapValues { change(it.value) }, path)
                return shouldThrow<RdeException> { Explanation.load(folder) }
                    .message!!
                    .also { Files.write(path, bytes) }
            }
            fun first(value: Float) = { old: Tensor ->
                Tensor.of(old.values().also { it[0] = value }, *old.shape())
            }
            for (value in listOf(1.001f, -0.5f, Float.NaN)) {
                spoilt("masks.npz", first(value)) shouldContain "must lie in [0, 1]"
                spoilt("binary.npz", first(value)) shouldContain "must lie in [0, 1]"
            }
            spoilt("binary.npz") { Tensor.of(it.values(), it.size()) } shouldContain "other shapes"
            val signals = folder.resolve("signals.npz")
            Npz.write(
                Npz.read(signals) + ("obfuscation" to Tensor.of(floatArrayOf(1f), 1, 1, 1, 1)),
                signals,
            )
            shouldThrow<RdeException> { Explanation.load(folder) }.message shouldContain
                "the obfuscation is a"
        }

        test("a history of something else is refused") {
            val folder = saved()
            val history = folder.resolve("history.csv")
            val text = history.readText()
            for (csv in
                listOf(
                    "\n",
                    "\uFEFF",
                    text.lines()[0] + "\n1,2,3",
                    text.lines()[0] + "\n" + text.lines()[0].replace(Regex("[^,]+"), "O.5"),
                )) {
                history.writeText(csv)
                withClue(csv) {
                    shouldThrow<RdeException> { Explanation.load(folder) }.message shouldContain
                        "history.csv"
                }
            }
        }
    })
