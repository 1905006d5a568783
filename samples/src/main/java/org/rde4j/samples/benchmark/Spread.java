package org.rde4j.samples.benchmark;

import java.util.List;

/**
 * Some numbers in short.
 *
 * @param median the middle one, the upper of two
 * @param min the smallest
 * @param max the largest
 * @param count how many there are
 */
public record Spread(double median, double min, double max, int count) {

    static Spread of(List<Double> numbers) {
        double[] sorted = numbers.stream().mapToDouble(x -> x).sorted().toArray();
        return new Spread(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1], sorted.length);
    }
}
