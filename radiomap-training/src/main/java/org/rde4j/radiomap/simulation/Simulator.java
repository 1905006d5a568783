package org.rde4j.radiomap.simulation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.radiomap.scene.Place;

/**
 * Signal strengths of many transmitters in one city. What all of them share, the sights between the corners of
 * buildings, is found once. Can be used by several threads.
 */
public final class Simulator {
    /** Parts of a metre in the table of losses by length. */
    private static final int PARTS = 32;

    private final Sight sight;
    private final Bends bends;
    private final Propagation propagation;
    private final float[] spreading;

    private Simulator(Sight sight, Bends bends, Propagation propagation) {
        this.sight = sight;
        this.bends = bends;
        this.propagation = propagation;
        spreading = new float[4 * (sight.rows + sight.columns) * PARTS];
        for (int i = 0; i < spreading.length; i++) {
            spreading[i] = (float) propagation.spreading((double) i / PARTS);
        }
    }

    /**
     * A simulator with the fitted constants.
     *
     * @param city where the transmitters are
     * @return the simulator
     */
    public static Simulator of(City city) {
        int rows = city.rows();
        int columns = city.columns();
        float[] map = city.buildings().values();
        Sight sight = new Sight(map, rows, columns);
        return new Simulator(sight, new Bends(sight, Outline.trace(map, rows, columns)), Propagation.fitted());
    }

    /**
     * With other constants.
     *
     * @param newPropagation how signals get weaker
     * @return the changed simulator, which shares what was found about the city
     */
    public Simulator propagation(Propagation newPropagation) {
        return new Simulator(sight, bends, newPropagation);
    }

    /**
     * The signal strength everywhere.
     *
     * @param transmitter on a street
     * @return [H, W] in [0, 1], 0 inside buildings and where no path leads
     * @throws RdeException if the transmitter is in a building or outside the map
     */
    public Tensor gain(Place transmitter) {
        if (!sight.isStreet(transmitter.row(), transmitter.column())) {
            throw new RdeException(
                    "The transmitter (%s, %s) must be on a street of the map of %s×%s pixels."
                            .formatted(transmitter.row(), transmitter.column(), sight.rows, sight.columns),
                    "Rows and columns count from 0; move it out of the building.");
        }
        float[] loss = new float[sight.rows * sight.columns];
        Arrays.fill(loss, Float.POSITIVE_INFINITY);
        Paths paths = new Paths(transmitter);
        paths.start(loss);
        paths.spread();
        paths.draw(loss);
        for (int i = 0; i < loss.length; i++) {
            loss[i] = propagation.grey(loss[i]);
        }
        return Tensor.of(loss, sight.rows, sight.columns);
    }

    private float spreading(float length) {
        return spreading[Math.min(spreading.length - 1, (int) (length * PARTS + 0.5f))];
    }

    /** The best path to every bend, found as by Dijkstra (1959). */
    private final class Paths {
        private final Place transmitter;
        private final int count = bends.all.size();
        private final float[] best = new float[count];
        private final float[] length = new float[count];

        /** Decibels lost at bends, with the fixed loss of this one but not its angle. */
        private final float[] lost = new float[count];

        private final float[] direction = new float[count];
        private final PriorityQueue<float[]> queue = new PriorityQueue<>(Comparator.comparingDouble(entry -> entry[0]));

        Paths(Place transmitter) {
            this.transmitter = transmitter;
            Arrays.fill(best, Float.POSITIVE_INFINITY);
        }

        /** What is in sight: pixels get their loss, bends their first paths. */
        void start(float[] loss) {
            int[] pixels = new int[loss.length];
            int[] offsets = new int[loss.length];
            int from = transmitter.row() * sight.columns + transmitter.column();
            int n = sight.look(transmitter.row(), transmitter.column(), 0, sight.fan.rays, pixels, offsets);
            loss[from] = (float) propagation.spreading(0);
            for (int i = 0; i < n; i++) {
                loss[pixels[i]] = (float) propagation.spreading(sight.fan.distance[offsets[i]]);
            }
            for (int i = 0; i < count; i++) {
                Bend bend = bends.all.get(i);
                int row = bend.row() - transmitter.row();
                int column = bend.column() - transmitter.column();
                double angle = StrictMath.atan2(row, column);
                boolean here = row == 0 && column == 0;
                if (loss[bend.row() * sight.columns + bend.column()] < Float.POSITIVE_INFINITY
                        && (here || bend.takes(angle))) {
                    float start = here ? (float) bend.start() : (float) angle;
                    offer(i, (float) StrictMath.hypot(row, column), (float) propagation.step(0), start);
                }
            }
        }

        private void offer(int bend, float newLength, float newLost, float newDirection) {
            float loss = spreading(newLength) + newLost;
            if (loss < best[bend]) {
                best[bend] = loss;
                length[bend] = newLength;
                lost[bend] = newLost;
                direction[bend] = newDirection;
                queue.add(new float[] {loss, bend});
            }
        }

        void spread() {
            while (!queue.isEmpty()) {
                float[] entry = queue.remove();
                int at = (int) entry[1];
                if (entry[0] > best[at]) {
                    continue;
                }
                Bend bend = bends.all.get(at);
                for (int next : bends.next[at]) {
                    Bend other = bends.all.get(next);
                    int row = other.row() - bend.row();
                    int column = other.column() - bend.column();
                    float angle = (float) StrictMath.atan2(row, column);
                    float turned = turned(bend, direction[at], angle);
                    if (turned >= -Bend.MARGIN) {
                        offer(
                                next,
                                length[at] + (float) StrictMath.hypot(row, column),
                                lost[at] + bending(turned) + (float) propagation.step(1),
                                angle);
                    }
                }
            }
        }

        private float turned(Bend bend, float from, float to) {
            float difference = bend.turn() * (to - from);
            return difference > Math.PI
                    ? difference - (float) (2 * Math.PI)
                    : difference < -Math.PI ? difference + (float) (2 * Math.PI) : difference;
        }

        private float bending(float turned) {
            return (float) propagation.bending() * Math.abs(turned);
        }

        /** Every pixel takes the best of the bends that it sees. */
        void draw(float[] loss) {
            for (int i = 0; i < count; i++) {
                if (best[i] < Float.POSITIVE_INFINITY) {
                    draw(i, loss);
                }
            }
        }

        private void draw(int at, float[] loss) {
            Bend bend = bends.all.get(at);
            int[] pixels = bend.pixels();
            int[] offsets = bend.offsets();
            for (int i = 0; i < pixels.length; i++) {
                float turned = turned(bend, direction[at], sight.fan.angle[offsets[i]]);
                if (turned >= -Bend.MARGIN) {
                    float total = lost[at] + bending(turned) + spreading(length[at] + sight.fan.distance[offsets[i]]);
                    if (total < loss[pixels[i]]) {
                        loss[pixels[i]] = total;
                    }
                }
            }
        }
    }
}
