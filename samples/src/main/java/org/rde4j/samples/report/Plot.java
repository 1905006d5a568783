package org.rde4j.samples.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.stream.DoubleStream;

/** A diagram of points or lines over two axes that begin at zero. */
public final class Plot {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 620;
    private static final int LEFT = 92;
    private static final int RIGHT = 32;
    private static final int TOP = 104;
    private static final int BOTTOM = 72;
    private static final int TICKS = 5;
    private static final double RADIUS = 5;
    private static final Color PAPER = new Color(0xfbfaf7);
    private static final Color INK = new Color(0x1d1d24);
    private static final Color SOFT = new Color(0x6a6a75);
    private static final Color GRID = new Color(0xe4e1da);
    private static final List<Color> COLOURS =
            List.of(new Color(0x2f6fb5), new Color(0xd1603d), new Color(0x4f9d69), new Color(0x8a5fb0));

    private Plot() {}

    /**
     * One kind of points.
     *
     * @param name for the legend
     * @param x at least 0; pairs that are not finite are left out
     * @param y as many, at least 0
     * @param joined by a line, instead of dots
     */
    public record Series(String name, double[] x, double[] y, boolean joined) {}

    /**
     * Draws a diagram.
     *
     * @param title above it
     * @param across what the horizontal axis shows
     * @param up what the vertical axis shows
     * @param series at most four, in the order of the legend
     * @return the picture, RGB
     */
    public static BufferedImage of(String title, String across, String up, List<Series> series) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        pen.setColor(PAPER);
        pen.fillRect(0, 0, WIDTH, HEIGHT);
        Words.draw(pen, title, Font.BOLD, 22, INK, LEFT, 40, WIDTH - LEFT - RIGHT);
        Words.draw(pen, up, Font.PLAIN, 15, SOFT, 16, TOP - 14, WIDTH / 2);
        Words.draw(pen, across, Font.PLAIN, 15, SOFT, LEFT, HEIGHT - 18, WIDTH - LEFT - RIGHT);
        Scale x = Scale.of(series.stream().flatMapToDouble(s -> DoubleStream.of(s.x())));
        Scale y = Scale.of(series.stream().flatMapToDouble(s -> DoubleStream.of(s.y())));
        grid(pen, x, y);
        for (int i = 0; i < series.size(); i++) {
            Color colour = COLOURS.get(i % COLOURS.size());
            legend(pen, series.get(i).name(), colour, i);
            pen.setColor(colour);
            draw(pen, series.get(i), x, y);
        }
        pen.dispose();
        return image;
    }

    /**
     * From zero to a round number.
     *
     * @param step from tick to tick
     */
    private record Scale(double step) {
        static Scale of(DoubleStream values) {
            double most = values.filter(Double::isFinite).max().orElse(1);
            double rough = Math.max(most, 1e-9) / TICKS;
            double unit = StrictMath.pow(10, Math.floor(StrictMath.log10(rough)));
            double step = DoubleStream.of(1, 2, 2.5, 5, 10)
                    .map(factor -> factor * unit)
                    .filter(candidate -> candidate >= rough * (1 - 1e-9))
                    .findFirst()
                    .orElse(10 * unit);
            return new Scale(step);
        }

        double share(double value) {
            return value / (step * TICKS);
        }

        String tick(int number) {
            return new BigDecimal(step * number)
                    .round(new MathContext(3))
                    .stripTrailingZeros()
                    .toPlainString();
        }
    }

    private static double column(double share) {
        return LEFT + share * (WIDTH - LEFT - RIGHT);
    }

    private static double row(double share) {
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
    }

    private static void grid(Graphics2D pen, Scale x, Scale y) {
        for (int tick = 0; tick <= TICKS; tick++) {
            double share = (double) tick / TICKS;
            pen.setColor(GRID);
            pen.drawLine((int) column(share), (int) row(0), (int) column(share), (int) row(1));
            pen.drawLine((int) column(0), (int) row(share), (int) column(1), (int) row(share));
            Words.draw(pen, x.tick(tick), Font.PLAIN, 13, SOFT, (int) column(share) - 12, (int) row(0) + 20, 80);
            Words.draw(pen, y.tick(tick), Font.PLAIN, 13, SOFT, 28, (int) row(share) + 5, LEFT - 34);
        }
    }

    private static void legend(Graphics2D pen, String name, Color colour, int number) {
        int left = LEFT + 190 * number;
        pen.setColor(colour);
        pen.fillRect(left, 57, 14, 14);
        Words.draw(pen, name, Font.PLAIN, 15, INK, left + 22, 69, 160);
    }

    private static void draw(Graphics2D pen, Series series, Scale x, Scale y) {
        Path2D line = new Path2D.Double();
        for (int i = 0; i < series.x().length; i++) {
            double across = column(x.share(series.x()[i]));
            double up = row(y.share(series.y()[i]));
            if (!Double.isFinite(across) || !Double.isFinite(up)) {
                continue;
            }
            if (!series.joined()) {
                pen.fill(new Ellipse2D.Double(across - RADIUS, up - RADIUS, 2 * RADIUS, 2 * RADIUS));
            } else if (line.getCurrentPoint() == null) {
                line.moveTo(across, up);
            } else {
                line.lineTo(across, up);
            }
        }
        pen.setStroke(new BasicStroke(2.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        pen.draw(line);
    }
}
