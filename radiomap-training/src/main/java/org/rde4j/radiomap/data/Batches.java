package org.rde4j.radiomap.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rde4j.RdeException;
import org.rde4j.radiomap.scene.Scene;

/**
 * Examples in batches. A batch depends on the examples' seed, the epoch and its number, and on nothing else, so
 * that a training can begin anywhere.
 *
 * @param examples where scenes come from
 * @param size the number of scenes in a batch, at least 1; RadioUNet's authors train with 15
 * @param input what the network is told, by default {@link Input#MEASURED}
 * @param shuffled whether each epoch has its own order, by default true; otherwise the order of the examples
 * @param full whether an epoch leaves out what does not fill a batch, by default false: its last batch may be
 *     smaller
 */
public record Batches(Examples examples, int size, Input input, boolean shuffled, boolean full) {
    /** Checks the size. */
    public Batches {
        if (size < 1) {
            throw new RdeException("The size of batches (%s) must be at least 1.".formatted(size), "15 is usual.");
        }
        if (full && examples.size() < size) {
            throw new RdeException(
                    "%s examples do not fill a batch of %s.".formatted(examples.size(), size),
                    "Choose smaller batches, or allow a smaller last one.");
        }
    }

    /**
     * Shuffled batches for Φ; the last of an epoch may be smaller.
     *
     * @param examples where scenes come from
     * @param size the number of scenes in a batch, at least 1
     * @return the batches
     */
    public static Batches of(Examples examples, int size) {
        return new Batches(examples, size, Input.MEASURED, true, false);
    }

    /**
     * For another network.
     *
     * @param newInput what it is told
     * @return the changed batches
     */
    public Batches input(Input newInput) {
        return new Batches(examples, size, newInput, shuffled, full);
    }

    /**
     * In the order of the examples, as for tests.
     *
     * @return the changed batches
     */
    public Batches inOrder() {
        return new Batches(examples, size, input, false, full);
    }

    /**
     * All of the same size: what does not fill a batch is left out of its epoch.
     *
     * @return the changed batches
     */
    public Batches onlyFull() {
        return new Batches(examples, size, input, shuffled, true);
    }

    /**
     * How many batches an epoch has.
     *
     * @return their number, at least 1
     */
    public int count() {
        return full ? examples.size() / size : (examples.size() + size - 1) / size;
    }

    /**
     * One batch, read now and by the calling thread.
     *
     * @param epoch which epoch, from 0
     * @param number which batch of it, from 0 to {@link #count} − 1
     * @return the batch
     * @throws RdeException if there is no such batch, a file is missing or damaged, or cities differ in size
     */
    public Batch batch(int epoch, int number) {
        if (epoch < 0 || number < 0 || number >= count()) {
            throw new RdeException(
                    "There is no batch %s in epoch %s.".formatted(number, epoch),
                    "An epoch has %s, counted from 0.".formatted(count()));
        }
        List<Scene> scenes = new ArrayList<>();
        int last = Math.min(examples.size(), (number + 1) * size);
        int[] order = shuffled ? examples.order(epoch) : null;
        for (int i = number * size; i < last; i++) {
            Scene scene = examples.example(epoch, order == null ? i : order[i]);
            requireEqualShapes(scene, scenes.isEmpty() ? scene : scenes.get(0));
            scenes.add(scene);
        }
        return Batch.of(epoch, number, scenes, input);
    }

    private static void requireEqualShapes(Scene scene, Scene first) {
        if (!Arrays.equals(scene.city().shape(), first.city().shape())) {
            throw new RdeException(
                    "The cities of the scenes %s and %s differ in size: %s and %s."
                            .formatted(
                                    first.name(),
                                    scene.name(),
                                    Arrays.toString(first.city().shape()),
                                    Arrays.toString(scene.city().shape())),
                    "All cities of a training must have the same size.");
        }
    }

    /**
     * Batches read in the background, epoch after epoch without end.
     *
     * @param epoch which epoch to begin in, from 0
     * @param number which batch of it to begin with, from 0 to {@link #count} − 1
     * @return the batches, to be closed
     */
    public Prefetched prefetched(int epoch, int number) {
        return Prefetched.from(this, epoch, number);
    }
}
