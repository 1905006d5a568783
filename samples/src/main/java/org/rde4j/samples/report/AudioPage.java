package org.rde4j.samples.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.rde4j.Explanation;
import org.rde4j.Tensor;

/** One page about notes and what a classifier hears in them: the seed's Figure 6 and Table 2 in small. */
public final class AudioPage {
    private static final String READING =
            """
            <ul class="reading">
            <li><b>Blue</b>The spectrum of the note: how strong each frequency is, and its phase.</li>
            <li><b>Green</b>What the decision needs. Where it is pale or missing, an inpainting network filled in
            whatever is plausible beside the rest, and the classifier's score hardly changed.</li>
            <li><b>Sounds</b>The note, the part that is kept, and the part that is left out. The last two are made of
            the note's own frequencies; phases that are not kept are random.</li>
            </ul>
            """;

    private AudioPage() {}

    /**
     * What magnitudes and phases are worth to a family of instruments, between 0 and 1.
     *
     * @param family of the notes
     * @param notes how many were explained together
     * @param magnitude θ of all magnitudes
     * @param phase θ of all phases
     */
    public record Importance(String family, int notes, double magnitude, double phase) {}

    /**
     * Writes {@code index.html}, replacing an older one.
     *
     * @param explanations of spectra [2, 1024]; their folders lie beside the page, named after their inputs, and hold
     *     the sounds {@code note.wav}, {@code kept.wav} and {@code left-out.wav}
     * @param importances the rows of a table
     * @param remarks how it was computed, in plain words
     * @param folder where to, existing
     * @return the page
     * @throws org.rde4j.RdeException if it cannot be written
     */
    public static Path write(
            List<SavedExplanation> explanations, List<Importance> importances, String remarks, Path folder) {
        StringBuilder content = new StringBuilder(READING);
        explanations.forEach(explanation -> content.append(article(explanation)));
        content.append(table(importances)).append("<p class=\"note\">%s</p>\n".formatted(Html.text(remarks)));
        SavedExplanation one = explanations.get(0);
        return HtmlPage.write(
                HtmlPage.of(
                        "What makes a guitar sound like one?",
                        "A small network hears which family of instruments a note comes from. These are the parts of the"
                                + " spectrum that it needs for that.",
                        content.toString(),
                        HtmlPage.footer(one.context().versions(), one.context().peakRssMb())),
                folder);
    }

    private static String article(SavedExplanation explanation) {
        Explanation found = explanation.explanation();
        Tensor mask = found.masks().values().iterator().next();
        String numbers = String.format(
                Locale.ROOT,
                "the network says %s; %.1f %% of the spectrum kept, retained %.1f %%, %d steps of %d samples, %.0f s",
                Wording.probability(explanation, explanation.labelProbability()),
                100 * found.rate(),
                100 * explanation.retainedProbability(),
                found.history().size(),
                found.problem().solver().samples(),
                found.cost().seconds());
        String folder = Html.text(explanation.context().input());
        return "<article>\n<header><h2>%s</h2><span>%s</span></header>\n".formatted(folder, Html.text(numbers))
                + Html.figure(
                        SpectrumPicture.of(
                                explanation.question(),
                                "green is what the decision needs",
                                mask,
                                List.of(new SpectrumPicture.Line("note", found.signal()))),
                        "magnitude and phase of " + explanation.context().input())
                + "<div class=\"sounds\">%s%s%s</div>\n</article>\n"
                        .formatted(
                                sound(folder, "note.wav", "the note"),
                                sound(folder, "kept.wav", "kept"),
                                sound(folder, "left-out.wav", "left out"));
    }

    private static String sound(String folder, String file, String caption) {
        return "<figure><audio controls preload=\"none\" src=\"%s/%s\"></audio><figcaption>%s</figcaption></figure>\n"
                .formatted(folder, file, caption);
    }

    private static String table(List<Importance> importances) {
        StringBuilder rows =
                new StringBuilder("<article>\n<header><h2>Magnitude or phase?</h2><span>one mask entry for all"
                        + " magnitudes and one for all phases, over several notes of a family together</span></header>\n"
                        + "<table><tr><th>family</th><th>notes</th><th>magnitude</th><th>phase</th></tr>\n");
        for (Importance each : importances) {
            rows.append(String.format(
                    Locale.ROOT,
                    "<tr><td>%s</td><td>%d</td><td>%.3f</td><td>%.3f</td></tr>%n",
                    Html.text(each.family()),
                    each.notes(),
                    each.magnitude(),
                    each.phase()));
        }
        return rows.append("</table>\n</article>\n").toString();
    }
}
