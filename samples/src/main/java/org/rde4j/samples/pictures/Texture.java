package org.rde4j.samples.pictures;

import java.util.Random;

/**
 * A pattern over the unit square: a wave in [-1, 1] at every point, which chooses a place along a palette.
 *
 * <p>Every length is relative to the side of the picture, so that a picture looks the same at every size.
 */
final class Texture {
    private enum Pattern {
        STRIPES,
        CHECKS,
        DOTS,
        WAVES,
        HONEYCOMB,
        CLOUDS,
        MARBLE,
        GRADIENT
    }

    private final Pattern pattern;
    private final float[][] colours;
    private final double cos;
    private final double sin;
    private final double frequency;
    private final double sharpness;
    private final double phase;
    private final Noise noise;

    private Texture(Random random, Palette palette) {
        this.pattern = Pattern.values()[random.nextInt(Pattern.values().length)];
        this.colours = palette.components();
        double angle = random.nextDouble() * 2 * Math.PI;
        this.cos = StrictMath.cos(angle);
        this.sin = StrictMath.sin(angle);
        this.frequency = 2 * Math.PI * (4 + 9 * random.nextDouble());
        this.sharpness = 0.8 + 3 * random.nextDouble();
        this.phase = 2 * Math.PI * random.nextDouble();
        this.noise = new Noise(random.nextInt());
    }

    static Texture random(Random random, Palette palette) {
        return new Texture(random, palette);
    }

    /** Writes the colour at (u, v) in the unit square: RGB in [0, 1]. */
    void colour(double u, double v, float[] rgb) {
        double wave = wave(cos * (u - 0.5) + sin * (v - 0.5), cos * (v - 0.5) - sin * (u - 0.5));
        double place = Math.max(-1, Math.min(1, wave));
        float[] end = place < 0 ? colours[0] : colours[2];
        double weight = Math.abs(place);
        for (int c = 0; c < 3; c++) {
            rgb[c] = (float) (weight * end[c] + (1 - weight) * colours[1][c]);
        }
    }

    private double wave(double x, double y) {
        return switch (pattern) {
            case STRIPES -> sharpness * StrictMath.sin(frequency * x + phase);
            case CHECKS -> 1.5 * sharpness * StrictMath.sin(frequency * x + phase) * StrictMath.sin(frequency * y);
            case DOTS -> sharpness * (StrictMath.cos(frequency * x + phase) + StrictMath.cos(frequency * y) - 0.7);
            case WAVES -> sharpness * StrictMath.sin(frequency * (x + 0.04 * StrictMath.sin(20 * y + phase)));
            case HONEYCOMB -> sharpness
                    * (StrictMath.cos(frequency * x)
                            + StrictMath.cos(frequency * (0.866 * y - 0.5 * x) + phase)
                            + StrictMath.cos(frequency * (0.866 * y + 0.5 * x) + phase)
                            - 0.3);
            case CLOUDS -> 3 * (noise.fractal(0.15 * frequency * x, 0.15 * frequency * y) - 0.5);
            case MARBLE -> StrictMath.sin(0.7 * frequency * x + 6 * noise.fractal(6 * x, 6 * y));
            case GRADIENT -> 1.6 * x + 0.6 * (noise.fractal(16 * x, 16 * y) - 0.5);
        };
    }

    /** Smoothly interpolated random values on a grid. */
    private record Noise(int seed) {

        /** Three octaves, in [0, 1]. */
        double fractal(double x, double y) {
            return (4 * value(x, y) + 2 * value(2 * x + 17, 2 * y + 31) + value(4 * x + 47, 4 * y + 5)) / 7;
        }

        private double value(double x, double y) {
            int i = (int) Math.floor(x);
            int j = (int) Math.floor(y);
            double u = smooth(x - i);
            double v = smooth(y - j);
            double above = (1 - u) * corner(i, j) + u * corner(i + 1, j);
            double below = (1 - u) * corner(i, j + 1) + u * corner(i + 1, j + 1);
            return (1 - v) * above + v * below;
        }

        private static double smooth(double t) {
            return t * t * (3 - 2 * t);
        }

        /** A hash of the grid point, in [0, 1). */
        private double corner(int i, int j) {
            int h = seed + i * 0x27d4eb2d + j * 0x165667b1;
            h = (h ^ (h >>> 15)) * 0x2c1b3c6d;
            h = (h ^ (h >>> 12)) * 0x297a2d39;
            return ((h ^ (h >>> 15)) >>> 8) * 0x1p-24;
        }
    }
}
