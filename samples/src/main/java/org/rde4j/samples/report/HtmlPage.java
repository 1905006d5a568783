package org.rde4j.samples.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.rde4j.RdeException;
import org.rde4j.files.WholeFile;

/** A page with everything it shows inside. */
final class HtmlPage {
    private static final String FILE = "index.html";

    private HtmlPage() {}

    /**
     * The whole page.
     *
     * @param title in plain words
     * @param lead what the page is about, in plain words
     * @param content HTML
     * @param footer in plain words
     */
    static String of(String title, String lead, String content, String footer) {
        return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                + "<title>%s</title>\n<style>\n".formatted(Html.text(title)) + style()
                + "</style>\n</head>\n<body>\n<main>\n"
                + "<h1>%s</h1>\n<p class=\"lead\">%s</p>\n".formatted(Html.text(title), Html.text(lead))
                + content
                + "<footer>%s</footer>\n</main>\n</body>\n</html>\n".formatted(Html.text(footer));
    }

    /** What a page was made with. */
    static String footer(Map<String, String> versions, Object peakMebibytes) {
        StringBuilder text = new StringBuilder();
        versions.forEach((name, version) -> text.append(name + " " + version + " · "));
        return "%speak memory %s MiB".formatted(text, peakMebibytes);
    }

    /**
     * Writes {@code index.html}, replacing an older one.
     *
     * @param folder where to, existing
     * @return the page
     * @throws RdeException if it cannot be written
     */
    static Path write(String html, Path folder) {
        Path page = folder.resolve(FILE);
        WholeFile.write(page, html);
        return page;
    }

    private static String style() {
        try (InputStream css = Objects.requireNonNull(HtmlPage.class.getResourceAsStream("page.css"))) {
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
