package org.rde4j.radiomap.training;

import java.util.Locale;

/**
 * Where a training has got to.
 *
 * @param part which U-net is trained, counted from 0
 * @param step its steps so far
 * @param of its steps altogether, unless it ends early
 * @param loss the mean loss since the last report
 * @param validationRmse the root mean squared error on the validation scenes, in grey levels
 * @param bestRmse the least of these since the training of this U-net began
 * @param seconds the time since the last report
 */
public record Report(int part, int step, int of, double loss, double validationRmse, double bestRmse, double seconds) {
    static final String HEADER = "unet,step,loss,validation_rmse,best_rmse,seconds\n";

    String row() {
        return String.format(
                Locale.ROOT, "%d,%d,%.6g,%.6g,%.6g,%.1f\n", part + 1, step, loss, validationRmse, bestRmse, seconds);
    }
}
