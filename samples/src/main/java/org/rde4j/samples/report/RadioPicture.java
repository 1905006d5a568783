package org.rde4j.samples.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.rde4j.Distortion;
import org.rde4j.Region;
import org.rde4j.Tensor;
import org.rde4j.radiomap.explanation.Chosen;
import org.rde4j.radiomap.explanation.RadioExplanation;
import org.rde4j.radiomap.scene.Place;

/**
 * An explained radio map as in seed Figure 9: the estimate grey, buildings blue, measurements red, what was chosen
 * strong and numbered in its order, the region green; beside it how the distortion falls.
 */
public final class RadioPicture {
    private static final int SCALE = 3;
    private static final int MARGIN = 28;
    private static final int HEADER = 84;
    private static final int LEGEND = 64;
    private static final int CURVE = 620;
    private static final int LIST_INDENT = 62;
    private static final int LINE = 16;
    private static final Color PAPER = new Color(0xfbfaf7);
    private static final Color INK = new Color(0x1d1d24);
    private static final Color SOFT = new Color(0x6a6a75);
    private static final Color BUILDING = new Color(0x34507a);
    private static final Color CHOSEN_BUILDING = new Color(0x3d8bff);
    private static final Color MEASUREMENT = new Color(0xb06a66);
    private static final Color CHOSEN_MEASUREMENT = new Color(0xff2a1a);
    private static final Color REGION = new Color(0x27c45a);
    private static final Color TRANSMITTER = new Color(0xffd400);

    private RadioPicture() {}

