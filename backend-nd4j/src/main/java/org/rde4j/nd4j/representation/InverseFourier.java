package org.rde4j.nd4j.representation;

import java.util.function.DoubleUnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * Writes the inverse discrete Fourier transform of half spectra into a graph, as products with matrices of
 * cosines and sines. An axis of n = n₁·n₂ places takes two products, with the frequencies k = k₁ + n₁·k₂, the
 * places l = n₂·l₁ + l₂ and a turn by 2πk₁l₂/n in between (Cooley and Tukey, 1965); short axes take one.
 */
final class InverseFourier {
    /** Up to so many places one product is as fast. */
    private static final int SHORT = 1024;
    /** Matrices have at most (2·2048)² entries, 64 MB. */
    private static final int LARGEST_FACTOR = 2048;

    private final SignalShape signalShape;
    private final int frequencies;
    /** n₁, or 1 for a single product. */
    private final int inner;
    /** n₂. */
    private final int outer;

    InverseFourier(SignalShape signalShape) {
        int length = signalShape.columns();
        if (signalShape.rows() > LARGEST_FACTOR) {
            throw new RdeException(
                    "The Fourier transform of a %s has %s rows, which must be at most %s."
                            .formatted(signalShape, signalShape.rows(), LARGEST_FACTOR),
                    "Maybe explain a smaller image.");
        }
        if (length / factor(length) > LARGEST_FACTOR) {
            int shorter = length;
            while (shorter / factor(shorter) > LARGEST_FACTOR) {
                shorter--;
            }
            throw new RdeException(
                    "The length (%s) of a Fourier transform must be a product of two numbers of at most %s."
                            .formatted(length, LARGEST_FACTOR),
                    "Maybe cut the signal to %s values.".formatted(shorter));
        }
        this.signalShape = signalShape;
        frequencies = length / 2 + 1;
        inner = factor(length);
        outer = length / inner;
    }

    /** The largest divisor that is not above the root, or 1 for short axes. */
    private static int factor(int length) {
        int divisor = length <= SHORT ? 1 : (int) Math.sqrt(length);
        while (length % divisor != 0) {
            divisor--;
        }
        return divisor;
    }

    /**
     * The real signals of complex coefficients; imaginary parts that no real signal has do not matter.
     *
     * @param coefficients [N, rows·(⌊columns/2⌋ + 1), 2·C]: for each frequency the real parts of all channels, then the
     *     imaginary parts
     * @return the signals, channels last
     */
    Node signals(Graph graph, Node coefficients) {
        Node halves = weighted(graph, coefficients);
        Node lines = signalShape.rows() == 1 ? halves : alongRows(graph, halves);
        return signalShape.signals(graph, inner == 1 ? direct(graph, lines) : factored(graph, lines));
    }

    /** Divided by the number of places, doubled where a frequency stands for its opposite; [N, rows, frequencies, 2, C]. */
    private Node weighted(Graph graph, Node coefficients) {
        int rows = signalShape.rows();
        int columns = signalShape.columns();
        int channels = signalShape.channels();
        float[][] weights = new float[1][rows * frequencies * 2 * channels];
        for (int i = 0; i < weights[0].length; i++) {
            int k = i / (2 * channels) % frequencies;
            weights[0][i] = (k == 0 || 2 * k == columns ? 1f : 2f) / (rows * columns);
        }
        Node flat = graph.reshape(coefficients, coefficients.size(0), weights[0].length);
        Node scaled = graph.mul(flat, graph.constant(Nd4j.createFromArray(weights)));
        return graph.reshape(scaled, coefficients.size(0), rows, frequencies, 2, channels);
    }

    /** The complex transform along the rows axis of [N, rows, frequencies, 2, C]. */
    private Node alongRows(Graph graph, Node spectrum) {
        int rows = signalShape.rows();
        int channels = signalShape.channels();
        Node lines = graph.reshape(graph.permute(spectrum, 0, 2, 4, 3, 1), -1, 2L * rows);
        Node turned = graph.matmul(lines, graph.constant(turns(rows, rows, rows)));
        return graph.permute(graph.reshape(turned, -1, frequencies, channels, 2, rows), 0, 4, 1, 3, 2);
    }

