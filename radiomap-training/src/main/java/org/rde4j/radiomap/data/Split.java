package org.rde4j.radiomap.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.rde4j.RdeException;

/**
 * Which maps are for training, which for choosing among networks, and which for the final test. No map is for
 * two of these.
 *
 * @param training numbers of maps
 * @param validation numbers of maps
 * @param test numbers of maps
 */
public record Split(List<Integer> training, List<Integer> validation, List<Integer> test) {
    /** So many maps of RadioMapSeer are split. */
    static final int MAPS = 700;

    /** Keeps the lists from changing and checks that they share no map. */
    public Split {
        training = List.copyOf(training);
        validation = List.copyOf(validation);
        test = List.copyOf(test);
        HashSet<Integer> seen = new HashSet<>();
        for (List<Integer> part : List.of(training, validation, test)) {
            for (Integer map : part) {
                if (!seen.add(map)) {
                    throw new RdeException(
                            "Map %s occurs twice in the split.".formatted(map), "Give each map one purpose.");
                }
            }
        }
    }

    /**
     * The split of RadioMapSeer that RadioUNet's authors use: maps 0 to 699 shuffled by NumPy with seed 42, the
     * first 501 for training, the next 100 for validation, the last 99 for the test.
     *
     * @return the split
     */
    public static Split radioMapSeer() {
        List<Integer> maps = shuffledByNumPy();
        return new Split(maps.subList(0, 501), maps.subList(501, 601), maps.subList(601, MAPS));
    }

    private static List<Integer> shuffledByNumPy() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(Split.class.getResourceAsStream("radiomapseer-split.txt")),
                StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Integer::valueOf)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A random split.
     *
     * @param maps numbers of maps, at least 3
     * @param training the share for training, above 0
     * @param validation the share for validation, above 0; the rest, above 0, is for the test
     * @param seed decides which map goes where, whatever their order
     * @return the split, each part with at least one map
     * @throws RdeException if there are too few maps, one occurs twice, or the shares leave nothing for a part
     */
    public static Split of(Collection<Integer> maps, double training, double validation, long seed) {
        if (!(training > 0 && validation > 0 && training + validation < 1)) {
            throw new RdeException(
                    "The shares %s for training and %s for validation leave nothing for a part."
                            .formatted(training, validation),
                    "0.8 and 0.1 leave 0.1 for the test.");
        }
        if (maps.size() < 3) {
            throw new RdeException(
                    "%s maps cannot be split into three parts.".formatted(maps.size()), "Give at least 3.");
        }
        List<Integer> shuffled = shuffled(maps, seed);
        int count = shuffled.size();
        int first = (int) Math.max(1, Math.min(count - 2, Math.round(training * count)));
        int second = (int) Math.max(first + 1, Math.min(count - 1, Math.round((training + validation) * count)));
        return new Split(shuffled.subList(0, first), shuffled.subList(first, second), shuffled.subList(second, count));
    }

    private static List<Integer> shuffled(Collection<Integer> maps, long seed) {
        List<Integer> shuffled = new ArrayList<>(maps.stream().sorted().toList());
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            shuffled.set(i, shuffled.set(other, shuffled.get(i)));
        }
        return shuffled;
    }
}
