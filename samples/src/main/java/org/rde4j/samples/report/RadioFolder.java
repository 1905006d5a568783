package org.rde4j.samples.report;

import java.nio.file.Path;
import java.util.Map;
import org.rde4j.Tensor;
import org.rde4j.radiomap.explanation.RadioExplanation;

/** The folder of an explained radio map: that of any explanation, with a picture of the map and {@code radio.json}. */
public final class RadioFolder {
    private RadioFolder() {}

    /**
     * Writes an answer, whole or not at all.
     *
     * @param answer what to write
     * @param estimate Φ(x), [H, W] in [0, 1]
     * @param model the network's name
     * @param versions of what it was computed with
     * @param folder where to, as {@link SavedExplanation#save(Path)}
     */
    public static void save(
            RadioExplanation answer, Tensor estimate, String model, Map<String, String> versions, Path folder) {
        SavedExplanation.of(answer.explanation(), answer.scene().name(), model, null, Labels.NONE, versions)
                .save(RadioPicture.of(answer, estimate), Map.of("radio.json", RadioReport.of(answer)), folder);
    }
}
