package org.rde4j;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A strategy of its own for each part of a representation. See {@link Obfuscation#perPart} and
 * {@link Obfuscation#on}.
 *
 * @param parts the strategies by name. A name stands for the block that is called so and for all whose names begin
 *     with it and a dot: {@code left} for {@code left.low} and {@code left.detail_1}. Of several names that fit a
 *     block, the longest counts.
 * @param others the strategy of blocks that no name stands for
 */
public record PerPart(Map<String, Obfuscation> parts, Obfuscation others) implements Obfuscation {
    /** Checks that there is a part. */
    public PerPart {
        parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
        Check.atLeast("number of named parts", parts.size(), 1, "Maybe use zero(\"buildings\").");
    }

    /**
     * With more parts.
     *
     * @param more names other parts; its {@link #others()} count if they are not {@code constant(0)}
     * @return the strategy for the parts of both
     * @throws RdeException if both name the same part
     */
    public PerPart and(PerPart more) {
        Map<String, Obfuscation> both = new LinkedHashMap<>(parts);
        more.parts.forEach((part, strategy) -> {
            if (both.put(part, strategy) != null) {
                throw new RdeException(
                        "The part '%s' has two strategies.".formatted(part), "Maybe use a mixture of them.");
            }
        });
        return new PerPart(both, more.others.equals(Obfuscation.constant(0)) ? others : more.others);
    }

    /**
     * With another strategy for the parts that are not named.
     *
     * @param strategy what replaces their components
     * @return the changed strategy
     */
    public PerPart others(Obfuscation strategy) {
        return new PerPart(parts, strategy);
    }

    /**
     * The strategy of one block.
     *
     * @param block its name
     * @return the strategy of the longest name that fits, or of the others
     */
    public Obfuscation of(String block) {
        return partOf(block).map(parts::get).orElse(others);
    }

    /**
     * The part that a block belongs to.
     *
     * @param block its name
     * @return the longest name that fits, or empty
     */
    public Optional<String> partOf(String block) {
        return parts.keySet().stream()
                .filter(part -> block.equals(part) || block.startsWith(part + "."))
                .max((a, b) -> Integer.compare(a.length(), b.length()));
    }

    /** Whether each strategy is, those of the others included, although parts draw independently of each other. */
    @Override
    public boolean inDistribution() {
        return Stream.concat(parts.values().stream(), Stream.of(others)).allMatch(Obfuscation::inDistribution);
    }
}