    /** [N, rows, frequencies, 2, C] to [N, rows, columns, C] by one product. */
    private Node direct(Graph graph, Node spectrum) {
        int channels = signalShape.channels();
        Node lines = graph.reshape(graph.permute(spectrum, 0, 1, 4, 3, 2), -1, 2L * frequencies);
        Node columns = graph.matmul(lines, graph.constant(realParts(frequencies, outer, outer)));
        return graph.permute(graph.reshape(columns, spectrum.size(0), signalShape.rows(), channels, outer), 0, 1, 3, 2);
    }

    /** The same by two products. */
    private Node factored(Graph graph, Node spectrum) {
        long n = spectrum.size(0) * signalShape.rows();
        int channels = signalShape.channels();
        // Frequencies k₁ + n₁·k₂ as a table [k₂, k₁]; the second half of all frequencies is zero.
        int used = (frequencies - 1) / inner + 1;
        long[] after = {0, 0, (long) used * inner - frequencies, 0, 0};
        Node table = graph.reshape(graph.pad(spectrum, new long[5], after, 0), n, used, inner, 2, channels);
        Node overK2 = graph.reshape(graph.permute(table, 0, 2, 4, 3, 1), -1, 2L * used);
        Node byL2 = graph.reshape(
                graph.matmul(overK2, graph.constant(turns(used, outer, outer))), n, inner, channels, 2, outer);
        Node swapped = graph.permute(byL2, 0, 2, 3, 4, 1);
        Node real = graph.reshape(graph.slice(swapped, 2, 0, 1), n * channels, (long) outer * inner);
        Node imaginary = graph.reshape(graph.slice(swapped, 2, 1, 2), n * channels, (long) outer * inner);
        // Each [l₂, k₁] is turned by 2πk₁l₂/n.
        Node cosine = graph.reshape(graph.constant(waves(outer, inner, outer * inner, StrictMath::cos)), 1, -1);
        Node sine = graph.reshape(graph.constant(waves(outer, inner, outer * inner, StrictMath::sin)), 1, -1);
        Node turnedReal = graph.sub(graph.mul(real, cosine), graph.mul(imaginary, sine));
        Node turnedImaginary = graph.add(graph.mul(real, sine), graph.mul(imaginary, cosine));
        Node byL1 = graph.add(
                overK1(graph, turnedReal, StrictMath::cos),
                overK1(graph, turnedImaginary, InverseFourier::negativeSine));
        return graph.permute(graph.reshape(byL1, n, channels, outer, inner), 0, 3, 2, 1);
    }

    private Node overK1(Graph graph, Node values, DoubleUnaryOperator wave) {
        return graph.matmul(graph.reshape(values, -1, inner), graph.constant(waves(inner, inner, inner, wave)));
    }

    /**
     * Complex rows times e^{iφ}, φ = 2π·frequency·place/period, [2·frequencies, 2·places]; real parts first, then
     * imaginary parts.
     */
    private static INDArray turns(int frequencies, int places, int period) {
        INDArray sines = waves(frequencies, places, period, StrictMath::sin);
        INDArray cosines = waves(frequencies, places, period, StrictMath::cos);
        return Nd4j.hstack(realParts(frequencies, places, period), Nd4j.vstack(sines, cosines));
    }

    /** The columns of turns that give real parts. */
    private static INDArray realParts(int frequencies, int places, int period) {
        return Nd4j.vstack(
                waves(frequencies, places, period, StrictMath::cos),
                waves(frequencies, places, period, InverseFourier::negativeSine));
    }

    private static double negativeSine(double angle) {
        return -StrictMath.sin(angle);
    }

    /** Values at 2π·frequency·place/period, [frequencies, places]. */
    private static INDArray waves(int frequencies, int places, int period, DoubleUnaryOperator wave) {
        float[][] matrix = new float[frequencies][places];
        for (int k = 0; k < frequencies; k++) {
            for (int l = 0; l < places; l++) {
                matrix[k][l] = (float) wave.applyAsDouble(2 * Math.PI * ((long) k * l % period) / period);
            }
        }
        return Nd4j.createFromArray(matrix);
    }
}
