package org.rde4j.nd4j.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.rde4j.Tensor;
import org.rde4j.nd4j.explain.Probe;
import org.rde4j.nd4j.representation.Block;
import org.rde4j.nd4j.representation.Transform;

/**
 * What is kept of one signal.
 *
 * @param signal the signal
 * @param transform its representation
 * @param kept the signal under a problem that replaces by zeros
 */
record Information(Tensor signal, Transform transform, Probe kept) {

    /**
     * The kept information and probability of a mask, one row for each sample; rows differ in probability only.
     *
     * @param shown the signal under the problem whose obfuscations the model sees
     */
    List<Conciseness.Row> rows(Map<String, Tensor> masks, Probe shown, MetricSettings settings) {
        double clean = kept.probability();
        double[] probabilities =
                shown.at(masks, settings.samples(), settings.seed()).probability();
        double pixels = Conciseness.l1(kept.obfuscation(masks, 0).values()) / Conciseness.l1(signal.values());
        float[] all = row(transform.analyse(signal.values()));
        float[] some = row(masked(masks));
        double l1 = Conciseness.l1(some) / Conciseness.l1(all);
        double entropy = Conciseness.entropy(some) / Conciseness.entropy(all);
        return Arrays.stream(probabilities.length == 0 ? new double[] {Double.NaN} : probabilities)
                .mapToObj(p -> new Conciseness.Row(p / clean, pixels, l1, entropy))
                .toList();
    }

    /** The mean over samples. */
    static Conciseness.Row mean(List<Conciseness.Row> rows) {
        Conciseness.Row any = rows.get(0);
        double retained =
                rows.stream().mapToDouble(Conciseness.Row::retained).average().orElseThrow();
        return new Conciseness.Row(retained, any.pixelL1(), any.representationL1(), any.entropy());
    }

    /** s⊙h by block; what belongs to no component is kept. */
    private float[][] masked(Map<String, Tensor> masks) {
        float[][] h = transform.analyse(signal.values());
        for (int b = 0; b < h.length; b++) {
            Block block = transform.blocks().get(b);
            float[] entries = block.components() == 0 ? new float[0] : block.stored(masks.get(block.name()));
            float[] s = block.spread(entries, 0);
            for (int i = 0; i < h[b].length; i++) {
                h[b][i] *= s[i / block.dimension()];
            }
        }
        return h;
    }

    private static float[] row(float[][] blocks) {
        float[] row =
                new float[Arrays.stream(blocks).mapToInt(part -> part.length).sum()];
        int offset = 0;
        for (float[] part : blocks) {
            System.arraycopy(part, 0, row, offset, part.length);
            offset += part.length;
        }
        return row;
    }
}
