package org.rde4j.samples.cli;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/** The memory of the machine and of this process. */
final class Machine {
    static final double GIB = 1 << 30;

    private Machine() {}

    static String memory() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return String.format(
                Locale.ROOT,
                "%.1f GiB, %.1f GiB free",
                system.getTotalMemorySize() / GIB,
                system.getFreeMemorySize() / GIB);
    }

    static String heap() {
        return "at most " + gib(Runtime.getRuntime().maxMemory());
    }

    static String gib(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
    }
}
