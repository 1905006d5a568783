package org.rde4j.nd4j.explain

import java.util.Random
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.CorrelatedNoise
import org.rde4j.DatasetDraws
import org.rde4j.Distortion
import org.rde4j.Fourier
import org.rde4j.LabelMap
import org.rde4j.Mixture
import org.rde4j.Moments
import org.rde4j.Obfuscation
import org.rde4j.OutputKind
import org.rde4j.Parts
import org.rde4j.PerPart
import org.rde4j.Points
import org.rde4j.Region
import org.rde4j.Representation
import org.rde4j.Shearlets
import org.rde4j.Tensor
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.Nd4jBackend
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.graph.Node
import org.rde4j.nd4j.model.Nd4jModel
import org.rde4j.nd4j.representation.CodeSearch

/** Numbers from a fixed sequence. */
fun randomTensor(seed: Long, vararg shape: Int, low: Double = 0.0, high: Double = 1.0): Tensor {
    val random = Random(seed)
    val size = shape.fold(1) { a, b -> a * b }
    return Tensor.of(
        FloatArray(size) { (low + (high - low) * random.nextDouble()).toFloat() },
        *shape,
    )
}

/** Φ(x) = tanh(x W₁) W₂, smooth, so that finite differences tell the truth. */
fun smoothClassifier(inputs: Int, classes: Int = 4, seed: Long = 3): Nd4jModel {
    val random = Random(seed)
    fun weights(rows: Int, columns: Int) =
        Nd4j.createFromArray(
                *FloatArray(rows * columns) {
                    (random.nextGaussian() / Math.sqrt(rows.toDouble())).toFloat()
                }
            )
            .reshape(rows.toLong(), columns.toLong())
    val first = weights(inputs, 12).muli(4)
    val second = weights(12, classes).muli(4)
    return Models.custom("smooth") { sd, x ->
        sd.math()
            .tanh(sd.reshape(x, -1, inputs.toLong()).mmul(sd.constant("first", first)))
            .mmul(sd.constant("second", second))
    }
}

/** The same outputs as images of 3×8×8. */
fun Nd4jModel.asImages(): Nd4jModel {
    val outputs = this
    return object : Nd4jModel {
        override fun name() = outputs.name()

        override fun append(graph: Graph, signals: Node) =
            graph.reshape(outputs.append(graph, signals), -1, 8, 8, 3)
    }
}

/** Φ(x) = ⟨w, x⟩ */
fun linearModel(vararg weights: Float): Nd4jModel =
    Models.custom("linear") { sd, x ->
        x.mmul(sd.constant("w", Nd4j.createFromArray(*weights).reshape(weights.size.toLong(), 1)))
    }

/** One of each representation that fits images of 3×8×8. */
val representations: List<Representation> =
    listOf(
        Representation.pixels(),
        Representation.pixels().perChannel(),
        Representation.channels(),
        Representation.labelMap(Tensor.of(FloatArray(64) { (it * it % 7 / 2).toFloat() }, 8, 8)),
        Representation.patches(3),
        Representation.wavelets("db2").levels(2),
        Representation.shearlets().scales(1),
        Representation.dct(),
        Representation.fourier(),
        Representation.fourier().joint(),
        Representation.fourier().whole(),
        Representation.points(Tensor.of(FloatArray(64) { (it % 3 - 1).toFloat() }, 8, 8)),
        Representation.parts(
            Representation.part("tx", 1).kept(),
            Representation.part("left", 1, Representation.wavelets("db2").levels(1)),
            Representation.part("right", 1),
        ),
        Representation.dictionary(randomTensor(1, 192, 192, low = -1.0)),
        Nd4jBackend.latent("tanh", smoothClassifier(10, 192, 9).asImages(), 10)
            .searchedBy(CodeSearch.defaults().steps(5))
            .tolerance(Double.POSITIVE_INFINITY),
        Nd4jBackend.representation("half", 192, { x -> x.dup('c').reshape(192).mul(2) }) { sd, h ->
            sd.reshape(h.mul(0.5), -1, 3, 8, 8)
        },
    )

/** G(h, s, z) = tanh(s⊙h / 2 + s + 0.3 z) for one channel of masks and one of noise. */
val smoothInpainter: Nd4jModel =
    object : Nd4jModel {
        override fun name() = "smooth"

        override fun append(graph: Graph, signals: Node): Node {
            val n = signals.size(-1)
            val values = graph.slice(signals, -1, 0, n - 2)
            val mask = graph.slice(signals, -1, n - 2, n - 1)
            val noise = graph.slice(signals, -1, n - 1, n)
            val shift = graph.add(mask, graph.mul(noise, 0.3))
            return graph.tanh(
                graph.add(graph.mul(values, 0.5), graph.broadcastTo(shift, *values.shape()))
            )
        }
    }

/** Φ0(y) = y² / 2 + 0.1 */
val squareModel =
    AuxiliaryInpainting.Network { graph, kept ->
        graph.add(graph.mul(graph.square(kept), 0.5), 0.1)
    }

