package org.rde4j.nd4j.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.rde4j.Obfuscation;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.ModelInput;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.nd4j.representation.Block;

/**
 * An inpainting network as obfuscation strategy, v = G(h, s, z) (seed Example 5), for one block of a representation.
 *
 * <p>What G takes and gives is channels last, over the places of the block: its mask's grid where components are
 * places (pixels, samples, frequencies), and the places of the signal where a component owns many of them (channels,
 * labels, points). The values of one place come together, b bands after each other, d values of a band next to each
 * other:
 *
 * <ul>
 *   <li>the kept coefficients s⊙h, [N, grid…, b·d]. The replaced ones are hidden, they are zero;
 *   <li>the mask s, [N, grid…, b], or [N, grid…, b·d] with {@link #maskForEachValue()}, where s is repeated. Every
 *       place gets the entry of its component, and 1 if it is always kept;
 *   <li>standard normal values z, [N, grid…, noiseChannels], fresh for every sample and shared by all signals;
 *   <li>the output v, [N, grid…, b·d].
 * </ul>
 *
 * A network of one input takes the three as the channels of one array, in this order. A network of three inputs
 * takes them one by one (two without noise): named h, s and z in any order, else in this order. A network with another
 * channel order than the backend's (ONNX, SameDiff) sees them as channels first. Gradients flow through s into G.
 *
 * <p>For a signal of a magnitude and a phase, [2, 1024], the seed's network (Table 3) takes 7 channels: magnitude and
 * phase, their masks, and 3 of noise. With components of single values (one mask for the magnitude, one for the
 * phase, at each frequency or over the entire channel) that is the order above; with one mask for both it needs
 * {@link #maskForEachValue()}.
 *
 * @param name how the strategy is called
 * @param network G; its weights are frozen
 * @param noiseChannels how many channels z has, at least 0
 * @param maskPerValue whether the mask has a channel for each value instead of each component
 */
public record InpaintingNetwork(String name, Nd4jModel network, int noiseChannels, boolean maskPerValue)
        implements Obfuscation.Custom {
    private static final List<String> NAMES = List.of("h", "s", "z");

    /** Checks the range. */
    public InpaintingNetwork {
        if (noiseChannels < 0) {
            throw new RdeException(
                    "The noise channels of the inpainting network (%s) must not be negative.".formatted(noiseChannels),
                    "Maybe use 0 for a network without noise.");
        }
    }

    /**
     * With the mask repeated for each value of a component, so that it has as many channels as the signal.
     *
     * @return the changed strategy
     */
    public InpaintingNetwork maskForEachValue() {
        return new InpaintingNetwork(name, network, noiseChannels, true);
    }

    @Override
    public boolean inDistribution() {
        return true;
    }

    LoweredObfuscation lowered(Scope scope) {
        return new Lowered(this, scope, scope.onlyBlock(name));
    }

    private record Lowered(InpaintingNetwork strategy, Scope scope, int only) implements LoweredObfuscation {
        @Override
        public boolean random() {
            return strategy.noiseChannels > 0;
        }

        @Override
        public Map<String, Perturbations.Draw> draws(Batch batch, NoiseStream noise) {
            return random() ? Map.of("z", noise.normal(0)) : Map.of();
        }

        @Override
        public Site.Replacement write(Site site) {
            return block -> output(site, scope.block(block));
        }

        private Node output(Site site, Block block) {
            Graph graph = site.graph();
            Node h = site.coefficients().get(only);
            Node kept = site.keptCoefficients(only);
            long k = h.size(2);
            Node s = strategy.maskPerValue
                    ? graph.broadcastTo(site.kept().get(only).values(), h.size(0), kept.size(1), k, h.size(3))
                    : site.kept().get(only).values();
            List<Node> inputs = new ArrayList<>(List.of(onGrid(graph, block, kept), onGrid(graph, block, s)));
            long samples = kept.size(1);
            if (random()) {
                Node z = site.input("z", k / block.cellBands(), strategy.noiseChannels);
                samples = z.size(1);
                inputs = new ArrayList<>(List.of(
                        onGrid(graph, block, repeated(graph, kept, samples)),
                        onGrid(graph, block, repeated(graph, s, samples)),
                        onGrid(graph, block, z)));
            }
            Node v = strategy.written(graph, inputs);
            if (!Arrays.equals(v.shape(), inputs.get(0).shape())) {
                throw new RdeException(
                        "The inpainting network %s gives %s (channels last), but the block %s needs %s."
                                .formatted(
                                        strategy.name,
                                        Arrays.toString(v.shape()),
                                        block.name(),
                                        Arrays.toString(inputs.get(0).shape())),
                        "Its output must have the shape of the coefficients.");
            }
            return graph.reshape(v, h.size(0), samples, k, h.size(3));
        }

        /** [B, 1, k, c] for all samples. */
        private static Node repeated(Graph graph, Node a, long samples) {
            return graph.broadcastTo(a, a.size(0), samples, a.size(2), a.size(3));
        }

        /** [B, M, k, c] as [B·M, grid…, channels]. */
        private static Node onGrid(Graph graph, Block block, Node a) {
            LongStream grid = block.cellGrid().stream().mapToLong(Integer::longValue);
            long places = block.cells() / block.cellBands();
            long channels = a.size(2) * a.size(3) / places;
            return graph.reshape(
                    a,
                    LongStream.concat(
                                    LongStream.concat(LongStream.of(a.size(0) * a.size(1)), grid),
                                    LongStream.of(channels))
                            .toArray());
        }
    }

    private Node written(Graph graph, List<Node> inputs) {
        List<String> wanted = network.inputs().stream().map(ModelInput::name).toList();
        if (wanted.size() == 1) {
            return network.append(graph, graph.concat(-1, inputs));
        }
        if (wanted.size() != inputs.size()) {
            throw new RdeException(
                    "The inpainting network %s has the inputs %s, but there are %s: kept coefficients, mask%s."
                            .formatted(name, wanted, inputs.size(), noiseChannels > 0 ? ", noise" : ""),
                    "Give a network of one input, or of h, s and z.");
        }
        List<String> names = NAMES.subList(0, inputs.size());
        boolean named = wanted.containsAll(names);
        return network.append(
                graph,
                Stream.iterate(0, i -> i + 1)
                        .limit(wanted.size())
                        .map(i -> inputs.get(named ? names.indexOf(wanted.get(i)) : i))
                        .toList());
    }
}
