package org.rde4j.nd4j.metrics;

/**
 * How well a mask keeps the model's output, over fresh samples (seed Definitions 1 and 2).
 *
 * @param rate ‖s‖₁/k, in [0, 1]; lower is sparser
 * @param distortion the expected distortion, at least 0; lower is better (in the deletion game as well: its
 *     distortion is small when the decision is gone)
 * @param probability the label's softmax probability on obfuscations, in [0, 1]; NaN without a label. Higher is
 *     better, lower in the deletion game
 * @param agreement the share of obfuscations whose predicted label is the explained one, in [0, 1]; as
 *     probability
 */
public record Fidelity(double rate, Estimate distortion, Estimate probability, Estimate agreement) {}
