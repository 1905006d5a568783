package org.rde4j.nd4j.metrics;

import java.util.Optional;

/**
 * Everything that one mask and one signal tell about an explanation. What only makes sense for pictures is empty
 * for other signals; what only makes sense with a label is NaN without one.
 *
 * @param shape of the mask alone
 * @param fidelity under the problem's own obfuscations
 * @param insertion the most relevant components first, under the problem's own obfuscations
 * @param deletion the most relevant components away first, under the problem's own obfuscations
 * @param pixelInsertion the brightest pixels of the explanation picture first
 * @param pixelDeletion the brightest pixels of the explanation picture away first
 * @param kept conciseness-preciseness of the kept part alone
 * @param obfuscated conciseness-preciseness of obfuscations
 * @param hallucination edges of the kept part that are not in the picture
 * @param faithfulness whether the mask foretells the effects of removals
 */
public record Evaluation(
        MaskShape shape,
        Compared<Fidelity> fidelity,
        Compared<Curve> insertion,
        Compared<Curve> deletion,
        Optional<Compared<Curve>> pixelInsertion,
        Optional<Compared<Curve>> pixelDeletion,
        Compared<Conciseness> kept,
        Compared<Conciseness> obfuscated,
        Optional<Compared<Hallucination>> hallucination,
        Compared<Faithfulness> faithfulness) {}
