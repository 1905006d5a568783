package org.rde4j.nd4j.metrics;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Conciseness-preciseness (CP): the retained class probability for each unit of retained information (Kolek et
 * al., CVPR 2023). All quotients are with respect to the clean signal x; higher scores are better.
 *
 * @param retained Φ̃_j(y)/Φ̃_j(x), at least 0
 * @param pixelL1 ‖f(s⊙h)‖₁/‖x‖₁, at least 0
 * @param representationL1 ‖s⊙h‖₁/‖h‖₁, in [0, 1]
 * @param entropy H(s⊙h)/H(h) with H(a) = −Σ pᵢ ln pᵢ and pᵢ = aᵢ²/‖a‖₂², at least 0
 * @param cpPixelL1 retained / pixelL1
 * @param cpRepresentationL1 retained / representationL1
 * @param cpEntropy retained / entropy
 */
public record Conciseness(
        Estimate retained,
        Estimate pixelL1,
        Estimate representationL1,
        Estimate entropy,
        Estimate cpPixelL1,
        Estimate cpRepresentationL1,
        Estimate cpEntropy) {

    /** Which signal y the model sees. */
    public enum Shown {
        /** The kept part alone, y = f(s⊙h): what the picture shows, as in the paper. */
        KEPT,
        /** Obfuscations, y = f(s⊙h + (1−s)⊙v): what the mask was made for. */
        OBFUSCATED
    }

    /** One mask under one sample. A quotient by no information at all is NaN, and does not count. */
    record Row(double retained, double pixelL1, double representationL1, double entropy) {
        private double per(double information) {
            return information == 0 ? Double.NaN : retained / information;
        }
    }

    static Conciseness of(List<Row> rows) {
        return new Conciseness(
                estimate(rows, Row::retained),
                estimate(rows, Row::pixelL1),
                estimate(rows, Row::representationL1),
                estimate(rows, Row::entropy),
                estimate(rows, row -> row.per(row.pixelL1())),
                estimate(rows, row -> row.per(row.representationL1())),
                estimate(rows, row -> row.per(row.entropy())));
    }

    /** Over the rows that have such a quotient. */
    private static Estimate estimate(List<Row> rows, ToDoubleFunction<Row> value) {
        return Estimate.ofFinite(rows.stream().mapToDouble(value).toArray());
    }

    static double l1(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += Math.abs(value);
        }
        return sum;
    }

    /** H, 0 for zeros alone. */
    static double entropy(float[] values) {
        double energy = 0;
        for (float value : values) {
            energy += (double) value * value;
        }
        double entropy = 0;
        for (float value : values) {
            double share = value == 0 ? 0 : (double) value * value / energy;
            entropy -= share > 0 ? share * StrictMath.log(share) : 0;
        }
        return entropy;
    }
}
