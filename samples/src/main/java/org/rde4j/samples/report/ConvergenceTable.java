package org.rde4j.samples.report;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rde4j.RdeException;
import org.rde4j.files.InputFiles;
import org.rde4j.files.WholeFile;
import org.rde4j.nd4j.metrics.Estimate;
import org.rde4j.samples.image.Png;

/**
 * How low objectives are after how many evaluations, for several ways to move the same masks.
 *
 * @param rows what was measured
 */
public record ConvergenceTable(List<Row> rows) {
    /** Adam with equal steps. */
    public static final String ADAM = "adam";

    /** Adam with smoothed gradients and steps that become smaller. */
    public static final String SMOOTHED = "smoothed";

    /** The search without settings. */
    public static final String CONVERGING = "converging";

    private static final String FILE = "convergence.csv";
    private static final String HEADER =
            "network,photo,problem,lambda,seed,method,evaluations,objective,rate,distortion,extreme,seconds";
    /** All ones are not exactly the signal where a transform rounds. */
    private static final double ROUNDING = 1e-6;

    private static final int COLUMNS = HEADER.split(",").length;

    /** Copies the list. */
    public ConvergenceTable {
        rows = List.copyOf(rows);
    }

    /**
     * One mask.
     *
     * @param of the problem that it solves
     * @param method one of the constants
     * @param evaluations forward and backward passes of single samples
     * @param objective on fresh samples; of the way of a descent: on the samples of its steps
     * @param rate of the mask
     * @param distortion of the mask, on the same samples
     * @param extreme the least objective of all ones and all zeros
     * @param seconds that it took
     */
    public record Row(
            Case of,
            String method,
            int evaluations,
            double objective,
            double rate,
            double distortion,
            double extreme,
            double seconds) {

        private String line() {
            return Stream.of(
                            of.network(),
                            of.photo(),
                            of.problem(),
                            of.lambda(),
                            of.seed(),
                            method,
                            evaluations,
                            objective,
                            rate,
                            distortion,
                            extreme,
                            seconds)
                    .map(cell -> MetricTable.quoted(String.valueOf(cell)))
                    .collect(Collectors.joining(","));
        }

        private static Row of(String line, Path path) {
            String[] cells = line.split(",", -1);
            try {
                if (cells.length == COLUMNS) {
                    double[] numbers = Arrays.stream(cells, 7, COLUMNS)
                            .mapToDouble(Double::parseDouble)
                            .toArray();
                    return new Row(
                            new Case(
                                    cells[0],
                                    cells[1],
                                    cells[2],
                                    Double.parseDouble(cells[3]),
                                    Long.parseLong(cells[4])),
                            cells[5],
                            Integer.parseInt(cells[6]),
                            numbers[0],
                            numbers[1],
                            numbers[2],
                            numbers[3],
                            numbers[4]);
                }
            } catch (NumberFormatException e) {
                // Said below, with the line.
            }
            throw new RdeException(
                    "The line '%s' of %s must hold %s.".formatted(line, path, HEADER), "Delete the file, or mend it.");
        }
    }

    /**
     * One problem.
     *
     * @param network whose decision
     * @param photo about what
     * @param problem over which components
     * @param lambda the price of the rate
     * @param seed of all draws; one seed, one set of samples that measure masks
     */
    public record Case(String network, String photo, String problem, double lambda, long seed) {}

