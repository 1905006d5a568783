package org.rde4j.nd4j.explain;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One graph for each lane, all of the same size, made when a lane first runs. */
final class LaneGraphs {
    /**
     * How many runs are worth starting together. A fixed number, not that of this machine's threads, so that searches
     * try the same masks everywhere.
     */
    static final int SIDE_BY_SIDE = 2;

    private final int rows;
    private final int samples;
    private final Supplier<DistortionGraph> make;
    private final @Nullable DistortionGraph[] made;

    /**
     * No graph yet.
     *
     * @param rows of each graph
     * @param samples of each graph
     * @param lanes how many graphs there may be
     * @param make makes one
     */
    LaneGraphs(int rows, int samples, int lanes, Supplier<DistortionGraph> make) {
        this.rows = rows;
        this.samples = samples;
        this.make = make;
        this.made = new DistortionGraph[lanes];
    }

    int rows() {
        return rows;
    }

    int samples() {
        return samples;
    }

    int lanes() {
        return made.length;
    }

    /** Frees the memory of the graphs. */
    void free() {
        for (DistortionGraph graph : made) {
            if (graph != null) {
                graph.free();
            }
        }
    }

    /** A lane's own graph; only the thread of that lane may ask for it. */
    DistortionGraph of(int lane) {
        DistortionGraph graph = made[lane];
        if (graph == null) {
            graph = make.get();
            made[lane] = graph;
        }
        return graph;
    }
}
