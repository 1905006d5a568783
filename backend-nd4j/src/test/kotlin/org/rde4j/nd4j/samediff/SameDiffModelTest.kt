package org.rde4j.nd4j.samediff

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.nd4j.autodiff.samediff.SDIndex
import org.nd4j.autodiff.samediff.SDVariable
import org.nd4j.autodiff.samediff.SameDiff
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv1DConfig
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig
import org.nd4j.linalg.factory.Nd4j
import org.nd4j.linalg.indexing.conditions.Conditions
import org.rde4j.RdeException
import org.rde4j.nd4j.ModelProbe
import org.rde4j.nd4j.difference
import org.rde4j.nd4j.dl4j.firstFromLast
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.lastFromFirst
import org.rde4j.nd4j.normal
import org.rde4j.nd4j.shouldAgree
import org.rde4j.nd4j.value

/** A graph under construction, whose weights have one type throughout. */
internal class Sketch(val type: DataType) {
    val sd: SameDiff = SameDiff.create()

    fun weight(name: String, vararg shape: Long): SDVariable =
        sd.`var`(name, normal(name.hashCode(), *shape, scale = 0.3).castTo(type))
}

private class Case(
    val name: String,
    val shape: LongArray,
    val build: Sketch.(SDVariable) -> SDVariable,
)

private fun image(name: String, build: Sketch.(SDVariable) -> SDVariable) =
    Case(name, longArrayOf(3, 6, 5), build)

private fun row(name: String, build: Sketch.(SDVariable) -> SDVariable) =
    Case(name, longArrayOf(6), build)

private fun series(name: String, build: Sketch.(SDVariable) -> SDVariable) =
    Case(name, longArrayOf(3, 8), build)

private val pool =
    Pooling2DConfig.builder().kH(2).kW(2).sH(2).sW(1).pH(1).pW(0).isNHWC(false).build()

