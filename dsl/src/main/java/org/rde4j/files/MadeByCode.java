package org.rde4j.files;

import org.rde4j.Distortion;
import org.rde4j.Obfuscation;
import org.rde4j.Representation;

/**
 * What a file remembers of a representation, an obfuscation or a distortion that code made: enough to print and to
 * compare it. No backend compiles it.
 *
 * @param name how the part was called
 * @param factor of a distortion; 1 for others
 */
record MadeByCode(String name, double factor) implements Representation.Custom, Obfuscation.Custom, Distortion.Custom {
    @Override
    public MadeByCode times(double by) {
        return new MadeByCode(name, factor * by);
    }

    @Override
    public String toString() {
        return "'%s' (made by code, known by name only)".formatted(name);
    }
}
