package org.rde4j;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Channels that are several named things. See {@link Representation#parts(Part...)}.
 *
 * <p>A block of a part is called like the part, {@code buildings}, or if the part has several blocks, like both:
 * {@code left.detail_1}.
 *
 * @param parts the channels in order
 */
public record Parts(List<Part> parts) implements Representation {
    /** Checks names, and that there are components. */
    public Parts {
        parts = List.copyOf(parts);
        Set<String> names = new HashSet<>();
        for (Part part : parts) {
            if (!names.add(part.name())) {
                throw new RdeException(
                        "Two parts have the name %s.".formatted(part.name()), "Give every part a name of its own.");
            }
        }
        if (parts.stream().allMatch(part -> part.representation().isEmpty())) {
            throw new RdeException(
                    "The parts %s are all kept, so there is nothing to explain.".formatted(names),
                    "Leave kept() out for one of them.");
        }
    }

    /**
     * The number of channels of all parts together.
     *
     * @return at least 1
     */
    public int channels() {
        return parts.stream().mapToInt(Part::channels).sum();
    }

    /**
     * Some channels. See {@link Representation#part(String, int, Representation)}.
     *
     * @param name begins the names of its blocks; not blank
     * @param channels the number of channels, at least 1
     * @param representation what the components of these channels are, or empty if they are always kept
     */
    public record Part(String name, int channels, Optional<Representation> representation) {
        /** Checks the name and the range. */
        public Part {
            if (name.isBlank()) {
                throw new RdeException("A part must have a name.", "Maybe call it \"left\".");
            }
            Check.atLeast("number of channels of the part " + name, channels, 1, "Maybe leave the part out.");
        }

        /**
         * The same channels, always kept: they have no components.
         *
         * @return the changed part
         */
        public Part kept() {
            return new Part(name, channels, Optional.empty());
        }
    }
}
