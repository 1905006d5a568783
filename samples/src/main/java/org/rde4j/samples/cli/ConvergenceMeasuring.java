package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.rde4j.Explainer;
import org.rde4j.Explanation;
import org.rde4j.RateDistortion;
import org.rde4j.Run;
import org.rde4j.Solver;
import org.rde4j.Tensor;
import org.rde4j.samples.report.ConvergenceTable;

/**
 * Measures how low objectives are after how many evaluations.
 *
 * @param out where the table is kept
 * @param network how the network is called
 * @param lambda the price of the rate
 * @param ways to move the masks, for a seed
 * @param explainers of the network
 */
record ConvergenceMeasuring(
        Console console,
        Path out,
        String network,
        double lambda,
        LongFunction<List<Way>> ways,
        Function<RateDistortion, Explainer> explainers) {
    /** A descent's way is averaged over so many steps. */
    private static final int WINDOW = 5;

    /**
     * One way to move a mask.
     *
     * @param method one of the table's
     * @param solver the solver
     * @param evaluations passes of single samples, in all
     */
    record Way(String method, Solver solver, int evaluations) {}

    /** Measures what the table does not hold yet, and prints the table. */
    void run(Map<String, RateDistortion> problems, Map<String, Tensor> signals, int seeds) {
        ConvergenceTable table = ConvergenceTable.load(out);
        for (int seed = 0; seed < seeds; seed++) {
            for (String signal : signals.keySet()) {
                for (String problem : problems.keySet()) {
                    for (Way way : ways.apply(seed)) {
                        ConvergenceTable.Case solved =
                                new ConvergenceTable.Case(network, signal, problem, lambda, seed);
                        if (!table.has(solved, way.method(), way.evaluations())) {
                            RateDistortion asked = problems.get(problem).solvedBy(way.solver());
                            table = table.with(rows(solved, way, asked, signals.get(signal)));
                            // After every mask, so that an interrupted run leaves what it has.
                            table.save(out);
                        }
                    }
                }
            }
        }
        table.save(out);
        console.out().print(table.summary());
        console.out().println("The table and a picture are in " + out);
    }

    private List<ConvergenceTable.Row> rows(
            ConvergenceTable.Case solved, Way way, RateDistortion problem, Tensor signal) {
        Explanation found;
        double extreme;
        String task = "%s %s %s %s".formatted(solved.photo(), solved.problem(), way.method(), way.evaluations());
        try (Explainer explainer = explainers.apply(problem);
                Progress progress = Progress.on(console, task)) {
            found = explainer
                    .explainEach(List.of(signal), Run.observed(progress))
                    .get(0);
            Map<String, Tensor> zeros = new LinkedHashMap<>();
            found.masks().forEach((block, mask) -> zeros.put(block, Tensor.of(new float[mask.size()], mask.shape())));
            extreme = Math.min(
                    lambda,
                    explainer
                            .assess(signal, zeros, Explanation.FRESH_SAMPLES, 0)
                            .distortion());
        }
        List<ConvergenceTable.Row> rows = new ArrayList<>();
        if (!way.method().equals(ConvergenceTable.CONVERGING)) {
            List<Explanation.Step> history = found.history();
            int samples = way.evaluations() / history.size();
            IntStream.iterate(2 * WINDOW, at -> at < history.size(), at -> at * 2)
                    .forEach(at -> rows.add(
                            onTheWay(solved, way.method(), at * samples, history.subList(at - WINDOW, at), extreme)));
        }
        rows.add(new ConvergenceTable.Row(
                solved,
                way.method(),
                way.evaluations(),
                found.objective(),
                found.rate(),
                found.distortion(),
                extreme,
                found.cost().seconds()));
        return rows;
    }

    private static ConvergenceTable.Row onTheWay(
            ConvergenceTable.Case solved,
            String method,
            int evaluations,
            List<Explanation.Step> window,
            double extreme) {
        return new ConvergenceTable.Row(
                solved,
                method,
                evaluations,
                window.stream()
                        .mapToDouble(Explanation.Step::objective)
                        .average()
                        .orElseThrow(),
                window.get(window.size() - 1).rate(),
                window.stream()
                        .mapToDouble(Explanation.Step::distortion)
                        .average()
                        .orElseThrow(),
                extreme,
                Double.NaN);
    }
}
