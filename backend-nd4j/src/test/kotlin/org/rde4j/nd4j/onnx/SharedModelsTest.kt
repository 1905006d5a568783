package org.rde4j.nd4j.onnx

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.nio.file.Files
import java.nio.file.Path
import java.util.zip.ZipInputStream
import kotlin.math.sin
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.nd4j.gradients
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.value

private val assets =
    Path.of(System.getProperty("rde4j.root", "..")).resolve("../shared/assets").normalize()

/** What PyTorch computes; see src/test/python/shared_model_references.py. */
private val sharedReferences: Map<String, INDArray> by lazy {
    val resource =
        checkNotNull(SharedModelsTest::class.java.getResourceAsStream("/onnx/shared.zip"))
    ZipInputStream(resource).use { zip ->
        generateSequence { zip.nextEntry }
            .associate {
                it.name.removeSuffix(".npy") to Nd4j.createNpyFromByteArray(zip.readBytes())
            }
    }
}

/**
 * A network of the shared assets: its signals' shape, and how far rounding moves its gradient in
 * PyTorch, as a share of the gradient's norm (units so close to their kinks that they fall on one
 * side on some processors and on the other on others; src/test/python prints it).
 */
private class Shared(val path: String, val kinks: Double, vararg val shape: Long)

/** Real networks, compared with PyTorch wherever their files are at hand. */
class SharedModelsTest :
    FunSpec({
        listOf(
                Shared("imagenet-model/mobilenetv2_1.0", 4.5e-3, 2, 3, 224, 224),
                Shared("imagenet-model/mobilenetv3_large_minimalistic", 5.5e-3, 2, 3, 224, 224),
                Shared("nsynth/nsynth_family_cnn1d", 0.0, 2, 1, 32000),
            )
            .forEach { network ->
                val file = assets.resolve("${network.path}.onnx")
                test("${network.path} computes what PyTorch computes").config(
                    enabled = Files.exists(file)
                ) {
                    val shape = network.shape
                    val size = shape.fold(1L, Long::times).toInt()
                    val x =
                        Nd4j.createFromArray(*FloatArray(size) { sin(it / 100.0).toFloat() })
                            .reshape(*shape)
                    val toLast =
                        if (shape.size == 4) intArrayOf(0, 2, 3, 1) else intArrayOf(0, 2, 1)
                    val toFirst =
                        if (shape.size == 4) intArrayOf(0, 3, 1, 2) else intArrayOf(0, 2, 1)
                    val graph = Graph()
                    val signals = graph.variable("x", x.permute(*toLast).dup('c'))
                    val output = OnnxModel.read(file).append(graph, signals)
                    val weights = FloatArray(output.length().toInt()) { (it % 7 - 3).toFloat() }
                    val name = file.fileName.toString().removeSuffix(".onnx")
                    distance(
                        graph.value(output),
                        sharedReferences.getValue("$name.output"),
                    ) shouldBeLessThan 1e-4

                    val factor = Nd4j.createFromArray(*weights).reshape(*output.shape())
                    val gradient = graph.gradients(output, factor, listOf(signals)).single()
                    val flat = gradient.permute(*toFirst).dup('c').ravel().toFloatVector()
                    val sample = FloatArray((flat.size + 996) / 997) { flat[it * 997] }
                    distance(
                        Nd4j.createFromArray(*sample),
                        sharedReferences.getValue("$name.gradient"),
                    ) shouldBeLessThan 2 * network.kinks + 1e-4
                }
            }
    })

/** ‖actual − expected‖ / ‖expected‖ */
private fun distance(actual: INDArray, expected: INDArray): Double {
    actual.shape() shouldBe expected.shape()
    return actual.sub(expected).norm2Number().toDouble() / expected.norm2Number().toDouble()
}
