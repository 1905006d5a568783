package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.List;
import org.rde4j.RdeException;
import org.rde4j.files.Checksum;
import org.rde4j.files.InputFiles;
import org.rde4j.nd4j.Models;
import org.rde4j.samples.audio.Note;
import org.rde4j.samples.audio.NsynthFolder;
import org.rde4j.samples.audio.waveform.WaveformClassifier;
import picocli.CommandLine.Option;

/** The options that choose a classifier of waveforms and the notes that it is asked about. */
final class WaveformOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "Notes in NSynth's layout (examples.json and audio).")
    private Path data = Path.of("nsynth");

    @Option(
            names = "--model",
            paramLabel = "M.onnx",
            required = true,
            description = "A classifier of the ten families by the sound, [N, 1, T] or [N, T] at 16 kHz.")
    private Path model = Path.of("model.onnx");

    WaveformClassifier classifier() {
        InputFiles.requireReadable(model);
        return WaveformClassifier.of(Models.onnx(model));
    }

    /** The notes, at least two. */
    List<Note> notes(Console console) {
        return notes(console, data);
    }

    /** The notes of a folder, at least two. */
    static List<Note> notes(Console console, Path data) {
        List<Note> notes =
                List.copyOf(NsynthFolder.read(data, remark -> console.err().println("note: " + remark))
                        .notes());
        if (notes.size() < 2) {
            throw new RdeException(
                    "%s describes a single note, but what is not kept is replaced by what other notes are like."
                            .formatted(data),
                    "Give more notes.");
        }
        return notes;
    }

    /** What results depend on. */
    String fingerprint() {
        return fingerprint(data, model.getFileName().toString(), model);
    }

    /** What results depend on. */
    static String fingerprint(Path data, String name, Path model) {
        return "%s %s, %s %s"
                .formatted(data, Checksum.of(data.resolve(NsynthFolder.EXAMPLES)), name, Checksum.of(model));
    }
}
