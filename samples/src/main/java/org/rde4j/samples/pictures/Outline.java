package org.rde4j.samples.pictures;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The classes of pictures: each is an outline within the unit circle around (0, 0), y pointing down. */
public enum Outline {
    /** A filled circle. */
    DISC(180) {
        @Override
        Shape shape() {
            return circle(0, 0, 0.95);
        }
    },
    /** A circle with a round hole. */
    RING(180) {
        @Override
        Shape shape() {
            Path2D ring = new Path2D.Double(Path2D.WIND_EVEN_ODD);
            ring.append(circle(0, 0, 0.98), false);
            ring.append(circle(0, 0, 0.58), false);
            return ring;
        }
    },
    /** A square. */
    SQUARE(180) {
        @Override
        Shape shape() {
            return new Rectangle2D.Double(-0.75, -0.75, 1.5, 1.5);
        }
    },
    /** An equilateral triangle. */
    TRIANGLE(180) {
        @Override
        Shape shape() {
            return spikes(3, 1, 0.5);
        }
    },
    /** A regular hexagon. */
    HEXAGON(180) {
        @Override
        Shape shape() {
            return spikes(3, 1, 1);
        }
    },
    /** A star of five points. */
    STAR(180) {
        @Override
        Shape shape() {
            return spikes(5, 1.05, 0.42);
        }
    },
    /** Two crossing bars. */
    CROSS(180) {
        @Override
        Shape shape() {
            Path2D bars = new Path2D.Double(Path2D.WIND_NON_ZERO);
            bars.append(new Rectangle2D.Double(-0.95, -0.3, 1.9, 0.6), false);
            bars.append(new Rectangle2D.Double(-0.3, -0.95, 0.6, 1.9), false);
            return bars;
        }
    },
    /** A heart, point down. */
    HEART(40) {
        @Override
        Shape shape() {
            Path2D path = new Path2D.Double();
            path.moveTo(0, 0.95);
            path.curveTo(-1.5, -0.1, -0.9, -1.25, 0, -0.45);
            path.curveTo(0.9, -1.25, 1.5, -0.1, 0, 0.95);
            path.closePath();
            return path;
        }
    },
    /** A moon in its first quarter. */
    CRESCENT(180) {
        @Override
        Shape shape() {
            // A circle of radius 1 around (0, 0) without one of radius 0.8 around (0.45, 0), which meet at x = 0.625.
            double outer = StrictMath.acos(0.625);
            double inner = StrictMath.acos((0.625 - 0.45) / 0.8);
            Path2D moon = new Path2D.Double();
            arc(moon, 0, 1, outer, 2 * Math.PI - outer);
            arc(moon, 0.45, 0.8, 2 * Math.PI - inner, inner);
            moon.closePath();
            return moon;
        }
    },
    /** An arrow with a broad head. */
    ARROW(180) {
        @Override
        Shape shape() {
            return polygon(-1, -0.26, 0.05, -0.26, 0.05, -0.75, 1, 0, 0.05, 0.75, 0.05, 0.26, -1, 0.26);
        }
    },
    /** A band that winds outwards. */
    SPIRAL(180) {
        @Override
        Shape shape() {
            Path2D path = new Path2D.Double();
            path.moveTo(0, 0);
            int points = 120;
            for (int i = 1; i <= points; i++) {
                double t = (double) i / points;
                double angle = 2 * Math.PI * 2.3 * t;
                path.lineTo(0.86 * t * StrictMath.cos(angle), 0.86 * t * StrictMath.sin(angle));
            }
            return Coverage.line(path, 0.19, 0.01);
        }
    },
    /** Five round petals around a heart. */
    FLOWER(180) {
        @Override
        Shape shape() {
            Path2D petals = new Path2D.Double(Path2D.WIND_NON_ZERO);
            petals.append(circle(0, 0, 0.4), false);
            for (int i = 0; i < 5; i++) {
                double angle = 2 * Math.PI * i / 5;
                petals.append(circle(0.62 * StrictMath.cos(angle), 0.62 * StrictMath.sin(angle), 0.37), false);
            }
            return petals;
        }
    };

    private final double turn;

    Outline(double turn) {
        this.turn = turn;
    }

    /** The outline within the unit circle. */
    abstract Shape shape();

    /** The largest rotation in degrees, either way, under which the class is drawn. */
    double turn() {
        return turn;
    }

    /**
     * The name of the class.
     *
     * @return the constant's name in lower case
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The names of all classes.
     *
     * @return the labels, in the order of the network's outputs
     */
    public static List<String> labels() {
        return Stream.of(values()).map(Outline::label).toList();
    }

    private static Shape circle(double x, double y, double radius) {
        return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    }

    /** A polygon whose corners alternate between two radii. */
    private static Shape spikes(int count, double outer, double inner) {
        double[] corners = new double[4 * count];
        for (int i = 0; i < 2 * count; i++) {
            double radius = i % 2 == 0 ? outer : inner;
            corners[2 * i] = radius * StrictMath.sin(Math.PI * i / count);
            corners[2 * i + 1] = -radius * StrictMath.cos(Math.PI * i / count);
        }
        return polygon(corners);
    }

    private static Shape polygon(double... corners) {
        Path2D path = new Path2D.Double();
        path.moveTo(corners[0], corners[1]);
        for (int i = 2; i < corners.length; i += 2) {
            path.lineTo(corners[i], corners[i + 1]);
        }
        path.closePath();
        return path;
    }

    /** Adds an arc around (x, 0) to a path, from an angle to another, in steps of at most two degrees or so. */
    private static void arc(Path2D path, double x, double radius, double from, double to) {
        int steps = 180;
        for (int i = 0; i <= steps; i++) {
            double angle = from + (to - from) * i / steps;
            double right = x + radius * StrictMath.cos(angle);
            double down = radius * StrictMath.sin(angle);
            if (path.getCurrentPoint() == null) {
                path.moveTo(right, down);
            } else {
                path.lineTo(right, down);
            }
        }
    }

    /** The outline at a place, with a radius and a rotation in degrees. */
    Shape placed(double x, double y, double radius, double degrees) {
        AffineTransform place = AffineTransform.getTranslateInstance(x, y);
        double radians = Math.toRadians(degrees);
        place.rotate(StrictMath.cos(radians), StrictMath.sin(radians));
        place.scale(radius, radius);
        return place.createTransformedShape(shape());
    }
}
