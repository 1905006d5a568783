package org.rde4j.nd4j.graph;

/**
 * Transposed convolutions in their fast form (Shi et al., CVPR 2016): output pixels of equal phase, u = s·q + r,
 * are one convolution of the input, so one undilated convolution of stride 1 computes all phases r as channels
 * and moving whole rows interleaves them.
 */
final class SubPixel {
    private final Graph graph;

    SubPixel(Graph graph) {
        this.graph = graph;
    }

    /** y[s·i + k − pad] += x[i]·w[k], weights [rows, columns, in, out]. */
    Node transposed(Node x, Node weights, Window window, int extraRows, int extraColumns) {
        Axis rows =
                Axis.of(x.size(1), (int) weights.size(0), window.strideH(), window.top(), window.bottom() - extraRows);
        Axis columns = Axis.of(
                x.size(2), (int) weights.size(1), window.strideW(), window.left(), window.right() - extraColumns);
        Node part = graph.slice(
                x,
                new long[] {0, Math.max(0, -rows.before()), Math.max(0, -columns.before()), 0},
                new long[] {x.size(0), rows.used(), columns.used(), x.size(3)});
        Window moved = Window.of(rows.taps(), columns.taps())
                .pads(
                        Math.max(0, rows.before()),
                        Math.max(0, columns.before()),
                        Math.max(0, rows.after()),
                        Math.max(0, columns.after()));
        Node phases = graph.spatial().convolution(part, kernel(weights, rows, columns), null, moved, 1);
        Node y = interleaved(phases, rows.stride(), columns.stride());
        return graph.slice(y, new long[] {0, rows.skipped(), columns.skipped(), 0}, new long[] {
            x.size(0), rows.outputs(), columns.outputs(), weights.size(3)
        });
    }

    /** From [N, Q, R, (row phase, column phase, C)] to [N, Q·s, R·t, C]. */
    Node interleaved(Node phases, int rowPhases, int columnPhases) {
        long n = phases.size(0);
        long rows = phases.size(1);
        long columns = phases.size(2);
        long channels = phases.size(3) / (rowPhases * columnPhases);
        Node split = graph.reshape(phases, n * rows, columns, rowPhases, columnPhases * channels);
        return graph.reshape(graph.permute(split, 0, 2, 1, 3), n, rows * rowPhases, columns * columnPhases, channels);
    }

    /** From [rows, columns, in, out] to [row taps, column taps, in, (row phase, column phase, out)]. */
    private Node kernel(Node weights, Axis rows, Axis columns) {
        int s = rows.stride();
        int t = columns.stride();
        long in = weights.size(2);
        long out = weights.size(3);
        Node whole = graph.pad(
                weights,
                new long[4],
                new long[] {(long) rows.taps() * s - weights.size(0), (long) columns.taps() * t - weights.size(1), 0, 0
                },
                0);
        Node apart = graph.reshape(whole, rows.taps(), s, columns.taps(), t, in, out);
        Node reversed = graph.selection().reversed(graph.selection().reversed(apart, 0), 2);
        return graph.reshape(
                graph.permute(reversed, 0, 2, 4, 1, 3, 5), rows.taps(), columns.taps(), in, (long) s * t * out);
    }

    /**
     * One axis of the result.
     *
     * @param stride the number of phases s
     * @param taps inputs under each output of one phase, ⌈kernel / s⌉
     * @param before zeros needed before the input; negative for inputs that reach no output
     * @param after the same behind it
     * @param used inputs that reach the output
     * @param skipped outputs to cut off at the beginning
     * @param outputs the size of the result
     */
    private record Axis(int stride, int taps, int before, int after, long used, long skipped, long outputs) {

        static Axis of(long inputs, int kernel, int stride, int padBefore, int padAfter) {
            int taps = (kernel + stride - 1) / stride;
            long outputs = (inputs - 1) * stride + kernel - padBefore - padAfter;
            long first = padBefore / stride;
            long last = (padBefore + outputs - 1) / stride;
            int before = (int) (taps - 1 - first);
            int after = (int) (last - (inputs - 1));
            long used = inputs + Math.min(0, before) + Math.min(0, after);
            return new Axis(stride, taps, before, after, used, padBefore - first * stride, outputs);
        }
    }
}
