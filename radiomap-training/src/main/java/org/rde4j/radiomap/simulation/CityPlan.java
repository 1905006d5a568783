package org.rde4j.radiomap.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** Lays out a city: districts along their own directions, blocks between streets, lots, houses. */
final class CityPlan {
    private static final double SMALLEST_HOUSE = 24;

    private final SplittableRandom random;
    private final int size;
    private final Predicate<Point> place;
    private final List<Polygon> houses = new ArrayList<>();

    /** How closely the city is built, which differs between cities. */
    private final double lotSide;

    private final double blockSide;
    private final double gap;
    private final double emptyLots;

    CityPlan(SplittableRandom random, int size) {
        this.random = random;
        this.size = size;
        lotSide = random.nextDouble(14, 22);
        blockSide = random.nextDouble(48, 90);
        gap = random.nextDouble(3, 6);
        emptyLots = random.nextDouble(0, 0.2);
        place = openPlace();
    }

    /** The outlines of all buildings, cut off at the map's edge. */
    List<Polygon> buildings() {
        double centre = size / 2.0;
        Lot ground =
                new Lot(Polygon.of(-centre, -centre, 3 * centre, -centre, 3 * centre, 3 * centre, -centre, 3 * centre)
                        .points());
        double angle = random.nextDouble(-0.35, 0.35);
        if (random.nextDouble() < 0.5) {
            Point through = new Point(random.nextDouble(0.25, 0.75) * size, random.nextDouble(0.25, 0.75) * size);
            double turned = angle + random.nextDouble(-0.5, 0.5);
            List<Lot> districts = ground.split(through, random.nextDouble(0, Math.PI), random.nextDouble(14, 26));
            districts.forEach(district -> streets(district, district == districts.get(0) ? angle : turned));
        } else {
            streets(ground, angle);
        }
        return houses;
    }

    /** Where nothing is built but a few houses: round a square, or beyond the edge of the town. */
    private Predicate<Point> openPlace() {
        double x = random.nextDouble(0, size);
        double y = random.nextDouble(0, size);
        double choice = random.nextDouble();
        if (choice < 0.35) {
            double radius = random.nextDouble(0.1, 0.25) * size;
            return point -> StrictMath.hypot(point.x() - x, point.y() - y) < radius;
        }
        if (choice < 0.6) {
            double angle = random.nextDouble(0, 2 * Math.PI);
            double away = random.nextDouble(0.2, 0.45) * size;
            return point ->
                    (point.x() - size / 2.0) * StrictMath.cos(angle) + (point.y() - size / 2.0) * StrictMath.sin(angle)
                            > away;
        }
        return point -> false;
    }

    private void streets(Lot lot, double angle) {
        double along = lot.extent(angle);
        double across = lot.extent(angle + Math.PI / 2);
        if (Math.max(along, across) < blockSide * random.nextDouble(0.9, 1.4)) {
            block(lot, angle);
            return;
        }
        boolean main = Math.max(along, across) > 0.5 * size;
        double width = main ? random.nextDouble(11, 24) : random.nextDouble(7, 13);
        double bent = random.nextDouble() < 0.3 ? random.nextDouble(-0.2, 0.2) : random.nextDouble(-0.03, 0.03);
        double normal = (along > across ? angle : angle + Math.PI / 2) + bent;
        lot.split(lot.between(random, normal), normal, width).forEach(part -> streets(part, angle));
    }

    private void block(Lot lot, double angle) {
        double choice = random.nextDouble();
        if (choice < 0.05 || isOutside(lot)) {
            return;
        }
        if (choice < 0.12) {
            house(lot.resized(random.nextDouble(0.7, 0.95), 0), angle);
        } else {
            lots(lot, angle);
        }
    }

    private void lots(Lot lot, double angle) {
        double along = lot.extent(angle);
        double across = lot.extent(angle + Math.PI / 2);
        if (Math.max(along, across) < lotSide * random.nextDouble(0.9, 1.7)) {
            boolean square = Math.max(along, across) < 1.4 * Math.min(along, across);
            if (random.nextDouble() >= emptyLots) {
                boolean turn = square && random.nextDouble() < 0.12;
                house(
                        lot.resized(turn ? 0.75 : random.nextDouble(0.82, 1), turn ? random.nextDouble(-0.4, 0.4) : 0),
                        angle);
            }
            return;
        }
        double normal = (along > across ? angle : angle + Math.PI / 2) + random.nextDouble(-0.04, 0.04);
        lot.split(lot.between(random, normal), normal, gap * random.nextDouble(0.8, 1.8))
                .forEach(part -> lots(part, angle));
    }

    private void house(Lot lot, double angle) {
        if (Math.min(lot.extent(angle), lot.extent(angle + Math.PI / 2)) < 5) {
            return;
        }
        boolean kept = random.nextDouble() < 0.08;
        Polygon house = HouseShape.on(lot, angle, random);
        if (!place.test(lot.centre()) || kept) {
            List<Point> points = cutOff(house.points());
            if (points.size() >= 3 && new Polygon(points).area() >= SMALLEST_HOUSE) {
                houses.add(new Polygon(points));
            }
        }
    }

    private List<Point> cutOff(List<Point> outline) {
        List<Point> points = Polygon.clip(outline, 1, 0, 0);
        points = Polygon.clip(points, 0, 1, 0);
        points = Polygon.clip(points, -1, 0, -size);
        points = Polygon.clip(points, 0, -1, -size);
        // Rounding may leave the new corners a trifle outside.
        return points.stream()
                .map(point -> new Point(Math.min(size, Math.max(0, point.x())), Math.min(size, Math.max(0, point.y()))))
                .toList();
    }

    private boolean isOutside(Lot lot) {
        return lot.points().stream().allMatch(point -> point.x() < 0)
                || lot.points().stream().allMatch(point -> point.y() < 0)
                || lot.points().stream().allMatch(point -> point.x() > size)
                || lot.points().stream().allMatch(point -> point.y() > size);
    }
}
