package org.rde4j.samples.audio.waveform;

import java.util.List;
import org.rde4j.Fourier;
import org.rde4j.Representation;
import org.rde4j.Tensor;
import org.rde4j.nd4j.representation.Transform;
import org.rde4j.samples.audio.Wav;

/**
 * Bands of frequencies as components of a sound: a mask has one entry for all complex Fourier coefficients of a band.
 *
 * @param length of a sound, in samples at {@link Wav#RATE} a second
 * @param starts the index of the first frequency of each band; index k is k·{@value Wav#RATE}/length Hz
 */
public record Bands(int length, List<Integer> starts) {
    /** The name of the mask's only block. */
    public static final String BLOCK = "fourier";

    /** Copies the list. */
    public Bands {
        starts = List.copyOf(starts);
    }

    /**
     * Bands of equal width on a logarithmic axis, see {@link Fourier#logarithmicBands}.
     *
     * @param length of a sound, in samples
     * @param lowest in Hz; what is below belongs to the first band
     * @param count the number of bands
     * @return the bands, up to {@value Wav#RATE}/2 Hz
     */
    public static Bands logarithmic(int length, double lowest, int count) {
        return new Bands(length, Fourier.logarithmicBands(length, Wav.RATE, lowest, count));
    }

    /**
     * How many there are.
     *
     * @return at least 1
     */
    public int count() {
        return starts.size();
    }

    /**
     * The representation of sounds.
     *
     * @return one block {@value #BLOCK} with a mask [bands]
     */
    public Fourier representation() {
        return Representation.fourier().joint().bands(starts);
    }

    /** The index after the last frequency of a band. */
    int end(int band) {
        return band + 1 < count() ? starts.get(band + 1) : length / 2 + 1;
    }

    /**
     * The energy of each band, Σ |c_k|² over its frequencies.
     *
     * @param sound [1, T] or [T]
     * @return one number for each band
     */
    double[] energies(Tensor sound) {
        float[] parts = Transform.of(Representation.fourier().joint(), length).analyse(sound.values())[0];
        double[] energies = new double[count()];
        for (int band = 0; band < energies.length; band++) {
            for (int i = 2 * starts.get(band); i < 2 * end(band); i++) {
                energies[band] += (double) parts[i] * parts[i];
            }
        }
        return energies;
    }
}
