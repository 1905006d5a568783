package org.rde4j.samples.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** What Linux says about this process's memory. */
public final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String PEAK = "VmHWM:";
    private static final String RESIDENT = "VmRSS:";

    private ProcessMemory() {}

    /**
     * The greatest resident memory so far.
     *
     * @return MiB, or empty on other systems than Linux
     */
    public static Optional<Long> peakMiB() {
        return mebibytes(PEAK);
    }

    /**
     * The resident memory now.
     *
     * @return MiB, or empty on other systems than Linux
     */
    public static Optional<Long> residentMiB() {
        return mebibytes(RESIDENT);
    }

    private static Optional<Long> mebibytes(String name) {
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst();
        } catch (IOException notLinux) {
            return Optional.empty();
        }
    }
}
