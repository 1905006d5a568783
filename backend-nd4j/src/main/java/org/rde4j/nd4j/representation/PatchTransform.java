package org.rde4j.nd4j.representation;

import java.util.List;
import org.rde4j.RdeException;
import org.rde4j.Representation;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * A component holds all values of one square of pixels, row by row, the channels of a pixel together. Patches
 * that reach past the right or lower edge repeat the border there, which the synthesis cuts off again: with
 * zeros instead, mean and standard deviation of the coefficients would not be those of the image.
 */
final class PatchTransform implements Transform {
    private final SignalShape image;
    private final int size;
    private final int gridRows;
    private final int gridColumns;

    PatchTransform(Representation.Patches patches, SignalShape signal) {
        int longest = Math.max(signal.rows(), signal.columns());
        if (!signal.isImage()) {
            throw new RdeException(
                    "Patches must be cut from images [C, H, W], not from a %s.".formatted(signal),
                    "Maybe use pixels().");
        }
        if (patches.size() > longest) {
            throw new RdeException(
                    "The size of a patch (%s) must be at most %s for a %s.".formatted(patches.size(), longest, signal),
                    "Maybe use patches(%s).".formatted(Math.max(1, longest / 8)));
        }
        image = signal;
        size = patches.size();
        gridRows = (signal.rows() - 1) / size + 1;
        gridColumns = (signal.columns() - 1) / size + 1;
    }

    @Override
    public List<Block> blocks() {
        int channels = image.channels();
        return List.of(new Block("patches", List.of(gridRows, gridColumns), 1, size * size * channels, channels));
    }

    @Override
    public float[][] analyse(float[] signal) {
        float[] pixels = image.channelsLast(signal);
        int channels = image.channels();
        int width = gridColumns * size;
        float[] patches = new float[gridRows * size * width * channels];
        for (int y = 0; y < gridRows * size; y++) {
            for (int x = 0; x < width; x++) {
                int source = Math.min(y, image.rows() - 1) * image.columns() + Math.min(x, image.columns() - 1);
                int patch = y / size * gridColumns + x / size;
                int target = (patch * size + y % size) * size + x % size;
                System.arraycopy(pixels, source * channels, patches, target * channels, channels);
            }
        }
        return new float[][] {patches};
    }

    @Override
    public Node synthesise(Graph graph, List<Node> coefficients) {
        long n = coefficients.get(0).size(0);
        long channels = image.channels();
        Node rowsOfPatches = graph.reshape(coefficients.get(0), n * gridRows, gridColumns, size, size * channels);
        Node rowsOfPixels = graph.permute(rowsOfPatches, 0, 2, 1, 3);
        Node padded = graph.reshape(rowsOfPixels, n, (long) gridRows * size, (long) gridColumns * size, channels);
        return graph.slice(padded, new long[] {0, 0, 0, 0}, new long[] {n, image.rows(), image.columns(), channels});
    }
}
