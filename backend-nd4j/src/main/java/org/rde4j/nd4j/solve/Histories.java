package org.rde4j.nd4j.solve;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.rde4j.Explanation;

/** Histories in checkpoints. */
final class Histories {
    private Histories() {}

    static void write(DataOutputStream out, List<Explanation.Step> history) throws IOException {
        out.writeInt(history.size());
        for (Explanation.Step step : history) {
            out.writeInt(step.number());
            out.writeInt(step.of());
            out.writeDouble(step.distortion());
            out.writeDouble(step.rate());
            out.writeDouble(step.objective());
            out.writeDouble(step.retainedProbability());
        }
    }

    static List<Explanation.Step> read(DataInputStream in) throws IOException {
        int size = in.readInt();
        List<Explanation.Step> history = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            history.add(new Explanation.Step(
                    in.readInt(), in.readInt(), in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble()));
        }
        return history;
    }
}
