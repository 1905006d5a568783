package org.rde4j.nd4j.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.rde4j.PerPart;
import org.rde4j.RdeException;

/**
 * A strategy of its own for each part.
 *
 * @param strategies of the parts, and of the others if there are any
 * @param owners for each block which strategy replaces it
 */
record LoweredParts(List<LoweredObfuscation> strategies, Map<Integer, Integer> owners) implements LoweredObfuscation {

    static LoweredParts of(PerPart perPart, Scope scope) {
        List<LoweredObfuscation> strategies = new ArrayList<>();
        Map<Integer, Integer> owners = new LinkedHashMap<>();
        perPart.parts().forEach((part, strategy) -> {
            int[] blocks = Arrays.stream(scope.blocks())
                    .filter(b -> perPart.partOf(scope.block(b).name())
                            .filter(part::equals)
                            .isPresent())
                    .toArray();
            if (blocks.length == 0) {
                throw new RdeException(
                        "The obfuscation names the part '%s', but the blocks are %s.".formatted(part, scope.names()),
                        "Name a block, or what stands before a dot in its name.");
            }
            add(LoweredObfuscation.of(strategy, scope.only(blocks)), blocks, strategies, owners);
        });
        int[] others = Arrays.stream(scope.blocks())
                .filter(b -> !owners.containsKey(b))
                .toArray();
        if (others.length > 0) {
            add(LoweredObfuscation.of(perPart.others(), scope.only(others)), others, strategies, owners);
        }
        return new LoweredParts(strategies, owners);
    }

    private static void add(
            LoweredObfuscation strategy,
            int[] blocks,
            List<LoweredObfuscation> strategies,
            Map<Integer, Integer> owners) {
        Arrays.stream(blocks).forEach(block -> owners.put(block, strategies.size()));
        strategies.add(strategy);
    }

    @Override
    public boolean random() {
        return strategies.stream().anyMatch(LoweredObfuscation::random);
    }

    @Override
    public Site.Replacement write(Site site) {
        List<Site.Replacement> written = IntStream.range(0, strategies.size())
                .mapToObj(i -> strategies.get(i).write(site.within("" + i)))
                .toList();
        return block -> written.get(owners.get(block)).of(block);
    }

    private int firstBlock(int strategy) {
        return owners.entrySet().stream()
                .filter(owner -> owner.getValue() == strategy)
                .mapToInt(Map.Entry::getKey)
                .min()
                .orElseThrow();
    }

    @Override
    public Map<String, Perturbations.Draw> draws(Batch batch, NoiseStream noise) {
        Map<String, Perturbations.Draw> draws = new LinkedHashMap<>();
        for (int i = 0; i < strategies.size(); i++) {
            String prefix = i + "/";
            // By the first of its blocks: the order in which parts are named must not matter.
            strategies
                    .get(i)
                    .draws(batch, noise.child(firstBlock(i)))
                    .forEach((name, draw) -> draws.put(prefix + name, draw));
        }
        return draws;
    }
}
