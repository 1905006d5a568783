package org.rde4j.nd4j.representation;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.RdeException;
import org.rde4j.Representation.Padding;
import org.rde4j.Representation.Wavelets;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.graph.Window;

/**
 * The discrete wavelet transform, with the conventions of PyWavelets' {@code wavedec} and {@code wavedec2}.
 *
 * <p>The bands of an image's details are, in this order: high-pass over the rows index (horizontal edges,
 * cH), over the columns index (cV), and over both (cD). One-dimensional signals have one band of details.
 */
final class WaveletTransform implements Transform {
    private final SignalShape signalShape;
    private final Padding padding;
    private final FilterBank overRows;
    private final FilterBank overColumns;
    /** The size of the approximation after 0, 1, …, J levels; the first is the signal's own. */
    private final List<Size> sizes = new ArrayList<>();

    private record Size(int rows, int columns) {}

    WaveletTransform(Wavelets wavelets, SignalShape signalShape) {
        checkLevels(wavelets.levels(), signalShape);
        this.signalShape = signalShape;
        padding = wavelets.padding();
        overColumns = FilterBank.wavelet(wavelets.family());
        overRows = signalShape.isImage() ? overColumns : FilterBank.IDENTITY;
        Size size = new Size(signalShape.rows(), signalShape.columns());
        sizes.add(size);
        for (int level = 1; level <= wavelets.levels(); level++) {
            size = new Size(overRows.coefficients(size.rows()), overColumns.coefficients(size.columns()));
            sizes.add(size);
        }
    }

    private static void checkLevels(int levels, SignalShape signal) {
        int shortest = signal.isImage() ? Math.min(signal.rows(), signal.columns()) : signal.columns();
        int most = 31 - Integer.numberOfLeadingZeros(shortest);
        if (levels > most) {
            throw new RdeException(
                    "The levels (%s) of the wavelet representation must be at most %s for a %s."
                            .formatted(levels, most, signal),
                    most == 0 ? "Maybe use pixels()." : "Maybe use levels(%s).".formatted(most));
        }
    }

    private int levels() {
        return sizes.size() - 1;
    }

    /** Low-pass and detail bands together. */
    private int bands() {
        return overRows.bands() * overColumns.bands();
    }

    @Override
    public List<Block> blocks() {
        int channels = signalShape.channels();
        List<Block> blocks = new ArrayList<>();
        blocks.add(Block.of("low", grid(levels()), channels));
        for (int level = levels(); level >= 1; level--) {
            blocks.add(new Block("detail_" + level, grid(level), bands() - 1, channels, channels));
        }
        return List.copyOf(blocks);
    }

    private List<Integer> grid(int level) {
        return signalShape.grid(sizes.get(level).rows(), sizes.get(level).columns());
    }

    @Override
    public float[][] analyse(float[] signal) {
        float[][] coefficients = new float[levels() + 1][];
        double[] approximation = doubles(signalShape.channelsLast(signal));
        for (int level = 1; level <= levels(); level++) {
            double[] split = split(approximation, sizes.get(level - 1));
            coefficients[levels() + 1 - level] = floats(bandsOf(split, sizes.get(level), 1, bands()));
            approximation = bandsOf(split, sizes.get(level), 0, 1);
        }
        coefficients[0] = floats(approximation);
        return coefficients;
    }

    /** From [rows, columns, C] to [rows', row bands, columns', column bands, C]. */
    private double[] split(double[] image, Size size) {
        int channels = signalShape.channels();
        double[] byColumns = overColumns.analyse(image, size.rows(), size.columns(), channels, padding);
        return overRows.analyse(byColumns, 1, size.rows(), byColumns.length / size.rows(), padding);
    }

    /** The bands [from, to) of a split image as [rows, columns, bands, C]. */
    private double[] bandsOf(double[] split, Size size, int from, int to) {
        int channels = signalShape.channels();
        double[] result = new double[size.rows() * size.columns() * (to - from) * channels];
        int at = 0;
        for (int row = 0; row < size.rows(); row++) {
            for (int column = 0; column < size.columns(); column++) {
                for (int band = from; band < to; band++) {
                    int rowBand = row * overRows.bands() + band % overRows.bands();
                    int columnBand = column * overColumns.bands() + band / overRows.bands();
                    int source = (rowBand * size.columns() * overColumns.bands() + columnBand) * channels;
                    System.arraycopy(split, source, result, at, channels);
                    at += channels;
                }
            }
        }
        return result;
    }

    @Override
    public Node synthesise(Graph graph, List<Node> coefficients) {
        long n = coefficients.get(0).size(0);
        int channels = signalShape.channels();
        INDArray kernel = kernel();
        Node approximation = image(graph, coefficients.get(0), sizes.get(levels()), channels);
        for (int level = levels(); level >= 1; level--) {
            Node details =
                    image(graph, coefficients.get(levels() + 1 - level), sizes.get(level), (bands() - 1) * channels);
            Node finer = merged(graph, graph.concat(3, List.of(approximation, details)), kernel);
            Size size = sizes.get(level - 1);
            // Odd sizes come back one larger.
            approximation = graph.slice(finer, new long[4], new long[] {n, size.rows(), size.columns(), channels});
        }
        return signalShape.signals(graph, approximation);
    }

    private static Node image(Graph graph, Node coefficients, Size size, int channels) {
        return graph.reshape(coefficients, coefficients.size(0), size.rows(), size.columns(), channels);
    }

    /**
     * One level of the synthesis in its fast form: pixels of equal phase (even or odd row, even or odd column)
     * are the same convolution of the coefficients, so one convolution computes all phases as channels.
     */
    private Node merged(Graph graph, Node allBands, INDArray kernel) {
        Window window = Window.of(overRows.taps(), overColumns.taps());
        Node phases = graph.spatial().convolution(allBands, kernel, null, window, 1);
        return graph.spatial().interleaved(phases, overRows.bands(), overColumns.bands());
    }

    /** [row taps, column taps, (band, channel), (row phase, column phase, channel)]. */
    private INDArray kernel() {
        int channels = signalShape.channels();
        int rowBands = overRows.bands();
        int columnBands = overColumns.bands();
        float[][][][] kernel = new float[overRows.taps()][overColumns.taps()][bands() * channels][bands() * channels];
        for (int y = 0; y < overRows.taps(); y++) {
            for (int x = 0; x < overColumns.taps(); x++) {
                for (int band = 0; band < bands(); band++) {
                    for (int phase = 0; phase < bands(); phase++) {
                        double weight = overRows.tap(band % rowBands, phase / columnBands, y)
                                * overColumns.tap(band / rowBands, phase % columnBands, x);
                        for (int c = 0; c < channels; c++) {
                            kernel[y][x][band * channels + c][phase * channels + c] = (float) weight;
                        }
                    }
                }
            }
        }
        return Nd4j.createFromArray(kernel).castTo(DataType.FLOAT);
    }

    private static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i];
        }
        return result;
    }

    private static float[] floats(double[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }
}
