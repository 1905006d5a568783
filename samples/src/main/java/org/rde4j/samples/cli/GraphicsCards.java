package org.rde4j.samples.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** NVIDIA cards, and whether ND4J's CUDA backend could run on them. */
final class GraphicsCards {
    /** nd4j-cuda-11.6 1.0.0-M2.1 holds machine code for these and no PTX; 8.6 code also runs on 8.9. */
    private static final double LEAST_CAPABILITY = 3.7;

    private static final double FIRST_TOO_NEW = 9.0;
    private static final int SECONDS = 10;

    private GraphicsCards() {}

    /** One line or two for each card; the answer of nvidia-smi is a parameter for tests. */
    static List<String> describe(Supplier<Optional<String>> answer) {
        Optional<String> cards = answer.get().filter(text -> !text.isBlank());
        return cards.map(text -> text.lines().map(GraphicsCards::line).toList())
                .orElse(List.of("none (nvidia-smi is missing or finds no card)"));
    }

    /** What nvidia-smi says, or nothing if it is missing, fails or hangs. */
    static Optional<String> ask() {
        try {
            Process process = new ProcessBuilder(
                            "nvidia-smi",
                            "--query-gpu=name,memory.total,driver_version,compute_cap",
                            "--format=csv,noheader")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.exitValue() == 0 ? Optional.of(text) : Optional.empty();
        } catch (IOException missing) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static String line(String csv) {
        String[] cells = csv.split("\\s*,\\s*");
        double capability = cells.length == 4 ? parse(cells[3]) : Double.NaN;
        if (Double.isNaN(capability)) {
            return csv.strip() + "; its compute capability is not known";
        }
        String card = "%s, %s, driver %s, compute capability %s".formatted((Object[]) cells);
        boolean usable = capability >= LEAST_CAPABILITY && capability < FIRST_TOO_NEW;
        return usable
                ? card + "\nND4J's CUDA backend can run on it (build with -Pcuda)"
                : card + "\nND4J's CUDA backend cannot run on it: it holds machine code for compute capability"
                        + " 3.7 to 8.6 only, and no PTX. The CPU is used";
    }

    private static double parse(String number) {
        try {
            return Double.parseDouble(number.strip());
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
