package org.rde4j.samples.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rde4j.Explanation;
import org.rde4j.Tensor;

/**
 * An explanation as it is kept on disk: enough to draw every picture again, without model and backend.
 *
 * @param report the content of {@code explanation.json}
 * @param masks the mask's blocks, see {@link Explanation#masks()}
 * @param signal what was explained, [3, H, W]
 * @param obfuscation one obfuscation with the final mask, [3, H, W]
 * @param picture the explanation picture, [1, H, W]
 * @param history one entry for each step
 */
public record SavedExplanation(
        ExplanationReport report,
        Map<String, Tensor> masks,
        Tensor signal,
        Tensor obfuscation,
        Tensor picture,
        List<Explanation.Step> history) {

    /** Copies the collections. */
    public SavedExplanation {
        masks = Collections.unmodifiableMap(new LinkedHashMap<>(masks));
        history = List.copyOf(history);
    }

    /**
     * What is kept of an explanation.
     *
     * @param explanation what was found
     * @param context what the explanation does not know
     * @return the kept part
     */
    public static SavedExplanation of(Explanation explanation, ExplanationReport.Context context) {
        return new SavedExplanation(
                ExplanationReport.of(explanation, context),
                explanation.masks(),
                explanation.signal(),
                explanation.obfuscation(),
                explanation.picture(),
                explanation.history());
    }
}
