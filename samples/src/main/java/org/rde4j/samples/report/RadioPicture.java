package org.rde4j.samples.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import org.rde4j.Tensor;
import org.rde4j.radiomap.explanation.Chosen;
import org.rde4j.radiomap.explanation.RadioExplanation;

/**
 * An explained radio map as in seed Figure 9: the estimate grey, buildings blue, measurements red, what was chosen
 * strong and numbered in its order, the region green; beside it how the distortion falls.
 */
public final class RadioPicture {
    private static final int MARGIN = 28;
    private static final int HEADER = 84;
    private static final int LEGEND = 64;
    private static final int CURVE = 620;
    private static final int LIST_INDENT = 62;
    private static final int LINE = 16;
    private static final Color PAPER = new Color(0xfbfaf7);
    private static final Color INK = new Color(0x1d1d24);
    private static final Color SOFT = new Color(0x6a6a75);

    private RadioPicture() {}

    /**
     * Draws an explanation.
     *
     * @param answer what to draw
     * @param estimate Φ(x), [H, W] in [0, 1]
     * @return the picture, RGB, three pixels to one of the map
     */
    public static BufferedImage of(RadioExplanation answer, Tensor estimate) {
        int width = RadioDrawing.SCALE * answer.scene().columns();
        int height = RadioDrawing.SCALE * answer.scene().rows();
        BufferedImage image = new BufferedImage(
                3 * MARGIN + width + CURVE, HEADER + Math.max(height, CURVE) + LEGEND, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        pen.setColor(PAPER);
        pen.fillRect(0, 0, image.getWidth(), image.getHeight());
        header(pen, answer, image.getWidth() - 2 * MARGIN);
        pen.drawImage(RadioDrawing.of(answer, estimate).image(), MARGIN, HEADER, null);
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

    private static void legend(Graphics2D pen, int y) {
        String[] names = {"building", "chosen", "measurement", "chosen", "region", "transmitter"};
        Color[] colours = {
            RadioDrawing.BUILDING,
            RadioDrawing.CHOSEN_BUILDING,
            RadioDrawing.MEASUREMENT,
            RadioDrawing.CHOSEN_MEASUREMENT,
            RadioDrawing.REGION,
            RadioDrawing.TRANSMITTER,
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
        return "building %s, %s×%s pixels at row %s, column %s"
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
