package org.rde4j.samples.cli;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rde4j.Descent;
import org.rde4j.Distortion;
import org.rde4j.L1Relaxation;
import org.rde4j.Moments;
import org.rde4j.Obfuscation;
import org.rde4j.Presets;
import org.rde4j.Representation;
import org.rde4j.Shearlets;
import org.rde4j.Solver;

/** The presets with all their settings, for {@code --help} and {@code rde4j presets}. */
final class PresetTable {
    private static final String NAME = "  %-17s";

    private PresetTable() {}

    /** Three lines for each preset. */
    static List<String> lines() {
        List<String> lines = new ArrayList<>();
        Presets.all().forEach((name, problem) -> {
            lines.add(NAME.formatted(name) + effort((L1Relaxation) problem.solver()));
            lines.add(NAME.formatted("") + price((L1Relaxation) problem.solver(), problem.distortion()));
            lines.add(NAME.formatted("") + representation(problem.representation()) + ", replaced by "
                    + obfuscation(problem.obfuscation()));
        });
        return lines;
    }

    private static String effort(L1Relaxation l1) {
        return "%s steps of %s samples, step size %s, mask starting at %s"
                .formatted(
                        l1.steps(),
                        l1.samples(),
                        number(l1.optimizer().stepSize()),
                        number(((Descent.Constant) l1.descent().start()).value()));
    }

    private static String price(L1Relaxation l1, Distortion distortion) {
        String spatial = l1.spatialL1() == 0 ? "" : ", spatial l1 " + number(l1.spatialL1());
        String scale = l1.scale() == Solver.RateScale.PLAIN_SUM ? " (of plain sums)" : "";
        return "%s, lambda %s%s%s".formatted(distortion(distortion), number(l1.lambda()), spatial, scale);
    }

    private static String representation(Representation representation) {
        if (representation instanceof Shearlets shearlets) {
            return "shearlets on %s scales".formatted(shearlets.scales());
        }
        return representation instanceof Representation.Wavelets wavelets
                ? "%s wavelets on %s levels".formatted(wavelets.family(), wavelets.levels())
                : representation.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static String obfuscation(Obfuscation obfuscation) {
        if (obfuscation instanceof Obfuscation.GaussianNoise noise) {
            return "normal noise " + moments(noise.moments());
        }
        return obfuscation instanceof Obfuscation.UniformNoise noise
                ? "uniform noise " + moments(noise.moments())
                : obfuscation.toString();
    }

    private static String moments(Moments moments) {
        return moments instanceof Moments.Given given
                ? number(given.mean()) + " ± " + number(given.std())
                : switch (((Moments.OfSignal) moments).grouping()) {
                    case WHOLE -> "with the signal's moments";
                    case PER_CHANNEL -> "with each channel's moments";
                    case PER_SCALE -> "with each scale's moments";
                };
    }

    private static String distortion(Distortion distortion) {
        String factor = distortion.factor() == 1 ? "" : number(distortion.factor()) + "·";
        return factor
                + distortion
                        .getClass()
                        .getSimpleName()
                        .replaceAll("(?<=.)(?=[A-Z])", " ")
                        .toLowerCase(Locale.ROOT);
    }

    private static String number(double value) {
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }
}
