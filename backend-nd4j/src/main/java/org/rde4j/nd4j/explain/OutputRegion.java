package org.rde4j.nd4j.explain;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.Contrast;
import org.rde4j.RdeException;
import org.rde4j.Region;

/** Rows of weights for the flattened outputs of a model, channels last. */
final class OutputRegion {
    private OutputRegion() {}

    /**
     * One where an output belongs to the region, else zero.
     *
     * @param outputShape the shape of one output, channels last
     * @return [1, 1, m]
     */
    static INDArray indicator(Region region, long[] outputShape) {
        int size = (int) Arrays.stream(outputShape).reduce(1, (a, b) -> a * b);
        INDArray indicator = Nd4j.zeros(DataType.FLOAT, 1, 1, size);
        if (region instanceof Region.PerExample) {
            throw new RdeException(
                    "A region per example comes with training examples, and here is none.",
                    "Maybe explain with restrictedTo(box(...)), and give training examples their maps.");
        } else if (region instanceof Region.OfImage part) {
            mark(part, outputShape, indicator);
        } else if (region instanceof Region.Indices indices) {
            indices.stream().forEach(i -> {
                if (i >= size) {
                    throw new RdeException(
                            "The region names output %s, but the model has %s outputs.".formatted(i, size),
                            "Outputs count from 0.");
                }
                indicator.putScalar(lastFromFirst(i, outputShape), 1);
            });
        }
        return indicator;
    }

    /**
     * One where a place of a map belongs to the region, else zero.
     *
     * @param outputShape the shape of one output, [H, W, C]
     * @return [H·W]
     */
    static INDArray places(Region region, long[] outputShape) {
        long[] one = {outputShape[0], outputShape[1], 1};
        return indicator(region, one).reshape(one[0] * one[1]);
    }

    private static void mark(Region.OfImage region, long[] outputShape, INDArray indicator) {
        if (outputShape.length != 3 || !fits(region, outputShape)) {
            throw new RdeException(
                    "The region %s does not lie in the model's output %s (height, width, channels)."
                            .formatted(region, Arrays.toString(outputShape)),
                    "Choose a part of the output image.");
        }
        int columns = (int) outputShape[1];
        int channels = (int) outputShape[2];
        int marked = 0;
        for (int place = 0; place < outputShape[0] * columns; place++) {
            if (region.contains(place % columns, place / columns)) {
                marked++;
                for (int c = 0; c < channels; c++) {
                    indicator.putScalar(place * channels + c, 1);
                }
            }
        }
        if (marked == 0) {
            throw new RdeException(
                    "The region %s holds the centre of no pixel of the model's output %s (height, width, channels)."
                            .formatted(region, Arrays.toString(outputShape)),
                    "Choose a larger one inside the output image.");
        }
    }

    /** Parts of a polygon may lie outside: what is inside counts. */
    private static boolean fits(Region.OfImage region, long[] output) {
        if (region instanceof Region.Box box) {
            return box.y() + box.height() <= output[0] && box.x() + box.width() <= output[1];
        }
        return !(region instanceof Region.Mask mask)
                || mask.marks().shape()[0] == output[0] && mask.marks().shape()[1] == output[1];
    }

    /**
     * One for the label of a contrast, minus one for the other.
     *
     * @param size the number m of outputs
     * @return [1, 1, m]
     */
    static INDArray difference(Contrast contrast, int size) {
        if (Math.max(contrast.label(), contrast.other()) >= size) {
            throw new RdeException(
                    "The labels of the contrast (%s and %s) must be less than the model's %s outputs."
                            .formatted(contrast.label(), contrast.other(), size),
                    "Classes count from 0.");
        }
        INDArray difference = Nd4j.zeros(DataType.FLOAT, 1, 1, size);
        difference.putScalar(contrast.label(), 1);
        difference.putScalar(contrast.other(), -1);
        return difference;
    }

    /** Where an entry of the channels-first flattened output stands in the channels-last one. */
    private static int lastFromFirst(int index, long[] channelsLast) {
        int channels = (int) channelsLast[channelsLast.length - 1];
        int places = 1;
        for (int i = 0; i < channelsLast.length - 1; i++) {
            places *= (int) channelsLast[i];
        }
        return channelsLast.length == 1 ? index : (index % places) * channels + index / places;
    }
}
