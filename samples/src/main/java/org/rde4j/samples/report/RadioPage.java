package org.rde4j.samples.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.radiomap.explanation.Chosen;
import org.rde4j.radiomap.explanation.MissingShadow;
import org.rde4j.radiomap.explanation.RadioExplanation;

/** One page about estimates of one radio map and what they come from: the seed's Figures 8, 9 and 10. */
public final class RadioPage {
    /** Panels are shown at less than half of their size. */
    private static final int MARKS = 2;

    private static final String READING =
            """
            <ul class="reading">
            <li><b>Grey</b>The strength of the transmitter's signal: white is strong, black is none.</li>
            <li><b>Blue</b>Buildings that the networks are told of. One more, framed green, is missing from their map;
            the transmitter, yellow, sees it.</li>
            <li><b>Red</b>Places where the strength was measured.</li>
            <li><b>Bright, with numbers</b>What matching pursuit chose, in its order: the few buildings and
            measurements that the estimate inside the green frame comes from.</li>
            </ul>
            """;

    private RadioPage() {}

    /**
     * Writes {@code index.html}, replacing an older one.
     *
     * @param found what it is about
     * @param remarks how it was computed, in plain words
     * @param versions of what it was computed with
     * @param folder where to, existing; the explanations' own folders are beside it
     * @return the page
     * @throws RdeException if it cannot be written
     */
    public static Path write(RadioFindings found, String remarks, Map<String, String> versions, Path folder) {
        String memory = ProcessMemory.peakMiB().map(String::valueOf).orElse("?");
        return HtmlPage.write(
                HtmlPage.of(
                        "What is a radio map estimated from?",
                        "A made-up city that the networks have not seen. One building is missing from the map they are"
                                + " given, but its shadow was measured. Does the network find out, and from what?",
                        READING
                                + estimates(found)
                                + explanations(found)
                                + interpretation(found)
                                + "<p class=\"note\">%s</p>\n".formatted(Html.text(remarks)),
                        HtmlPage.footer(versions, memory)),
                folder);
    }

    private static String estimates(RadioFindings found) {
        MissingShadow shadow = found.shadowed().shadow();
        String truth = "The truth: %s in the shadow, %s if the building were not there"
                .formatted(grey(shadow.truth()), grey(shadow.without()));
        return article(
                "Estimates",
                "%s measurements, %s of them in the shadow of the missing building"
                        .formatted(measurements(found), shadow.measurements(found.scene())),
                panel(found, found.scene().gain(), truth)
                        + panel(
                                found,
                                found.phi().estimate(),
                                "Φ, told the measurements: "
                                        + quality(found, found.phi().estimate()))
                        + panel(found, found.phi0(), "Φ0, told none: " + quality(found, found.phi0())));
    }

    private static String explanations(RadioFindings found) {
        StringBuilder panels = new StringBuilder();
        for (RadioFindings.Answer answer : found.phi().answers()) {
            panels.append(panel(found, found.phi(), answer, answer.question()));
        }
        return article("What the estimate of Φ comes from", "inside the green frame", panels.toString());
    }

    private static String interpretation(RadioFindings found) {
        RadioFindings.Network plain = found.phi();
        RadioFindings.Network other = found.interpreted();
        return article(
                "Trained to rely on measurements",
                "Φ_int learned to say the same inside of a missing building when it is told of no building at all",
                panel(found, plain.estimate(), "Φ: " + loss(plain) + quality(found, plain.estimate()))
                        + panel(found, other.estimate(), "Φ_int: " + loss(other) + quality(found, other.estimate()))
                        + panel(found, plain, plain.answers().get(0), "Φ")
                        + panel(found, other, other.answers().get(0), "Φ_int"),
                " two");
    }

    private static String article(String title, String subtitle, String panels) {
        return article(title, subtitle, panels, "");
    }

    private static String article(String title, String subtitle, String panels, String layout) {
        return "<article>\n<header><h2>%s</h2><span>%s</span></header>\n<div class=\"maps%s\">\n%s</div>\n</article>\n"
                .formatted(Html.text(title), Html.text(subtitle), layout, panels);
    }

    private static String panel(RadioFindings found, Tensor strengths, String caption) {
        return Html.figure(
                RadioDrawing.of(found.scene(), strengths).marks(MARKS).image(), caption);
    }

    /** An explained estimate, and below it how the distortion falls. */
    private static String panel(
            RadioFindings found, RadioFindings.Network network, RadioFindings.Answer answer, String title) {
        RadioExplanation explanation = answer.explanation();
        List<Double> curve = DoubleStream.of(explanation.curve()).boxed().toList();
        return "<div>\n"
                + Html.figure(
                        RadioDrawing.of(explanation, network.estimate())
                                .marks(MARKS)
                                .image(),
                        title + ": " + choice(found, explanation))
                + Html.chart(curve, "distortion as components are chosen")
                + "<span class=\"note\">%s · <a href=\"%s/\">files</a></span>\n</div>\n"
                        .formatted(Html.text(fall(explanation)), Html.text(answer.name()));
    }

    private static String choice(RadioFindings found, RadioExplanation explanation) {
        List<Chosen.Measurement> measured = explanation.chosenMeasurements();
        long inShadow = measured.stream()
                .filter(one -> found.shadowed().shadow().contains(one.place()))
                .count();
        int buildings = explanation.chosenBuildings().size();
        return "%s measurements, %s of them in the shadow, and %s building%s"
                .formatted(measured.size(), inShadow, buildings, buildings == 1 ? "" : "s");
    }

    private static String fall(RadioExplanation explanation) {
        return String.format(
                Locale.ROOT,
                "distortion on the green region (log): %.3g with none, %.3g with %d",
                explanation.distortionOfNothing(),
                explanation.explanation().distortion(),
                explanation.chosen().size());
    }

    private static String quality(RadioFindings found, Tensor estimate) {
        return "%s in the shadow, error %s over the map"
                .formatted(
                        grey(found.shadowed().shadow().mean(estimate)),
                        grey(error(found.scene().gain(), estimate)));
    }

    private static String loss(RadioFindings.Network network) {
        return String.format(Locale.ROOT, "interpretation loss %.3g, ", network.interpretationLoss());
    }

    private static double error(Tensor truth, Tensor estimate) {
        float[] right = truth.values();
        float[] said = estimate.values();
        double sum = 0;
        for (int i = 0; i < right.length; i++) {
            sum += StrictMath.pow(right[i] - said[i], 2);
        }
        return Math.sqrt(sum / right.length);
    }

    private static int measurements(RadioFindings found) {
        int count = 0;
        for (float measured : found.scene().measured().values()) {
            count += measured > 0 ? 1 : 0;
        }
        return count;
    }

    private static String grey(double level) {
        return String.format(Locale.ROOT, "%.3f", level);
    }
}
