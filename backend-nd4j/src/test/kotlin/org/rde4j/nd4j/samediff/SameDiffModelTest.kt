package org.rde4j.nd4j.samediff

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeLessThan
import org.nd4j.autodiff.samediff.SDIndex
import org.nd4j.autodiff.samediff.SDVariable
import org.nd4j.autodiff.samediff.SameDiff
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv1DConfig
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.LocalResponseNormalizationConfig
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig
import org.nd4j.linalg.factory.Nd4j
import org.nd4j.linalg.indexing.conditions.Conditions
import org.rde4j.nd4j.dl4j.firstFromLast
import org.rde4j.nd4j.lastFromFirst
import org.rde4j.nd4j.normal
import org.rde4j.nd4j.shouldAgree

/** A graph under construction, whose weights have one type throughout. */
internal class Sketch(val type: DataType) {
    val sd: SameDiff = SameDiff.create()

    fun weight(name: String, vararg shape: Long): SDVariable =
        sd.`var`(name, normal(name.hashCode(), *shape, scale = 0.3).castTo(type))
}

private class Case(val name: String, val shape: LongArray, val build: Sketch.(SDVariable) -> SDVariable)

private fun image(name: String, build: Sketch.(SDVariable) -> SDVariable) = Case(name, longArrayOf(3, 6, 5), build)

private fun row(name: String, build: Sketch.(SDVariable) -> SDVariable) = Case(name, longArrayOf(6), build)

private fun series(name: String, build: Sketch.(SDVariable) -> SDVariable) = Case(name, longArrayOf(3, 8), build)

private val pool = Pooling2DConfig.builder().kH(2).kW(2).sH(2).sW(1).pH(1).pW(0).isNHWC(false).build()

