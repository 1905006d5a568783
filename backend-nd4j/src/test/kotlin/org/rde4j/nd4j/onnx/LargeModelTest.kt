package org.rde4j.nd4j.onnx

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.io.RandomAccessFile
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.channels.FileChannel.MapMode.READ_ONLY
import java.nio.channels.FileChannel.MapMode.READ_WRITE
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import onnx.Onnx.StringStringEntryProto
import onnx.Onnx.TensorProto
import org.bytedeco.javacpp.Pointer
import org.nd4j.linalg.factory.Nd4j
import org.nd4j.shade.protobuf.UnsafeByteOperations
import org.rde4j.Distortion.labelScore
import org.rde4j.Obfuscation.constant
import org.rde4j.RateDistortion
import org.rde4j.Representation.pixels
import org.rde4j.Solver.l1
import org.rde4j.Tensor
import org.rde4j.nd4j.Nd4jBackend
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.value

private const val SIDE = 8192
private const val LAYER = 4L * SIDE * SIDE

/** Where layers move each number to. */
private fun source(i: Int): Int = (5 * i + 3) % SIDE

/**
 * Dense networks of so many MB as -Drde4j.dense says, with weights inside the file and beside it.
 * They are for a JVM with -Xmx1g, and skipped without the property.
 */
class LargeModelTest :
    FunSpec({
        val megabytes = Integer.getInteger("rde4j.dense", 0)
        val layers = maxOf(1, (megabytes * 1_000_000L / LAYER).toInt())
        val folder: Path = tempdir().toPath()

        /** Matrices that move numbers, so that every output is known. */
        fun weights(): Path {
            val file = folder.resolve("w.bin")
            RandomAccessFile(file.toFile(), "rw").use { out ->
                out.setLength(layers * LAYER)
                for (layer in 0 until layers) {
                    val matrix = out.channel.map(READ_WRITE, layer * LAYER, LAYER)
                    matrix.order(ByteOrder.LITTLE_ENDIAN)
                    for (row in 0 until SIDE) matrix.putFloat(4 * (row * SIDE + source(row)), 1f)
                }
            }
            return file
        }

        /**
         * From images of 2×64×64 through dense layers, with tensors that hold their weights in one
         * of two ways.
         */
        fun network(name: String, with: (TensorProto.Builder, Int) -> Unit): OnnxModel {
            val tensors =
                (0 until layers).map { layer ->
                    TensorProto.newBuilder()
                        .setName("w$layer")
                        .setDataType(1)
                        .addDims(SIDE.toLong())
                        .addDims(SIDE.toLong())
                        .also { with(it, layer) }
                        .build()
                }
            val nodes =
                (0 until layers).map { layer ->
                    val output = if (layer == layers - 1) "y" else "h${layer + 1}"
                    node("Gemm", "h$layer w$layer", output, "transB" to 1)
                }
            val model =
                model(
                    listOf(node("Flatten", "x", "h0")) + nodes,
                    tensors,
                    listOf(value("x", 0, 2, 64, 64)),
                )
            val file = folder.resolve(name)
            Files.newOutputStream(file).use(model::writeTo)
            return OnnxModel.read(file)
        }

        fun beside(): OnnxModel {
            weights()
            return network("beside.onnx") { tensor, layer ->
                fun entry(key: String, value: String) =
                    StringStringEntryProto.newBuilder().setKey(key).setValue(value)
                tensor
                    .setDataLocationValue(1)
                    .addExternalData(entry("location", "w.bin"))
                    .addExternalData(entry("offset", "${layer * LAYER}"))
            }
        }

        fun inside(): OnnxModel {
            val file = weights()
            val matrices: List<ByteBuffer> =
                RandomAccessFile(file.toFile(), "r").use { bytes ->
                    (0 until layers).map { bytes.channel.map(READ_ONLY, it * LAYER, LAYER) }
                }
            val model =
                network("inside.onnx") { tensor, layer ->
                    tensor.setRawData(UnsafeByteOperations.unsafeWrap(matrices[layer]))
                }
            Files.delete(file)
            Files.size(folder.resolve("inside.onnx")) shouldBeGreaterThan layers * LAYER
            return model
        }

        fun moved(x: FloatArray): FloatArray =
            (0 until layers).fold(x) { y, _ -> FloatArray(SIDE) { y[source(it)] } }

        fun report(what: String, since: Instant) {
            System.gc()
            val runtime = Runtime.getRuntime()
            val used = (runtime.totalMemory() - runtime.freeMemory()) shr 20
            val seconds = Duration.between(since, Instant.now()).toMillis() / 1000.0
            val arrays = Pointer.totalBytes() shr 20
            val all = Pointer.physicalBytes() shr 20
            println(
                "$what: $seconds s, heap in use $used of ${runtime.maxMemory() shr 20} MiB, arrays $arrays MiB, " +
                    "with mapped files $all MiB"
            )
            used shouldBeLessThan 256
        }

        for ((place, build) in
            listOf("beside its file" to ::beside, "inside its file" to ::inside)) {
            test("a large dense network with weights $place").config(enabled = megabytes > 0) {
                val signal = FloatArray(SIDE) { (it % 251) / 251f }
                val start = Instant.now()
                val model = build()
                report("$place, written and read", start)
                val run = Instant.now()
                val graph = Graph()
                // [N, C, H, W] to [N, H, W, C]
                val x = Nd4j.createFromArray(*signal).reshape(1, 2, 64, 64).permute(0, 2, 3, 1)
                val y = graph.value(model.append(graph, graph.constant(x.dup('c'))))
                y.toFloatMatrix()[0] shouldBe moved(signal)
                report("$place, forward", run)
                val explained = Instant.now()
                val problem =
                    RateDistortion.over(pixels())
                        .obfuscatedBy(constant(0.0))
                        .measuredBy(labelScore())
                        .solvedBy(l1(0.1).adam(0.05).steps(3).samples(4))
                Nd4jBackend.compile(problem, model).use { explainer ->
                    val explanation = explainer.explain(Tensor.of(signal, 2, 64, 64))
                    explanation.label().orElseThrow().index() shouldBe
                        moved(signal).indexOfFirst { it == 250f / 251 }
                    report("$place, explained in 3 steps of 4 samples", explained)
                }
            }
        }
    })
