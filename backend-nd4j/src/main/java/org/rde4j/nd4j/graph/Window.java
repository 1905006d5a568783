package org.rde4j.nd4j.graph;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * How a sliding window moves over an image.
 *
 * @param height the rows of the kernel
 * @param width the columns of the kernel
 * @param strideH rows per step
 * @param strideW columns per step
 * @param dilationH rows between kernel entries
 * @param dilationW columns between kernel entries
 * @param top rows of padding above
 * @param left columns of padding at the left
 * @param bottom rows of padding below
 * @param right columns of padding at the right
 */
public record Window(
        int height,
        int width,
        int strideH,
        int strideW,
        int dilationH,
        int dilationW,
        int top,
        int left,
        int bottom,
        int right) {

    /** A window that moves one pixel at a time over an image that is not padded. */
    public static Window of(int height, int width) {
        return new Window(height, width, 1, 1, 1, 1, 0, 0, 0, 0);
    }

    /**
     * The window of an ND4J convolution.
     *
     * @param arguments its integers: kernel, strides, pads, dilations, padding mode, 1 for channels last
     * @param rows of the image
     * @param columns of the image
     * @return the window, or null if channels come first, if it is dilated, or if the padding mode is a rare one
     */
    public static @Nullable Window ofArguments(long[] arguments, long rows, long columns) {
        int[] n = LongStream.of(arguments).mapToInt(Math::toIntExact).toArray();
        boolean same = n[8] == 1;
        if (n[9] != 1 || n[6] != 1 || n[7] != 1 || n[8] != 0 && !same) {
            return null;
        }
        Window plain = of(n[0], n[1]).strides(n[2], n[3]);
        return same ? plain.padsLikeSame(rows, columns) : plain.pads(n[4], n[5], n[4], n[5]);
    }

    /** The same window with other strides. */
    public Window strides(int rows, int columns) {
        return new Window(height, width, rows, columns, dilationH, dilationW, top, left, bottom, right);
    }

    /** The same window with other dilations. */
    public Window dilations(int rows, int columns) {
        return new Window(height, width, strideH, strideW, rows, columns, top, left, bottom, right);
    }

    /** The same window over an image that is padded. */
    public Window pads(int newTop, int newLeft, int newBottom, int newRight) {
        return new Window(height, width, strideH, strideW, dilationH, dilationW, newTop, newLeft, newBottom, newRight);
    }

    /** The bare kernel, which moves one pixel at a time. */
    Window kernel() {
        return of(height, width);
    }

    /** Whether the kernel sees one pixel and nothing is padded. */
    boolean pointwise() {
        return height == 1 && width == 1 && unpadded();
    }

    boolean dilated() {
        return dilationH > 1 || dilationW > 1;
    }

    boolean unpadded() {
        return top == 0 && left == 0 && bottom == 0 && right == 0;
    }

    /** The first row under the window at each of its positions, counted with the pads. */
    int[] rowSteps(long input) {
        return IntStream.range(0, (int) rows(input)).map(i -> i * strideH).toArray();
    }

    /** The first column under the window at each of its positions, counted with the pads. */
    int[] columnSteps(long input) {
        return IntStream.range(0, (int) columns(input)).map(i -> i * strideW).toArray();
    }

    /** Whether opposite sides are padded alike. */
    boolean symmetric() {
        return top == bottom && left == right;
    }

    /** Whether the pads are those of the SAME rule: ⌈size / stride⌉ outputs, the odd pad at the end. */
    boolean same(long rows, long columns) {
        return same(rows, height, strideH, dilationH, top, bottom)
                && same(columns, width, strideW, dilationW, left, right);
    }

    private static boolean same(long size, int kernel, int stride, int dilation, int before, int after) {
        int pads = samePads(size, kernel, stride, dilation);
        return before == pads / 2 && after == pads - pads / 2;
    }

    private static int samePads(long size, int kernel, int stride, int dilation) {
        long outputs = (size + stride - 1) / stride;
        return (int) Math.max(0, (outputs - 1) * stride + dilation * (kernel - 1L) + 1 - size);
    }

    /** The same window with the pads of the SAME rule for an image. */
    public Window padsLikeSame(long rows, long columns) {
        int vertical = samePads(rows, height, strideH, dilationH);
        int horizontal = samePads(columns, width, strideW, dilationW);
        return pads(vertical / 2, horizontal / 2, vertical - vertical / 2, horizontal - horizontal / 2);
    }

    /** The rows of the output for so many rows of input. */
    public long rows(long input) {
        return positions(input + top + bottom, height, strideH, dilationH);
    }

    /** The columns of the output for so many columns of input. */
    public long columns(long input) {
        return positions(input + left + right, width, strideW, dilationW);
    }

    private static long positions(long padded, int kernel, int stride, int dilation) {
        return (padded - (dilation * (kernel - 1L) + 1)) / stride + 1;
    }
}
