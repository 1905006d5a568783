package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.List;
import org.rde4j.Tensor;
import org.rde4j.samples.report.Labels;

/** The network that comes with rde4j, and pictures for it. */
interface Bundle {
    /** Its ONNX file. */
    Path onnx();

    /** Subtracted from each channel. */
    float[] mean();

    /** The divisor of each channel. */
    float[] std();

    /** The names of its classes. */
    Labels labels();

    /** The side in pixels of the pictures that it was trained on. */
    int side();

    /** A few pictures that show well what an explanation is, named after their classes. */
    List<Picture> pictures(int count);

    /** A drawn picture, [3, side, side] in [0, 1]. */
    record Picture(String name, Tensor signal) {}
}
