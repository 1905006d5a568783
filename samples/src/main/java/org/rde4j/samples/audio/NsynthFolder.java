package org.rde4j.samples.audio;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rde4j.RdeException;
import org.rde4j.files.InputFiles;

/**
 * A folder in NSynth's layout: {@code examples.json} describes the notes, {@code audio/NAME.wav} holds the sound of
 * each. Sounds are read when they are asked for. Of a note's description {@code instrument_family_str}, {@code
 * pitch} and {@code velocity} are used.
 */
public final class NsynthFolder {
    /** The file with the descriptions. */
    public static final String EXAMPLES = "examples.json";

    /** A family that networks here do not know; NSynth's own test notes lack it too. */
    private static final String SKIPPED = "synth_lead";

    /** Names are made into paths: nothing in them may lead elsewhere. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]*");

    private final Path folder;
    private final List<Entry> entries;
    private final Consumer<String> remarks;

    private NsynthFolder(Path folder, List<Entry> entries, Consumer<String> remarks) {
        this.folder = folder;
        this.entries = entries;
        this.remarks = remarks;
    }

    /** What is known of a note before its sound is read. */
    private record Entry(String name, int family, int pitch, int velocity) {}

    /** A note in the file. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Description(
            @JsonProperty("instrument_family_str") @Nullable String family,
            @JsonProperty("pitch") @Nullable Integer pitch,
            @JsonProperty("velocity") @Nullable Integer velocity) {}

    /**
     * Reads the descriptions.
     *
     * @param folder the folder
     * @param remarks told, in a sentence each, what is not taken as it is: notes left out now, and later sounds that
     *     are converted or padded
     * @return the folder's notes, in the order of the file
     * @throws RdeException if {@code examples.json} is missing, damaged or holds no note that can be used
     */
    public static NsynthFolder read(Path folder, Consumer<String> remarks) {
        Path file = folder.resolve(EXAMPLES);
        List<Entry> entries = new ArrayList<>();
        Map<String, Description> descriptions = descriptions(file);
        descriptions.forEach((name, description) -> {
            if (description == null || !SKIPPED.equals(description.family())) {
                entries.add(entry(file, name, description));
            }
        });
        if (entries.isEmpty()) {
            throw new RdeException(
                    "%s describes no note of %s.".formatted(file, String.join(", ", Families.NAMES)),
                    "Check that it is NSynth's file.");
        }
        if (entries.size() < descriptions.size()) {
            remarks.accept("%s: %s of %s notes are left out, their family is %s."
                    .formatted(file, descriptions.size() - entries.size(), descriptions.size(), SKIPPED));
        }
        return new NsynthFolder(folder, List.copyOf(entries), remarks);
    }

    private static Map<String, Description> descriptions(Path file) {
        try {
            Map<String, Description> read = new ObjectMapper()
                    .readValue(InputFiles.bytes(file), new TypeReference<LinkedHashMap<String, Description>>() {});
            return read == null ? Map.of() : read;
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new RdeException(
                    "%s is not a JSON file that describes notes (line %s).".formatted(file, line),
                    "Get it again from NSynth, or write it with 'simulate audio'.",
                    e);
        } catch (IOException e) {
            throw new IllegalStateException("memory is always readable", e);
        }
    }

    private static Entry entry(Path file, String name, @Nullable Description description) {
        if (!NAME.matcher(name).matches()) {
            throw new RdeException(
                    "%s: a note is called '%s', but names consist of letters, digits, '_', '-' and '.'."
                            .formatted(file, name),
                    "Rename the note.");
        }
        if (description == null
                || description.family() == null
                || description.pitch() == null
                || description.velocity() == null) {
            throw new RdeException(
                    "%s: the note %s must have instrument_family_str, pitch and velocity.".formatted(file, name),
                    "Add what is missing.");
        }
        int family = Families.index(description.family())
                .orElseThrow(() -> new RdeException(
                        "%s: the family of the note %s (%s) must be one of %s."
                                .formatted(file, name, description.family(), String.join(", ", Families.NAMES)),
                        "Correct it, or leave the note out."));
        requireMidi(file, name, "pitch", description.pitch());
        requireMidi(file, name, "velocity", description.velocity());
        return new Entry(name, family, description.pitch(), description.velocity());
    }

    private static void requireMidi(Path file, String name, String what, int value) {
        if (value < 0 || value > 127) {
            throw new RdeException(
                    "%s: the %s of the note %s (%s) must be between 0 and 127.".formatted(file, what, name, value),
                    "Correct it.");
        }
    }

    /**
     * How many notes there are.
     *
     * @return at least 1
     */
    public int size() {
        return entries.size();
    }

    /**
     * Reads a note.
     *
     * @param index which one, from 0, in the order of the file
     * @return the note; a sound of less than two seconds is followed by silence up to there
     * @throws RdeException if its WAV file is missing or damaged
     * @throws IndexOutOfBoundsException if there is no such note
     */
    public Note note(int index) {
        Entry entry = entries.get(index);
        Path file = folder.resolve("audio").resolve(entry.name() + ".wav");
        if (!Files.exists(file)) {
            throw new RdeException(
                    "There is no file %s, but %s describes this note.".formatted(file, EXAMPLES),
                    "Copy the sound there, or leave the note out.");
        }
        Wav wav = Wav.read(file);
        wav.conversion().ifPresent(conversion -> remarks.accept("%s: %s.".formatted(file, conversion)));
        wav.doubt().ifPresent(doubt -> remarks.accept("%s: %s.".formatted(file, doubt)));
        float[] samples = wav.samples();
        if (samples.length < LogSpectrum.SAMPLES) {
            remarks.accept(String.format(
                    Locale.ROOT,
                    "%s: lasts %.2f s, silence was added up to 2 s.",
                    file,
                    samples.length / (double) Wav.RATE));
            samples = Arrays.copyOf(samples, LogSpectrum.SAMPLES);
        }
        return new Note(entry.name(), entry.family(), entry.pitch(), entry.velocity(), samples);
    }

    /**
     * All notes, each read anew whenever it is asked for.
     *
     * @return a view, in the order of the file
     */
    public List<Note> notes() {
        return new AbstractList<>() {
            @Override
            public Note get(int index) {
                return note(index);
            }

            @Override
            public int size() {
                return entries.size();
            }
        };
    }
}
