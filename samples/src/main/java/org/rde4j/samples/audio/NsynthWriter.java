package org.rde4j.samples.audio;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.rde4j.RdeException;
import org.rde4j.files.FolderSwap;

/**
 * Writes notes in NSynth's layout, the whole folder or nothing. Besides {@code examples.json} and {@code audio} it
 * gets a file {@code simulation.json}, by which a folder that may be replaced is known from recordings.
 */
public final class NsynthWriter {
    /** The file that only folders written here have. */
    public static final String HALLMARK = "simulation.json";

    /** NSynth's number for notes that no acoustic or electronic instrument made. */
    private static final int SYNTHETIC = 2;

    private static final int QUALITIES = 10;
    private static final int NSYNTH_VOCAL = 10;
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private NsynthWriter() {}

    /**
     * Writes a folder, replacing one that was written before.
     *
     * @param folder where to
     * @param count how many notes, at least 1
     * @param notes makes a note of its index; names must differ
     * @param source what {@code simulation.json} shall say, such as the seed
     * @param afterNote called after each note
     * @throws RdeException if the folder cannot be written or holds something else
     */
    public static void write(
            Path folder, int count, IntFunction<Note> notes, Map<String, Object> source, Runnable afterNote) {
        if (count < 1) {
            throw new RdeException("The number of notes (%s) must be at least 1.".formatted(count), "Maybe use 1000.");
        }
        FolderSwap.replaceSlowly(folder, HALLMARK, draft -> {
            Files.createDirectory(draft.resolve("audio"));
            Map<String, Object> descriptions = new LinkedHashMap<>();
            Map<String, Integer> instruments = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                Note note = notes.apply(i);
                int instrument = instruments.computeIfAbsent(instrument(note), name -> instruments.size());
                if (descriptions.put(note.name(), description(note, i, instrument)) != null) {
                    throw new IllegalArgumentException("two notes are called " + note.name());
                }
                Wav.write(draft.resolve("audio").resolve(note.name() + ".wav"), note.samples());
                afterNote.run();
            }
            write(draft.resolve(NsynthFolder.EXAMPLES), descriptions);
            write(draft.resolve(HALLMARK), source);
        });
    }

    private static void write(Path file, Object value) throws IOException {
        Files.write(file, JSON.writeValueAsBytes(value));
    }

    /** The name up to pitch and velocity. */
    private static String instrument(Note note) {
        return note.name().replaceFirst("-\\d{3}-\\d{3}$", "");
    }

    /** All fields of NSynth; {@code instrument_family} in its own numbering, which has {@code synth_lead} at 9. */
    private static Map<String, Object> description(Note note, int number, int instrument) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("note", number);
        fields.put("note_str", note.name());
        fields.put("instrument", instrument);
        fields.put("instrument_str", instrument(note));
        fields.put("pitch", note.pitch());
        fields.put("velocity", note.velocity());
        fields.put("sample_rate", Wav.RATE);
        fields.put("qualities", new int[QUALITIES]);
        fields.put("qualities_str", List.of());
        fields.put("instrument_family", note.familyName().equals("vocal") ? NSYNTH_VOCAL : note.family());
        fields.put("instrument_family_str", note.familyName());
        fields.put("instrument_source", SYNTHETIC);
        fields.put("instrument_source_str", "synthetic");
        return fields;
    }
}
