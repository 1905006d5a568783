package org.rde4j;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A random choice among several strategies. See {@link Obfuscation#mixture}.
 *
 * @param weights the chance of each strategy, at least 0 and not all 0; they are divided by their sum
 * @param strategies as many as there are weights, at least one
 * @param choice what chooses
 */
public record Mixture(List<Double> weights, List<Obfuscation> strategies, Choice choice) implements Obfuscation {

    /** What takes one of the strategies. */
    public enum Choice {
        /** Each sample, for all of its components. */
        PER_SAMPLE,
        /** Each component of each sample. */
        PER_COMPONENT
    }

    /** Checks sizes and ranges. */
    public Mixture {
        weights = List.copyOf(weights);
        strategies = List.copyOf(strategies);
        if (weights.isEmpty() || weights.size() != strategies.size()) {
            throw new RdeException(
                    "%s weights and %s strategies do not make a mixture.".formatted(weights.size(), strategies.size()),
                    "Give one weight for each strategy.");
        }
        for (double weight : weights) {
            Check.notNegative("weight of a strategy", weight, "Maybe use 1 for each.");
        }
        Check.positive(
                "sum of the weights",
                weights.stream().mapToDouble(Double::doubleValue).sum(),
                "Give one strategy at least a weight above 0.");
    }

    /**
     * Where each component takes a strategy of its own, independently of the others.
     *
     * @return the changed strategy
     */
    public Mixture perComponent() {
        return new Mixture(weights, strategies, Choice.PER_COMPONENT);
    }

    /** {@inheritDoc} Components that choose independently of each other leave it unless there is no choice. */
    @Override
    public boolean inDistribution() {
        List<Obfuscation> possible = IntStream.range(0, weights.size())
                .filter(i -> weights.get(i) > 0)
                .mapToObj(strategies::get)
                .toList();
        return (choice == Choice.PER_SAMPLE || possible.size() == 1)
                && possible.stream().allMatch(Obfuscation::inDistribution);
    }
}
