package org.rde4j.files;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rde4j.Explanation;
import org.rde4j.RdeException;
import org.rde4j.Tensor;

/** What holds for the parts of an explanation together, checked where they come from files. */
final class SavedMasks {
    private SavedMasks() {}

    static void check(Explanation explanation, Path folder) {
        explanation.masks().forEach((block, mask) -> requireMask("mask " + block, mask, folder));
        explanation.binary().ifPresent(binary -> {
            binary.masks().forEach((block, mask) -> requireMask("binary mask " + block, mask, folder));
            if (!shapes(binary.masks()).equals(shapes(explanation.masks()))) {
                throw damaged(folder, "its binary mask has other shapes than its mask");
            }
        });
        if (explanation.masks().isEmpty()) {
            throw damaged(folder, "it has no mask");
        }
        if (!Arrays.equals(
                explanation.signal().shape(), explanation.obfuscation().shape())) {
            throw damaged(
                    folder,
                    "the obfuscation is a %s but the signal a %s"
                            .formatted(explanation.obfuscation(), explanation.signal()));
        }
        if (!(explanation.rate() >= 0 && explanation.rate() <= 1)) {
            throw damaged(folder, "the rate (%s) must lie in [0, 1]".formatted(explanation.rate()));
        }
        explanation.pursuit().ifPresent(pursuit -> pursuit.picks().forEach(pick -> {
            Tensor block = explanation.masks().get(pick.component().block());
            int index = pick.component().index();
            if (block == null || index < 0 || index >= block.size()) {
                throw damaged(folder, "the pick %s is no entry of its mask".formatted(pick.component()));
            }
        }));
    }

    private static void requireMask(String name, Tensor mask, Path folder) {
        for (float value : mask.values()) {
            if (!(value >= 0 && value <= 1)) {
                throw damaged(folder, "the %s has the entry %s, which must lie in [0, 1]".formatted(name, value));
            }
        }
    }

    private static Map<String, String> shapes(Map<String, Tensor> masks) {
        Map<String, String> shapes = new LinkedHashMap<>();
        masks.forEach((block, mask) -> shapes.put(block, mask.toString()));
        return shapes;
    }

    private static RdeException damaged(Path folder, String how) {
        return new RdeException(
                "The explanation in %s is damaged: %s.".formatted(folder, how),
                "Copy the folder again, or explain again.");
    }
}
