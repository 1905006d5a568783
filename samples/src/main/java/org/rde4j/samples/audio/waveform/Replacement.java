package org.rde4j.samples.audio.waveform;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.rde4j.Obfuscation;
import org.rde4j.RdeException;
import org.rde4j.Tensor;

/** What stands in for the bands of a sound that a mask does not keep. It knows other sounds only, never the sound. */
public enum Replacement {
    /**
     * Gaussian noise that is as loud as other notes usually are in the band: real and imaginary parts are independent,
     * of mean 0, and the expected power of each frequency is the median over the other notes of their mean power in
     * the band. The mean instead of the median would be that of the few loudest notes.
     */
    NOISE(Replacement::noise),

    /** The band of another note, the same note for all bands of a sample, each with the same chance. */
    NOTES((bands, others) -> draws(others));

    private final BiFunction<Bands, List<Tensor>, Obfuscation> strategy;

    Replacement(BiFunction<Bands, List<Tensor>, Obfuscation> strategy) {
        this.strategy = strategy;
    }

    /**
     * The strategy for one sound.
     *
     * @param bands the components
     * @param others all other sounds, at least one
     * @return the strategy
     * @throws RdeException if there is no other sound
     */
    public Obfuscation from(Bands bands, List<Tensor> others) {
        return strategy.apply(bands, requireSome(others));
    }

    /** Draws of whole sounds. */
    static Obfuscation draws(List<Tensor> sounds) {
        int[] one = requireSome(sounds).get(0).shape();
        int size = sounds.get(0).size();
        float[] values = new float[sounds.size() * size];
        for (int i = 0; i < sounds.size(); i++) {
            System.arraycopy(sounds.get(i).values(), 0, values, i * size, size);
        }
        int[] shape = new int[one.length + 1];
        shape[0] = sounds.size();
        System.arraycopy(one, 0, shape, 1, one.length);
        return Obfuscation.draws(Tensor.of(values, shape));
    }

    private static List<Tensor> requireSome(List<Tensor> sounds) {
        if (sounds.isEmpty()) {
            throw new RdeException("There is no other note to replace parts of a note by.", "Give more notes.");
        }
        return sounds;
    }

    private static Obfuscation noise(Bands bands, List<Tensor> others) {
        List<double[]> energies = others.stream().map(bands::energies).toList();
        float[] deviations = new float[bands.length() / 2 + 1];
        for (int band = 0; band < bands.count(); band++) {
            int first = bands.starts().get(band);
            int at = band;
            double[] each = energies.stream().mapToDouble(energy -> energy[at]).toArray();
            double power = median(each) / (bands.end(band) - first);
            Arrays.fill(deviations, first, bands.end(band), (float) Math.sqrt(power / 2));
        }
        return Obfuscation.gaussianNoise()
                .given(Tensor.of(new float[1], 1), Tensor.of(deviations, 1, deviations.length));
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
