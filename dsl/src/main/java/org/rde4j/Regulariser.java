package org.rde4j;

import java.util.ArrayList;
import java.util.List;

/**
 * A term of a {@link TrainingObjective} that makes a network rely on named parts of its input, with the words of an
 * explanation problem (seed section 4.3.2): the distortion d(Φ(x), Φ(y)) of y = f(s⊙h + (1−s)⊙v) under one fixed
 * mask s, which is 1 on the parts to be relied on and 0 on all others.
 *
 * <p>With the missing building J of each example as the distortion's region and buildings that are replaced by
 * zeros, that is the seed's interpretation loss ‖Φ_J(x) − Φ_J(x̃)‖². Any other problem can serve as well, its
 * replacements drawn anew for every example in every step. Its solver and its game play no part: nothing is searched,
 * and what is kept is named here.
 *
 * @param name heads the term's column in records of the training; not blank
 * @param kept the parts that are not obfuscated, possibly none: the names of blocks, or what stands before a dot in
 *     the names of several. What the representation always keeps is kept besides.
 * @param problem representation, obfuscation, distortion and the range that obfuscated signals are clipped to
 * @param weight β, what multiplies the term, at least 0; 1 unless changed
 */
public record Regulariser(String name, List<String> kept, RateDistortion problem, double weight) {
    /** Checks the name and the range. */
    public Regulariser {
        kept = List.copyOf(kept);
        if (name.isBlank()) {
            throw new RdeException("A regulariser must have a name.", "Maybe call it \"interpretation\".");
        }
        Check.notNegative("weight of the regulariser " + name, weight, "Maybe use weight(1).");
    }

    /**
     * The network is to give the same output without all but one part of its input.
     *
     * @param part the part to rely on: a block's name, or what stands before a dot in the names of several
     * @param problem what stands in for the other parts, and how the change of the output is measured
     * @return the term with weight 1, called "relying on …"
     */
    public static Regulariser relyingOn(String part, RateDistortion problem) {
        return new Regulariser("relying on " + part, List.of(part), problem, 1);
    }

    /**
     * The network is to give the same output when everything is replaced that the representation does not always
     * keep, for instance when noise is added to its input.
     *
     * @param problem what stands in for the input, and how the change of the output is measured
     * @return the term with weight 1, called "resisting"
     */
    public static Regulariser resisting(RateDistortion problem) {
        return new Regulariser("resisting", List.of(), problem, 1);
    }

    /**
     * With one more part to rely on.
     *
     * @param part as in {@link #relyingOn}
     * @return the changed term, of the same name
     */
    public Regulariser and(String part) {
        List<String> more = new ArrayList<>(kept);
        more.add(part);
        return new Regulariser(name, more, problem, weight);
    }

    /**
     * With another weight β.
     *
     * @param newWeight at least 0
     * @return the changed term
     */
    public Regulariser weight(double newWeight) {
        return new Regulariser(name, kept, problem, newWeight);
    }

    /**
     * With another name.
     *
     * @param newName not blank
     * @return the changed term
     */
    public Regulariser called(String newName) {
        return new Regulariser(newName, kept, problem, weight);
    }

    /**
     * Whether a block is kept.
     *
     * @param block its name
     * @return true if it is one of the kept parts, or begins with the name of one and a dot
     */
    public boolean keeps(String block) {
        return kept.stream().anyMatch(part -> block.equals(part) || block.startsWith(part + "."));
    }
}
