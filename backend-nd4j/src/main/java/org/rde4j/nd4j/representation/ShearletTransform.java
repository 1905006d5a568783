package org.rde4j.nd4j.representation;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.rde4j.RdeException;
import org.rde4j.Shearlets;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** Shearlets as a tight frame: coefficients are x filtered by each window, and f filters and adds them again. */
final class ShearletTransform implements Transform {
    private final SignalShape image;
    /** By scale, from the low-pass part to the finest, and direction: [rows, columns]. */
    private final List<List<float[]>> windows;

    ShearletTransform(Shearlets shearlets, SignalShape signal) {
        checkScales(shearlets.scales(), signal);
        image = signal;
        ShearletWindows all = new ShearletWindows(shearlets.scales(), signal.rows(), signal.columns());
        windows = IntStream.rangeClosed(0, shearlets.scales())
                .mapToObj(scale -> IntStream.range(0, ShearletWindows.directions(scale))
                        .mapToObj(direction -> all.window(scale, direction))
                        .toList())
                .toList();
    }

    private static void checkScales(int scales, SignalShape signal) {
        if (!signal.isImage()) {
            throw new RdeException(
                    "Shearlets must represent images [C, H, W], not a %s.".formatted(signal),
                    "Maybe use wavelets(\"db3\").");
        }
        int shortest = Math.min(signal.rows(), signal.columns());
        // Rings of fewer frequencies would leave directions without any.
        int most = 29 - Integer.numberOfLeadingZeros(shortest);
        if (scales > most) {
            throw new RdeException(
                    "The number of scales of the shearlets (%s) must be at most %s for a %s."
                            .formatted(scales, Math.max(0, most), signal),
                    most < 1 ? "Maybe use pixels()." : "Maybe use scales(%s).".formatted(most));
        }
    }

    @Override
    public List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        for (int scale = 0; scale < windows.size(); scale++) {
            String name = scale == 0 ? "low" : "shear_" + scale;
            int directions = windows.get(scale).size();
            blocks.add(new Block(name, image.grid(), directions, image.channels(), image.channels()));
        }
        return List.copyOf(blocks);
    }

    @Override
    public float[][] analyse(float[] signal) {
        int channels = image.channels();
        int places = image.rows() * image.columns();
        float[] pixels = image.channelsLast(signal);
        Spectrum spectrum = new Spectrum(image.rows(), image.columns());
        float[][] coefficients = new float[windows.size()][];
        for (int scale = 0; scale < windows.size(); scale++) {
            coefficients[scale] = new float[places * windows.get(scale).size() * channels];
        }
        for (int c = 0; c < channels; c++) {
            double[] frequencies = spectrum.of(pixels, channels, c);
            for (int scale = 0; scale < windows.size(); scale++) {
                int bands = windows.get(scale).size();
                for (int band = 0; band < bands; band++) {
                    double[] filtered = filtered(frequencies, windows.get(scale).get(band));
                    spectrum.invert(filtered);
                    for (int p = 0; p < places; p++) {
                        coefficients[scale][(p * bands + band) * channels + c] = (float) filtered[2 * p];
                    }
                }
            }
        }
        return coefficients;
    }

    private static double[] filtered(double[] frequencies, float[] window) {
        double[] filtered = new double[frequencies.length];
        for (int i = 0; i < filtered.length; i++) {
            filtered[i] = frequencies[i] * window[i / 2];
        }
        return filtered;
    }

    @Override
    public Node synthesise(Graph graph, List<Node> coefficients) {
        FilteredSum sum = new FilteredSum(graph, image);
        for (int scale = 0; scale < windows.size(); scale++) {
            sum.add(coefficients.get(scale), windows.get(scale));
        }
        return sum.images();
    }
}
