package org.rde4j.samples.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.rde4j.RdeException;

/** The solvers by the names that --solver takes. */
enum SolverKind {
    L1,
    BERNOULLI,
    PURSUIT,
    FRANK_WOLFE,
    PROJECTED,
    ENUMERATION;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether the rate has a price. */
    boolean isPriced() {
        return this == L1 || this == BERNOULLI;
    }

    /** The error for an option that was meant for another solver. */
    void refuse(String option, boolean unread) {
        if (unread) {
            throw new RdeException(
                    "The solver %s does not read %s.".formatted(this, option),
                    "Leave it out, or choose another solver.");
        }
    }

    static SolverKind named(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.toString().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new RdeException(
                        "There is no solver '%s'.".formatted(name),
                        "The solvers are "
                                + Arrays.stream(values())
                                        .map(SolverKind::toString)
                                        .collect(Collectors.joining(", "))
                                + "."));
    }
}
