package org.rde4j.samples.audio.network;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.checkpoint.Checkpoint;
import org.rde4j.nd4j.training.Training;

/** The state of a training of one or several networks, each with its optimizer. */
final class TrainingFile implements Checkpoint.State {
    private static final int LONGEST_HISTORY = 1 << 24;

    /** Steps so far. */
    int step;
    /** The table of all reports. */
    String history;

    private final List<Part> parts = new ArrayList<>();
    /** What was measured in each step since the last report, added up. */
    private final double[] sums;
    /** How many steps that were. */
    private int count;

    private record Part(List<INDArray> weights, Training training) {}

    TrainingFile(String header, int measures) {
        history = header;
        sums = new double[measures];
    }

    /** Counts a step. */
    void stepped(double... measured) {
        step++;
        count++;
        for (int i = 0; i < sums.length; i++) {
            sums[i] += measured[i];
        }
    }

    /** The means since the last report, which this ends. */
    double[] means() {
        double[] means = Arrays.stream(sums).map(sum -> sum / count).toArray();
        Arrays.fill(sums, 0);
        count = 0;
        return means;
    }

    /** Adds a network, whose weights are changed in place. */
    void add(List<INDArray> weights, Training training) {
        parts.add(new Part(weights, training));
    }

    @Override
    public void write(DataOutputStream out) throws IOException {
        out.writeInt(step);
        out.writeInt(count);
        for (double sum : sums) {
            out.writeDouble(sum);
        }
        Checkpoint.write(out, history);
        for (Part part : parts) {
            for (INDArray array : part.weights()) {
                Checkpoint.write(out, array);
            }
            Training.State state = part.training().state();
            out.writeLong(state.steps());
            for (INDArray moment : state.moments()) {
                Checkpoint.write(out, moment);
            }
        }
    }

    @Override
    public void read(DataInputStream in) throws IOException {
        step = Checkpoint.index(in, Integer.MAX_VALUE);
        count = Checkpoint.index(in, Integer.MAX_VALUE);
        for (int i = 0; i < sums.length; i++) {
            sums[i] = in.readDouble();
        }
        history = Checkpoint.text(in, LONGEST_HISTORY);
        for (Part part : parts) {
            for (INDArray array : part.weights()) {
                Checkpoint.read(in, array);
            }
            long steps = in.readLong();
            List<INDArray> moments = part.training().state().moments();
            for (INDArray moment : moments) {
                Checkpoint.read(in, moment);
            }
            part.training().restore(new Training.State(steps, moments));
        }
    }
}
