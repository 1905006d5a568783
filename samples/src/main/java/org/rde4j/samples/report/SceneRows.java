package org.rde4j.samples.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.rde4j.RdeException;
import org.rde4j.files.InputFiles;
import org.rde4j.files.WholeFile;

/**
 * A CSV file of numbers, one line for each scene, that an interrupted evaluation goes on with. Its first line tells
 * the settings that the numbers depend on.
 */
public final class SceneRows {
    private final Path file;
    private final String heading;
    private final int columns;
    private final Map<String, double[]> rows = new LinkedHashMap<>();

    private SceneRows(Path file, String heading, int columns) {
        this.file = file;
        this.heading = heading;
        this.columns = columns;
    }

    /**
     * Opens a file, or begins it.
     *
     * @param file where; its folder is made if need be
     * @param settings what the numbers depend on, one line
     * @param columns the names of the numbers
     * @return the rows that are there already
     * @throws RdeException if the file holds anything else, such as rows of other settings
     */
    public static SceneRows open(Path file, String settings, List<String> columns) {
        String heading = "# %s\nscene,%s\n".formatted(settings.replace('\n', ' '), String.join(",", columns));
        SceneRows rows = new SceneRows(file, heading, columns.size());
        if (Files.exists(file)) {
            String text = InputFiles.text(file).replace("\r\n", "\n");
            if (!text.startsWith(heading)) {
                throw new RdeException(
                        "%s holds results of other settings, networks or scenes.".formatted(file),
                        "Choose another --out, or delete it.");
            }
            text.substring(heading.length()).lines().forEach(rows::read);
        }
        rows.write();
        return rows;
    }

    private void read(String line) {
        String[] cells = line.split(",", -1);
        try {
            double[] values = Arrays.stream(cells)
                    .skip(1)
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            if (values.length == columns) {
                rows.put(cells[0], values);
                return;
            }
        } catch (NumberFormatException e) {
            // Told below, as a line of another length.
        }
        throw new RdeException(
                "The line '%s' of %s must hold a name and %s numbers.".formatted(line, file, columns),
                "Choose another --out, or delete it.");
    }

    /**
     * The numbers of a scene.
     *
     * @param scene its name
     * @return a number for each column, or empty if there is no such row yet
     */
    public Optional<double[]> row(String scene) {
        return Optional.ofNullable(rows.get(scene)).map(double[]::clone);
    }

    /**
     * The numbers of a scene: those that are there, or measured now and added.
     *
     * @param scene its name
     * @param measured gives a number for each column
     * @return the numbers
     * @throws RdeException if the file cannot be written
     */
    public double[] row(String scene, Supplier<double[]> measured) {
        Optional<double[]> earlier = row(scene);
        if (earlier.isPresent()) {
            return earlier.get();
        }
        double[] values = measured.get();
        add(scene, values);
        return values;
    }

    /**
     * Adds a row, and has it on the disk afterwards.
     *
     * @param scene its name
     * @param values a number for each column
     * @throws RdeException if the file cannot be written
     */
    public void add(String scene, double... values) {
        rows.put(scene, values.clone());
        write();
    }

    private void write() {
        String text = rows.entrySet().stream()
                .map(row -> row.getKey() + ","
                        + Arrays.stream(row.getValue())
                                .mapToObj(Double::toString)
                                .collect(Collectors.joining(",")))
                .collect(Collectors.joining("\n", heading, rows.isEmpty() ? "" : "\n"));
        WholeFile.write(file, text);
    }
}
