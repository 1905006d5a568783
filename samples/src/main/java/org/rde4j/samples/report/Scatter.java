package org.rde4j.samples.report;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rde4j.Explanation;
import org.rde4j.RdeException;
import org.rde4j.files.WholeFile;
import org.rde4j.nd4j.metrics.Estimate;
import org.rde4j.samples.image.Png;

/**
 * Rate and distortion of Pixel RDE and CartoonX on the same photographs (seed section 4.1.5, Figure 4). Each rate
 * is ‖s‖₁/k with the method's own k; each distortion is over fresh samples of the method's own obfuscations.
 */
public final class Scatter {
    /** The name of Pixel RDE in files. */
    public static final String PIXEL_RDE = "pixelRde";

    /** The name of CartoonX in files. */
    public static final String CARTOON_X = "cartoonX";

    private Scatter() {}

    /**
     * One explanation.
     *
     * @param photo the photograph's name
     * @param method {@link #PIXEL_RDE} or {@link #CARTOON_X}
     * @param explanation with its numbers
     */
    public record Point(String photo, String method, SavedExplanation explanation) {}

    /**
     * Writes {@code scatter.csv} and {@code scatter.png}.
     *
     * @param points the explanations
     * @param folder where to
     * @throws RdeException if a file cannot be written
     */
    public static void save(List<Point> points, Path folder) {
        WholeFile.write(folder.resolve("scatter.csv"), csv(points));
        WholeFile.write(folder.resolve("scatter.png"), Png.bytes(picture(points)));
    }

    private static String csv(List<Point> points) {
        return points.stream()
                .map(point -> Stream.of(
                                point.photo(),
                                point.method(),
                                point.explanation().labelText(),
                                point.explanation().explanation().rate(),
                                point.explanation().explanation().distortion(),
                                point.explanation().explanation().objective(),
                                point.explanation().labelProbability(),
                                point.explanation().retainedProbability(),
                                point.explanation().explanation().history().size(),
                                point.explanation().explanation().cost().seconds())
                        .map(cell -> MetricTable.quoted(String.valueOf(cell)))
                        .collect(Collectors.joining(",")))
                .collect(Collectors.joining(
                        "\n",
                        "photo,method,label,rate,distortion,objective,labelProbability,retainedProbability,steps,seconds\n",
                        "\n"));
    }

    private static BufferedImage picture(List<Point> points) {
        return Plot.of(
                "Rate and distortion of final masks",
                "rate: share of the mask that is kept, ‖s‖₁/k",
                "expected distortion",
                List.of(series("Pixel RDE", PIXEL_RDE, points), series("CartoonX", CARTOON_X, points)));
    }

    private static Plot.Series series(String name, String method, List<Point> points) {
        return new Plot.Series(
                name,
                column(method, points, Explanation::rate),
                column(method, points, Explanation::distortion),
                false);
    }

    private static double[] column(String method, List<Point> points, ToDoubleFunction<Explanation> value) {
        return points.stream()
                .filter(point -> point.method().equals(method))
                .map(point -> point.explanation().explanation())
                .mapToDouble(value)
                .toArray();
    }

    /**
     * Means with standard errors over photographs, and how often CartoonX wins.
     *
     * @param points both methods on each photograph
     * @return lines for a terminal
     */
    public static String summary(List<Point> points) {
        double[] pixelRate = column(PIXEL_RDE, points, Explanation::rate);
        double[] rate = column(CARTOON_X, points, Explanation::rate);
        double[] pixelDistortion = column(PIXEL_RDE, points, Explanation::distortion);
        double[] distortion = column(CARTOON_X, points, Explanation::distortion);
        int sparser = 0;
        int closer = 0;
        int both = 0;
        for (int i = 0; i < rate.length; i++) {
            sparser += rate[i] < pixelRate[i] ? 1 : 0;
            closer += distortion[i] < pixelDistortion[i] ? 1 : 0;
            both += rate[i] < pixelRate[i] && distortion[i] < pixelDistortion[i] ? 1 : 0;
        }
        return means("Pixel RDE", pixelRate, pixelDistortion)
                + means("CartoonX", rate, distortion)
                + "CartoonX has the lower rate %s, the lower distortion %s, and both %s times of %s%n"
                        .formatted(sparser, closer, both, rate.length);
    }

    private static String means(String name, double[] rate, double[] distortion) {
        return "%-10s rate %s   distortion %s   (%s photographs)%n"
                .formatted(name, Estimate.of(rate), Estimate.of(distortion), rate.length);
    }
}
