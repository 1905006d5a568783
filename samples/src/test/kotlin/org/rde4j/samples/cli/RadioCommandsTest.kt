package org.rde4j.samples.cli

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeSortedWith
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Files
import java.nio.file.Path
import javax.imageio.ImageIO
import onnx.Onnx
import org.rde4j.Explanation
import org.rde4j.radiomap.simulation.Simulation

/**
 * An ONNX file of one 5×5 convolution: what is around counts, by a weight for each channel, plus a
 * bias.
 */
private fun writeNetwork(file: Path, bias: Float, vararg weights: Float) {
    fun shape(vararg sizes: Long): Onnx.TypeProto {
        val dims = Onnx.TensorShapeProto.newBuilder()
        sizes.forEach {
            val dim = Onnx.TensorShapeProto.Dimension.newBuilder()
            dims.addDim(if (it < 0) dim.setDimParam("N") else dim.setDimValue(it))
        }
        val tensor = Onnx.TypeProto.Tensor.newBuilder().setElemType(1).setShape(dims)
        return Onnx.TypeProto.newBuilder().setTensorType(tensor).build()
    }
    fun value(name: String, channels: Long) =
        Onnx.ValueInfoProto.newBuilder().setName(name).setType(shape(-1, channels, 64, 64))
    fun tensor(name: String, values: List<Float>, vararg dims: Long) =
        Onnx.TensorProto.newBuilder().setName(name).setDataType(1).also { t ->
            dims.forEach { t.addDims(it) }
            values.forEach { t.addFloatData(it) }
        }
    val pads =
        Onnx.AttributeProto.newBuilder()
            .setName("pads")
            .setType(Onnx.AttributeProto.AttributeType.INTS)
    repeat(4) { pads.addInts(2) }
    val graph =
        Onnx.GraphProto.newBuilder()
            .setName("maps")
            .addInput(value("x", weights.size.toLong()))
            .addOutput(value("y", 1))
            .addInitializer(
                tensor(
                    "w",
                    weights.flatMap { w -> List(25) { w / 25 } },
                    1,
                    weights.size.toLong(),
                    5,
                    5,
                )
            )
            .addInitializer(tensor("b", listOf(bias), 1))
            .addNode(
                Onnx.NodeProto.newBuilder()
                    .setOpType("Conv")
                    .addInput("x")
                    .addInput("w")
                    .addInput("b")
                    .addOutput("y")
                    .addAttribute(pads)
            )
    val model =
        Onnx.ModelProto.newBuilder()
            .setIrVersion(7)
            .setGraph(graph)
            .addOpsetImport(Onnx.OperatorSetIdProto.newBuilder().setVersion(13))
    Files.write(file, model.build().toByteArray())
}

