package org.rde4j.samples.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rde4j.Explanation;
import org.rde4j.Representation;
import org.rde4j.files.Settings;

/** The numbers of a report as people read them. */
final class Wording {
    private Wording() {}

    /** "snail 98.2 %", or the distortion where the problem has no label. */
    static String probability(SavedExplanation saved, @Nullable Double probability) {
        return probability == null
                ? String.format(
                        Locale.ROOT, "distortion %.3g", saved.explanation().distortion())
                : String.format(Locale.ROOT, "%s %.1f %%", saved.labelText(), 100 * probability);
    }

    /** One line: representation, price, effort, distortion. */
    static String settings(SavedExplanation saved) {
        Explanation found = saved.explanation();
        StringBuilder line = new StringBuilder(saved.context().input() + "  ·  "
                + representation(found.problem().representation()));
        found.lambda().ifPresent(lambda -> line.append("  ·  λ = " + plain(lambda)));
        line.append("  ·  %s steps".formatted(found.history().size()))
                .append(" × %s samples".formatted(found.problem().solver().samples()));
        found.ending().ifPresent(ending -> line.append(ending.converged() ? ", converged" : ", not yet converged"));
        return line.append(String.format(Locale.ROOT, "  ·  distortion %.3g", found.distortion()))
                .append(String.format(Locale.ROOT, "  ·  %.1f s", found.cost().seconds()))
                .toString();
    }

    /** "wavelets db3, 5 levels", "pixels". */
    static String representation(Representation representation) {
        if (representation instanceof Representation.Wavelets wavelets) {
            return "wavelets %s, %s levels".formatted(wavelets.family(), wavelets.levels());
        }
        if (representation instanceof Representation.Patches patches) {
            return "patches of %s×%<s pixels".formatted(patches.size());
        }
        return representation instanceof Representation.Custom custom
                ? custom.name()
                : Settings.kind(representation.getClass());
    }

    /** Four digits at most: 3 rather than 3.0, 3E-7 rather than 3.0000000000000004E-7. */
    static String plain(double value) {
        BigDecimal digits = new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
        boolean usual = value == 0 || Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6;
        return usual ? digits.toPlainString() : digits.toString();
    }
}
