package org.rde4j.nd4j.explain;

import java.util.List;
import org.rde4j.Obfuscation;
import org.rde4j.nd4j.random.NormalNumbers;
import org.rde4j.nd4j.representation.GaussianBlur;

/** Draws replacements v block by block. */
@FunctionalInterface
interface BlockDraws {

    /**
     * Draws the replacement of one block; see {@link Perturbations.Draw}.
     *
     * @param into one array of k·d values for each of these signals
     */
    void draw(long sample, int block, int[] signals, float[][] into);

    /**
     * Independent values, v = mean + std · z.
     *
     * @param affine by signal and block
     */
    static BlockDraws noise(NoiseStream noise, NoiseStream.Standard standard, List<Affine[]> affine) {
        return (sample, block, signals, into) -> {
            float[] z = into[0];
            standard.fill(noise.at(sample, block), z);
            // The first array holds z itself, so it comes last.
            for (int i = into.length - 1; i >= 0; i--) {
                affine.get(signals[i])[block].apply(z, into[i]);
            }
        };
    }

    /** The coefficients of the blurred signal, with noise if there is any. */
    static LoweredObfuscation blurred(Obfuscation.Blur blur, Scope scope) {
        return new Drawn(scope, blur.noise() > 0, (batch, noise) -> {
            List<float[][]> means = batch.signals().stream()
                    .map(x -> GaussianBlur.blur(x.values(), scope.shape(), blur.sigma()))
                    .map(scope.transform()::analyse)
                    .toList();
            if (blur.noise() == 0) {
                return (sample, block, signals, into) -> {
                    for (int i = 0; i < into.length; i++) {
                        System.arraycopy(means.get(signals[i])[block], 0, into[i], 0, into[i].length);
                    }
                };
            }
            List<Affine[]> affine =
                    means.stream().map(h -> Affine.each(h, blur.noise())).toList();
            return noise(noise, NormalNumbers::fill, affine);
        });
    }
}