/** One of each obfuscation strategy and each origin of moments. */
val obfuscations: List<Obfuscation> =
    listOf(
        Obfuscation.constant(0.2),
        Obfuscation.gaussianNoise(),
        Obfuscation.gaussianNoise().perChannel(),
        Obfuscation.gaussianNoise().perScale(),
        Obfuscation.uniformNoise().given(0.3, 0.5),
        Obfuscation.blur(1.5),
        Nd4jBackend.obfuscation("half") { h, _, z -> h.mul(0.5).add(z.mul(0.1)) },
        Obfuscation.gaussianNoise()
            .given(Tensor.of(floatArrayOf(0.3f), 1), Tensor.of(floatArrayOf(0.2f), 1)),
        Obfuscation.gaussianNoise().covariance(randomTensor(2, 192), covarianceOf(192)),
        Obfuscation.blur(1.5).withNoise(0.1),
        Obfuscation.draws(randomTensor(12, 5, 3, 8, 8)).nearest(3),
        Obfuscation.mixture(
                listOf(1.0, 2.0, 1.0),
                Obfuscation.constant(0.5),
                Nd4jBackend.obfuscation("half") { h, s, _ -> h.mul(0.5).mul(s) },
                Obfuscation.uniformNoise().perChannel(),
            )
            .perComponent(),
        Obfuscation.zero("low")
            .and(Obfuscation.blur(1.0).on("detail_1"))
            .others(Obfuscation.gaussianNoise()),
        Nd4jBackend.inpaintedBy("smooth", smoothInpainter, 1),
        Nd4jBackend.inpaintedBy("square", squareModel),
        Nd4jBackend.inpaintedBy("square", squareModel, 0.4),
    )

/** A covariance of rank n / 2. */
fun covarianceOf(n: Int): Tensor {
    val root =
        Array(n) { row -> randomTensor(row.toLong(), n / 2, low = -0.1, high = 0.1).values() }
    return Tensor.of(
        FloatArray(n * n) { at ->
            root[at / n].indices.sumOf { root[at / n][it].toDouble() * root[at % n][it] }.toFloat()
        },
        n,
        n,
    )
}

/** One of each distortion. */
val distortions: List<Distortion> =
    listOf(
        Distortion.labelScore(),
        Distortion.labelProbability().times(10.0),
        Distortion.labelProbability().of(2),
        Distortion.toProbabilityOne(),
        Distortion.crossEntropy(),
        Distortion.remainingProbability(),
        Distortion.contrast(0, 2),
        Distortion.squaredError(),
        Distortion.squaredError().restrictedTo(Region.indices(1, 3)),
        Nd4jBackend.distortion("fourth power") { _, clean, changed ->
            val square = changed.sub(clean).mul(changed.sub(clean))
            square.mul(square).sum(false, 2)
        },
    )

/** Measures of labels on parts of maps. */
val mapDistortions: List<Distortion> =
    listOf(
        Distortion.regionProbability(Region.box(2, 1, 3, 4)).times(10.0),
        Distortion.regionProbability(Region.polygon(0.0, 0.0, 7.0, 0.0, 0.0, 7.0)).of(1),
    )

/** The same outputs with an operation behind them. */
fun Nd4jModel.followedBy(what: (Graph, Node) -> Node): Nd4jModel {
    val outputs = this
    return object : Nd4jModel {
        override fun name() = outputs.name()

        override fun append(graph: Graph, signals: Node) =
            what(graph, outputs.append(graph, signals))
    }
}

/** Models of every kind of output, over images of 3×8×8. */
val outputKinds: Map<String, Nd4jModel> =
    mapOf(
        "softmax probabilities" to smoothClassifier(192).followedBy { g, x -> g.softmax(x) },
        "stated probabilities" to
            smoothClassifier(192)
                .followedBy { g, x -> g.exp(g.logSoftmax(x)) }
                .giving(OutputKind.PROBABILITIES),
        "sigmoid probabilities" to smoothClassifier(192).followedBy { g, x -> g.sigmoid(x) },
        "stated sigmoids" to
            // Small scores: the probabilities of large ones hold too few digits for differences.
            smoothClassifier(192)
                .followedBy { g, x -> g.add(g.mul(g.tanh(g.mul(x, 0.1)), 0.5), 0.5) }
                .giving(OutputKind.LABEL_PROBABILITIES),
        "scores of labels" to smoothClassifier(192).giving(OutputKind.LABEL_SCORES),
        "a map of scores" to smoothClassifier(192, 192).asImages(),
        "a map of softmax probabilities" to
            smoothClassifier(192, 192).asImages().followedBy { g, x -> g.softmax(x) },
        "a map of sigmoids" to
            smoothClassifier(192, 192).asImages().followedBy { g, x -> g.sigmoid(x) },
        "a map of one sigmoid" to
            smoothClassifier(192, 192).asImages().followedBy { g, x ->
                g.sigmoid(g.slice(x, 3, 0, 1))
            },
    )

val perScale = Moments.OfSignal(Moments.Grouping.PER_SCALE)

/** Whether a problem over these makes sense. */
fun fits(representation: Representation, obfuscation: Obfuscation): Boolean =
    when (obfuscation) {
        is PerPart -> representation is Representation.Wavelets
        is InpaintingNetwork ->
            representation == Representation.pixels() ||
                representation is LabelMap ||
                representation is Points ||
                representation is Representation.Patches ||
                representation is Representation.Dct
        is CorrelatedNoise -> representation is Representation.Dct
        is DatasetDraws -> representation !is Representation.Custom
        is AuxiliaryInpainting ->
            representation is Representation.Pixels || representation is Representation.Patches
        is Mixture -> obfuscation.strategies().all { fits(representation, it) }
        is Obfuscation.GaussianNoise ->
            when (obfuscation.moments()) {
                perScale ->
                    representation is Representation.Wavelets ||
                        representation is Shearlets ||
                        representation is Fourier ||
                        representation is Parts ||
                        representation is Representation.Custom
                is Moments.PerCoefficient ->
                    representation is LabelMap ||
                        representation is Points ||
                        representation is Representation.Channels ||
                        representation is Representation.Patches ||
                        representation is Representation.Wavelets ||
                        representation is Representation.Dct ||
                        representation == Representation.pixels()
                else -> true
            }
        else -> true
    }
