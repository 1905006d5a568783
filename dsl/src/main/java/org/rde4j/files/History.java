package org.rde4j.files;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.rde4j.Explanation.Step;
import org.rde4j.RdeException;

/** {@code history.csv}: one line for each step, with numbers that read back exactly. */
final class History {
    private static final List<String> COLUMNS = Settings.names(Step.class);
    private static final String HEADER = String.join(",", COLUMNS);

    /** More steps than any search has, and far from what fills the memory. */
    private static final long MOST_STEPS = 1_000_000;

    private History() {}

    static String csv(List<Step> steps) {
        return steps.stream()
                .map(step ->
                        Settings.of(step).values().stream().map(String::valueOf).collect(Collectors.joining(","))
                                + "\n")
                .collect(Collectors.joining("", HEADER + "\n", ""));
    }

    /** The steps as {@link SettingsReader} takes them. */
    static List<Map<String, Object>> read(Path path) {
        List<String> lines = InputFiles.text(path).lines().limit(MOST_STEPS + 1).toList();
        if (lines.isEmpty() || lines.size() > MOST_STEPS || !lines.get(0).equals(HEADER)) {
            throw new RdeException(
                    "%s must begin with '%s' and have at most %s lines.".formatted(path, HEADER, MOST_STEPS),
                    "Explain again with this version.");
        }
        return lines.stream().skip(1).map(line -> step(line, path)).toList();
    }

    private static Map<String, Object> step(String line, Path path) {
        String[] cells = line.split(",", -1);
        Map<String, Object> step = new LinkedHashMap<>();
        try {
            for (int i = 0; i < COLUMNS.size(); i++) {
                String cell = cells[i];
                step.put(
                        COLUMNS.get(i),
                        cell.matches("\\d+") ? (Number) Long.parseLong(cell) : (Number) Double.parseDouble(cell));
            }
            return step;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new RdeException(
                    "The line '%s' of %s must hold %s numbers.".formatted(line, path, COLUMNS.size()),
                    "Copy the folder again, or explain again.",
                    e);
        }
    }
}
