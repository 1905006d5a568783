package org.rde4j.samples.image;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Map;
import org.rde4j.RdeException;
import org.rde4j.Tensor;

/** Tensors as pictures: signals in their colours, masks as heat maps. */
public final class Drawing {
    private static final Color SEPARATOR = new Color(0x6b6b76);
    private static final String LOW = "low";
    private static final String DETAIL = "detail_";

    private Drawing() {}

    /**
     * A signal or an explanation as it looks.
     *
     * @param tensor [C, H, W]: one channel is grey, of three and more the first three are red, green and blue, and of
     *     two the first is grey; values outside [0, 1] are clipped
     * @return the picture, W×H pixels
     * @throws RdeException if the shape is another
     */
    public static BufferedImage signal(Tensor tensor) {
        int[] shape = tensor.shape();
        if (shape.length != 3) {
            throw new RdeException("%s is not a picture.".formatted(tensor), "Give a tensor [C, H, W].");
        }
        float[] values = tensor.values();
        int plane = shape[1] * shape[2];
        int green = shape[0] >= 3 ? plane : 0;
        BufferedImage image = new BufferedImage(shape[2], shape[1], BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < plane; i++) {
            int rgb = level(values[i]) << 16 | level(values[green + i]) << 8 | level(values[2 * green + i]);
            image.setRGB(i % shape[2], i / shape[2], rgb);
        }
        return image;
    }

    /**
     * A mask: blocks of wavelet coefficients as the usual nested quadrants (vertical details to the right,
     * horizontal ones below), anything else as one plane.
     *
     * @param masks blocks with entries in [0, 1] as {@link org.rde4j.Explanation#masks()} names them
     * @param width of the picture in pixels
     * @param height of the picture in pixels
     * @return the heat map, from black for 0 to pale yellow for 1
     */
    public static BufferedImage mask(Map<String, Tensor> masks, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
        if (masks.containsKey(LOW)) {
            quadrants(pen, masks, width, height);
        } else {
            plane(pen, masks.values().iterator().next(), 0, 0, width, height);
        }
        pen.dispose();
        return image;
    }

    private static void quadrants(Graphics2D pen, Map<String, Tensor> masks, int width, int height) {
        int right = width;
        int bottom = height;
        for (int level = 1; masks.containsKey(DETAIL + level); level++) {
            Tensor detail = masks.get(DETAIL + level);
            int x = right / 2;
            int y = bottom / 2;
            plane(pen, orientation(detail, 1), x, 0, right - x, y);
            plane(pen, orientation(detail, 0), 0, y, x, bottom - y);
            plane(pen, orientation(detail, 2), x, y, right - x, bottom - y);
            pen.setColor(SEPARATOR);
            pen.drawLine(x, 0, x, bottom - 1);
            pen.drawLine(0, y, right - 1, y);
            right = x;
            bottom = y;
        }
        plane(pen, masks.get(LOW), 0, 0, right, bottom);
    }

    private static Tensor orientation(Tensor detail, int index) {
        int[] shape = detail.shape();
        float[] part = new float[shape[1] * shape[2]];
        System.arraycopy(detail.values(), index * part.length, part, 0, part.length);
        return Tensor.of(part, shape[1], shape[2]);
    }

    /** Draws any mask into a rectangle; leading axes are stacked. */
    private static void plane(Graphics2D pen, Tensor mask, int x, int y, int width, int height) {
        int[] shape = mask.shape();
        int columns = shape.length == 0 ? 1 : shape[shape.length - 1];
        float[] values = mask.values();
        BufferedImage image = new BufferedImage(columns, values.length / columns, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < values.length; i++) {
            image.setRGB(i % columns, i / columns, HeatColours.rgb(values[i]));
        }
        pen.drawImage(image, x, y, width, height, null);
    }

    private static int level(float value) {
        return Math.round(Math.max(0, Math.min(1, value)) * 255);
    }
}