class RadioCommandsTest :
    FunSpec({
        val folder = tempdir().toPath()
        val data = folder.resolve("data")
        val phi = folder.resolve("phi.onnx")
        val phi0 = folder.resolve("phi0.onnx")
        val cli = FakeCli()
        val networks = arrayOf("--data", "$data", "--model", "$phi", "--inpainter", "$phi0")

        beforeSpec {
            Simulation.of(3, 3, 5).size(64).write(data, 1) {}
            writeNetwork(phi, 0.1f, 0.5f, -0.3f, 1f)
            writeNetwork(phi0, 0.6f, 0.2f, -0.4f)
        }

        fun explain(out: String, vararg more: String) =
            cli.run(
                "explain",
                "radio",
                *networks,
                "--map",
                "1",
                "--tx",
                "2",
                "--measurements",
                "40",
                "--components",
                "4",
                "--out",
                "${folder.resolve(out)}",
                *more,
            )

        fun json(path: Path): JsonNode = ObjectMapper().readTree(Files.readAllBytes(path))

        test("an explained radio map becomes a folder") {
            val result = explain("one")
            result.err shouldContain "1_2: step 4 of 4"
            result.code shouldBe 0
            result.out shouldContain "1_2: distortion "
            val written = folder.resolve("one").resolve("1_2")
            val report = json(written.resolve("radio.json"))
            val chosen = report["chosen"].toList()
            chosen.size shouldBe 4
            chosen.map { it["kind"].asText() } shouldContain "measurement"
            val curve =
                listOf(report["distortionOfNothing"].asDouble()) +
                    chosen.map { it["distortion"].asDouble() }
            curve shouldBeSortedWith { a, b -> b.compareTo(a) }
            curve.last() shouldBe (report["distortion"].asDouble() plusOrMinus 1e-4 * curve.first())
            val saved = Explanation.load(written)
            saved.masks().keys shouldBe setOf("buildings", "measurements")
            saved.masks().values.sumOf { mask -> mask.values().count { it == 1f } } shouldBe 4
            // The map three times as large, beside the curve.
            ImageIO.read(written.resolve("summary.png").toFile()).width shouldBe
                3 * 28 + 3 * 64 + 620
        }

        test("one seed gives one answer, another seed another scene") {
            explain("again", "--seed", "3").code shouldBe 0
            explain("again2", "--seed", "3").code shouldBe 0
            explain("other", "--seed", "4").code shouldBe 0
            fun masks(name: String) = Explanation.load(folder.resolve(name).resolve("1_2")).signal()
            masks("again") shouldBe masks("again2")
            (masks("again") == masks("other")) shouldBe false
        }

        test("a search that ran out of time goes on where it was") {
            val cut = explain("cut", "--resume", "--time-budget", "0.001")
            cut.code shouldBe 0
            fun states() =
                folder.resolve("cut").toFile().list()!!.count { it.startsWith("1_2.state") }
            states() shouldBe 1
            fun chosen(out: String) =
                json(folder.resolve(out).resolve("1_2").resolve("radio.json"))["chosen"].toList()
            (chosen("cut").size < 4) shouldBe true
            explain("cut", "--resume").code shouldBe 0
            states() shouldBe 0
            explain("straight").code shouldBe 0
            chosen("cut") shouldBe chosen("straight")
            explain("cut", "--time-budget", "0").err shouldContain "must lie between 0"
        }

        test("regions, shares and solvers are read") {
            val box =
                explain("box", "--missing", "none", "--region", "10,20,30,12", "--inpaint", "0.5")
            box.code shouldBe 0
            val problem =
                json(folder.resolve("box").resolve("1_2").resolve("explanation.json"))["problem"]
            problem["distortion"]["region"]["kind"].asText() shouldBe "box"
            problem["distortion"]["region"]["height"].asInt() shouldBe 12
            problem["obfuscation"]["parts"]["measurements"]["weights"].map {
                it.asDouble()
            } shouldBe listOf(0.5, 0.5)
            val relaxed =
                cli.run(
                    "explain",
                    "radio",
                    *networks,
                    "--map",
                    "0",
                    "--tx",
                    "0",
                    "--solver",
                    "l1",
                    "--steps",
                    "3",
                    "--samples",
                    "1",
                    "--region",
                    "5,5,40,5,20,50",
                    "--missing",
                    "1",
                    "--out",
                    "$folder/l1",
                )
            relaxed.code shouldBe 0
            json(folder.resolve("l1/0_0/explanation.json"))["problem"]["solver"]["kind"]
                .asText() shouldBe "l1Relaxation"
        }

        test("what does not fit is refused in one sentence") {
            fun refused(vararg more: String) = explain("no", *more).also { it.code shouldBe 2 }.err
            refused("--region", "1,2,3") shouldContain "--region cannot be '1,2,3'."
            refused("--missing", "all") shouldContain "--missing cannot be 'all'."
            refused("--missing", "files:9") shouldContain "Files lack 1 to 4 buildings."
            refused("--missing", "files") shouldContain "buildings_missing"
            refused("--missing", "0,0") shouldContain "has no building at column 0 of row 0."
            refused("--missing", "none") shouldContain "No building of the scene 1_2 is missing."
            refused("--inpaint", "2") shouldContain "must lie in [0, 1]"
            fun other(inpainter: Path, tx: Int) =
                cli.run(
                        "explain",
                        "radio",
                        "--data",
                        "$data",
                        "--model",
                        "$phi",
                        "--inpainter",
                        "$inpainter",
                        "--map",
                        "1",
                        "--tx",
                        "$tx",
                        "--out",
                        "$folder/no",
                    )
                    .also { it.code shouldBe 2 }
                    .err
            other(phi0, 9) shouldContain "holds no transmitter 9 of map 1."
            other(phi, 2) shouldContain
                "does not take 2 channels (transmitter and buildings) of 64×64 pixels."
            Files.exists(folder.resolve("no")) shouldBe false
        }

        test("shadows are counted over scenes, and an interrupted count goes on") {
            val out = folder.resolve("shadows")
            fun evaluate() =
                cli.run(
                    "evaluate",
                    "radio-shadows",
                    *networks,
                    "--scenes",
                    "2",
                    "--measurements",
                    "150",
                    "--out",
                    "$out",
                )
            val first = evaluate()
            first.err shouldContain "2 of 2"
            first.code shouldBe 0
            first.out shouldContain "2 scenes; mean ± standard error"
            val lines = Files.readAllLines(out.resolve("shadows.csv"))
            lines.size shouldBe 4
            // The first scene is not computed again: a made-up row of it stays.
            val madeUp = lines[2].split(",").take(5) + listOf("0.125", "0.125", "0.125")
            Files.write(
                out.resolve("shadows.csv"),
                listOf(lines[0], lines[1], madeUp.joinToString(",")),
            )
            val second = evaluate()
            second.code shouldBe 0
            Files.readAllLines(out.resolve("shadows.csv")).drop(2) shouldBe
                listOf(madeUp.joinToString(","), lines[3])
        }

        test("explanations are counted over scenes") {
            val result =
                cli.run(
                    "evaluate",
                    "radio-explanations",
                    *networks,
                    "--scenes",
                    "2",
                    "--measurements",
                    "150",
                    "--components",
                    "5",
                    "--out",
                    "$folder/explanations",
                )
            result.err shouldContain "2 of 2"
            result.code shouldBe 0
            result.out shouldContain "factor"
            val rows = Files.readAllLines(folder.resolve("explanations/explanations.csv")).drop(2)
            rows.size shouldBe 2
            rows.forEach { row ->
                val (measurements, inShadow, first, firstInShadow) =
                    row.split(",").drop(1).map { it.toDouble() }
                measurements shouldBe 150.0
                (inShadow >= 1 && first <= 3 && firstInShadow <= first) shouldBe true
            }
        }

        test("the benchmark of matching pursuit is a task with options of its own") {
            cli.run("benchmark").err shouldContain
                "Say what to measure: explain, sound, unet, wavelets or pursuit."
            val none = cli.run("benchmark", "pursuit", "--rounds", "0")
            none.code shouldBe 2
            none.err shouldContain "The number of rounds (0) must be at least 1."
        }
    })
