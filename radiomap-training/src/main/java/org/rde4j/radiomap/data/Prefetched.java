package org.rde4j.radiomap.data;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.rde4j.RdeException;

/**
 * Batches that are read in the background while others are used: the same as {@link Batches#batch} gives one by
 * one, epoch after epoch without end. At most 3 wait to be used. For one thread; closing ends the background
 * thread and frees what was not used.
 */
public final class Prefetched implements Iterator<Batch>, AutoCloseable {
    private static final int AHEAD = 3;

    private final Batches batches;
    private final ExecutorService reader;
    private final Queue<Future<Batch>> waiting = new ArrayDeque<>();
    private int epoch;
    private int number;

    private Prefetched(Batches batches, int epoch, int number) {
        this.batches = batches;
        this.epoch = epoch;
        this.number = number;
        this.reader = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "rde4j-batches");
            thread.setDaemon(true);
            return thread;
        });
    }

    static Prefetched from(Batches batches, int epoch, int number) {
        Prefetched prefetched = new Prefetched(batches, epoch, number);
        for (int i = 0; i < AHEAD; i++) {
            prefetched.order();
        }
        return prefetched;
    }

    private void order() {
        int ofEpoch = epoch;
        int next = number;
        waiting.add(reader.submit(() -> batches.batch(ofEpoch, next)));
        number = (number + 1) % batches.count();
        epoch += number == 0 ? 1 : 0;
    }

    /**
     * Always, until closed.
     *
     * @return whether there is a next batch
     */
    @Override
    public boolean hasNext() {
        return !reader.isShutdown();
    }

    /**
     * The next batch. It belongs to the caller, who may close it.
     *
     * @return the batch
     * @throws RdeException if a file is missing or damaged
     * @throws NoSuchElementException if this is closed
     */
    @Override
    public Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("The batches are closed.");
        }
        order();
        return get(waiting.remove());
    }

    private static Batch get(Future<Batch> batch) {
        try {
            return batch.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for a batch");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        // Tasks that never began have nothing to free; one that is being read ends soon, interrupted.
        waiting.removeAll(reader.shutdownNow());
        waiting.forEach(Prefetched::discard);
        waiting.clear();
    }

    /** Frees a batch that was read in vain; that it could not be read matters to nobody any more. */
    private static void discard(Future<Batch> batch) {
        try {
            batch.get().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            System.getLogger(Prefetched.class.getName()).log(System.Logger.Level.DEBUG, "an unused batch", e);
        }
    }
}
