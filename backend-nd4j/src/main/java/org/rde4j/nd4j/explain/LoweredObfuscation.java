package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.rde4j.CorrelatedNoise;
import org.rde4j.DatasetDraws;
import org.rde4j.Mixture;
import org.rde4j.Moments;
import org.rde4j.Obfuscation;
import org.rde4j.PerPart;
import org.rde4j.RdeException;
import org.rde4j.nd4j.random.NormalNumbers;

/**
 * An obfuscation strategy made concrete for one shape of signals: a function that writes the replacement v from the
 * coefficients, the masks and named random inputs, and the way these inputs are drawn.
 */
interface LoweredObfuscation {

    /**
     * Whether samples differ from each other.
     *
     * @return false for constants and blurs
     */
    boolean random();

    /**
     * Prepares to write v into one graph. Only the inputs of blocks that are asked for come to be.
     *
     * @param site the graph, the coefficients and the masks
     * @return v for each of the blocks
     */
    Site.Replacement write(Site site);

    /**
     * How the inputs are drawn for one batch.
     *
     * @param noise where randomness comes from
     * @return by name of the input
     */
    Map<String, Perturbations.Draw> draws(Batch batch, NoiseStream noise);

    /**
     * Lowers a strategy.
     *
     * @throws RdeException if it does not fit the representation or the signals
     */
    static LoweredObfuscation of(Obfuscation strategy, Scope scope) {
        if (strategy instanceof Obfuscation.Constant c) {
            return new Drawn(scope, false, (batch, noise) -> (sample, block, signals, into) -> {
                for (float[] v : into) {
                    Arrays.fill(v, (float) c.value());
                }
            });
        } else if (strategy instanceof Obfuscation.Blur blur) {
            return BlockDraws.blurred(blur, scope);
        } else if (strategy instanceof Obfuscation.GaussianNoise normal) {
            return noise(normal.moments(), NormalNumbers::fill, scope);
        } else if (strategy instanceof Obfuscation.UniformNoise uniform) {
            return noise(uniform.moments(), NoiseStream::uniform, scope);
        } else if (strategy instanceof CorrelatedNoise correlated) {
            return CorrelatedDraws.lowered(correlated, scope);
        } else if (strategy instanceof DatasetDraws draws) {
            return SignalDraws.lowered(draws, scope);
        } else if (strategy instanceof Mixture mixture) {
            return LoweredMixture.of(mixture, scope);
        } else if (strategy instanceof PerPart perPart) {
            return LoweredParts.of(perPart, scope);
        } else if (strategy instanceof CustomObfuscation own) {
            return own.lowered(scope);
        } else if (strategy instanceof InpaintingNetwork inpainted) {
            return inpainted.lowered(scope);
        } else if (strategy instanceof AuxiliaryInpainting inpainted) {
            return inpainted.lowered(scope);
        }
        throw new RdeException(
                "The obfuscation %s was not made for ND4J.".formatted(strategy),
                "Make custom obfuscations with Nd4jBackend.obfuscation(...).");
    }

    private static LoweredObfuscation noise(Moments moments, NoiseStream.Standard standard, Scope scope) {
        Affine.require(moments, scope);
        return new Drawn(scope, true, (batch, noise) -> {
            List<Affine[]> affine = batch.coefficients().stream()
                    .map(h -> Affine.of(moments, scope, h))
                    .toList();
            return BlockDraws.noise(noise, standard, affine);
        });
    }
}
