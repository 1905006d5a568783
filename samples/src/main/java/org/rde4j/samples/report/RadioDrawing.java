package org.rde4j.samples.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rde4j.Distortion;
import org.rde4j.Region;
import org.rde4j.Tensor;
import org.rde4j.radiomap.explanation.Chosen;
import org.rde4j.radiomap.explanation.RadioExplanation;
import org.rde4j.radiomap.scene.Components;
import org.rde4j.radiomap.scene.Place;
import org.rde4j.radiomap.scene.Scene;

/**
 * A radio map as in the seed's Figures 8 to 10: strengths grey, given buildings blue, measurements red, the
 * transmitter yellow; what was chosen strong and numbered in its order, a region framed green.
 *
 * @param strengths [H, W] in [0, 1]
 * @param scene whose buildings, measurements and transmitter are drawn
 * @param buildings [H, W], the number of the given building at each place, 0 on streets
 * @param chosen in their order
 * @param region framed, or empty for none
 * @param marks how many times as large as usual measurements and numbers are drawn, for pictures that are shown small
 */
record RadioDrawing(
        Tensor strengths,
        Scene scene,
        Tensor buildings,
        List<Chosen> chosen,
        Optional<Region.OfImage> region,
        int marks) {
    /** Pixels of the picture to one of the map. */
    static final int SCALE = 3;

    static final Color BUILDING = new Color(0x34507a);
    static final Color CHOSEN_BUILDING = new Color(0x3d8bff);
    static final Color MEASUREMENT = new Color(0xb06a66);
    static final Color CHOSEN_MEASUREMENT = new Color(0xff2a1a);
    static final Color REGION = new Color(0x27c45a);
    static final Color TRANSMITTER = new Color(0xffd400);
    private static final int POINTS = 13;

    /** Strengths of a scene, nothing chosen, its missing buildings framed. */
    static RadioDrawing of(Scene scene, Tensor strengths) {
        return new RadioDrawing(
                strengths,
                scene,
                Components.of(scene.given()).labels(),
                List.of(),
                Optional.of(Region.mask(scene.missing())),
                1);
    }

    /** An explained estimate, with the region that it was explained on. */
    static RadioDrawing of(RadioExplanation answer, Tensor estimate) {
        return new RadioDrawing(estimate, answer.scene(), answer.buildings(), answer.chosen(), region(answer), 1);
    }

    private static Optional<Region.OfImage> region(RadioExplanation answer) {
        return answer.explanation().problem().distortion() instanceof Distortion.SquaredError error
                ? error.region().filter(Region.OfImage.class::isInstance).map(Region.OfImage.class::cast)
                : Optional.empty();
    }

    /** For pictures that are shown small. */
    RadioDrawing marks(int newMarks) {
        return new RadioDrawing(strengths, scene, buildings, chosen, region, newMarks);
    }

    /** The picture, RGB. */
    BufferedImage image() {
        BufferedImage image =
                new BufferedImage(SCALE * scene.columns(), SCALE * scene.rows(), BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        levels(pen);
        region.ifPresent(framed -> frame(pen, framed));
        float[] measured = scene.measured().values();
        for (int i = 0; i < measured.length; i++) {
            if (measured[i] > 0) {
                square(pen, MEASUREMENT, i / scene.columns(), i % scene.columns(), marks - 1);
            }
        }
        Place transmitter = scene.transmitter();
        square(pen, Color.BLACK, transmitter.row(), transmitter.column(), 3 * marks + 1);
        square(pen, TRANSMITTER, transmitter.row(), transmitter.column(), 3 * marks);
        choices(pen);
        pen.dispose();
        return image;
    }

    private void levels(Graphics2D pen) {
        Set<Integer> strong = new HashSet<>();
        for (Chosen one : chosen) {
            if (one instanceof Chosen.Building building) {
                strong.add(building.label());
            }
        }
        float[] levels = strengths.values();
        float[] labels = buildings.values();
        for (int i = 0; i < levels.length; i++) {
            int grey = Math.round(255 * Math.max(0, Math.min(1, levels[i])));
            Color colour = new Color(grey, grey, grey);
            if (labels[i] > 0) {
                colour = strong.contains((int) labels[i]) ? CHOSEN_BUILDING : BUILDING;
            }
            square(pen, colour, i / scene.columns(), i % scene.columns(), 0);
        }
    }

    /** A pixel of the map, larger by some pixels of the picture on each side. */
    private static void square(Graphics2D pen, Color colour, int row, int column, int more) {
        pen.setColor(colour);
        pen.fillRect(SCALE * column - more, SCALE * row - more, SCALE + 2 * more, SCALE + 2 * more);
    }

    private void choices(Graphics2D pen) {
        for (int i = chosen.size() - 1; i >= 0; i--) {
            String number = Integer.toString(i + 1);
            if (chosen.get(i) instanceof Chosen.Measurement measurement) {
                Place place = measurement.place();
                square(pen, Color.WHITE, place.row(), place.column(), 2 * marks + 1);
                square(pen, CHOSEN_MEASUREMENT, place.row(), place.column(), 2 * marks);
                label(pen, number, SCALE * place.column() + 4 + 3 * marks, SCALE * place.row() + 2);
            } else if (chosen.get(i) instanceof Chosen.Building building) {
                int x = SCALE * building.column() + SCALE * building.width() / 2 - 5 * marks;
                int y = SCALE * building.row() + SCALE * building.height() / 2 + 5 * marks;
                label(pen, number, x, y);
            }
        }
    }

    /** White on a dark edge, to be read on any grey. */
    private void label(Graphics2D pen, String text, int x, int y) {
        for (int[] step : new int[][] {{-1, 0}, {1, 0}, {0, -1}, {0, 1}}) {
            Words.draw(
                    pen,
                    text,
                    Font.BOLD,
                    POINTS * marks,
                    Color.BLACK,
                    x + marks * step[0],
                    y + marks * step[1],
                    40 * marks);
        }
        Words.draw(pen, text, Font.BOLD, POINTS * marks, Color.WHITE, x, y, 40 * marks);
    }

    /** The border between pixels of the region and others. */
    private void frame(Graphics2D pen, Region.OfImage framed) {
        pen.setColor(REGION);
        pen.setStroke(new BasicStroke(marks + 1f));
        for (int row = 0; row < scene.rows(); row++) {
            for (int column = 0; column < scene.columns(); column++) {
                if (!framed.contains(column, row)) {
                    continue;
                }
                int x = SCALE * column;
                int y = SCALE * row;
                edge(pen, !framed.contains(column - 1, row), x, y, x, y + SCALE);
                edge(pen, !framed.contains(column + 1, row), x + SCALE, y, x + SCALE, y + SCALE);
                edge(pen, !framed.contains(column, row - 1), x, y, x + SCALE, y);
                edge(pen, !framed.contains(column, row + 1), x, y + SCALE, x + SCALE, y + SCALE);
            }
        }
    }

    private static void edge(Graphics2D pen, boolean isBorder, int x1, int y1, int x2, int y2) {
        if (isBorder) {
            pen.drawLine(x1, y1, x2, y2);
        }
    }
}
