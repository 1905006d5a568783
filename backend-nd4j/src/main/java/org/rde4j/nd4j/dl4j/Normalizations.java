package org.rde4j.nd4j.dl4j;

import java.util.Map;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** The normalisation layers of Deeplearning4j. */
final class Normalizations {
    private Normalizations() {}

    /** With the statistics from training, which makes it one multiplication and one addition. */
    static Node batch(Graph graph, BatchNormalization layer, Map<String, INDArray> weights, Node x) {
        INDArray mean = weights.get("mean").castTo(DataType.DOUBLE);
        if (x.size(-1) != mean.length() || x.rank() == 3) {
            throw new IllegalArgumentException("rows or images of %s channels are wanted".formatted(mean.length()));
        }
        INDArray gamma = layer.isLockGammaBeta()
                ? Nd4j.valueArrayOf(mean.shape(), layer.getGamma(), DataType.DOUBLE)
                : weights.get("gamma").castTo(DataType.DOUBLE);
        INDArray beta = layer.isLockGammaBeta()
                ? Nd4j.valueArrayOf(mean.shape(), layer.getBeta(), DataType.DOUBLE)
                : weights.get("beta").castTo(DataType.DOUBLE);
        INDArray scale = gamma.div(Transforms.sqrt(variance(weights).add(layer.getEps())));
        INDArray shift = beta.sub(mean.mul(scale));
        long channels = mean.length();
        return graph.add(
                graph.mul(x, graph.constant(scale.reshape(channels))), graph.constant(shift.reshape(channels)));
    }

    private static INDArray variance(Map<String, INDArray> weights) {
        INDArray variance = weights.get("var");
        if (variance != null) {
            return variance.castTo(DataType.DOUBLE);
        }
        INDArray logarithm = weights.get("log10stdev").castTo(DataType.DOUBLE);
        return Transforms.exp(logarithm.mul(2 * StrictMath.log(10)));
    }

    /** x / (k + α Σ x²)^β, the sum over the n channels around each. */
    static Node localResponse(Graph graph, LocalResponseNormalization layer, Map<String, INDArray> weights, Node x) {
        int channels = Math.toIntExact(x.size(3));
        int reach = (int) layer.getN() / 2;
        INDArray band = Nd4j.create(DataType.FLOAT, channels, channels);
        for (int i = 0; i < channels; i++) {
            for (int j = Math.max(0, i - reach); j < Math.min(channels, i + reach + 1); j++) {
                band.putScalar(i, j, layer.getAlpha());
            }
        }
        Node sums = graph.matmul(graph.square(x), graph.constant(band));
        return graph.mul(x, graph.pow(graph.add(sums, layer.getK()), -layer.getBeta()));
    }
}
