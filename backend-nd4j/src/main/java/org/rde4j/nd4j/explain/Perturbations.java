package org.rde4j.nd4j.explain;

import java.util.List;
import java.util.SplittableRandom;
import org.rde4j.Moments;
import org.rde4j.Obfuscation;
import org.rde4j.RdeException;
import org.rde4j.nd4j.representation.GaussianBlur;
import org.rde4j.nd4j.representation.NoiseMoments;
import org.rde4j.nd4j.representation.Transform;

/** Draws replacements v ∼ V_s for a batch of signals, block by block. */
interface Perturbations {

    /**
     * Whether samples differ from each other. If not, one sample tells everything.
     *
     * @return false for constants and blurs
     */
    boolean random();

    /**
     * Draws the replacement of one block. All signals share the underlying random numbers, so that each gets
     * the same draws in any batch.
     *
     * @param sample the number of the sample since the start of the solution
     * @param block the index of the block
     * @param signals which signals
     * @param into one array of cells × dimension values for each of these signals
     */
    void draw(long sample, int block, int[] signals, float[][] into);

    /**
     * Makes an obfuscation strategy concrete.
     *
     * @param noise where randomness comes from
     * @param signals the signals in channels-first order
     * @param coefficients their coefficients, by signal and block
     */
    static Perturbations of(
            Obfuscation strategy,
            NoiseStream noise,
            Transform transform,
            int[] shape,
            List<float[]> signals,
            List<float[][]> coefficients) {
        if (strategy instanceof Obfuscation.Constant c) {
            return new Fixed((signal, block, into) -> java.util.Arrays.fill(into, (float) c.value()));
        } else if (strategy instanceof Obfuscation.Blur blur) {
            List<float[][]> blurred = signals.stream()
                    .map(x -> transform.analyse(GaussianBlur.blur(x, shape, blur.sigma())))
                    .toList();
            return new Fixed(
                    (signal, block, into) -> System.arraycopy(blurred.get(signal)[block], 0, into, 0, into.length));
        } else if (strategy instanceof Obfuscation.GaussianNoise normal) {
            return new Noise(noise, NoiseStream::normal, moments(normal.moments(), transform, coefficients));
        } else if (strategy instanceof Obfuscation.UniformNoise uniform) {
            return new Noise(noise, NoiseStream::uniform, moments(uniform.moments(), transform, coefficients));
        } else if (strategy instanceof CustomObfuscation) {
            return new Noise(noise, NoiseStream::normal, moments(new Moments.Given(0, 1), transform, coefficients));
        }
        throw new RdeException(
                "The obfuscation %s comes from another backend.".formatted(strategy),
                "Make custom obfuscations with Nd4jBackend.obfuscation(...).");
    }

    private static List<List<List<NoiseMoments>>> moments(
            Moments moments, Transform transform, List<float[][]> coefficients) {
        return coefficients.stream()
                .map(h -> NoiseMoments.of(moments, transform.blocks(), h))
                .toList();
    }

    /** Writes a replacement that is the same for every sample. */
    @FunctionalInterface
    interface Fill {
        void fill(int signal, int block, float[] into);
    }

    /** The same replacement for every sample. */
    record Fixed(Fill values) implements Perturbations {
        @Override
        public boolean random() {
            return false;
        }

        @Override
        public void draw(long sample, int block, int[] signals, float[][] into) {
            for (int i = 0; i < into.length; i++) {
                values.fill(signals[i], block, into[i]);
            }
        }
    }

    /** Draws standardised values. */
    @FunctionalInterface
    interface Standard {
        void fill(SplittableRandom random, float[] into);
    }

    /** Independent values, v = mean + std · z. */
    record Noise(NoiseStream noise, Standard standard, List<List<List<NoiseMoments>>> moments)
            implements Perturbations {
        @Override
        public boolean random() {
            return true;
        }

        @Override
        public void draw(long sample, int block, int[] signals, float[][] into) {
            float[] z = into[0];
            standard.fill(noise.at(sample, block), z);
            // The first array holds z itself, so it comes last.
            for (int i = into.length - 1; i >= 0; i--) {
                scale(moments.get(signals[i]).get(block), z, into[i]);
            }
        }

        private static void scale(List<NoiseMoments> moments, float[] z, float[] v) {
            float[] mean = new float[moments.size()];
            float[] std = new float[moments.size()];
            for (int c = 0; c < mean.length; c++) {
                mean[c] = (float) moments.get(c).mean();
                std[c] = (float) moments.get(c).std();
            }
            for (int i = 0; i < v.length; i++) {
                int c = i % mean.length;
                v[i] = mean[c] + std[c] * z[i];
            }
        }
    }
}
