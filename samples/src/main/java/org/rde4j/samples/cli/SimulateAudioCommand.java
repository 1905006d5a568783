package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.rde4j.samples.audio.NsynthWriter;
import org.rde4j.samples.audio.synthesis.Synthesiser;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rde4j simulate audio}: notes of made-up instruments. */
@Command(
        name = "audio",
        sortOptions = false,
        showDefaultValues = true,
        description = "Plays notes of made-up instruments of ten families and writes them in NSynth's layout, the"
                + " whole folder or nothing. Another seed has other instruments.")
final class SimulateAudioCommand implements Runnable {
    private final Console console;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The folder to write.")
    private Path out = Path.of("notes");

    @Option(names = "--notes", paramLabel = "N", description = "How many notes; the families take turns.")
    private int notes = 1000;

    @Option(names = "--seed", paramLabel = "N", description = "Of instruments and notes.")
    private long seed = 1;

    SimulateAudioCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        long start = System.nanoTime();
        try (Counting counting = Counting.on(console, "simulate audio", notes)) {
            Map<String, Object> source = Map.of("seed", seed);
            NsynthWriter.write(out, notes, i -> Synthesiser.note(seed, i), source, counting::one);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        console.out()
                .println(String.format(
                        Locale.ROOT,
                        "%s: %d notes in %.1f s, %.1f notes per second.",
                        out,
                        notes,
                        seconds,
                        notes / seconds));
    }
}
