package org.rde4j.radiomap.training;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rde4j.nd4j.checkpoint.Checkpoint;

/** The means over the steps since the last report. */
final class Means implements Checkpoint.State {
    private static final int MOST_TERMS = 1 << 10;

    private final long started = System.nanoTime();
    private final Map<String, Double> sums = new LinkedHashMap<>();
    private double loss;
    private int steps;

    void add(double now, Map<String, Double> terms) {
        loss += now;
        terms.forEach((name, term) -> sums.merge(name, term, Double::sum));
        steps++;
    }

    /** How many steps there were. */
    int steps() {
        return steps;
    }

    double loss() {
        return loss / steps;
    }

    Map<String, Double> terms() {
        Map<String, Double> means = new LinkedHashMap<>(sums);
        means.replaceAll((name, sum) -> sum / steps);
        return means;
    }

    /** Since the last report, or since the training was gone on with. */
    double seconds() {
        return (System.nanoTime() - started) / 1e9;
    }

    @Override
    public void write(DataOutputStream out) throws IOException {
        out.writeInt(steps);
        out.writeDouble(loss);
        out.writeInt(sums.size());
        for (Map.Entry<String, Double> sum : sums.entrySet()) {
            out.writeUTF(sum.getKey());
            out.writeDouble(sum.getValue());
        }
    }

    @Override
    public void read(DataInputStream in) throws IOException {
        steps = Checkpoint.index(in, Integer.MAX_VALUE);
        loss = in.readDouble();
        int count = Checkpoint.index(in, MOST_TERMS);
        for (int i = 0; i < count; i++) {
            String name = in.readUTF();
            sums.put(name, in.readDouble());
        }
    }
}
