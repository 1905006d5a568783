package org.rde4j.samples.audio;

import java.util.List;
import java.util.OptionalInt;

/**
 * The ten families of instruments that networks tell apart: NSynth's eleven without {@code synth_lead}, which its
 * test notes lack. Their order is alphabetical, NSynth's own.
 */
public final class Families {
    /** The names, each at its index: 0 is bass, 9 is vocal. */
    public static final List<String> NAMES =
            List.of("bass", "brass", "flute", "guitar", "keyboard", "mallet", "organ", "reed", "string", "vocal");

    private Families() {}

    /**
     * The index of a family.
     *
     * @param name such as "guitar"
     * @return 0 to 9, or empty if no family has the name
     */
    public static OptionalInt index(String name) {
        int index = NAMES.indexOf(name);
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
    }
}
