package org.rde4j.samples.report;

import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.rde4j.samples.image.Png;

/** Pieces of HTML. */
final class Html {
    private Html() {}

    static String text(String plain) {
        return plain.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** A picture inside the page, so that the page can be mailed. */
    static String figure(BufferedImage image, String caption) {
        return "<figure><img alt=\"%s\" src=\"data:image/png;base64,%s\"><figcaption>%s</figcaption></figure>\n"
                .formatted(text(caption), Base64.getEncoder().encodeToString(Png.bytes(image)), text(caption));
    }

    /** A small line chart on a logarithmic axis, over its whole width and height. */
    static String chart(List<Double> values, String title) {
        double[] logs = values.stream()
                .mapToDouble(v -> StrictMath.log(Math.max(v, 1e-6)))
                .toArray();
        double low =
                IntStream.range(0, logs.length).mapToDouble(i -> logs[i]).min().orElse(0);
        double high =
                IntStream.range(0, logs.length).mapToDouble(i -> logs[i]).max().orElse(1);
        double span = Math.max(high - low, 1e-9);
        String points = IntStream.range(0, logs.length)
                .mapToObj(i -> String.format(
                        Locale.ROOT,
                        "%.2f,%.2f",
                        100.0 * i / Math.max(1, logs.length - 1),
                        1 + 38 * (high - logs[i]) / span))
                .collect(Collectors.joining(" "));
        return "<svg viewBox=\"0 0 100 40\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"%s\">"
                        .formatted(text(title))
                + "<polyline points=\"%s\"/></svg>\n".formatted(points);
    }
}
