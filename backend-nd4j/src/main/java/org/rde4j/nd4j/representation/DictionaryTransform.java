package org.rde4j.nd4j.representation;

import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.RdeException;
import org.rde4j.Representation;
import org.rde4j.Tensor;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** x = Σ hⱼ ψⱼ for fixed atoms ψⱼ; among all h that give x the one of least norm. */
final class DictionaryTransform implements Transform {
    private static final double LARGEST_RESIDUAL = 1e-4;
    /** Smaller singular values, relative to the largest, are rounding errors of 32-bit atoms. */
    private static final double RANK_TOLERANCE = 1e-6;

    private final SignalShape signalShape;
    private final INDArray channelsLastAtoms;
    private final RealMatrix synthesis;
    private final RealMatrix analysis;

    DictionaryTransform(Representation.Dictionary dictionary, SignalShape signalShape) {
        Tensor atoms = dictionary.atoms();
        int length = atoms.shape()[1];
        if (length != signalShape.length()) {
            throw new RdeException(
                    "The atoms of the dictionary have %s values, a %s with %s channel(s) has %s."
                            .formatted(length, signalShape, signalShape.channels(), signalShape.length()),
                    "Give a dictionary of shape [atoms, %s].".formatted(signalShape.length()));
        }
        this.signalShape = signalShape;
        float[] values = atoms.values();
        int count = atoms.shape()[0];
        float[][] rows = new float[count][length];
        synthesis = new Array2DRowRealMatrix(length, count);
        for (int j = 0; j < count; j++) {
            System.arraycopy(values, j * length, rows[j], 0, length);
            for (int i = 0; i < length; i++) {
                synthesis.setEntry(i, j, rows[j][i]);
            }
            rows[j] = signalShape.channelsLast(rows[j]);
        }
        channelsLastAtoms = Nd4j.create(rows);
        analysis = pseudoInverse(synthesis);
    }

    private static RealMatrix pseudoInverse(RealMatrix matrix) {
        SingularValueDecomposition svd = new SingularValueDecomposition(matrix);
        double[] singular = svd.getSingularValues();
        RealMatrix scaled = svd.getV();
        for (int j = 0; j < singular.length; j++) {
            double inverse = singular[j] > RANK_TOLERANCE * singular[0] ? 1 / singular[j] : 0;
            scaled.setColumnVector(j, scaled.getColumnVector(j).mapMultiply(inverse));
        }
        return scaled.multiply(svd.getUT());
    }

    @Override
    public List<Block> blocks() {
        return List.of(Block.of("atoms", List.of(synthesis.getColumnDimension()), 1));
    }

    @Override
    public float[][] analyse(float[] signal) {
        double[] x = new double[signal.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = signal[i];
        }
        double[] h = analysis.operate(x);
        checkSpan(x, synthesis.operate(h));
        float[] coefficients = new float[h.length];
        for (int j = 0; j < h.length; j++) {
            coefficients[j] = (float) h[j];
        }
        return new float[][] {coefficients};
    }

    private static void checkSpan(double[] signal, double[] closest) {
        double squaredNorm = 0;
        double squaredResidual = 0;
        for (int i = 0; i < signal.length; i++) {
            squaredNorm += signal[i] * signal[i];
            squaredResidual += (signal[i] - closest[i]) * (signal[i] - closest[i]);
        }
        double residual = squaredNorm == 0 ? 0 : Math.sqrt(squaredResidual / squaredNorm);
        if (residual > LARGEST_RESIDUAL) {
            throw new RdeException(
                    String.format(
                            Locale.ROOT,
                            "The signal is not a sum of the dictionary's atoms: the rest (%.2g of the signal's norm) must be at most %s.",
                            residual,
                            LARGEST_RESIDUAL),
                    "Add atoms until they span the signals, or explain the projection of the signal onto their span.");
        }
    }

    @Override
    public Node synthesise(Graph graph, List<Node> coefficients) {
        Node weights = graph.reshape(coefficients.get(0), -1, synthesis.getColumnDimension());
        return signalShape.signals(graph, graph.matmul(weights, graph.constant(channelsLastAtoms)));
    }
}
