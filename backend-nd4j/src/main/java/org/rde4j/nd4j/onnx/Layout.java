package org.rde4j.nd4j.onnx;

import java.util.stream.IntStream;

/** In which order a node holds the axes of an ONNX value. */
enum Layout {
    /** As ONNX has them: [N, C, H, W] or [N, C, T]. */
    ONNX,
    /** As ND4J's kernels like them: [N, H, W, C] or [N, T, C]; the same as ONNX below rank 3. */
    CHANNELS_LAST;

    /** Where the node holds an axis of the ONNX value. */
    int axis(int onnxAxis, int rank) {
        if (this == ONNX || rank < 3 || onnxAxis == 0) {
            return onnxAxis;
        }
        return onnxAxis == 1 ? rank - 1 : onnxAxis - 1;
    }

    /** For each axis of the node, the axis of the ONNX value that it holds. */
    int[] axes(int rank) {
        int[] axes = new int[rank];
        IntStream.range(0, rank).forEach(i -> axes[axis(i, rank)] = i);
        return axes;
    }
}
