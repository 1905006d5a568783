package org.rde4j.samples.pictures.network;

import java.util.Random;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.factory.Nd4j;

/** A trained array with its gradient and the moments of Adam. */
final class Parameter {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final INDArray value;
    private final INDArray gradient;
    private final INDArray firstMoment;
    private final INDArray secondMoment;

    private Parameter(INDArray value) {
        this.value = value;
        this.gradient = zeros(value.shape());
        this.firstMoment = zeros(value.shape());
        this.secondMoment = zeros(value.shape());
    }

    /** Normal numbers with variance 2 / inputs (He and others), which keep their size through ReLU layers. */
    static Parameter normal(Random random, long inputs, long... shape) {
        INDArray value = zeros(shape);
        double deviation = Math.sqrt(2.0 / inputs);
        for (long i = 0; i < value.length(); i++) {
            value.putScalar(i, deviation * random.nextGaussian());
        }
        return new Parameter(value);
    }

    /** A vector of equal numbers. */
    static Parameter constant(double value, long length) {
        return new Parameter(zeros(length).addi(value));
    }

    private static INDArray zeros(long... shape) {
        return Nd4j.zeros(DataType.FLOAT, shape);
    }

    INDArray value() {
        return value;
    }

    /** Where the layers write the gradient of the last batch. */
    INDArray gradient() {
        return gradient;
    }

    /** One step of Adam; the first has number 0. Uses the gradient up. */
    void update(double stepSize, int step) {
        Nd4j.exec(new AdamUpdater(gradient, secondMoment, firstMoment, stepSize, BETA1, BETA2, EPSILON, step));
        value.subi(gradient);
    }

    /** What a checkpoint has to keep. */
    Stream<INDArray> state() {
        return Stream.of(value, firstMoment, secondMoment);
    }
}
