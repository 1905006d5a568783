package org.rde4j.samples.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rde4j.Explanation;
import org.rde4j.RdeException;
import org.rde4j.samples.image.Drawing;

/** One page about explanations of the same pictures by several methods, with everything it shows inside. */
public final class DemoPage {
    private static final int PANEL = 256;
    private static final String READING =
            """
            <ul class="reading">
            <li><b>Original</b>What the network was shown, and what it says about it.</li>
            <li><b>Mask</b>One number for each pixel or wavelet coefficient: bright is kept, black is replaced.
            Wavelets are sorted by scale, coarse ones at the upper left.</li>
            <li><b>One obfuscation</b>The picture with everything replaced by noise that the mask does not keep.
            The retained probability is what the network says about such pictures on average.</li>
            <li><b>Explanation</b>The kept part by itself: what the decision needs. Anything missing here,
            the network could do without.</li>
            </ul>
            """;

    private DemoPage() {}

    /**
     * Writes {@code index.html}, replacing an older one.
     *
     * @param found for each method the explanations of the same pictures, in the same order
     * @param folder where to, existing; the explanations' own folders are beside it
     * @return the page
     * @throws RdeException if it cannot be written
     */
    public static Path write(Map<String, List<SavedExplanation>> found, Path folder) {
        return HtmlPage.write(html(found), folder);
    }

    private static String html(Map<String, List<SavedExplanation>> found) {
        List<SavedExplanation> first = found.values().iterator().next();
        StringBuilder html = new StringBuilder(READING);
        for (int i = 0; i < first.size(); i++) {
            article(html, found, i);
        }
        SavedExplanation one = first.get(0);
        return HtmlPage.of(
                "Why did the network decide so?",
                "A rate-distortion explanation is the smallest part of a picture that keeps the decision when the rest"
                        + " is replaced by noise. Here are %s pictures, each explained in %s ways."
                                .formatted(first.size(), found.size()),
                html.toString(),
                HtmlPage.footer(one.context().versions(), one.context().peakRssMb()));
    }

    private static void article(StringBuilder html, Map<String, List<SavedExplanation>> found, int index) {
        SavedExplanation first = found.values().iterator().next().get(index);
        html.append("<article>\n<header><h2>%s</h2>".formatted(Html.text(first.labelText())))
                .append("<span>%s</span></header>\n"
                        .formatted(
                                Html.text("the network says " + Wording.probability(first, first.labelProbability()))));
        found.forEach((method, explanations) -> section(html, method, explanations.get(index)));
        html.append("</article>\n");
    }

    private static void section(StringBuilder html, String method, SavedExplanation explanation) {
        html.append("<section>\n<div>\n<h3>%s</h3>\n".formatted(Html.text(method)))
                .append(numbers(explanation))
                .append(Html.chart(
                        explanation.explanation().history().stream()
                                .map(Explanation.Step::objective)
                                .toList(),
                        "objective over the steps"))
                .append("<span class=\"note\">objective over the steps (log) · ")
                .append("<a href=\"%1$s/\">files</a></span>\n"
                        .formatted(Html.text(explanation.context().input())))
                .append("</div>\n<div class=\"panels\">\n")
                .append(Html.figure(Drawing.signal(explanation.explanation().signal()), "Original"))
                .append(Html.figure(Drawing.mask(explanation.explanation().masks(), PANEL, PANEL), "Mask"))
                .append(Html.figure(Drawing.signal(explanation.explanation().obfuscation()), "One obfuscation"))
                .append(Html.figure(Drawing.signal(explanation.explanation().picture()), "Explanation"))
                .append("</div>\n</section>\n");
    }

    private static String numbers(SavedExplanation saved) {
        Explanation found = saved.explanation();
        String retained = saved.retainedProbability() == null
                ? ""
                : row("retained", String.format(Locale.ROOT, "%.1f %%", 100 * saved.retainedProbability()));
        return "<dl>"
                + retained
                + row("mask kept", String.format(Locale.ROOT, "%.1f %%", 100 * found.rate()))
                + row("distortion", String.format(Locale.ROOT, "%.3g", found.distortion()))
                + row(
                        "steps",
                        found.history().size() + " × "
                                + found.problem().solver().samples())
                + row("time", String.format(Locale.ROOT, "%.1f s", found.cost().seconds()))
                + "</dl>\n";
    }

    private static String row(String name, String value) {
        return "<dt>%s</dt><dd>%s</dd>".formatted(Html.text(name), Html.text(value));
    }
}
