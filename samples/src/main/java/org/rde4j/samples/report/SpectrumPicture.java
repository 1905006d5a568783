package org.rde4j.samples.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import org.rde4j.Tensor;
import org.rde4j.samples.audio.LogSpectrum;

/**
 * Spectra of notes with masks over them, as in the seed's Figures 5 and 6: magnitude above, phase below, frequencies
 * in Hz along a logarithmic axis, and green where a frequency is kept.
 */
public final class SpectrumPicture {
    private static final int WIDTH = 1100;
    private static final int PANEL = 210;
    private static final int LEFT = 76;
    private static final int RIGHT = 28;
    private static final int TOP = 84;
    private static final int GAP = 34;
    private static final int BOTTOM = 56;
    private static final double[] TICKS = {20, 50, 100, 200, 500, 1000, 2000, 5000, 8000};
    private static final Color PAPER = new Color(0xfbfaf7);
    private static final Color INK = new Color(0x1d1d24);
    private static final Color SOFT = new Color(0x6a6a75);
    private static final Color GRID = new Color(0xe4e1da);
    private static final Color SIGNAL = new Color(0x2f6fb5);
    private static final int KEPT = 0x3fae5a;

    private SpectrumPicture() {}

    /**
     * One line in both panels.
     *
     * @param name for the legend
     * @param spectrum [2, 1024]: magnitudes, phases in [0, 2π)
     */
    public record Line(String name, Tensor spectrum) {}

    /**
     * Draws a picture.
     *
     * @param title above it
     * @param note under the title
     * @param mask [2, 1024] in [0, 1], for magnitudes and phases: the more is kept, the stronger the green
     * @param lines one or two; the second is drawn in black, above the first
     * @return the picture, RGB
     */
    public static BufferedImage of(String title, String note, Tensor mask, List<Line> lines) {
        BufferedImage image = new BufferedImage(WIDTH, TOP + 2 * PANEL + GAP + BOTTOM, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        pen.setColor(PAPER);
        pen.fillRect(0, 0, image.getWidth(), image.getHeight());
        Words.draw(pen, title, Font.BOLD, 22, INK, LEFT, 36, WIDTH - LEFT - RIGHT - 360);
        Words.draw(pen, note, Font.PLAIN, 15, SOFT, LEFT, 62, WIDTH - LEFT - RIGHT);
        legend(pen, lines);
        for (int channel = 0; channel < 2; channel++) {
            panel(pen, channel, mask, lines);
        }
        pen.dispose();
        return image;
    }

    private static void legend(Graphics2D pen, List<Line> lines) {
        int x = WIDTH - RIGHT - 340;
        for (int i = 0; i < lines.size(); i++) {
            pen.setColor(colour(i));
            pen.fillRect(x, 30, 18, 4);
            Words.draw(pen, lines.get(i).name(), Font.PLAIN, 14, INK, x + 24, 36, 96);
            x += 124;
        }
        pen.setColor(new Color(KEPT));
        pen.fillRect(x, 24, 18, 14);
        Words.draw(pen, "kept", Font.PLAIN, 14, INK, x + 24, 36, 70);
    }

    private static Color colour(int line) {
        return line == 0 ? SIGNAL : INK;
    }

    private static void panel(Graphics2D pen, int channel, Tensor mask, List<Line> lines) {
        int top = TOP + channel * (PANEL + GAP);
        double most = channel == 1 ? 2 * Math.PI : greatest(lines);
        green(pen, channel, mask, top);
        axes(pen, channel, top, most);
        for (int i = lines.size() - 1; i >= 0; i--) {
            pen.setColor(colour(i));
            pen.setStroke(new BasicStroke(i == 0 ? 1.4f : 1.1f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            pen.draw(path(lines.get(i).spectrum().values(), channel, top, most));
        }
    }

    private static double greatest(List<Line> lines) {
        return lines.stream()
                .mapToDouble(line -> greatest(line.spectrum().values(), LogSpectrum.CELLS))
                .max()
                .orElse(1);
    }

    private static double greatest(float[] values, int count) {
        double most = 1e-6;
        for (int i = 0; i < count; i++) {
            most = Math.max(most, values[i]);
        }
        return most;
    }

    /** Magnitudes are drawn by their square roots: small ones count for networks, too. Phases go round. */
    private static double height(double value, int channel, double most) {
        double share = value / most;
        return PANEL * (channel == 0 ? Math.sqrt(Math.max(0, share)) : share - Math.floor(share));
    }

    private static double column(double cell) {
        return LEFT + cell / LogSpectrum.CELLS * (WIDTH - LEFT - RIGHT);
    }

    private static Path2D path(float[] values, int channel, int top, double most) {
        Path2D path = new Path2D.Double();
        for (int cell = 0; cell < LogSpectrum.CELLS; cell++) {
            double x = column(cell + 0.5);
            double y = top + PANEL - height(values[channel * LogSpectrum.CELLS + cell], channel, most);
            if (cell == 0) {
                path.moveTo(x, y);
            } else {
                path.lineTo(x, y);
            }
        }
        return path;
    }

    private static void green(Graphics2D pen, int channel, Tensor mask, int top) {
        float[] values = mask.values();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_OFF);
        for (int cell = 0; cell < LogSpectrum.CELLS; cell++) {
            float kept = Math.max(0, Math.min(1, values[channel * LogSpectrum.CELLS + cell]));
            pen.setColor(new Color(KEPT >> 16 & 0xff, KEPT >> 8 & 0xff, KEPT & 0xff, Math.round(150 * kept)));
            pen.fill(new Rectangle2D.Double(column(cell), top, column(1) - column(0), PANEL));
        }
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    }

    private static void axes(Graphics2D pen, int channel, int top, double most) {
        pen.setStroke(new BasicStroke(1));
        double[] frequencies = LogSpectrum.frequencies();
        double perCell = StrictMath.log(frequencies[1] / frequencies[0]);
        for (double tick : TICKS) {
            int x = (int) Math.round(column(StrictMath.log(tick / frequencies[0]) / perCell));
            pen.setColor(GRID);
            pen.drawLine(x, top, x, top + PANEL);
            if (channel == 1) {
                String text = tick < 1000
                        ? String.format(Locale.ROOT, "%.0f", tick)
                        : String.format(Locale.ROOT, "%.0fk", tick / 1000);
                Words.draw(pen, text, Font.PLAIN, 13, SOFT, x - 10, top + PANEL + 20, 60);
            }
        }
        pen.setColor(SOFT);
        pen.drawLine(LEFT, top + PANEL, WIDTH - RIGHT, top + PANEL);
        Words.draw(pen, channel == 0 ? "magnitude" : "phase", Font.BOLD, 14, INK, LEFT + 8, top + 18, 200);
        Words.draw(
                pen,
                channel == 0 ? String.format(Locale.ROOT, "%.3g", most) : "2π",
                Font.PLAIN,
                13,
                SOFT,
                24,
                top + 12,
                LEFT - 30);
        Words.draw(pen, "0", Font.PLAIN, 13, SOFT, LEFT - 16, top + PANEL, 14);
        if (channel == 1) {
            Words.draw(pen, "frequency in Hz", Font.PLAIN, 14, SOFT, LEFT, top + PANEL + 42, 300);
        }
    }
}
