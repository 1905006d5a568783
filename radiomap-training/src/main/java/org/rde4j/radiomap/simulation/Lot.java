package org.rde4j.radiomap.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A convex piece of ground that can be split by streets.
 *
 * @param points its corners in order
 */
record Lot(List<Point> points) {
    private static final int BISECTIONS = 2;

    Lot {
        points = List.copyOf(points);
    }

    Point centre() {
        double x = 0;
        double y = 0;
        for (Point point : points) {
            x += point.x();
            y += point.y();
        }
        return new Point(x / points.size(), y / points.size());
    }

    /** The width in a direction. */
    double extent(double angle) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (Point point : points) {
            double at = point.x() * StrictMath.cos(angle) + point.y() * StrictMath.sin(angle);
            least = Math.min(least, at);
            most = Math.max(most, at);
        }
        return most - least;
    }

    /** The parts on both sides of a street; none of those that are too small for a corner. */
    List<Lot> split(Point through, double normal, double street) {
        double nx = StrictMath.cos(normal);
        double ny = StrictMath.sin(normal);
        double offset = nx * through.x() + ny * through.y();
        List<Lot> parts = new ArrayList<>();
        side(nx, ny, offset + street / 2).ifPresent(parts::add);
        side(-nx, -ny, -offset + street / 2).ifPresent(parts::add);
        return parts;
    }

    private Optional<Lot> side(double nx, double ny, double offset) {
        List<Point> part = Polygon.clip(points, nx, ny, offset);
        return part.size() < 3 ? Optional.empty() : Optional.of(new Lot(part));
    }

    /** A random place for a street across. */
    Point between(SplittableRandom random, double angle) {
        double shift = 0;
        for (int i = 0; i < BISECTIONS; i++) {
            shift += random.nextDouble(-0.1, 0.1) * extent(angle);
        }
        return centre().plus(shift * StrictMath.cos(angle), shift * StrictMath.sin(angle));
    }

    /** Shrunk towards the centre and turned around it. */
    Lot resized(double factor, double angle) {
        Point centre = centre();
        List<Point> moved = new ArrayList<>();
        for (Point point : points) {
            double dx = factor * (point.x() - centre.x());
            double dy = factor * (point.y() - centre.y());
            moved.add(centre.plus(
                    dx * StrictMath.cos(angle) - dy * StrictMath.sin(angle),
                    dx * StrictMath.sin(angle) + dy * StrictMath.cos(angle)));
        }
        return new Lot(moved);
    }
}
