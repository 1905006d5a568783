package org.rde4j.radiomap.training;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.checkpoint.Checkpoint;

/** Everything that the rest of a training depends on, besides its settings and its scenes. */
final class TrainingState implements Checkpoint.State {
    private static final int LONGEST_HISTORY = 1 << 26;

    /** Which U-net is trained, counted from 0; as many as there are when all are done. */
    int part;
    /** Steps of this U-net so far. */
    int step;
    /** Steps of all U-nets so far: the number of batches that were drawn. */
    int drawn;

    double bestRmse = Double.POSITIVE_INFINITY;
    /** How many reports in a row were no better than the best. */
    int reportsWithoutGain;
    /** The table of all reports. */
    String history;
    /** What was measured since the last report. */
    Means means = new Means();
    /** The weights of the whole network as they are. */
    final List<INDArray> weights;
    /** The weights of the whole network when the validation error was least. */
    final List<INDArray> best;
    /** What Adam remembers, two arrays for each array of weights. */
    final List<INDArray> moments = new ArrayList<>();

    TrainingState(List<INDArray> start, String header) {
        history = header;
        weights = start;
        best = start.stream().map(INDArray::dup).toList();
        for (INDArray array : start) {
            moments.add(array.like());
            moments.add(array.like());
        }
    }

    static void copy(List<INDArray> from, List<INDArray> to) {
        for (int i = 0; i < to.size(); i++) {
            to.get(i).assign(from.get(i));
        }
    }

    /** Begins with the next U-net, from the best weights. */
    void endPart() {
        part++;
        step = 0;
        copy(best, weights);
        bestRmse = Double.POSITIVE_INFINITY;
        reportsWithoutGain = 0;
        moments.forEach(moment -> moment.assign(0));
    }

    @Override
    public void write(DataOutputStream out) throws IOException {
        out.writeInt(part);
        out.writeInt(step);
        out.writeInt(drawn);
        out.writeDouble(bestRmse);
        out.writeInt(reportsWithoutGain);
        Checkpoint.write(out, history);
        means.write(out);
        for (List<INDArray> arrays : List.of(weights, best, moments)) {
            for (INDArray array : arrays) {
                Checkpoint.write(out, array);
            }
        }
    }

    @Override
    public void read(DataInputStream in) throws IOException {
        part = Checkpoint.index(in, Integer.MAX_VALUE);
        step = Checkpoint.index(in, Integer.MAX_VALUE);
        drawn = Checkpoint.index(in, Integer.MAX_VALUE);
        bestRmse = in.readDouble();
        reportsWithoutGain = Checkpoint.index(in, Integer.MAX_VALUE);
        history = Checkpoint.text(in, LONGEST_HISTORY);
        means.read(in);
        for (List<INDArray> arrays : List.of(weights, best, moments)) {
            for (INDArray array : arrays) {
                Checkpoint.read(in, array);
            }
        }
    }
}
