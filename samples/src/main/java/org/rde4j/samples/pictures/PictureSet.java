package org.rde4j.samples.pictures;

import java.awt.Shape;
import java.awt.geom.CubicCurve2D;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Arrays;
import java.util.Random;
import org.rde4j.RdeException;

/**
 * An endless, seeded set of pictures: a textured shape somewhere on a textured background, among curves and
 * specks that mean nothing. The shape alone tells the class; colours, textures, place, size and rotation are
 * drawn independently of it.
 *
 * <p>The same seed and index give the same picture on every Java version and machine, and the same scene at every side (the fine noise aside).
 *
 * @param seed any number; different seeds give different pictures
 * @param side the height and width in pixels, at least 16
 */
public record PictureSet(long seed, int side) {
    /** The side that the bundled network takes, in pixels. */
    public static final int SIDE = 128;

    /** Checks the range. */
    public PictureSet {
        if (side < 16) {
            throw new RdeException(
                    "The side of a picture (%s) must be at least 16 pixels.".formatted(side),
                    "Maybe use %s.".formatted(SIDE));
        }
    }

    /**
     * The set of pictures of the bundled network's size.
     *
     * @param seed any number
     */
    public PictureSet(long seed) {
        this(seed, SIDE);
    }

    /**
     * One picture. The classes take turns, so that every run of as many pictures as there are classes holds
     * each of them once.
     *
     * @param index which one, at least 0
     * @return the picture
     */
    public Picture picture(long index) {
        Outline[] outlines = Outline.values();
        Outline outline = outlines[Math.toIntExact(Math.floorMod(index, (long) outlines.length))];
        Random random = random(index);
        double radius = 0.5 * (0.25 + 0.35 * random.nextDouble());
        double x = radius + (1 - 2 * radius) * random.nextDouble();
        double y = radius + (1 - 2 * radius) * random.nextDouble();
        return draw(outline, x, y, radius, random);
    }

    /**
     * A large, centred picture of a class, to show to people.
     *
     * @param outline the class
     * @return the picture
     */
    public Picture portrait(Outline outline) {
        return draw(outline, 0.5, 0.5, 0.3, random(-1L - outline.ordinal()));
    }

    /** Scrambled, because java.util.Random gives similar first numbers for neighbouring seeds. */
    private Random random(long index) {
        long mixed = (seed * 0x9e3779b97f4a7c15L + index) * 0xbf58476d1ce4e5b9L;
        return new Random((mixed ^ (mixed >>> 29)) * 0x94d049bb133111ebL);
    }

    private Picture draw(Outline outline, double x, double y, double radius, Random random) {
        double degrees = (2 * random.nextDouble() - 1) * outline.turn();
        Palette back = Palette.random(random);
        Palette front = contrasting(back, random);
        BufferedImage image = filled(Texture.random(random, back));
        decorate(image, random, back, front, 1 + random.nextInt(4));
        Shape shape = outline.placed(side * x, side * y, side * radius, degrees);
        compose(image, Texture.random(random, front)::colour, Coverage.of(shape, side));
        decorate(image, random, back, front, random.nextInt(2));
        addNoise(image, random);
        return new Picture(outline, image);
    }

    /** The most distinct of a few random palettes: the outline has to be visible. */
    private static Palette contrasting(Palette back, Random random) {
        Palette best = Palette.random(random);
        for (int i = 0; i < 7; i++) {
            Palette next = Palette.random(random);
            best = next.gap(back) > best.gap(back) ? next : best;
        }
        return best;
    }

    private BufferedImage filled(Texture texture) {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        byte[] everywhere = new byte[side * side];
        Arrays.fill(everywhere, (byte) 255);
        compose(image, texture::colour, everywhere);
        return image;
    }

    /** Writes the colour at (u, v) in the unit square: RGB in [0, 1]. */
    @FunctionalInterface
    private interface Paint {
        void colour(double u, double v, float[] rgb);
    }

    private static int[] pixels(BufferedImage image) {
        return ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    }

    private void compose(BufferedImage image, Paint paint, byte[] coverage) {
        int[] pixels = pixels(image);
        float[] rgb = new float[3];
        for (int i = 0; i < pixels.length; i++) {
            int alpha = coverage[i] & 0xff;
            if (alpha > 0) {
                paint.colour((i % side + 0.5) / side, (i / side + 0.5) / side, rgb);
                pixels[i] = mixed(pixels[i], rgb, alpha / 255f);
            }
        }
    }

    private static int mixed(int under, float[] over, float alpha) {
        int result = 0;
        for (int c = 0; c < 3; c++) {
            int old = under >> (16 - 8 * c) & 0xff;
            result = result << 8 | Math.round((1 - alpha) * old + alpha * 255 * over[c]);
        }
        return result;
    }

    /** Curves and specks in the colours of both palettes. */
    private void decorate(BufferedImage image, Random random, Palette back, Palette front, int count) {
        for (int i = 0; i < count; i++) {
            float[] colour = (random.nextBoolean() ? back : front).pick(random).getRGBColorComponents(null);
            Shape shape = random.nextInt(3) == 0 ? speck(random) : curve(random);
            compose(image, (u, v, rgb) -> System.arraycopy(colour, 0, rgb, 0, 3), Coverage.of(shape, side));
        }
    }

    private Shape speck(Random random) {
        double size = side * (0.02 + 0.05 * random.nextDouble());
        return new Ellipse2D.Double(
                side * random.nextDouble(), side * random.nextDouble(), size, size * (0.5 + random.nextDouble()));
    }

    private Shape curve(Random random) {
        double width = side * (0.005 + 0.013 * random.nextDouble());
        double[] p = random.doubles(8, -0.1, 1.1).map(t -> side * t).toArray();
        Shape curve = new CubicCurve2D.Double(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]);
        return Coverage.line(curve, width, 0.02);
    }

    /** Grain, added last so that the scene does not depend on the number of pixels. */
    private static void addNoise(BufferedImage image, Random random) {
        int[] pixels = pixels(image);
        for (int i = 0; i < pixels.length; i++) {
            // The number of ones among 32 random bits is nearly Gaussian, and one cheap draw.
            int grain = Integer.bitCount(random.nextInt()) - 16;
            int noisy = 0;
            for (int c = 0; c < 3; c++) {
                int level = (pixels[i] >> (16 - 8 * c) & 0xff) + grain;
                noisy = noisy << 8 | Math.max(0, Math.min(255, level));
            }
            pixels[i] = noisy;
        }
    }
}
