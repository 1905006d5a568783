package org.rde4j.radiomap.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Where a training has got to.
 *
 * @param part which U-net is trained, counted from 0
 * @param step its steps so far
 * @param of its steps altogether, unless it ends early
 * @param loss the mean loss since the last report
 * @param terms the means of the loss's terms since the last report by name, without their weights
 * @param validationRmse the root mean squared error on the validation scenes, in grey levels
 * @param bestRmse the least of these since the training of this U-net began
 * @param seconds the time since the last report
 */
public record Report(
        int part,
        int step,
        int of,
        double loss,
        Map<String, Double> terms,
        double validationRmse,
        double bestRmse,
        double seconds) {
    /** Keeps the terms from changing. */
    public Report {
        terms = Collections.unmodifiableMap(new LinkedHashMap<>(terms));
    }

    /** The heads of a table's columns. */
    static String header(Iterable<String> terms) {
        return "unet,step,loss,%s,validation_rmse,best_rmse,seconds\n".formatted(String.join(",", terms));
    }

    /** A line of the table. */
    String row() {
        StringBuilder row = new StringBuilder("%s,%s,%s".formatted(part + 1, step, number(loss)));
        terms.values().forEach(term -> row.append(',').append(number(term)));
        return row.append(",%s,%s,%s\n".formatted(number(validationRmse), number(bestRmse), number(seconds)))
                .toString();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6g", value);
    }
}
