package org.rde4j.nd4j.representation;

import java.util.List;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** The orthonormal discrete cosine transform (type II) of each channel: its synthesis is its transpose. */
final class CosineTransform implements Transform {
    /** Longer axes would need matrices of more than 64 MB. */
    private static final int LONGEST = 4096;

    private final SignalShape signalShape;
    private final double[][] overRows;
    private final double[][] overColumns;

    CosineTransform(SignalShape signalShape) {
        int longest = Math.max(signalShape.rows(), signalShape.columns());
        if (longest > LONGEST) {
            throw new RdeException(
                    "The cosine transform of a %s has an axis of %s values, which must be at most %s."
                            .formatted(signalShape, longest, LONGEST),
                    "Maybe use wavelets(\"db3\").");
        }
        this.signalShape = signalShape;
        overRows = cosines(signalShape.rows());
        overColumns = cosines(signalShape.columns());
    }

    /** Row k is the k-th cosine of unit length. */
    private static double[][] cosines(int n) {
        double[][] cosines = new double[n][n];
        for (int k = 0; k < n; k++) {
            double scale = Math.sqrt((k == 0 ? 1.0 : 2.0) / n);
            for (int i = 0; i < n; i++) {
                cosines[k][i] = scale * StrictMath.cos(Math.PI * (i + 0.5) * k / n);
            }
        }
        return cosines;
    }

    @Override
    public List<Block> blocks() {
        return List.of(Block.of("dct", signalShape.grid(), signalShape.channels()));
    }

    @Override
    public float[][] analyse(float[] signal) {
        int rows = signalShape.rows();
        int columns = signalShape.columns();
        int channels = signalShape.channels();
        float[] result = new float[signalShape.length()];
        for (int c = 0; c < channels; c++) {
            double[][] image = new double[rows][columns];
            for (int i = 0; i < rows * columns; i++) {
                image[i / columns][i % columns] = signal[c * rows * columns + i];
            }
            // Each product transposes, so two of them do both axes.
            double[][] coefficients = timesTransposed(overRows, timesTransposed(overColumns, image));
            for (int i = 0; i < rows * columns; i++) {
                result[i * channels + c] = (float) coefficients[i / columns][i % columns];
            }
        }
        return new float[][] {result};
    }

    /** A·Bᵀ. */
    private static double[][] timesTransposed(double[][] a, double[][] b) {
        double[][] product = new double[a.length][b.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                double sum = 0;
                for (int k = 0; k < a[i].length; k++) {
                    sum += a[i][k] * b[j][k];
                }
                product[i][j] = sum;
            }
        }
        return product;
    }

    @Override
    public Node synthesise(Graph graph, List<Node> coefficients) {
        Node spectrum = graph.reshape(
                coefficients.get(0), -1, signalShape.rows(), signalShape.columns(), signalShape.channels());
        // Every turn brings the next axis last, where a product with a matrix is fast.
        Node byColumns = graph.matmul(turned(graph, spectrum), graph.constant(Nd4j.create(overColumns)));
        Node byRows = graph.matmul(turned(graph, byColumns), graph.constant(Nd4j.create(overRows)));
        return signalShape.signals(graph, turned(graph, byRows));
    }

    private static Node turned(Graph graph, Node a) {
        return graph.permute(a, 0, 3, 1, 2);
    }
}
