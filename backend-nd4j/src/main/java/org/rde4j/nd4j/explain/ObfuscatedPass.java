package org.rde4j.nd4j.explain;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rde4j.RateDistortion;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.representation.Transform;

/**
 * The way from masks to distortions, the same for explanations and for training: y = f(s⊙h + (1−s)⊙v), clipped; what
 * a network makes of it; and a measure of how far that is from what it makes of the clean signal.
 *
 * @param signals y of B rows and M samples, [B·M, …], channels last
 * @param read what the distortion looks at
 * @param changed the same as numbers, [B, M, m]
 * @param measure measures them
 */
record ObfuscatedPass(Node signals, OutputMeaning.Read read, Node changed, LoweredDistortion measure) {

    /**
     * Writes it.
     *
     * @param site the masks and the coefficients
     * @param problem what is replaced by what, and what is measured
     * @param transform the problem's representation
     * @param obfuscation the problem's, lowered for it
     * @param samples the number M of samples
     * @param network writes what the network makes of signals
     * @param region of each row, [B, 1, m], or null if rows come without
     */
    static ObfuscatedPass write(
            Site site,
            RateDistortion problem,
            Transform transform,
            LoweredObfuscation obfuscation,
            long samples,
            Function<Node, OutputMeaning> network,
            @Nullable Node region) {
        Graph graph = site.graph();
        Site.Replacement replacement = obfuscation.write(site);
        List<Node> mixed = IntStream.range(0, site.coefficients().size())
                .mapToObj(block -> site.mixed(block, replacement, samples))
                .toList();
        Node plain = transform.synthesise(graph, mixed);
        Node y = problem.signalRange()
                .map(range -> graph.clip(plain, range.low(), range.high()))
                .orElse(plain);
        OutputMeaning.Read read = network.apply(y).read(problem.distortion());
        Node changed = graph.reshape(read.values(), y.size(0) / samples, samples, -1);
        return new ObfuscatedPass(y, read, changed, LoweredDistortion.of(graph, problem.distortion(), read, region));
    }
}