    /**
     * Draws an explanation.
     *
     * @param answer what to draw
     * @param estimate Φ(x), [H, W] in [0, 1]
     * @return the picture, RGB, three pixels to one of the map
     */
    public static BufferedImage of(RadioExplanation answer, Tensor estimate) {
        int width = SCALE * answer.scene().columns();
        int height = SCALE * answer.scene().rows();
        BufferedImage image = new BufferedImage(
                3 * MARGIN + width + CURVE, HEADER + Math.max(height, CURVE) + LEGEND, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        pen.setColor(PAPER);
        pen.fillRect(0, 0, image.getWidth(), image.getHeight());
        header(pen, answer, image.getWidth() - 2 * MARGIN);
        Graphics2D map = (Graphics2D) pen.create(MARGIN, HEADER, width, height);
        map(map, answer, estimate);
        map.dispose();
        legend(pen, HEADER + height + 30);
        BufferedImage curve = curve(answer);
        int curveHeight = curve.getHeight() * CURVE / curve.getWidth();
        pen.drawImage(curve, 2 * MARGIN + width, HEADER, CURVE, curveHeight, null);
        list(pen, answer.chosen(), 2 * MARGIN + width + LIST_INDENT, HEADER + curveHeight + 2 * LINE, HEADER + height);
        pen.dispose();
        return image;
    }

    private static void header(Graphics2D pen, RadioExplanation answer, int width) {
        String title =
                "What is the estimate of %s made from?".formatted(answer.scene().name());
        String text = String.format(
                Locale.ROOT,
                "%d buildings and %d measurements chosen of %d components; distortion %.4g without any, %.4g with these",
                answer.chosenBuildings().size(),
                answer.chosenMeasurements().size(),
                answer.explanation().masks().values().stream()
                        .mapToInt(Tensor::size)
                        .sum(),
                answer.distortionOfNothing(),
                answer.explanation().distortion());
        Words.draw(pen, title, Font.BOLD, 24, INK, MARGIN, 40, width);
        Words.draw(pen, text, Font.PLAIN, 15, SOFT, MARGIN, 66, width);
    }

    private static void map(Graphics2D pen, RadioExplanation answer, Tensor estimate) {
        int columns = answer.scene().columns();
        Set<Integer> strong = new HashSet<>();
        answer.chosenBuildings().forEach(building -> strong.add(building.label()));
        float[] levels = estimate.values();
        float[] labels = answer.buildings().values();
        for (int i = 0; i < levels.length; i++) {
            int grey = Math.round(255 * Math.max(0, Math.min(1, levels[i])));
            Color colour = new Color(grey, grey, grey);
            if (labels[i] > 0) {
                colour = strong.contains((int) labels[i]) ? CHOSEN_BUILDING : BUILDING;
            }
            square(pen, colour, i / columns, i % columns, 0);
        }
        region(pen, answer, columns);
        float[] measured = answer.scene().measured().values();
        for (int i = 0; i < measured.length; i++) {
            if (measured[i] > 0) {
                square(pen, MEASUREMENT, i / columns, i % columns, 0);
            }
        }
        Place transmitter = answer.scene().transmitter();
        square(pen, Color.BLACK, transmitter.row(), transmitter.column(), 4);
        square(pen, TRANSMITTER, transmitter.row(), transmitter.column(), 3);
        chosen(pen, answer.chosen());
    }

    /** A pixel of the map, larger by some pixels of the picture on each side. */
    private static void square(Graphics2D pen, Color colour, int row, int column, int more) {
        pen.setColor(colour);
        pen.fillRect(SCALE * column - more, SCALE * row - more, SCALE + 2 * more, SCALE + 2 * more);
    }

    private static void chosen(Graphics2D pen, List<Chosen> chosen) {
        for (int i = chosen.size() - 1; i >= 0; i--) {
            String number = Integer.toString(i + 1);
            if (chosen.get(i) instanceof Chosen.Measurement measurement) {
                Place place = measurement.place();
                square(pen, Color.WHITE, place.row(), place.column(), 3);
                square(pen, CHOSEN_MEASUREMENT, place.row(), place.column(), 2);
                label(pen, number, SCALE * place.column() + 7, SCALE * place.row() + 2);
            } else if (chosen.get(i) instanceof Chosen.Building building) {
                int x = SCALE * building.column() + SCALE * building.width() / 2 - 5;
                int y = SCALE * building.row() + SCALE * building.height() / 2 + 5;
                label(pen, number, x, y);
            }
        }
    }

    /** White on a dark edge, to be read on any grey. */
    private static void label(Graphics2D pen, String text, int x, int y) {
        for (int[] step : new int[][] {{-1, 0}, {1, 0}, {0, -1}, {0, 1}}) {
            Words.draw(pen, text, Font.BOLD, 13, Color.BLACK, x + step[0], y + step[1], 40);
        }
        Words.draw(pen, text, Font.BOLD, 13, Color.WHITE, x, y, 40);
    }

    /** The border between pixels of the region and others. */
    private static void region(Graphics2D pen, RadioExplanation answer, int columns) {
        if (!(answer.explanation().problem().distortion() instanceof Distortion.SquaredError error)
                || !(error.region().orElse(null) instanceof Region.OfImage region)) {
            return;
        }
        pen.setColor(REGION);
        pen.setStroke(new BasicStroke(2f));
        int rows = answer.scene().rows();
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                if (!region.contains(column, row)) {
                    continue;
                }
                int x = SCALE * column;
                int y = SCALE * row;
                edge(pen, !region.contains(column - 1, row), x, y, x, y + SCALE);
                edge(pen, !region.contains(column + 1, row), x + SCALE, y, x + SCALE, y + SCALE);
                edge(pen, !region.contains(column, row - 1), x, y, x + SCALE, y);
                edge(pen, !region.contains(column, row + 1), x, y + SCALE, x + SCALE, y + SCALE);
            }
        }
    }

    private static void edge(Graphics2D pen, boolean isBorder, int x1, int y1, int x2, int y2) {
        if (isBorder) {
            pen.drawLine(x1, y1, x2, y2);
        }
    }

    private static void legend(Graphics2D pen, int y) {
        String[] names = {"building", "chosen", "measurement", "chosen", "region", "transmitter"};
        Color[] colours = {
            BUILDING, CHOSEN_BUILDING, MEASUREMENT, CHOSEN_MEASUREMENT, REGION, TRANSMITTER,
        };
        int x = MARGIN;
        for (int i = 0; i < names.length; i++) {
            pen.setColor(colours[i]);
            pen.fillRect(x, y - 12, 14, 14);
            Words.draw(pen, names[i], Font.PLAIN, 15, INK, x + 20, y, 120);
            x += 40 + 9 * names[i].length();
        }
    }

    /** The components in their order, as many as there is room for. */
    private static void list(Graphics2D pen, List<Chosen> chosen, int x, int top, int bottom) {
        for (int i = 0; i < chosen.size() && top + i * LINE <= bottom; i++) {
            int y = top + i * LINE;
            Words.draw(pen, Integer.toString(i + 1), Font.BOLD, 13, INK, x, y, 30);
            Words.draw(pen, named(chosen.get(i)), Font.PLAIN, 13, INK, x + 30, y, 400);
            if (chosen.get(i).distortion().isPresent()) {
                String distortion = String.format(
                        Locale.ROOT, "%.3g", chosen.get(i).distortion().getAsDouble());
                Words.draw(pen, distortion, Font.PLAIN, 13, SOFT, x + 440, y, 100);
            }
        }
    }

    private static String named(Chosen chosen) {
        if (chosen instanceof Chosen.Measurement measurement) {
            return String.format(
                    Locale.ROOT,
                    "strength %.2f measured at row %d, column %d",
                    measurement.strength(),
                    measurement.place().row(),
                    measurement.place().column());
        }
        Chosen.Building building = (Chosen.Building) chosen;
        return "building %d, %d×%d pixels at row %d, column %d"
                .formatted(building.label(), building.width(), building.height(), building.row(), building.column());
    }

    private static BufferedImage curve(RadioExplanation answer) {
        double[] distortion = answer.curve();
        double[] count = new double[distortion.length];
        for (int i = 0; i < count.length; i++) {
            count[i] = i;
        }
        Plot.Series series = new Plot.Series("on the region", count, distortion, count.length > 1);
        return Plot.of("How the distortion falls", "chosen components", "distortion", List.of(series));
    }
}
