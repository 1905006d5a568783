package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.rde4j.Obfuscation;
import org.rde4j.RdeException;
import org.rde4j.nd4j.custom.OwnPart;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * An auxiliary model Φ0 as inpainter (seed section 4.3.1): what is not kept is read from the signal that a second
 * network makes of what is kept, v = the values of Φ0(f(s⊙h)) at the places of the components. For blocks whose
 * coefficients are values of the signal, such as pixels, patches and measured places.
 *
 * @param name how the strategy is called
 * @param network writes Φ0
 */
public record AuxiliaryInpainting(String name, Network network) implements Obfuscation.Custom {

    /** Writes an auxiliary model into a graph. */
    @FunctionalInterface
    public interface Network {
        /**
         * Writes the model.
         *
         * @param graph where to write
         * @param kept the signals f(s⊙h), channels last: [N, H, W, C], [N, T, C] or [N, n]; not clipped
         * @return signals of the same shape, whose values stand where components are not kept
         */
        Node signal(Graph graph, Node kept);
    }

    @Override
    public boolean inDistribution() {
        return true;
    }

    LoweredObfuscation lowered(Scope scope) {
        List<SignalValues> values = Arrays.stream(scope.blocks())
                .mapToObj(block -> SignalValues.of(name, scope, block))
                .toList();
        return new Lowered(this, scope, values);
    }

    private Node written(Graph graph, Node kept) {
        OwnPart part = OwnPart.of("auxiliary model", name);
        Node signals = part.call(() -> network.signal(graph, kept));
        part.write(graph.sameDiff(), signals::variable);
        return signals;
    }

    private record Lowered(AuxiliaryInpainting strategy, Scope scope, List<SignalValues> values)
            implements LoweredObfuscation {
        @Override
        public boolean random() {
            return false;
        }

        @Override
        public Map<String, Perturbations.Draw> draws(Batch batch, NoiseStream noise) {
            return Map.of();
        }

        @Override
        public Site.Replacement write(Site site) {
            Graph graph = site.graph();
            List<Node> kept = IntStream.range(0, site.coefficients().size())
                    .mapToObj(block -> {
                        Node h = site.keptCoefficients(block);
                        return graph.reshape(h, h.size(0) * h.size(1), h.size(2), h.size(3));
                    })
                    .toList();
            Node y = scope.transform().synthesise(graph, kept);
            Node inpainted = strategy.written(graph, y);
            if (!Arrays.equals(inpainted.shape(), y.shape())) {
                throw new RdeException(
                        "The auxiliary model %s gives %s, but the signals are %s (channels last)."
                                .formatted(
                                        strategy.name, Arrays.toString(inpainted.shape()), Arrays.toString(y.shape())),
                        "Give signals, with the model's output in the channels that it stands for.");
            }
            return block -> {
                Node h = site.coefficients().get(block);
                int at = Arrays.stream(scope.blocks()).boxed().toList().indexOf(block);
                Node v = values.get(at).from(graph, inpainted);
                return graph.reshape(
                        v, h.size(0), site.kept().get(block).values().size(1), h.size(2), h.size(3));
            };
        }
    }
}
