package org.rde4j.samples.image;

/**
 * Antialiased bilinear resizing of 8-bit pictures with the arithmetic of Pillow, and so of torchvision: a
 * triangle filter whose support grows with the reduction, rows first, then columns, each pass in fixed point
 * and rounded to 8 bits.
 */
final class Resize {
    private static final int FRACTION_BITS = 22;

    private Resize() {}

    static Rgb resize(Rgb picture, int width, int height) {
        Rgb wide = width == picture.width() ? picture : horizontally(picture, width);
        return height == wide.height() ? wide : vertically(wide, height);
    }

    private static Rgb horizontally(Rgb from, int width) {
        Taps[] taps = Taps.of(from.width(), width);
        byte[] to = new byte[3 * width * from.height()];
        for (int y = 0; y < from.height(); y++) {
            for (int x = 0; x < width; x++) {
                int first = 3 * (y * from.width() + taps[x].first);
                for (int channel = 0; channel < 3; channel++) {
                    to[3 * (y * width + x) + channel] = taps[x].apply(from.bytes(), first + channel, 3);
                }
            }
        }
        return new Rgb(width, from.height(), to);
    }

    private static Rgb vertically(Rgb from, int height) {
        Taps[] taps = Taps.of(from.height(), height);
        int row = 3 * from.width();
        byte[] to = new byte[row * height];
        for (int y = 0; y < height; y++) {
            for (int i = 0; i < row; i++) {
                to[y * row + i] = taps[y].apply(from.bytes(), taps[y].first * row + i, row);
            }
        }
        return new Rgb(from.width(), height, to);
    }

    /** The input positions and fixed-point weights that make one output value. */
    private record Taps(int first, int[] weights) {

        static Taps[] of(int from, int to) {
            Taps[] taps = new Taps[to];
            double scale = (double) from / to;
            double support = Math.max(scale, 1);
            for (int i = 0; i < to; i++) {
                double centre = (i + 0.5) * scale;
                int first = Math.max(0, (int) (centre - support + 0.5));
                int end = Math.min(from, (int) (centre + support + 0.5));
                taps[i] = new Taps(first, weights(first, end, centre, support));
            }
            return taps;
        }

        private static int[] weights(int first, int end, double centre, double support) {
            double[] triangle = new double[end - first];
            double sum = 0;
            for (int i = 0; i < triangle.length; i++) {
                triangle[i] = Math.max(0, 1 - Math.abs((first + i - centre + 0.5) / support));
                sum += triangle[i];
            }
            int[] weights = new int[triangle.length];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (int) (triangle[i] / sum * (1 << FRACTION_BITS) + 0.5);
            }
            return weights;
        }

        byte apply(byte[] values, int from, int stride) {
            int sum = 1 << (FRACTION_BITS - 1);
            for (int i = 0; i < weights.length; i++) {
                sum += (values[from + i * stride] & 0xff) * weights[i];
            }
            return (byte) Math.max(0, Math.min(255, sum >> FRACTION_BITS));
        }
    }
}
