package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.rde4j.Mixture;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.representation.Block;

/**
 * v = Σ share_i ⊙ v_i, where for each component one share is 1 and the others 0.
 *
 * @param bounds the upper ends of the strategies' parts of [0, 1]
 */
record LoweredMixture(Scope scope, double[] bounds, List<LoweredObfuscation> strategies, boolean perComponent)
        implements LoweredObfuscation {

    static LoweredMixture of(Mixture mixture, Scope scope) {
        double[] weights =
                mixture.weights().stream().mapToDouble(Double::doubleValue).toArray();
        double sum = Arrays.stream(weights).sum();
        double[] bounds = new double[weights.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = (i == 0 ? 0 : bounds[i - 1]) + weights[i] / sum;
        }
        return new LoweredMixture(
                scope,
                bounds,
                mixture.strategies().stream()
                        .map(strategy -> LoweredObfuscation.of(strategy, scope))
                        .toList(),
                mixture.choice() == Mixture.Choice.PER_COMPONENT);
    }

    @Override
    public boolean random() {
        return true;
    }

    @Override
    public Site.Replacement write(Site site) {
        List<Site.Replacement> written = IntStream.range(0, strategies.size())
                .mapToObj(i -> strategies.get(i).write(site.within("" + i)))
                .toList();
        return block -> {
            Node h = site.coefficients().get(block);
            return IntStream.range(0, strategies.size())
                    .mapToObj(i -> {
                        Node share = site.input(share(i, block), h.size(2), 1);
                        Node wide =
                                site.graph().broadcastTo(share, share.size(0), share.size(1), share.size(2), h.size(3));
                        return site.graph().mul(wide, written.get(i).of(block));
                    })
                    .reduce(site.graph()::add)
                    .orElseThrow();
        };
    }

    private static String share(int strategy, int block) {
        return "share" + strategy + "." + block;
    }

    @Override
    public Map<String, Perturbations.Draw> draws(Batch batch, NoiseStream noise) {
        Map<String, Perturbations.Draw> draws = new LinkedHashMap<>();
        for (int i = 0; i < strategies.size(); i++) {
            int strategy = i;
            for (int block : scope.blocks()) {
                draws.put(share(i, block), (sample, signals, into) -> {
                    fillShare(noise.at(sample, perComponent ? block : 0), strategy, scope.block(block), into);
                });
            }
            strategies.get(i).draws(batch, noise.child(i)).forEach((name, draw) -> {
                draws.put(strategy + "/" + name, perComponent ? draw : whereChosen(noise, strategy, draw));
            });
        }
        return draws;
    }

    /** Strategies that a sample does not take need no numbers. */
    private Perturbations.Draw whereChosen(NoiseStream noise, int strategy, Perturbations.Draw draw) {
        return (sample, signals, into) -> {
            if (chosen(noise.at(sample, 0).nextDouble()) == strategy) {
                draw.fill(sample, signals, into);
            }
        };
    }

    /** All cells of a component take the same strategy. */
    private void fillShare(SplittableRandom random, int strategy, Block block, float[][] into) {
        float[] shares = new float[block.components()];
        double once = random.nextDouble();
        for (int c = 0; c < shares.length; c++) {
            shares[c] = chosen(c == 0 || !perComponent ? once : random.nextDouble()) == strategy ? 1 : 0;
        }
        float[] cells = block.spread(shares, 0);
        for (float[] row : into) {
            System.arraycopy(cells, 0, row, 0, cells.length);
        }
    }

    private int chosen(double u) {
        int strategy = 0;
        while (strategy < bounds.length - 1 && u >= bounds[strategy]) {
            strategy++;
        }
        return strategy;
    }
}
