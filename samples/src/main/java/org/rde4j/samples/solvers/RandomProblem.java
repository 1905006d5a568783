package org.rde4j.samples.solvers;

import java.util.Random;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.Tensor;
import org.rde4j.nd4j.Models;
import org.rde4j.nd4j.model.Nd4jModel;

/**
 * A model with random weights and a signal for it.
 *
 * @param family which kind of model
 * @param model Φ : R^k → R^m
 * @param signal x ∈ R^k
 */
record RandomProblem(Family family, Nd4jModel model, Tensor signal) {

    /** Kinds of models. */
    enum Family {
        /** Φ(x) = ⟨w, x⟩ with normal weights of either sign. */
        LINEAR,
        /** Φ(x) = xᵀQx, Q symmetric with normal entries, plus a linear part. */
        QUADRATIC,
        /** A hidden layer of 16 tanh units and 3 outputs. */
        NETWORK,
        /** Φ(x) = Ax with sparse A ≥ 0 and x > 0: the more is kept, the less another component gains. */
        COVERAGE
    }

    /** The problem of a family with so many components that belongs to a seed. */
    static RandomProblem of(Family family, int components, long seed) {
        Random random = new Random(seed);
        Nd4jModel model =
                switch (family) {
                    case LINEAR -> linear(normal(random, components, 1));
                    case QUADRATIC -> quadratic(normal(random, components, components), normal(random, components, 1));
                    case NETWORK -> network(normal(random, components, 16), normal(random, 16, 3));
                    case COVERAGE -> linear(sparse(random, components, components / 10));
                };
        float[] signal = new float[components];
        for (int i = 0; i < components; i++) {
            signal[i] = (float) (family == Family.COVERAGE ? 0.5 + random.nextDouble() : random.nextGaussian());
        }
        return new RandomProblem(family, model, Tensor.of(signal, components));
    }

    private static Nd4jModel linear(INDArray weights) {
        return Models.custom("linear", (graph, x) -> x.mmul(graph.constant("weights", weights)));
    }

    private static Nd4jModel quadratic(INDArray form, INDArray weights) {
        return Models.custom("quadratic", (graph, x) -> {
            SDVariable product = x.mmul(graph.constant("form", form));
            return product.mul(x).sum(true, 1).add(x.mmul(graph.constant("weights", weights)));
        });
    }

    private static Nd4jModel network(INDArray first, INDArray second) {
        return Models.custom("network", (SameDiff graph, SDVariable x) -> graph.math()
                .tanh(x.mmul(graph.constant("first", first)))
                .mmul(graph.constant("second", second)));
    }

    private static INDArray normal(Random random, int rows, int columns) {
        INDArray values = Nd4j.create(DataType.FLOAT, rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                values.putScalar(i, j, random.nextGaussian() / Math.sqrt(rows));
            }
        }
        return values;
    }

    /** Each row has three positive entries. */
    private static INDArray sparse(Random random, int rows, int columns) {
        INDArray values = Nd4j.create(DataType.FLOAT, rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int n = 0; n < 3; n++) {
                values.putScalar(i, random.nextInt(columns), 0.1 + random.nextDouble());
            }
        }
        return values;
    }
}
