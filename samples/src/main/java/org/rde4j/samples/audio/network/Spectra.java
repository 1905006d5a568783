package org.rde4j.samples.audio.network;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.samples.audio.LogSpectrum;
import org.rde4j.samples.audio.Note;

/**
 * Spectra of notes with the families of their instruments.
 *
 * @param values each [2, 1024]: magnitudes, phases
 * @param families as many
 */
public record Spectra(List<Tensor> values, List<Integer> families) {
    /** Checks the sizes. */
    public Spectra {
        values = List.copyOf(values);
        families = List.copyOf(families);
        if (values.isEmpty() || values.size() != families.size()) {
            throw new RdeException(
                    "There are %s spectra and %s families.".formatted(values.size(), families.size()),
                    "Give at least one note, and the family of each.");
        }
    }

    /**
     * Analyses notes on all cores.
     *
     * @param count how many
     * @param notes gives each
     * @return their spectra
     */
    public static Spectra of(int count, IntFunction<Note> notes) {
        record Pair(Tensor spectrum, int family) {}
        List<Pair> pairs = IntStream.range(0, count)
                .parallel()
                .mapToObj(i -> {
                    Note note = notes.apply(i);
                    return new Pair(LogSpectrum.of(note.samples()), note.family());
                })
                .toList();
        return new Spectra(
                pairs.stream().map(Pair::spectrum).toList(),
                pairs.stream().map(Pair::family).toList());
    }

    /** How many there are. */
    public int size() {
        return values.size();
    }

    /** Which spectra a step learns from, drawn with replacement. */
    int[] drawn(SplittableRandom random, int count) {
        return random.ints(count, 0, size()).toArray();
    }

    /** Writes spectra into [N, 1, T, 2]. */
    void write(int[] which, INDArray batch) {
        int length = (int) batch.size(2);
        float[] lasts = new float[which.length * length * 2];
        for (int n = 0; n < which.length; n++) {
            SpectrumBatch.placesFirst(values.get(which[n]), lasts, n);
        }
        SpectrumBatch.write(lasts, batch);
    }
}
