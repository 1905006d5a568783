package org.rde4j.nd4j.representation;

import java.util.Arrays;
import java.util.List;
import org.rde4j.Fourier;
import org.rde4j.Fourier.Components;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * The discrete Fourier transform of each channel, by magnitude and phase or by complex coefficients. What a mask has
 * one entry for is a frequency, a band of frequencies, or all of them.
 */
final class FourierTransform implements Transform {
    /** Smaller parts of a coefficient, relative to the largest coefficient, are rounding errors. */
    private static final double ROUNDING = 1e-12;

    private final Fourier fourier;
    private final SignalShape signalShape;
    private final InverseFourier inverse;
    private final int frequencies;

    FourierTransform(Fourier fourier, SignalShape signalShape) {
        this.fourier = fourier;
        this.signalShape = signalShape;
        inverse = new InverseFourier(signalShape);
        frequencies = signalShape.columns() / 2 + 1;
        if (!fourier.bands().isEmpty()) {
            requireBands(fourier.bands());
        }
    }

    private void requireBands(List<Integer> bands) {
        if (signalShape.isImage()) {
            throw new RdeException(
                    "Bands of frequencies must be those of a signal [C, T] or a vector [n], not of a %s."
                            .formatted(signalShape),
                    "Maybe use fourier() or wavelets(\"db3\").");
        }
        int last = bands.get(bands.size() - 1);
        if (last >= frequencies) {
            throw new RdeException(
                    "The last band starts at the frequency %s, which must be at most %s for a %s."
                            .formatted(last, frequencies - 1, signalShape),
                    "Maybe use Fourier.logarithmicBands(%s, ...).".formatted(signalShape.columns()));
        }
    }

    @Override
    public List<Block> blocks() {
        return joint()
                ? List.of(block("fourier", 2 * channels()))
                : List.of(block("magnitude", channels()), block("phase", channels()));
    }

    private Block block(String name, int dimension) {
        List<Integer> grid = signalShape.grid(signalShape.rows(), frequencies);
        List<Integer> bands = fourier.components() == Components.WHOLE ? List.of(0) : fourier.bands();
        if (bands.isEmpty()) {
            return new Block(name, grid, 1, dimension, channels());
        }
        int[] owners = new int[signalShape.rows() * frequencies];
        for (int band = 1; band < bands.size(); band++) {
            Arrays.fill(owners, bands.get(band), owners.length, band);
        }
        return Block.owning(name, bands.size(), dimension, channels(), owners, grid);
    }

    private int channels() {
        return signalShape.channels();
    }

    @Override
    public float[][] analyse(float[] signal) {
        float[] values = signalShape.channelsLast(signal);
        Spectrum spectrum = new Spectrum(signalShape.rows(), signalShape.columns());
        float[] first = new float[signalShape.rows() * frequencies * channels()];
        float[] second = new float[first.length];
        for (int c = 0; c < channels(); c++) {
            double[] all = spectrum.of(values, channels(), c);
            cleaned(all);
            for (int row = 0; row < signalShape.rows(); row++) {
                for (int k = 0; k < frequencies; k++) {
                    int from = 2 * (row * signalShape.columns() + k);
                    int to = (row * frequencies + k) * channels() + c;
                    first[to] = (float) (joint() ? all[from] : StrictMath.hypot(all[from], all[from + 1]));
                    second[to] = (float) (joint() ? all[from + 1] : StrictMath.atan2(all[from + 1], all[from]));
                }
            }
        }
        return joint() ? new float[][] {inTurn(first, second)} : new float[][] {first, second};
    }

    private boolean joint() {
        return fourier.components() == Components.JOINT;
    }

    /** Sets rounding errors to zero, so that zeros have no phase and negative numbers have the phase π. */
    private static void cleaned(double[] parts) {
        double largest = 0;
        for (double part : parts) {
            largest = Math.max(largest, Math.abs(part));
        }
        for (int i = 0; i < parts.length; i++) {
            parts[i] = Math.abs(parts[i]) <= ROUNDING * largest ? 0 : parts[i];
        }
    }

    /** For each frequency the channels of the real parts, then those of the imaginary parts. */
    private float[] inTurn(float[] real, float[] imaginary) {
        int c = channels();
        float[] both = new float[2 * real.length];
        for (int i = 0; i < real.length; i += c) {
            System.arraycopy(real, i, both, 2 * i, c);
            System.arraycopy(imaginary, i, both, 2 * i + c, c);
        }
        return both;
    }

    @Override
    public Node synthesise(Graph graph, List<Node> coefficients) {
        Node first = coefficients.get(0);
        if (joint()) {
            return inverse.signals(graph, first);
        }
        Node phase = coefficients.get(1);
        Node real = graph.mul(first, graph.cos(phase));
        Node imaginary = graph.mul(first, graph.sin(phase));
        return inverse.signals(graph, graph.concat(-1, List.of(real, imaginary)));
    }
}
