package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rde4j.RdeException;
import org.rde4j.samples.audio.Note;
import org.rde4j.samples.audio.NsynthFolder;
import org.rde4j.samples.audio.network.Spectra;
import org.rde4j.samples.audio.synthesis.Synthesiser;
import picocli.CommandLine.Option;

/** Options of every command that needs many notes: a folder, or notes that are played for the purpose. */
final class NoteSource {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Notes in NSynth's layout (examples.json and audio); without it, notes are simulated.")
    private Optional<Path> data = Optional.empty();

    @Option(
            names = "--notes",
            paramLabel = "N",
            description = "How many notes to simulate (default: ${DEFAULT-VALUE}).")
    private int notes = 6000;

    /** Spectra of the folder's notes, or of simulated ones. */
    Spectra spectra(Console console, long seed) {
        if (data.isPresent()) {
            NsynthFolder folder =
                    NsynthFolder.read(data.get(), remark -> console.err().println("note: " + remark));
            List<Note> all = folder.notes();
            return Spectra.of(all.size(), all::get);
        }
        if (notes < 2) {
            throw new RdeException(
                    "The number of notes (%s) must be at least 2.".formatted(notes), "Maybe use --notes 6000.");
        }
        return Spectra.of(notes, i -> Synthesiser.note(seed, i));
    }
}
