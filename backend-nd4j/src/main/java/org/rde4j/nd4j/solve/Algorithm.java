package org.rde4j.nd4j.solve;

import java.util.List;
import org.rde4j.Explainer;

/**
 * A way to masks, as steps from state to state. The state is all that the rest of the search depends on: a record of
 * numbers, arrays, lists and such records, never changed once made, so that the search can be kept in a file after any
 * step and gone on with. The algorithm itself holds what does not change.
 *
 * @param <S> the state
 */
public interface Algorithm<S extends Record> {

    /** The class of the states. */
    Class<S> state();

    /** The state before the first step. Its masks must do as an answer, in case that there is no time for a step. */
    S init();

    /** Whether there is nothing left to do. */
    boolean isDone(S state);

    /**
     * One step: as little as is worth beginning, because a search that is to stop does so between steps.
     *
     * @param journal is told what has become of the masks
     */
    S step(S state, Journal journal);

    /** The masks of a state, one for each task. */
    List<Solution> finish(S state);

    /** What a search tells about its way. */
    interface Journal {
        /**
         * Makes an entry in the history of a task.
         *
         * @param value what its mask is worth now
         * @param planned how many entries there are to be
         */
        void record(int task, Objective.Value value, int planned);

        /** Tells how far work has got that makes no entry yet. */
        void progress(Explainer.Stage stage, long done, long of);
    }
}
