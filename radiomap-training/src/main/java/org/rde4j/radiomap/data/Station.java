package org.rde4j.radiomap.data;

import java.util.Comparator;

/**
 * A transmitter of a map, as files of the data set name it.
 *
 * @param map the map's number
 * @param transmitter the transmitter's number on that map
 */
public record Station(int map, int transmitter) implements Comparable<Station> {
    private static final Comparator<Station> ORDER =
            Comparator.comparingInt(Station::map).thenComparingInt(Station::transmitter);

    /**
     * The name of its files.
     *
     * @return such as {@code 12_3} for transmitter 3 of map 12
     */
    public String name() {
        return map + "_" + transmitter;
    }

    @Override
    public int compareTo(Station other) {
        return ORDER.compare(this, other);
    }
}
