package org.rde4j.nd4j.explain;

import java.util.LinkedHashMap;
import java.util.Map;
import org.rde4j.nd4j.graph.Node;

/**
 * A strategy that is drawn outside the graph as a whole: its inputs are the replacements, one for each block.
 *
 * @param source makes the draws of a batch
 */
record Drawn(Scope scope, boolean random, Source source) implements LoweredObfuscation {

    /** Makes the draws of a batch. */
    @FunctionalInterface
    interface Source {
        BlockDraws of(Batch batch, NoiseStream noise);
    }

    @Override
    public Site.Replacement write(Site site) {
        return block -> {
            Node h = site.coefficients().get(block);
            return site.input("v" + block, h.size(2), h.size(3));
        };
    }

    @Override
    public Map<String, Perturbations.Draw> draws(Batch batch, NoiseStream noise) {
        BlockDraws draws = source.of(batch, noise);
        Map<String, Perturbations.Draw> named = new LinkedHashMap<>();
        for (int block : scope.blocks()) {
            named.put("v" + block, (sample, signals, into) -> draws.draw(sample, block, signals, into));
        }
        return named;
    }
}
