package org.rde4j.nd4j.representation;

import java.util.List;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
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
                    "The Fourier transform of a %s has %d rows, which must be at most %d."
                            .formatted(signalShape, signalShape.rows(), LARGEST_FACTOR),
                    "Maybe explain a smaller image.");
        }
        if (length / factor(length) > LARGEST_FACTOR) {
            int shorter = length;
            while (shorter / factor(shorter) > LARGEST_FACTOR) {
                shorter--;
            }
            throw new RdeException(
                    "The length (%d) of a Fourier transform must be a product of two numbers of at most %d."
                            .formatted(length, LARGEST_FACTOR),
                    "Maybe cut the signal to %d values.".formatted(shorter));
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
     * @param real [N, rows·(⌊columns/2⌋ + 1), C]
     * @param imaginary of the same shape
     * @return the signals, channels last
     */
    Node signals(Graph graph, Node real, Node imaginary) {
        Complex halves = new Complex(real, imaginary).map(part -> weighted(graph, part));
        Complex lines = signalShape.rows() == 1 ? halves : alongRows(graph, halves);
        return signalShape.signals(graph, inner == 1 ? direct(graph, lines) : factored(graph, lines));
    }

    private record Complex(Node real, Node imaginary) {
        Complex map(UnaryOperator<Node> each) {
            return new Complex(each.apply(real), each.apply(imaginary));
        }

        /** Real parts, then imaginary parts, along the last axis. */
        Node joined(Graph graph) {
            return graph.concat(-1, List.of(real, imaginary));
        }
    }

    /** Divided by the number of places; doubled where a frequency stands for its opposite. */
    private Node weighted(Graph graph, Node part) {
        int rows = signalShape.rows();
        int columns = signalShape.columns();
        int channels = signalShape.channels();
        float[][] weights = new float[1][rows * frequencies * channels];
        for (int i = 0; i < weights[0].length; i++) {
            int k = i / channels % frequencies;
            weights[0][i] = (k == 0 || 2 * k == columns ? 1f : 2f) / (rows * columns);
        }
        Node flat = graph.reshape(part, part.size(0), weights[0].length);
        Node scaled = graph.mul(flat, graph.constant(Nd4j.createFromArray(weights)));
        return graph.reshape(scaled, part.size(0), rows, frequencies, channels);
    }

    /** The complex transform along the rows axis of [N, rows, frequencies, C]. */
    private Complex alongRows(Graph graph, Complex spectrum) {
        int rows = signalShape.rows();
        Complex lines = spectrum.map(part -> graph.permute(part, 0, 2, 3, 1));
        Node turned = graph.matmul(lines.joined(graph), graph.constant(turns(rows, rows, rows)));
        return new Complex(graph.slice(turned, -1, 0, rows), graph.slice(turned, -1, rows, 2L * rows))
                .map(part -> graph.permute(part, 0, 3, 1, 2));
    }

    /** [N, rows, frequencies, C] to [N, rows, columns, C] by one product. */
    private Node direct(Graph graph, Complex spectrum) {
        Node lines = spectrum.map(part -> graph.permute(part, 0, 1, 3, 2)).joined(graph);
        INDArray real = realParts(turns(frequencies, outer, outer), outer);
        return graph.permute(graph.matmul(lines, graph.constant(real)), 0, 1, 3, 2);
    }

    /** The same by two products. */
    private Node factored(Graph graph, Complex spectrum) {
        long n = spectrum.real().size(0) * signalShape.rows();
        int channels = signalShape.channels();
        // Frequencies k₁ + n₁·k₂ as a table [k₂, k₁]; the second half of all frequencies is zero.
        int used = (frequencies - 1) / inner + 1;
        long[] after = {0, 0, (long) used * inner - frequencies, 0};
        Node overK2 = spectrum.map(part -> {
                    Node table = graph.reshape(graph.pad(part, new long[4], after, 0), n, used, inner, channels);
                    return graph.permute(table, 0, 2, 3, 1);
                })
                .joined(graph);
        Node byL2 = graph.matmul(overK2, graph.constant(turns(used, outer, outer)));
        Complex partial = new Complex(graph.slice(byL2, -1, 0, outer), graph.slice(byL2, -1, outer, 2L * outer));
        Node overK1 = twiddled(graph, partial)
                .map(part -> graph.permute(part, 0, 2, 3, 1))
                .joined(graph);
        Node byL1 = graph.matmul(overK1, graph.constant(realParts(turns(inner, inner, inner), inner)));
        return graph.permute(byL1, 0, 3, 2, 1);
    }

    /** Turns the entries of [N, k₁, C, l₂] by 2πk₁l₂/n. */
    private Complex twiddled(Graph graph, Complex values) {
        int channels = signalShape.channels();
        int size = inner * channels * outer;
        float[][] cosines = new float[1][size];
        float[][] sines = new float[1][size];
        for (int i = 0; i < size; i++) {
            double angle = angle(i / (channels * outer), i % outer, signalShape.columns());
            cosines[0][i] = (float) Math.cos(angle);
            sines[0][i] = (float) Math.sin(angle);
        }
        Node cosine = graph.constant(Nd4j.createFromArray(cosines));
        Node sine = graph.constant(Nd4j.createFromArray(sines));
        Complex flat = values.map(part -> graph.reshape(part, -1, size));
        Node real = graph.sub(graph.mul(flat.real(), cosine), graph.mul(flat.imaginary(), sine));
        Node imaginary = graph.add(graph.mul(flat.real(), sine), graph.mul(flat.imaginary(), cosine));
        return new Complex(real, imaginary).map(part -> graph.reshape(part, -1, inner, channels, outer));
    }

    /**
     * Complex rows times e^{iφ}, φ = 2π·frequency·place/period, [2·frequencies, 2·places]; real parts first, then
     * imaginary parts.
     */
    private static INDArray turns(int frequencies, int places, int period) {
        float[][] matrix = new float[2 * frequencies][2 * places];
        for (int k = 0; k < frequencies; k++) {
            for (int l = 0; l < places; l++) {
                double angle = angle(k, l, period);
                matrix[k][l] = (float) Math.cos(angle);
                matrix[k][places + l] = (float) Math.sin(angle);
                matrix[frequencies + k][l] = (float) -Math.sin(angle);
                matrix[frequencies + k][places + l] = (float) Math.cos(angle);
            }
        }
        return Nd4j.createFromArray(matrix);
    }

    /** The columns that give real parts. */
    private static INDArray realParts(INDArray turns, int places) {
        return turns.get(NDArrayIndex.all(), NDArrayIndex.interval(0, places));
    }

    private static double angle(int frequency, int place, int period) {
        return 2 * Math.PI * ((long) frequency * place % period) / period;
    }
}
