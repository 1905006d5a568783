package org.rde4j.samples.pictures;

import java.awt.Color;
import java.util.Arrays;
import java.util.Random;

/** Three colours that a texture runs through. */
record Palette(Color first, Color second, Color third) {

    /** Neighbouring hues with differing saturation and brightness. */
    static Palette random(Random random) {
        double hue = random.nextDouble();
        double spread = (random.nextDouble() - 0.5) * 0.4;
        double brightness = 0.25 + 0.6 * random.nextDouble();
        return new Palette(
                colour(random, hue, brightness),
                colour(random, hue + spread / 2, brightness),
                colour(random, hue + spread, brightness));
    }

    private static Color colour(Random random, double hue, double brightness) {
        double saturation = 0.2 + 0.75 * random.nextDouble();
        double value = Math.min(1, Math.max(0.08, brightness + 0.5 * (random.nextDouble() - 0.5)));
        return Color.getHSBColor((float) hue, (float) saturation, (float) value);
    }

    /** The smallest distance between a colour of this palette and one of the other, in RGB with unit sides. */
    double gap(Palette other) {
        double smallest = Double.POSITIVE_INFINITY;
        for (Color a : colours()) {
            for (Color b : other.colours()) {
                smallest = Math.min(smallest, distance(a, b));
            }
        }
        return smallest;
    }

    private Color[] colours() {
        return new Color[] {first, second, third};
    }

    private static double distance(Color a, Color b) {
        float[] x = a.getRGBColorComponents(null);
        float[] y = b.getRGBColorComponents(null);
        return StrictMath.hypot(StrictMath.hypot(x[0] - y[0], x[1] - y[1]), x[2] - y[2]);
    }

    /** One of the three. */
    Color pick(Random random) {
        return colours()[random.nextInt(3)];
    }

    /** The colours as rows of RGB components in [0, 1]. */
    float[][] components() {
        return Arrays.stream(colours()).map(c -> c.getRGBColorComponents(null)).toArray(float[][]::new);
    }
}
