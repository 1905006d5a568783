package org.rde4j.samples.cli;

import java.util.Locale;
import org.rde4j.radiomap.training.MapErrors;

/** Words for the errors of radio maps. */
final class RadioWording {
    private RadioWording() {}

    static String of(MapErrors errors) {
        return String.format(
                Locale.ROOT,
                "MSE %.6f, RMSE %.4f (%.2f dB of path loss), NMSE %.4f (%.1f dB), NMSE by batches of %d %.4f, %d maps",
                errors.mse(),
                errors.rmse(),
                errors.rmseDecibels(),
                errors.nmse(),
                errors.nmseDecibels(),
                MapErrors.AUTHORS_BATCH,
                errors.batchNmse(),
                errors.maps());
    }
}
