package org.rde4j.nd4j.representation;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * Writes Σ_b F⁻¹(ψ_b · F c_b), a sum of filtered real images, into a graph. Transforms are products with
 * matrices of cosines and sines, restricted to the frequencies where a filter is not zero; the sum is taken
 * over frequencies, so there is one inverse transform. Images are real: the frequencies 0 … ⌊H/2⌋ of the rows
 * axis and all W of the columns axis tell everything.
 *
 * <p>Spectra lie as [N, rows axis, channels, (real, imaginary), columns axis], frequencies of the columns axis
 * from the most negative to the highest.
 */
final class FilteredSum {
    private final Graph graph;
    private final SignalShape image;
    private final Box everything;
    private @Nullable Node sum;

    /** Frequencies 0 … rows − 1 of the rows axis and from … from + columns − 1 of the columns axis. */
    private record Box(int rows, int from, int columns) {}

    FilteredSum(Graph graph, SignalShape image) {
        this.graph = graph;
        this.image = image;
        int width = image.columns();
        everything = new Box(image.rows() / 2 + 1, -(width / 2), width);
    }

    /**
     * Adds the bands of one block.
     *
     * @param coefficients [N, H·W·bands, C]
     * @param windows for each band its filter over all frequencies, [H, W], the same for opposite frequencies
     */
    void add(Node coefficients, List<float[]> windows) {
        Box box = support(windows);
        Node filtered = filtered(spectra(coefficients, windows.size(), box), windows, box);
        Node whole = graph.pad(
                filtered,
                new long[] {0, 0, 0, 0, box.from() - everything.from()},
                new long[] {
                    0,
                    everything.rows() - box.rows(),
                    0,
                    0,
                    everything.from() + everything.columns() - box.from() - box.columns()
                },
                0);
        sum = sum == null ? whole : graph.add(sum, whole);
    }

    /** The smallest box that holds every frequency where a window is not zero. */
    private Box support(List<float[]> windows) {
        int rows = 0;
        int columns = 0;
        for (float[] window : windows) {
            for (int i = 0; i < window.length; i++) {
                if (window[i] != 0) {
                    rows = Math.max(rows, Math.abs(Spectrum.signed(i / image.columns(), image.rows())));
                    columns = Math.max(columns, Math.abs(Spectrum.signed(i % image.columns(), image.columns())));
                }
            }
        }
        int from = Math.max(-columns, everything.from());
        int to = Math.min(columns, everything.from() + everything.columns() - 1);
        return new Box(rows + 1, from, to - from + 1);
    }

    /** The spectra of all bands and channels in a box, [N, rows axis, (bands, channels), 2 · columns axis]. */
    private Node spectra(Node coefficients, int bands, Box box) {
        long n = coefficients.size(0);
        int height = image.rows();
        int width = image.columns();
        long inner = (long) bands * image.channels();
        Node images = graph.reshape(coefficients, n, height, width * inner);
        Node byRows = graph.matmul(graph.constant(alongRows(box)), images);
        Node lines = graph.permute(graph.reshape(byRows, n * box.rows(), 2L * width, inner), 0, 2, 1);
        Node spectra = graph.matmul(lines, graph.constant(turns(box)));
        return graph.reshape(spectra, n, box.rows(), inner, 2L * box.columns());
    }

    /** The sum over bands of spectra times windows, [N, rows axis, channels, 2, columns axis]. */
    private Node filtered(Node spectra, List<float[]> windows, Box box) {
        long n = spectra.size(0);
        int channels = image.channels();
        float[] weights = new float[Math.toIntExact(spectra.length() / n)];
        int at = 0;
        for (int row = 0; row < box.rows(); row++) {
            for (int line = 0; line < windows.size() * channels; line++) {
                float[] window = windows.get(line / channels);
                for (int k = 0; k < 2 * box.columns(); k++) {
                    int column = Math.floorMod(box.from() + k % box.columns(), image.columns());
                    weights[at++] = window[row * image.columns() + column];
                }
            }
        }
        Node rows = graph.reshape(spectra, n, weights.length);
        Node filtered = graph.mul(rows, graph.constant(Nd4j.createFromArray(new float[][] {weights})));
        Node byBand = graph.reshape(filtered, n * box.rows(), windows.size(), 2L * channels * box.columns());
        return graph.reshape(graph.sum(byBand, false, 1), n, box.rows(), channels, 2, box.columns());
    }

    /** The inverse transform of the sum, [N, H, W, C]. */
    Node images() {
        Node spectrum = Objects.requireNonNull(sum, "nothing was added");
        long n = spectrum.size(0);
        int channels = image.channels();
        int width = image.columns();
        Node lines = graph.reshape(spectrum, n, everything.rows(), channels, 2L * width);
        Node byColumns = graph.matmul(lines, graph.constant(turns(everything).transpose()));
        Node apart = graph.reshape(byColumns, n, everything.rows(), channels, 2, width);
        Node last =
                graph.reshape(graph.permute(apart, 0, 1, 3, 4, 2), n, 2L * everything.rows(), (long) width * channels);
        return image.signals(graph, graph.matmul(graph.constant(backAlongRows()), last));
    }

    /** [(frequency, (real, imaginary)), H]: the transform along the rows axis of real values. */
    private INDArray alongRows(Box box) {
        int height = image.rows();
        float[][] matrix = new float[2 * box.rows()][height];
        for (int k = 0; k < box.rows(); k++) {
            for (int y = 0; y < height; y++) {
                double angle = angle(k, y, height);
                matrix[2 * k][y] = (float) StrictMath.cos(angle);
                matrix[2 * k + 1][y] = (float) -StrictMath.sin(angle);
            }
        }
        return Nd4j.createFromArray(matrix);
    }

    /** [H, (frequency, (real, imaginary))]: back along the rows axis to real values. */
    private INDArray backAlongRows() {
        int height = image.rows();
        float[][] matrix = new float[height][2 * everything.rows()];
        for (int k = 0; k < everything.rows(); k++) {
            // Frequencies that are not their own opposites stand for both.
            double weight = (k == 0 || 2 * k == height ? 1.0 : 2.0) / (height * (double) image.columns());
            for (int y = 0; y < height; y++) {
                double angle = angle(k, y, height);
                matrix[y][2 * k] = (float) (weight * StrictMath.cos(angle));
                matrix[y][2 * k + 1] = (float) (-weight * StrictMath.sin(angle));
            }
        }
        return Nd4j.createFromArray(matrix);
    }

    /**
     * Multiplication of complex rows by e^{−iφ}, φ = 2π·frequency·place/W, [2·W, 2·frequencies]; real parts first,
     * then imaginary parts. Its transpose goes back.
     */
    private INDArray turns(Box box) {
        int width = image.columns();
        int count = box.columns();
        float[][] matrix = new float[2 * width][2 * count];
        for (int x = 0; x < width; x++) {
            for (int k = 0; k < count; k++) {
                double angle = angle(box.from() + k, x, width);
                matrix[x][k] = (float) StrictMath.cos(angle);
                matrix[x][count + k] = (float) -StrictMath.sin(angle);
                matrix[width + x][k] = (float) StrictMath.sin(angle);
                matrix[width + x][count + k] = (float) StrictMath.cos(angle);
            }
        }
        return Nd4j.createFromArray(matrix);
    }

    private static double angle(int frequency, int place, int size) {
        return 2 * Math.PI * Math.floorMod((long) frequency * place, (long) size) / size;
    }
}
