package org.rde4j.nd4j;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.Mixture;
import org.rde4j.Obfuscation;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.nd4j.explain.AuxiliaryInpainting;
import org.rde4j.nd4j.explain.CustomDistortion;
import org.rde4j.nd4j.explain.CustomObfuscation;
import org.rde4j.nd4j.explain.Execution;
import org.rde4j.nd4j.explain.InpaintingNetwork;
import org.rde4j.nd4j.explain.ModelContract;
import org.rde4j.nd4j.explain.Nd4jExplainer;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.nd4j.representation.CodeSearch;
import org.rde4j.nd4j.representation.CustomRepresentation;
import org.rde4j.nd4j.representation.LatentRepresentation;

/** The way from a problem and a model to an explainer, and the doors for parts made of ND4J tensors. */
public final class Nd4jBackend {
    private Nd4jBackend() {}

    /**
     * Compiles a problem together with a model.
     *
     * @param problem what to solve
     * @param model whose decisions to explain, see {@link Models}
     * @return an explainer, to be closed after use
     */
    public static Nd4jExplainer compile(RateDistortion problem, Nd4jModel model) {
        return compile(problem, model, Execution.defaults());
    }

    /**
     * Compiles a problem together with a model.
     *
     * @param problem what to solve
     * @param model whose decisions to explain, see {@link Models}
     * @param execution how to use the machine
     * @return an explainer, to be closed after use
     */
    public static Nd4jExplainer compile(RateDistortion problem, Nd4jModel model, Execution execution) {
        return new Nd4jExplainer(problem, model, execution);
    }

    /**
     * What a model takes and gives: its inputs, and what its outputs are taken for.
     *
     * @param model see {@link Models}
     * @param signalShape the shape of signals, [C, H, W], [C, T] or [n]
     * @return the contract
     * @throws RdeException if signals of that shape do not fit the model
     */
    public static ModelContract contract(Nd4jModel model, int... signalShape) {
        return ModelContract.of(given(model, "model"), given(signalShape, "shape of signals"));
    }

    /**
     * An obfuscation strategy of one's own, for example {@code obfuscation("half", (h, s, z) -> h.mul(0.5))}.
     *
     * @param name how it is called in messages and files
     * @param replacement writes the replacement of each block of components
     * @return the strategy
     */
    public static CustomObfuscation obfuscation(String name, CustomObfuscation.Replacement replacement) {
        return new CustomObfuscation(given(name, "name"), given(replacement, "replacement"));
    }

    /**
     * An inpainting network as obfuscation strategy, v = G(h, s, z) (seed Example 5).
     *
     * @param name how it is called in messages and files
     * @param network G; what its channels are is in {@link InpaintingNetwork}
     * @param noiseChannels how many channels z has, at least 0
     * @return the strategy
     */
    public static InpaintingNetwork inpaintedBy(String name, Nd4jModel network, int noiseChannels) {
        return new InpaintingNetwork(given(name, "name"), given(network, "network"), noiseChannels, false);
    }

    /**
     * An auxiliary model Φ0 as inpainter: components that are not kept take the values of Φ0(f(s⊙h)) at their
     * places (seed section 4.3.1).
     *
     * @param name how it is called in messages and files
     * @param network writes Φ0
     * @return the strategy
     */
    public static AuxiliaryInpainting inpaintedBy(String name, AuxiliaryInpainting.Network network) {
        return new AuxiliaryInpainting(given(name, "name"), given(network, "network"));
    }

    /**
     * An auxiliary model as inpainter of a random part of the components; the others become 0. From 0 to 1 this is
     * the continuum of seed section 4.3.1 between leaving out and filling in. For another strategy than
     * {@code constant(0)} use a mixture per component.
     *
     * @param name how it is called in messages and files
     * @param network writes Φ0
     * @param fraction the chance of each component and sample, in [0, 1]
     * @return the strategy
     */
    public static Mixture inpaintedBy(String name, AuxiliaryInpainting.Network network, double fraction) {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new RdeException(
                    "The fraction that is inpainted (%s) must lie in [0, 1].".formatted(fraction), "Maybe use 0.025.");
        }
        return Obfuscation.mixture(List.of(fraction, 1 - fraction), inpaintedBy(name, network), Obfuscation.constant(0))
                .perComponent();
    }

    /**
     * A distortion of one's own.
     *
     * @param name how it is called in messages and files
     * @param measure writes the distortion of each sample
     * @return the measure
     */
    public static CustomDistortion distortion(String name, CustomDistortion.Measure measure) {
        return new CustomDistortion(given(name, "name"), 1, given(measure, "measure"));
    }

    /**
     * A representation of one's own. Its synthesis must undo its analysis, with a relative residual of at most 0.001;
     * {@code tolerance} changes that.
     *
     * @param name how it is called in messages and files
     * @param components the number k of components, at least 1
     * @param analysis from a signal, channels first, to its k coefficients
     * @param synthesis from a batch of coefficients [N, k] to the batch of signals, channels first
     * @return the representation
     */
    public static CustomRepresentation representation(
            String name,
            int components,
            UnaryOperator<INDArray> analysis,
            BiFunction<SameDiff, SDVariable, SDVariable> synthesis) {
        return new CustomRepresentation(
                given(name, "name"), components, given(analysis, "analysis"), given(synthesis, "synthesis"));
    }

    /**
     * The entries of a network's code as components: signals are outputs of a decoder or generator. Codes are
     * found by 500 steps of Adam from 4 starts and must decode to the signal with a relative residual of at most
     * 0.1; {@code encodedBy}, {@code searchedBy} and {@code tolerance} change that.
     *
     * @param name how it is called in messages and files
     * @param decoder from codes to signals
     * @param codeShape [k], [C, T] or [C, H, W]
     * @return the representation
     */
    public static LatentRepresentation latent(String name, Nd4jModel decoder, int... codeShape) {
        return new LatentRepresentation(
                given(name, "name"),
                given(decoder, "decoder"),
                Arrays.stream(given(codeShape, "shape of the code")).boxed().toList(),
                Optional.empty(),
                CodeSearch.defaults(),
                0.1);
    }

    private static <T> T given(@Nullable T value, String what) {
        return Objects.requireNonNull(value, () -> "The " + what + " is null.");
    }
}