private val cases =
    listOf(
        image("conv2d") { x ->
            val config =
                Conv2DConfig.builder()
                    .kH(3)
                    .kW(2)
                    .sH(2)
                    .sW(1)
                    .pH(1)
                    .pW(1)
                    .dataFormat("NCHW")
                    .build()
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
            sd.cnn()
                .conv1d(
                    x,
                    weight("w", 3, 3, 4),
                    Conv1DConfig.builder()
                        .k(3)
                        .s(2)
                        .paddingMode(PaddingMode.VALID)
                        .dataFormat("NCW")
                        .build(),
                )
        },
        image("pooling") { x ->
            sd.cnn().maxPooling2d(x, pool).add(sd.cnn().avgPooling2d(x, pool))
        },
        image("max pooling") { x -> sd.cnn().maxPooling2d(x, pool) },
        image("average pooling") { x -> sd.cnn().avgPooling2d(x, pool) },
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
        row("batch norm of rows without gamma") { x ->
            sd.nn()
                .batchNorm(
                    x,
                    weight("mean", 6),
                    sd.math().exp(weight("v", 6)),
                    null,
                    weight("beta", 6),
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
            val smooth =
                sd.nn()
                    .gelu(x)
                    .add(sd.nn().swish(x))
                    .add(sd.nn().softplus(x))
                    .add(sd.nn().sigmoid(x))
            smooth
                .add(sd.nn().elu(x))
                .add(sd.nn().leakyRelu(x, 0.3))
                .add(sd.nn().relu(x, 0.0))
                .add(sd.nn().selu(x))
        },
        row("log softmax") { x -> sd.nn().logSoftmax(x, 1) },
        row("deviation that keeps its axis") { x -> x.div(x.std("deviation", true, true, 1)) },
        row("variance") { x -> sd.variance(x, true, true, 1) },
        row("norms") { x -> x.div(x.norm2(true, 1)).add(x.norm1(true, 1)) },
        row("extremes") { x -> x.sub(x.max(true, 1)).add(x.min(true, 1)) },
        row("products") { x -> x.prod(true, 1).add(x.sum(true, 1)) },
        row("cosine similarity") { x ->
            sd.math().cosineSimilarity(x, weight("w", 1, 6).mul(sd.onesLike(x)), true, false, 1)
        },
        row("greater of two") { x -> sd.math().max(x, sd.math().neg(x).add(0.25)) },
        row("clip") { x -> sd.math().clipByValue(x, -0.5, 0.75) },
        row("masked") { x -> x.mul(sd.math().step(x, 0.4)) },
        row("replaced") { x ->
            sd.replaceWhere(sd.math().square(x), 0.3, Conditions.greaterThan(1.0)).mul(1.0)
        },
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
        row("padded") { x ->
            sd.nn()
                .pad(
                    x,
                    sd.constant(Nd4j.createFromArray(arrayOf(intArrayOf(0, 0), intArrayOf(1, 2)))),
                    0.5,
                )
        },
        row("tiled") { x -> sd.tile(x, 1, 2) },
        row("expanded") { x -> sd.squeeze(sd.math().exp(sd.expandDims(x, 1)), 1) },
        row("reversed") { x -> sd.reverse(x, 1) },
        row("layer norm") { x ->
            sd.nn().layerNorm(x, weight("gain", 6), weight("bias", 6), true, 1)
        },
        row("standardised") { x -> sd.math().standardize(x, 1) },
        row("a shape that is computed") { x ->
            sd.reshape(x, sd.shape(x)).mul(sd.shape(x).get(SDIndex.point(1)).castTo(type))
        },
        row("a matrix of inner products") { x ->
            val columns = sd.reshape(x, -1, 2, 3)
            sd.reshape(
                columns.mmul(weight("w", 1, 3, 2).mul(sd.onesLike(sd.permute(columns, 0, 2, 1)))),
                -1,
                4,
            )
        },
    )

class SameDiffModelTest :
    FunSpec({
        test("several inputs, given in the order of their names") {
            val sd = SameDiff.create()
            val h = sd.placeHolder("h", DataType.FLOAT, -1, 2, 3)
            val s = sd.placeHolder("s", DataType.DOUBLE, -1, 1, 3)
            h.mul(s.castTo(DataType.FLOAT)).rename("y")
            val model = SameDiffModel.of(sd, listOf("s", "h"), "y")
            model.inputs().map { it.name() } shouldBe listOf("s", "h")
            val values = normal(1, 4, 3, 2).castTo(DataType.FLOAT)
            val mask = normal(2, 4, 3, 1).castTo(DataType.FLOAT)
            val graph = Graph()
            val y = model.append(graph, listOf(graph.constant(mask), graph.constant(values)))
            difference(graph.value(y), values.mul(mask.broadcast(4, 3, 2))) shouldBeLessThan 1e-6
            shouldThrow<RdeException> { model.append(graph, graph.constant(values)) }
                .message!! shouldContain "has 2 inputs [s, h], but here is 1"
        }

        fun values(case: Case): (INDArray) -> INDArray = { signals ->
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
                // Not 1: some gradients of ND4J are wrong for single rows.
                val signals = normal(3, 3, *case.shape).lastFromFirst().dup('c')
                shouldAgree(model(case, DataType.FLOAT), signals, reference = values(case))
            }
        }

        test("a graph in double precision") {
            val case = cases.first()
            val signals = normal(1, 2, *case.shape).lastFromFirst().dup('c')
            shouldAgree(model(case, DataType.DOUBLE), signals, reference = values(case))
        }

        test("a channels-last graph") {
            val build: Sketch.(SDVariable) -> SDVariable = { x ->
                val config = Conv2DConfig.builder().kH(3).kW(2).dataFormat("NHWC").build()
                sd.cnn().conv2d(x, weight("w", 3, 2, 3, 4), config)
            }
            val sketch = Sketch(DataType.FLOAT)
            val x = sketch.sd.placeHolder("x", DataType.FLOAT, -1, 6, 5, 3)
            val model = SameDiffModel.of(sketch.sd, "x", build(sketch, x).name()).channelsLast()
            shouldAgree(model, normal(1, 2, 6, 5, 3)) {
                val reference = Sketch(DataType.DOUBLE)
                val y = build(reference, reference.sd.constant(it))
                y.eval()
            }
        }

        test("a score for each signal becomes a column") {
            val sd = SameDiff.create()
            val x = sd.placeHolder("x", DataType.FLOAT, -1, 4)
            val model = SameDiffModel.of(sd, "x", x.sum(1).name())
            shouldAgree(model, normal(1, 3, 4)) { it.sum(true, 1) }
        }

        test("a fixed batch size") {
            val sd = SameDiff.create()
            val x = sd.placeHolder("x", DataType.FLOAT, 2, 4)
            val model = SameDiffModel.of(sd, "x", sd.math().square(x).name())
            shouldAgree(model, normal(1, 2, 4)) { it.mul(it) }
            problem { ModelProbe(model, normal(1, 3, 4)) } shouldContain
                "[3, 4] do not fit the input [2, 4]"
        }

        test("signals that do not fit") {
            val sd = SameDiff.create()
            val x = sd.placeHolder("x", DataType.FLOAT, -1, -1)
            val y = x.mmul(sd.constant(normal(1, 4, 2).castTo(DataType.FLOAT)))
            val model = SameDiffModel.of(sd, "x", y.name())
            problem { ModelProbe(model, normal(1, 3, 5)) } shouldContain
                "cannot be run on signals [3, 5]"
            problem { ModelProbe(model, normal(1, 3, 5, 4)) } shouldContain
                "do not fit the input [-1, -1]"
        }

        test("an output that mixes the batch") {
            val sd = SameDiff.create()
            val x = sd.placeHolder("x", DataType.FLOAT, -1, 4)
            val model = SameDiffModel.of(sd, "x", sd.reshape(x, 1, -1).name())
            problem { ModelProbe(model, normal(1, 3, 4)) } shouldContain "[1, 12] for 3 signals"
        }

        test("a model that is a function") {
            val model =
                CustomModel("squares") { sd, x ->
                    sd.math()
                        .square(x)
                        .mul(sd.`var`("w", normal(5, 1, 3, 1, 1).castTo(DataType.FLOAT)))
                        .sum(2, 3)
                }
            model.name shouldBe "squares"
            val weight = normal(5, 1, 1, 1, 3)
            shouldAgree(model, normal(1, 2, 6, 5, 3)) { it.mul(it).mul(weight).sum(1, 2) }
            val picture = CustomModel("negative") { _, x -> x.neg() }
            shouldAgree(picture, normal(1, 2, 6, 5, 3)) { it.neg() }
        }

        test("a function of another graph") {
            val stray = SameDiff.create().constant(1.0f)
            problem {
                ModelProbe(CustomModel("stray") { _, _ -> stray }, normal(1, 2, 3))
            } shouldContain "'stray'"
        }
    })

internal fun problem(block: () -> Unit): String = shouldThrow<RdeException>(block).message!!
