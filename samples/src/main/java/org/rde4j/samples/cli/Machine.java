package org.rde4j.samples.cli;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.rde4j.RdeException;

/** The memory of the machine and of this process. */
final class Machine {
    private static final double GIB = 1 << 30;

    private Machine() {}

    static String memory() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return "%.1f GiB, %.1f GiB free".formatted(system.getTotalMemorySize() / GIB, system.getFreeMemorySize() / GIB);
    }

    static String heap() {
        return "at most " + gib(Runtime.getRuntime().maxMemory());
    }

    /** So many GiB; RdeException if that is nothing or more than any machine has. */
    static long bytes(double gib) {
        if (!(gib > 0 && gib < 1 << 20)) {
            throw new RdeException(
                    "The memory (%s GiB) must be greater than 0.".formatted(gib), "Maybe use --memory 2.");
        }
        return (long) (gib * GIB);
    }

    static String gib(long bytes) {
        return "%.1f GiB".formatted(bytes / GIB);
    }
}
