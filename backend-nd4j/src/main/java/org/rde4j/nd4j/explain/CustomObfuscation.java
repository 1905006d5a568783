package org.rde4j.nd4j.explain;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.rde4j.Obfuscation;
import org.rde4j.nd4j.custom.OwnPart;
import org.rde4j.nd4j.graph.Node;

/**
 * An obfuscation strategy made of ND4J tensors.
 *
 * @param name how it is called
 * @param replacement writes the replacement
 */
public record CustomObfuscation(String name, Replacement replacement) implements Obfuscation.Custom {

    /** Writes the replacement of one block of components into a graph. */
    @FunctionalInterface
    public interface Replacement {
        /**
         * Writes the replacement v.
         *
         * <p>k counts the cells of the block: its components, or where components are made of several cells of
         * unequal number (label maps, channels) all cells, each with the mask of its component.
         *
         * @param h the coefficients of the clean signals [B, 1, k, d]
         * @param s how much of each component is kept, [B, 1, k, 1], or [B, M, k, 1] where the solver draws masks;
         *     in the deletion game one minus the mask
         * @param z independent standard normal values, fresh for every sample [B, M, k, d]
         * @return v, of a shape that broadcasts to [B, M, k, d]
         */
        SDVariable replace(SDVariable h, SDVariable s, SDVariable z);
    }

    LoweredObfuscation lowered(Scope scope) {
        return new Lowered(this, scope);
    }

    /** v as the function gives it. */
    SDVariable written(Site site, int block) {
        Node h = site.coefficients().get(block);
        return written(site, block, site.input("z" + block, h.size(2), h.size(3)));
    }

    private SDVariable written(Site site, int block, Node z) {
        Node h = site.coefficients().get(block);
        Node s = site.kept().get(block).values();
        return OwnPart.of("obfuscation", name)
                .write(site.graph().sameDiff(), () -> replacement.replace(h.variable(), s.variable(), z.variable()));
    }

    private record Lowered(CustomObfuscation own, Scope scope) implements LoweredObfuscation {
        @Override
        public boolean random() {
            return true;
        }

        @Override
        public Site.Replacement write(Site site) {
            return block -> {
                Node h = site.coefficients().get(block);
                Node z = site.input("z" + block, h.size(2), h.size(3));
                SDVariable v = own.written(site, block, z);
                // The sum gives v the full shape, which only SameDiff knows.
                return site.graph().node(v.add(z.variable().mul(0)), z.shape());
            };
        }

        @Override
        public Map<String, Perturbations.Draw> draws(Batch batch, NoiseStream noise) {
            Map<String, Perturbations.Draw> draws = new LinkedHashMap<>();
            for (int block : scope.blocks()) {
                draws.put("z" + block, noise.normal(block));
            }
            return draws;
        }
    }
}
