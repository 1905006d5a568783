package org.rde4j.samples.report;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.rde4j.Explanation.Step;
import org.rde4j.RdeException;
import org.rde4j.files.InputFiles;

/** {@code history.csv}: one line for each step, with numbers that read back exactly. */
final class History {
    private static final String HEADER = "step,distortion,rate,objective,retainedProbability";

    private History() {}

    static String csv(List<Step> steps) {
        return steps.stream()
                .map(step -> "%s,%s,%s,%s,%s"
                        .formatted(
                                step.number(),
                                step.distortion(),
                                step.rate(),
                                step.objective(),
                                step.retainedProbability()))
                .collect(Collectors.joining("\n", HEADER + "\n", "\n"));
    }

    static List<Step> read(Path path) {
        List<String> lines = new String(InputFiles.bytes(path), StandardCharsets.UTF_8)
                .lines()
                .skip(1)
                .toList();
        List<Step> steps = new ArrayList<>();
        for (String line : lines) {
            String[] cells = line.split(",", -1);
            try {
                steps.add(new Step(
                        Integer.parseInt(cells[0]),
                        lines.size(),
                        Double.parseDouble(cells[1]),
                        Double.parseDouble(cells[2]),
                        Double.parseDouble(cells[3]),
                        Double.parseDouble(cells[4])));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new RdeException(
                        "The line '%s' of %s must hold five numbers.".formatted(line, path), "Explain again.", e);
            }
        }
        return List.copyOf(steps);
    }
}
