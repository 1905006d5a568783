package org.rde4j.samples.audio.network;

/**
 * A convolution along the frequencies, or its transpose.
 *
 * @param in channels of its input
 * @param out channels of its output
 * @param kernel its width
 * @param stride how far it moves, or spreads its inputs
 * @param padding zeros at both ends, or outputs to cut off at both ends
 * @param transposed whether it makes signals longer instead of shorter
 */
record Layer(int in, int out, int kernel, int stride, int padding, boolean transposed) {

    static Layer convolution(int in, int out, int kernel, int stride, int padding) {
        return new Layer(in, out, kernel, stride, padding, false);
    }

    static Layer transposed(int in, int out, int kernel, int stride, int padding) {
        return new Layer(in, out, kernel, stride, padding, true);
    }

    /** The length of its output. */
    int length(int input) {
        return transposed ? (input - 1) * stride + kernel - 2 * padding : (input + 2 * padding - kernel) / stride + 1;
    }

    /** [1, kernel, in, out], the shape of two-dimensional kernels of one row. */
    long[] weightShape() {
        return new long[] {1, kernel, in, out};
    }
}
