package org.rde4j.samples.pictures.network;

import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Batch normalisation over the last axis: y = γ·(x − mean) / √(variance + ε) + β. */
final class BatchNorm {
    private static final double EPSILON = 1e-3;
    private static final double MOMENTUM = 0.97;

    private final Parameter gamma;
    private final Parameter beta;
    private final INDArray runningMean;
    private final INDArray runningVariance;
    private INDArray input;
    private INDArray mean;
    private INDArray inverseDeviation;

    BatchNorm(int channels) {
        this.gamma = Parameter.constant(1, channels);
        this.beta = Parameter.constant(0, channels);
        this.runningMean = Nd4j.zeros(DataType.FLOAT, channels);
        this.runningVariance = Nd4j.ones(DataType.FLOAT, channels);
    }

    INDArray forward(INDArray x, boolean training) {
        if (training) {
            measure(x);
        }
        INDArray scale = training ? gamma.value().mul(inverseDeviation) : scale();
        INDArray shift = training ? beta.value().sub(mean.mul(scale)) : shift();
        INDArray y = Ops.times(x, scale);
        Ops.run("biasadd", new INDArray[] {y, shift}, new INDArray[] {y});
        return y;
    }

    private void measure(INDArray x) {
        input = x;
        INDArray rows = Ops.rows(x);
        mean = Ops.columnSums(rows).divi(rows.size(0));
        INDArray variance =
                Ops.columnSums(Ops.times(rows, rows)).divi(rows.size(0)).subi(mean.mul(mean));
        inverseDeviation = inverseDeviation(variance);
        runningMean.muli(MOMENTUM).addi(mean.mul(1 - MOMENTUM));
        runningVariance.muli(MOMENTUM).addi(variance.mul(1 - MOMENTUM));
    }

    /** A variance computed in floats can come out slightly below 0. */
    private static INDArray inverseDeviation(INDArray variance) {
        return Transforms.sqrt(Transforms.relu(variance, true).addi(EPSILON), false)
                .rdivi(1);
    }

    /** x̂ = (x − mean)·r gives ∂x = γ·r·(g − Σg/m − x̂·Σ(g·x̂)/m); here as a·g + b·x + c with vectors a, b, c. */
    INDArray backward(INDArray gradient) {
        INDArray g = Ops.rows(gradient);
        INDArray x = Ops.rows(input);
        double m = g.size(0);
        INDArray sum = Ops.columnSums(g);
        INDArray product = Ops.columnSums(Ops.times(g, x)).subi(mean.mul(sum)).muli(inverseDeviation);
        beta.gradient().assign(sum);
        gamma.gradient().assign(product);
        INDArray a = gamma.value().mul(inverseDeviation);
        INDArray b = a.mul(inverseDeviation).muli(product).divi(-m);
        INDArray c = a.mul(sum).divi(-m).subi(mean.mul(b));
        INDArray result = Ops.plus(Ops.times(gradient, a), Ops.times(input, b));
        Ops.run("biasadd", new INDArray[] {result, c}, new INDArray[] {result});
        return result;
    }

    /** What the input is multiplied by when not training. */
    INDArray scale() {
        return inverseDeviation(runningVariance.dup()).muli(gamma.value());
    }

    /** What is added when not training. */
    INDArray shift() {
        return beta.value().sub(runningMean.mul(scale()));
    }

    Stream<Parameter> parameters() {
        return Stream.of(gamma, beta);
    }

    Stream<INDArray> statistics() {
        return Stream.of(runningMean, runningVariance);
    }
}
