package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.rde4j.Distortion;
import org.rde4j.Mixture;
import org.rde4j.Obfuscation;
import org.rde4j.PerPart;
import org.rde4j.nd4j.custom.OwnPart;
import org.rde4j.nd4j.custom.OwnPart.Expected;
import org.rde4j.nd4j.custom.OwnPart.Inputs;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.random.NormalNumbers;
import org.rde4j.nd4j.representation.Block;

/**
 * Tries the obfuscations and the distortion that users have written, on the first signal that there is: with a mask of
 * some values in [0, 1] and a change of some percent.
 *
 * @param coefficients of the signal
 */
record OwnParts(List<float[]> coefficients) {
    private static final long SEED = 1;

    void requireFit(Obfuscation strategy, Scope scope) {
        if (strategy instanceof Mixture mixture) {
            mixture.strategies().forEach(each -> requireFit(each, scope));
        } else if (strategy instanceof PerPart perPart) {
            for (int block : scope.blocks()) {
                requireFit(perPart.of(scope.block(block).name()), scope.only(block));
            }
        } else if (strategy instanceof Obfuscation.Custom own) {
            OwnPart part = OwnPart.of("obfuscation", own.name());
            for (int index : scope.blocks()) {
                Block block = scope.block(index);
                float[] v = part.tried(
                        (graph, inputs) -> {
                            Site site = site(graph, inputs, scope);
                            return own instanceof CustomObfuscation lambda
                                    ? lambda.written(site, index)
                                    : LoweredObfuscation.of(own, scope)
                                            .write(site)
                                            .of(index)
                                            .variable();
                        },
                        new Expected(2, true, block.cells(), block.dimension()));
                part.finite(v);
            }
        }
    }

    private Site site(Graph graph, Inputs inputs, Scope scope) {
        List<Block> blocks = scope.transform().blocks();
        List<Node> h = IntStream.range(0, blocks.size())
                .mapToObj(i -> inputs.rows(
                        "h" + i,
                        coefficients.get(i),
                        1,
                        blocks.get(i).cells(),
                        blocks.get(i).dimension()))
                .toList();
        List<Site.Share> kept = IntStream.range(0, blocks.size())
                .mapToObj(i -> Site.Share.any(inputs.rows(
                        "s" + i, mask(blocks.get(i).cells()), 1, blocks.get(i).cells(), 1)))
                .toList();
        return new Site(
                graph,
                h,
                kept,
                (name, shape) ->
                        inputs.samples(name, normal((int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)), shape),
                "");
    }

    static void requireFit(Distortion distortion, float[] clean) {
        if (distortion instanceof CustomDistortion own) {
            OwnPart part = own.part();
            float[] changed = new float[clean.length];
            SplittableRandom random = new SplittableRandom(SEED);
            for (int i = 0; i < clean.length; i++) {
                changed[i] = (float) ((clean[i] == 0 ? 0.1 : clean[i]) * (0.9 + 0.1 * random.nextDouble()));
            }
            part.finite(part.tried(
                    (graph, inputs) -> own.measure()
                            .measure(
                                    graph.sameDiff(),
                                    inputs.rows("clean", clean, 1, clean.length).variable(),
                                    inputs.samples("changed", changed, clean.length)
                                            .variable()),
                    new Expected(2, false)));
        }
    }

    private static float[] mask(int cells) {
        SplittableRandom random = new SplittableRandom(SEED);
        float[] mask = new float[cells];
        for (int i = 0; i < cells; i++) {
            mask[i] = (float) random.nextDouble();
        }
        return mask;
    }

    private static float[] normal(int count) {
        float[] values = new float[count];
        NormalNumbers.fill(new SplittableRandom(SEED), values);
        return values;
    }
}
