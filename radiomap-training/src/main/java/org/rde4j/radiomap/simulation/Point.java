package org.rde4j.radiomap.simulation;

/**
 * A point of a map, in metres from the upper left corner; the centre of the pixel in row r and column c is
 * (c + 0.5, r + 0.5).
 *
 * @param x to the right
 * @param y downwards
 */
public record Point(double x, double y) {
    Point plus(double dx, double dy) {
        return new Point(x + dx, y + dy);
    }

    double distance(Point other) {
        return StrictMath.hypot(x - other.x, y - other.y);
    }

    Point towards(Point other, double part) {
        return new Point(x + part * (other.x - x), y + part * (other.y - y));
    }
}