private val cases =
    listOf(
        image("conv2d") { x ->
            val config = Conv2DConfig.builder().kH(3).kW(2).sH(2).sW(1).pH(1).pW(1).dataFormat("NCHW").build()
            sd.cnn().conv2d(x, weight("w", 3, 2, 3, 4), weight("b", 4), config)
        },
        image("depthwise") { x ->
            val config = Conv2DConfig.builder().kH(3).kW(2).dataFormat("NCHW").build()
            sd.cnn().depthWiseConv2d(x, weight("w", 3, 2, 3, 2), config)
        },
        image("deconv2d") { x ->
            val config = DeConv2DConfig.builder().kH(2).kW(3).sH(2).sW(2).dataFormat("NCHW").build()
            sd.cnn().deconv2d(x, weight("w", 2, 3, 4, 3), weight("b", 4), config)
        },
        series("conv1d") { x ->
            sd.cnn().conv1d(x, weight("w", 3, 3, 4), Conv1DConfig.builder().k(3).s(2).dataFormat("NCW").build())
        },
        image("pooling") { x -> sd.cnn().maxPooling2d(x, pool).add(sd.cnn().avgPooling2d(x, pool)) },
        image("upsampling") { x -> sd.cnn().upsampling2d(x, 2) },
        image("local response") { x ->
            sd.cnn()
                .localResponseNormalization(
                    x,
                    LocalResponseNormalizationConfig.builder().alpha(0.1).beta(0.5).bias(1.0).depth(2).build(),
                )
        },
        image("batch norm") { x ->
            sd.nn()
                .batchNorm(
                    x,
                    weight("mean", 3),
                    sd.math().square(weight("variance", 3)).add(0.5),
                    weight("gamma", 3),
                    weight("beta", 3),
                    1e-3,
                    1,
                )
        },
        image("spatial mean") { x -> x.mean(2, 3) },
        row("linear layers") { x ->
            val hidden = sd.nn().tanh(sd.nn().linear(x, weight("w", 6, 8), weight("b", 8)))
            sd.nn().softmax(hidden.mmul(weight("w2", 8, 3)))
        },
        row("scalars") { x -> x.mul(2.0).add(0.5).sub(1.5).rsub(3.0).div(4.0).rdiv(2.0) },
        row("power") { x -> sd.math().pow(sd.math().abs(x).add(0.5), 1.7) },
        row("activations") { x ->
            val smooth = sd.nn().gelu(x).add(sd.nn().swish(x)).add(sd.nn().softplus(x)).add(sd.nn().sigmoid(x))
            smooth.add(sd.nn().elu(x)).add(sd.nn().leakyRelu(x, 0.3)).add(sd.nn().relu(x, 0.0)).add(sd.nn().selu(x))
        },
        row("log softmax") { x -> sd.nn().logSoftmax(x, 1) },
        row("deviation that keeps its axis") { x -> x.div(x.std("deviation", true, true, 1)) },
        row("variance") { x -> sd.variance(x, false, true, 1) },
        row("norms") { x -> x.div(x.norm2(true, 1)).add(x.norm1(true, 1)) },
        row("extremes") { x -> x.sub(x.max(true, 1)).add(x.min(true, 1)) },
        row("products") { x -> x.prod(true, 1).add(x.sum(true, 1)) },
        row("cosine similarity") { x ->
            sd.math().cosineSimilarity(x, weight("w", 1, 6).mul(sd.onesLike(x)), true, false, 1)
        },
        row("greater of two") { x -> sd.math().max(x, sd.math().neg(x).add(0.25)) },
        row("choice") { x -> sd.where(x.mul(2.0), sd.math().square(x), x.gt(0.1).castTo(DataType.BOOL)) },
        row("clip") { x -> sd.math().clipByValue(x, -0.5, 0.75) },
        row("masked") { x -> x.mul(sd.math().step(x, 0.4)) },
        row("replaced") { x -> sd.replaceWhere(sd.math().square(x), 0.3, Conditions.greaterThan(1.0)).mul(1.0) },
        row("reshaped") { x -> sd.permute(sd.reshape(x, -1, 2, 3), 0, 2, 1) },
        row("joined") { x -> sd.concat(1, x, sd.math().sin(x), x) },
        row("stacked") { x -> sd.stack(1, x, sd.math().cos(x)) },
        row("unstacked") { x ->
            val parts = sd.unstack(x, 1, 6)
            sd.stack(1, parts[4], parts[1].mul(parts[2]))
        },
        row("split") { x ->
            val parts = sd.split(x, 3, 1)
            parts[0].mul(parts[2]).add(parts[1])
        },
        row("gathered") { x -> sd.gather(x, intArrayOf(4, 0, 4), 1) },
        row("padded") { x -> sd.nn().pad(x, sd.constant(Nd4j.createFromArray(arrayOf(intArrayOf(0, 0), intArrayOf(1, 2)))), 0.5) },
        row("tiled") { x -> sd.tile(x, 1, 2) },
        row("expanded") { x -> sd.squeeze(sd.math().exp(sd.expandDims(x, 1)), 1) },
        row("cumulated") { x -> sd.cumsum(x, false, false, 1) },
        row("reversed") { x -> sd.reverse(x, 1) },
        row("layer norm") { x -> sd.nn().layerNorm(x, weight("gain", 6), weight("bias", 6), true, 1) },
        row("standardised") { x -> sd.math().standardize(x, 1) },
        row("a shape that is computed") { x ->
            sd.reshape(x, sd.shape(x)).mul(sd.shape(x).get(SDIndex.point(1)).castTo(type))
        },
        series("attention") { x ->
            sd.nn().multiHeadDotProductAttention(
                x, x, x, weight("q", 2, 4, 3), weight("k", 2, 4, 3), weight("v", 2, 4, 3), weight("o", 8, 5),
                sd.constant(Nd4j.ones(type, 1, 8)).mul(sd.onesLike(x).mean(true, 1).reshape(-1, 8)), true)
        },
        row("a matrix of inner products") { x ->
            val columns = sd.reshape(x, -1, 2, 3)
            sd.reshape(columns.mmul(weight("w", 1, 3, 2).mul(sd.onesLike(sd.permute(columns, 0, 2, 1)))), -1, 4)
        },
    )

class SameDiffModelTest :
    FunSpec({
        fun outputs(case: Case): (INDArray) -> INDArray = { signals ->
            val sketch = Sketch(DataType.DOUBLE)
            val x = sketch.sd.placeHolder("x", DataType.DOUBLE, -1, *case.shape)
            val y = case.build(sketch, x)
            sketch.sd.outputSingle(mapOf("x" to signals.firstFromLast()), y.name()).lastFromFirst()
        }

        fun model(case: Case, type: DataType): SameDiffModel {
            val sketch = Sketch(type)
            val x = sketch.sd.placeHolder("x", type, -1, *case.shape)
            return SameDiffModel.of(sketch.sd, "x", case.build(sketch, x).name())
        }

        for (case in cases) {
            test(case.name) {
                for (batch in listOf(1L, 3L)) {
                    val signals = normal(batch.toInt(), batch, *case.shape).lastFromFirst().dup('c')
                    shouldAgree(model(case, DataType.FLOAT), signals, reference = outputs(case))
                }
            }
        }

        test("a graph in double precision") {
            val case = cases.first()
            val signals = normal(1, 2, *case.shape).lastFromFirst().dup('c')
            shouldAgree(model(case, DataType.DOUBLE), signals, reference = outputs(case))
        }
    })