    /**
     * What an earlier run has measured.
     *
     * @param folder where it wrote to
     * @return empty if there is nothing
     */
    public static ConvergenceTable load(Path folder) {
        Path path = folder.resolve(FILE);
        if (!Files.exists(path)) {
            return new ConvergenceTable(List.of());
        }
        List<String> lines = InputFiles.text(path).lines().toList();
        if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
            throw new RdeException("%s must begin with '%s'.".formatted(path, HEADER), "Choose another --out.");
        }
        return new ConvergenceTable(
                lines.stream().skip(1).map(line -> Row.of(line, path)).toList());
    }

    /**
     * Writes {@code convergence.csv} and {@code convergence.png}.
     *
     * @param folder where to
     */
    public void save(Path folder) {
        WholeFile.write(
                folder.resolve(FILE),
                rows.stream().map(Row::line).collect(Collectors.joining("\n", HEADER + "\n", "\n")));
        WholeFile.write(folder.resolve("convergence.png"), Png.bytes(picture()));
    }

    /**
     * With more rows.
     *
     * @param more of one case
     * @return the longer table
     */
    public ConvergenceTable with(List<Row> more) {
        return new ConvergenceTable(Stream.concat(rows.stream(), more.stream()).toList());
    }

    /**
     * Whether a method was measured.
     *
     * @return whether there is a row of it
     */
    public boolean has(Case solved, String method, int evaluations) {
        return row(solved, method, evaluations).isPresent();
    }

    private Optional<Row> row(Case solved, String method, int evaluations) {
        return rows.stream()
                .filter(row ->
                        row.of().equals(solved) && row.method().equals(method) && row.evaluations() == evaluations)
                .findFirst();
    }

    private Optional<Row> last(Case solved, String method) {
        return rows.stream()
                .filter(row -> row.of().equals(solved) && row.method().equals(method))
                .reduce((a, b) -> b.evaluations() >= a.evaluations() ? b : a);
    }

    /** The least number of evaluations whose mask is as good, infinite if none is. */
    private double reaching(Case solved, double objective) {
        return rows.stream()
                .filter(row -> row.of().equals(solved) && row.method().equals(CONVERGING))
                .filter(row -> row.objective() <= objective)
                .mapToInt(Row::evaluations)
                .min()
                .stream()
                .asDoubleStream()
                .findFirst()
                .orElse(Double.POSITIVE_INFINITY);
    }

    /**
     * All cases, and what holds over them.
     *
     * @return lines for a terminal
     */
    public String summary() {
        Set<Case> cases = new LinkedHashSet<>();
        rows.forEach(row -> cases.add(row.of()));
        StringBuilder text = new StringBuilder();
        for (Case solved : cases) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-22s %-26s %-9s seed %s",
                    solved.network(),
                    solved.photo(),
                    solved.problem(),
                    solved.seed()));
            rows.stream()
                    .filter(row -> row.of().equals(solved) && !isOnTheWay(row))
                    .forEach(row -> text.append(String.format(
                            Locale.ROOT, "  %s %s: %.3f", row.method(), row.evaluations(), row.objective())));
            text.append("\n");
        }
        text.append(against(cases, ADAM)).append(against(cases, SMOOTHED));
        List<Row> answers =
                rows.stream().filter(row -> row.method().equals(CONVERGING)).toList();
        text.append("%s of %s converging masks are above the better one of all ones and all zeros%n"
                .formatted(
                        answers.stream()
                                .filter(row -> row.objective() > (1 + ROUNDING) * row.extreme())
                                .count(),
                        answers.size()));
        return text.toString();
    }

    /** A descent's way is told by its steps, its end by fresh samples. */
    private boolean isOnTheWay(Row row) {
        return !row.method().equals(CONVERGING) && last(row.of(), row.method()).orElseThrow() != row;
    }

    private String against(Set<Case> cases, String method) {
        int greatest = rows.stream()
                .filter(row -> row.method().equals(CONVERGING))
                .mapToInt(Row::evaluations)
                .max()
                .orElse(0);
        // A case that is not finished yet does not count.
        List<Case> both = cases.stream()
                .filter(solved -> last(solved, method).isPresent() && has(solved, CONVERGING, greatest))
                .toList();
        if (both.isEmpty()) {
            return "";
        }
        double[] evaluations = both.stream()
                .mapToDouble(
                        solved -> reaching(solved, last(solved, method).get().objective()))
                .sorted()
                .toArray();
        int of = last(both.get(0), method).get().evaluations();
        return String.format(
                        Locale.ROOT,
                        "as low as %s after %s: after %s evaluations in the median, %s at most, of the budgets that were tried%n",
                        method,
                        of,
                        number(median(evaluations)),
                        number(evaluations[evaluations.length - 1]))
                + rows.stream()
                        .filter(row -> row.method().equals(CONVERGING))
                        .mapToInt(Row::evaluations)
                        .distinct()
                        .sorted()
                        .mapToObj(budget -> after(budget, both, method))
                        .collect(Collectors.joining());
    }

    /** Objectives of the search with a budget, as shares of those at the end of a descent. */
    private String after(int budget, List<Case> cases, String method) {
        double[] ratios = cases.stream()
                .filter(solved -> has(solved, CONVERGING, budget))
                .mapToDouble(
                        solved -> row(solved, CONVERGING, budget).orElseThrow().objective()
                                / last(solved, method).orElseThrow().objective())
                .sorted()
                .toArray();
        if (ratios.length == 0) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "  after %s: lower for %s of %s, objective × %.3f in the median, %.3f at most, %s on average%n",
                budget,
                Arrays.stream(ratios).filter(ratio -> ratio < 1).count(),
                ratios.length,
                median(ratios),
                ratios[ratios.length - 1],
                Estimate.of(ratios));
    }

    private static String number(double evaluations) {
        return Double.isInfinite(evaluations) ? "none" : String.format(Locale.ROOT, "%.0f", evaluations);
    }

    /** Of two middle ones the greater: an honest one that was measured. */
    private static double median(double[] sorted) {
        return sorted[sorted.length / 2];
    }

    private BufferedImage picture() {
        return Plot.of(
                "Objective after so many evaluations, median over problems",
                "forward and backward passes of one sample",
                "objective, as a share of that of all ones or all zeros",
                List.of(
                        series("Adam", row -> row.method().equals(ADAM)),
                        series("smoothed, decaying", row -> row.method().equals(SMOOTHED)),
                        series("converging", row -> row.method().equals(CONVERGING))));
    }

    private Plot.Series series(String name, Predicate<Row> which) {
        int[] evaluations = rows.stream()
                .filter(which)
                .mapToInt(Row::evaluations)
                .distinct()
                .sorted()
                .toArray();
        List<Double> medians = new ArrayList<>();
        for (int count : evaluations) {
            medians.add(median(rows.stream()
                    .filter(which)
                    .filter(row -> row.evaluations() == count)
                    .mapToDouble(row -> row.objective() / row.extreme())
                    .sorted()
                    .toArray()));
        }
        return new Plot.Series(
                name,
                Arrays.stream(evaluations).asDoubleStream().toArray(),
                medians.stream().mapToDouble(m -> m).toArray(),
                true);
    }
}
