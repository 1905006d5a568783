package org.rde4j.samples.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The numbers of a report as people read them. */
final class Wording {
    private Wording() {}

    /** "snail 98.2 %", or the distortion where the problem has no label. */
    static String probability(ExplanationReport report, @Nullable Double probability) {
        return probability == null
                ? String.format(Locale.ROOT, "distortion %.3g", report.distortion())
                : String.format(Locale.ROOT, "%s %.1f %%", report.labelText(), 100 * probability);
    }

    /** One line: representation, price, effort, distortion. */
    static String settings(ExplanationReport report) {
        StringBuilder line = new StringBuilder(report.input() + "  ·  " + representation(report));
        if (report.lambda() != null) {
            line.append(String.format(Locale.ROOT, "  ·  λ = %s", plain(report.lambda())));
        }
        line.append("  ·  %s steps".formatted(report.steps()));
        if (report.samples() != null) {
            line.append(" × %s samples".formatted(report.samples()));
        }
        return line.append(String.format(Locale.ROOT, "  ·  distortion %.3g", report.distortion()))
                .append(String.format(Locale.ROOT, "  ·  %.1f s", report.seconds()))
                .toString();
    }

    /** "wavelets db3, 5 levels", "pixels". */
    static String representation(ExplanationReport report) {
        if (!(report.problem().get("representation") instanceof Map<?, ?> settings)) {
            return String.valueOf(report.problem().get("representation"));
        }
        StringBuilder text = new StringBuilder(String.valueOf(settings.get("kind")));
        if (settings.get("family") != null) {
            text.append(" %s, %s levels".formatted(settings.get("family"), settings.get("levels")));
        }
        if (settings.get("size") != null) {
            text.append(" of %s×%<s pixels".formatted(settings.get("size")));
        }
        return text.toString();
    }

    /** Four digits at most: 3 rather than 3.0, 3E-7 rather than 3.0000000000000004E-7. */
    static String plain(double value) {
        BigDecimal digits = new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
        boolean usual = value == 0 || Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6;
        return usual ? digits.toPlainString() : digits.toString();
    }
}
