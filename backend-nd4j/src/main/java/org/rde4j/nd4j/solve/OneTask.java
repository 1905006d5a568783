package org.rde4j.nd4j.solve;

import java.util.Arrays;
import java.util.List;

/**
 * One of several tasks, seen alone.
 *
 * @param all the tasks
 * @param task which one
 */
record OneTask(Distortions all, int task) implements Distortions {

    static Distortions of(Distortions all, int task) {
        return all.tasks() == 1 ? all : new OneTask(all, task);
    }

    @Override
    public int tasks() {
        return 1;
    }

    @Override
    public int components() {
        return all.components();
    }

    @Override
    public List<Grid> grids() {
        return all.grids();
    }

    @Override
    public int rowsAtOnce() {
        return all.rowsAtOnce();
    }

    @Override
    public Estimate at(int[] tasks, float[][] masks, Samples samples, float[][] gradients) {
        int[] same = new int[tasks.length];
        Arrays.fill(same, task);
        return all.at(same, masks, samples, gradients);
    }
}
