package org.rde4j.radiomap.data;

import java.util.NoSuchElementException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Batches for DL4J networks and SameDiff's own training: one epoch, and after each {@link #reset} the next one,
 * with its own order, measurements and missing buildings. Features are what the network is told; labels are the signal
 * strengths, and the region of the interpretation loss if it is wanted, as
 * {@link org.rde4j.nd4j.training.InterpretationTraining} takes them. DL4J reads ahead in a thread of its own. For one thread at a time; it cannot be serialized.
 */
public final class BatchIterator implements MultiDataSetIterator {
    private static final long serialVersionUID = 1;

    private final transient Batches batches;
    private final CNN2DFormat format;
    private final boolean regions;
    private int epoch;
    private int number;
    private transient @Nullable MultiDataSetPreProcessor preProcessor;

    private BatchIterator(Batches batches, CNN2DFormat format, boolean regions, int epoch) {
        this.batches = batches;
        this.format = format;
        this.regions = regions;
        this.epoch = epoch;
    }

    /**
     * Features {@code x} and labels {@code y} of each batch.
     *
     * @param batches the batches
     * @param format whether channels come first [N, C, H, W] or last [N, H, W, C]
     * @param epoch the epoch to begin with, from 0
     * @return its batches
     */
    public static BatchIterator of(Batches batches, CNN2DFormat format, int epoch) {
        return new BatchIterator(batches, format, false, epoch);
    }

    /**
     * With the region J of the interpretation loss as a second array of labels: 1 inside and 0 elsewhere, of the shape
     * of the first.
     *
     * @return an iterator over the same epoch from its beginning
     */
    public BatchIterator withRegions() {
        return new BatchIterator(batches, format, true, epoch);
    }

    @Override
    public boolean hasNext() {
        return number < batches.count();
    }

    @Override
    public MultiDataSet next() {
        if (!hasNext()) {
            throw new NoSuchElementException("Epoch %s is over.".formatted(epoch));
        }
        Batch batch = batches.batch(epoch, number++);
        INDArray[] labels = regions
                ? new INDArray[] {formatted(batch.y()), formatted(batch.missing())}
                : new INDArray[] {formatted(batch.y())};
        MultiDataSet data = new org.nd4j.linalg.dataset.MultiDataSet(new INDArray[] {formatted(batch.x())}, labels);
        if (preProcessor != null) {
            preProcessor.preProcess(data);
        }
        return data;
    }

    private INDArray formatted(INDArray channelsLast) {
        return format == CNN2DFormat.NHWC
                ? channelsLast
                : channelsLast.permute(0, 3, 1, 2).dup('c');
    }

    /**
     * The next batch; its size was chosen before.
     *
     * @param size the size of the batches
     * @return the next batch
     * @throws UnsupportedOperationException if they have another size
     */
    @Override
    public MultiDataSet next(int size) {
        if (size != batches.size()) {
            throw new UnsupportedOperationException(
                    "Batches have %s scenes, not %s: choose the size with Batches.of.".formatted(batches.size(), size));
        }
        return next();
    }

    /** Goes on to the next epoch, if this one has begun. */
    @Override
    public void reset() {
        epoch += number == 0 ? 0 : 1;
        number = 0;
    }

    @Override
    public boolean resetSupported() {
        return true;
    }

    @Override
    public boolean asyncSupported() {
        return true;
    }

    @Override
    public void setPreProcessor(@Nullable MultiDataSetPreProcessor newPreProcessor) {
        preProcessor = newPreProcessor;
    }

    @Override
    public @Nullable MultiDataSetPreProcessor getPreProcessor() {
        return preProcessor;
    }
}
