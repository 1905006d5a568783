package org.rde4j.radiomap.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The ground plan of one building, first in the unit square, then stretched over its lot. */
final class HouseShape {
    private static final double COURTYARD_NEEDS = 26;
    private static final double NOTCH_NEEDS = 11;

    private HouseShape() {}

    /** A building on a lot. Only lots of four sides and some size get more than their own shape. */
    static Polygon on(Lot lot, double angle, SplittableRandom random) {
        double smaller = Math.min(lot.extent(angle), lot.extent(angle + Math.PI / 2));
        if (lot.points().size() != 4 || smaller < NOTCH_NEEDS) {
            return new Polygon(lot.points());
        }
        return stretch(unit(smaller, random), lot.points(), random.nextInt(4));
    }

    private static double[] unit(double metres, SplittableRandom random) {
        double a = random.nextDouble(0.3, 0.65);
        double b = random.nextDouble(0.3, 0.65);
        double choice = random.nextDouble();
        if (metres > COURTYARD_NEEDS && choice < 0.6) {
            return courtyard(metres, random);
        }
        if (choice < 0.5) {
            return new double[] {0, 0, 1, 0, 1, 1, 0, 1};
        }
        if (choice < 0.72) {
            return new double[] {0, 0, 1, 0, 1, b, a, b, a, 1, 0, 1};
        }
        if (choice < 0.86) {
            double left = a / 1.6;
            double right = 1 - b / 1.6;
            return new double[] {0, 0, 1, 0, 1, 1, right, 1, right, a, left, a, left, 1, 0, 1};
        }
        if (choice < 0.94) {
            double left = a / 2;
            double right = 1 - b / 2;
            return new double[] {0, 0, 1, 0, 1, a, right, a, right, 1, left, 1, left, a, 0, a};
        }
        return new double[] {0, 0, 1, 0, 1, b / 2, 0.8, b / 2, 0.8, 0.7, 0.45, 0.7, 0.45, 1, 0, 1};
    }

    /** Four wings around a yard, which a gate leads into. */
    private static double[] courtyard(double metres, SplittableRandom random) {
        double wing = random.nextDouble(0.22, 0.32);
        double gate = random.nextDouble(4, 7) / metres;
        double start = random.nextDouble(wing, 1 - wing - gate);
        double end = start + gate;
        return new double[] {
            0, 0, start, 0, start, wing, wing, wing, wing, 1 - wing, 1 - wing, 1 - wing, 1 - wing, wing, end, wing, end,
            0, 1, 0, 1, 1, 0, 1
        };
    }

    private static Polygon stretch(double[] unit, List<Point> corners, int first) {
        Point a = corners.get(first);
        Point b = corners.get((first + 1) % 4);
        Point c = corners.get((first + 2) % 4);
        Point d = corners.get((first + 3) % 4);
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < unit.length; i += 2) {
            points.add(a.towards(b, unit[i]).towards(d.towards(c, unit[i]), unit[i + 1]));
        }
        return new Polygon(points);
    }
}
