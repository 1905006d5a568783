package org.rde4j.radiomap.training;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.rde4j.Tensor;
import org.rde4j.radiomap.scene.Scene;

/**
 * Pictures to watch a training by. Each scene is a row: what the network is told (buildings blue, missing ones dark
 * blue, measurements red, the transmitter yellow), the truth, the estimate, and four times the error (too bright red,
 * too dark blue).
 */
public final class Panels {
    private static final int GAP = 6;
    private static final int PAPER = 0xfbfaf7;
    private static final int GIVEN = 0x4f86c6;
    private static final int MISSING = 0x1d3557;
    private static final int MEASURED = 0xe63946;
    private static final int TRANSMITTER = 0xffd166;
    private static final double EXAGGERATION = 4;

    private Panels() {}

    /**
     * Draws some scenes and what a network says of them.
     *
     * @param scenes at least one, all of the same size
     * @param estimates the network's output for each, [H, W]
     * @return one row for each scene, RGB
     */
    public static BufferedImage of(List<Scene> scenes, List<Tensor> estimates) {
        int height = scenes.get(0).rows() + GAP;
        int width = scenes.get(0).columns() + GAP;
        BufferedImage panels =
                new BufferedImage(4 * width + GAP, height * scenes.size() + GAP, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = panels.createGraphics();
        pen.setBackground(new Color(PAPER));
        pen.clearRect(0, 0, panels.getWidth(), panels.getHeight());
        for (int i = 0; i < scenes.size(); i++) {
            Scene scene = scenes.get(i);
            float[] estimate = estimates.get(i).values();
            float[] truth = scene.gain().values();
            int top = GAP + i * height;
            pen.drawImage(told(scene), GAP, top, null);
            pen.drawImage(grey(scene, truth), GAP + width, top, null);
            pen.drawImage(grey(scene, estimate), GAP + 2 * width, top, null);
            pen.drawImage(error(scene, estimate, truth), GAP + 3 * width, top, null);
        }
        pen.dispose();
        return panels;
    }

    private interface Colours {
        int rgb(int pixel);
    }

    private static BufferedImage image(Scene scene, Colours colours) {
        BufferedImage image = new BufferedImage(scene.columns(), scene.rows(), BufferedImage.TYPE_INT_RGB);
        for (int row = 0; row < scene.rows(); row++) {
            for (int column = 0; column < scene.columns(); column++) {
                image.setRGB(column, row, colours.rgb(row * scene.columns() + column));
            }
        }
        return image;
    }

    private static BufferedImage told(Scene scene) {
        float[] city = scene.city().values();
        float[] given = scene.given().values();
        float[] measured = scene.measured().values();
        BufferedImage image = image(scene, pixel -> {
            if (measured[pixel] > 0) {
                return MEASURED;
            }
            return given[pixel] > 0 ? GIVEN : city[pixel] > 0 ? MISSING : 0;
        });
        Graphics2D pen = image.createGraphics();
        pen.setColor(new Color(TRANSMITTER));
        pen.fillOval(scene.transmitter().column() - 3, scene.transmitter().row() - 3, 7, 7);
        pen.dispose();
        return image;
    }

    private static BufferedImage grey(Scene scene, float[] map) {
        return image(scene, pixel -> level(map[pixel]) * 0x010101);
    }

    private static BufferedImage error(Scene scene, float[] estimate, float[] truth) {
        return image(scene, pixel -> {
            double difference = EXAGGERATION * (estimate[pixel] - truth[pixel]);
            int pale = 255 - level(Math.abs(difference));
            return difference > 0 ? 0xff0000 | pale << 8 | pale : pale << 16 | pale << 8 | 0xff;
        });
    }

    private static int level(double value) {
        return (int) Math.round(255 * Math.max(0, Math.min(1, value)));
    }
}
