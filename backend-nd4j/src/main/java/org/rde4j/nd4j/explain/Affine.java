package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.List;
import org.rde4j.Moments;
import org.rde4j.nd4j.representation.Block;
import org.rde4j.nd4j.representation.NoiseMoments;

/**
 * From standardised values to noise, v = mean + std · z.
 *
 * @param mean of one component's values, or of all coefficients of a block
 * @param std as many
 */
record Affine(float[] mean, float[] std) {

    /** Works through z and v in steps of as many values as there are moments. */
    void apply(float[] z, float[] v) {
        for (int from = 0; from < v.length; from += mean.length) {
            for (int i = 0; i < mean.length; i++) {
                v[from + i] = mean[i] + std[i] * z[from + i];
            }
        }
    }

    /** One for each block, with one standard deviation. */
    static Affine[] each(float[][] means, double std) {
        return Arrays.stream(means)
                .map(mean -> {
                    float[] stds = new float[mean.length];
                    Arrays.fill(stds, (float) std);
                    return new Affine(mean, stds);
                })
                .toArray(Affine[]::new);
    }

    /** Refuses moments that do not fit the blocks. */
    static void require(Moments moments, Scope scope) {
        if (moments instanceof Moments.PerCoefficient each) {
            for (int b : scope.blocks()) {
                Coefficients.stored(scope.block(b), each.mean(), "noise mean");
                Coefficients.stored(scope.block(b), each.std(), "noise standard deviation");
            }
        }
    }

    /**
     * The noise of given moments, by block; null where the scope does not reach.
     *
     * @param h the coefficients of the signal, by block
     */
    static Affine[] of(Moments moments, Scope scope, float[][] h) {
        Affine[] affine = new Affine[h.length];
        if (moments instanceof Moments.PerCoefficient each) {
            for (int b : scope.blocks()) {
                affine[b] = new Affine(
                        Coefficients.stored(scope.block(b), each.mean(), "noise mean"),
                        Coefficients.stored(scope.block(b), each.std(), "noise standard deviation"));
            }
            return affine;
        }
        List<Block> blocks =
                Arrays.stream(scope.blocks()).mapToObj(scope::block).toList();
        float[][] theirs = Arrays.stream(scope.blocks()).mapToObj(b -> h[b]).toArray(float[][]::new);
        List<List<NoiseMoments>> measured = NoiseMoments.of(moments, blocks, theirs);
        for (int i = 0; i < blocks.size(); i++) {
            affine[scope.blocks()[i]] = of(measured.get(i));
        }
        return affine;
    }

    /** From the moments of each value of a component. */
    private static Affine of(List<NoiseMoments> moments) {
        float[] mean = new float[moments.size()];
        float[] std = new float[moments.size()];
        for (int c = 0; c < mean.length; c++) {
            mean[c] = (float) moments.get(c).mean();
            std[c] = (float) moments.get(c).std();
        }
        return new Affine(mean, std);
    }
}
