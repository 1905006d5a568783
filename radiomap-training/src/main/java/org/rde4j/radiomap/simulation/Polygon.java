package org.rde4j.radiomap.simulation;

import java.util.ArrayList;
import java.util.List;
import org.rde4j.RdeException;

/**
 * The outline of a building.
 *
 * @param points its corners in order, at least three; the last one is joined to the first. Either way round;
 *     what an odd number of outlines surrounds is inside
 */
public record Polygon(List<Point> points) {
    /** Checks the number of corners. */
    public Polygon {
        points = List.copyOf(points);
        if (points.size() < 3) {
            throw new RdeException(
                    "The outline of a building has %s corners, fewer than 3.".formatted(points.size()),
                    "Leave the building out, or give all of its corners.");
        }
    }

    static Polygon of(double... coordinates) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < coordinates.length; i += 2) {
            points.add(new Point(coordinates[i], coordinates[i + 1]));
        }
        return new Polygon(points);
    }

    /**
     * The area.
     *
     * @return square metres, at least 0
     */
    public double area() {
        double twice = 0;
        for (int i = 0; i < points.size(); i++) {
            Point a = points.get(i);
            Point b = points.get((i + 1) % points.size());
            twice += a.x() * b.y() - b.x() * a.y();
        }
        return Math.abs(twice) / 2;
    }

    /**
     * What lies on one side of a line (Sutherland and Hodgman 1974).
     *
     * @param nx the line's normal, which points to the side that is kept
     * @param ny the same
     * @param offset points with nx·x + ny·y = offset are on the line
     * @return the corners of the part, fewer than three if nothing is left
     */
    static List<Point> clip(List<Point> points, double nx, double ny, double offset) {
        List<Point> kept = new ArrayList<>();
        for (int i = 0; i < points.size(); i++) {
            Point a = points.get(i);
            Point b = points.get((i + 1) % points.size());
            double atA = nx * a.x() + ny * a.y() - offset;
            double atB = nx * b.x() + ny * b.y() - offset;
            if (atA >= 0) {
                kept.add(a);
            }
            if (atA >= 0 != atB >= 0) {
                kept.add(a.towards(b, atA / (atA - atB)));
            }
        }
        return kept;
    }

    /** Turns the pixels over whose centres lie inside. */
    void fill(float[] map, int rows, int columns) {
        for (int row = 0; row < rows; row++) {
            for (double start : crossings(row + 0.5)) {
                for (int column = (int) Math.max(0, Math.ceil(start - 0.5)); column < columns; column++) {
                    map[row * columns + column] = 1 - map[row * columns + column];
                }
            }
        }
    }

    /** Where the outline meets a row: every crossing turns all pixels to its right over. */
    private List<Double> crossings(double y) {
        List<Double> found = new ArrayList<>();
        for (int i = 0; i < points.size(); i++) {
            Point a = points.get(i);
            Point b = points.get((i + 1) % points.size());
            if (a.y() <= y != b.y() <= y) {
                found.add(a.x() + (y - a.y()) / (b.y() - a.y()) * (b.x() - a.x()));
            }
        }
        return found;
    }
}
