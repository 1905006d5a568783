package org.rde4j;

import static org.rde4j.Distortion.crossEntropy;
import static org.rde4j.Distortion.labelProbability;
import static org.rde4j.Distortion.toProbabilityOne;
import static org.rde4j.Obfuscation.gaussianNoise;
import static org.rde4j.Obfuscation.uniformNoise;
import static org.rde4j.Representation.pixels;
import static org.rde4j.Representation.wavelets;
import static org.rde4j.Solver.l1;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The settings of the published methods. All act on images in [0, 1] and explain the predicted label. */
public final class Presets {
    private Presets() {}

    /**
     * Pixel RDE (seed section 4.1.1): pixels, Gaussian noise with the image's moments, λ = 0.6, 2000 steps of
     * 64 samples, Adam 0.003.
     *
     * @return the problem
     */
    public static RateDistortion pixelRde() {
        return RateDistortion.over(pixels())
                .obfuscatedBy(gaussianNoise())
                .measuredBy(labelProbability().times(100))
                .solvedBy(l1(0.6).adam(0.003).steps(2000).samples(64));
    }

    /**
     * CartoonX (seed sections 4.1.2 and 4.1.4): db3 wavelets on 5 levels, Gaussian noise with the moments of
     * each scale, λ = 3, 2000 steps of 64 samples, Adam 0.003, obfuscations clipped to [0, 1].
     *
     * @return the problem
     */
    public static RateDistortion cartoonX() {
        return RateDistortion.over(wavelets("db3").levels(5))
                .obfuscatedBy(gaussianNoise().perScale())
                .measuredBy(labelProbability().times(100))
                .solvedBy(l1(3).adam(0.003).steps(2000).samples(64))
                .clippedTo(0, 1);
    }

    /**
     * CartoonX with the settings of its authors' code (Kolek et al., ECCV 2022): λ = 20, 2001 steps, Adam
     * 0.001, factor 1.
     *
     * @return the problem
     */
    public static RateDistortion cartoonXEccv22() {
        return cartoonX()
                .measuredBy(labelProbability())
                .solvedBy(l1(20).adam(0.001).steps(2001).samples(64));
    }

    /**
     * WaveletX (Kolek et al., CVPR 2023): uniform noise within one standard deviation of each scale, gap to
     * probability one, λ = 2, spatial l1 penalty 10, 300 steps of 16 samples, Adam 0.1.
     *
     * @return the problem
     */
    public static RateDistortion waveletX() {
        return cartoonX()
                .obfuscatedBy(uniformNoise().perScale())
                .measuredBy(toProbabilityOne())
                .solvedBy(l1(2).spatialL1(10).adam(0.1).steps(300).samples(16));
    }

    /**
     * ShearletX (Kolek et al., CVPR 2023): shearlets of 4 scales, uniform noise within one standard deviation of
     * each scale, gap to probability one, λ = 1, spatial l1 penalty 2, 300 steps of 16 samples, Adam 0.1.
     *
     * @return the problem
     */
    public static RateDistortion shearletX() {
        return RateDistortion.over(Representation.shearlets())
                .obfuscatedBy(uniformNoise().perScale())
                .measuredBy(toProbabilityOne())
                .solvedBy(l1(1).spatialL1(2).adam(0.1).steps(300).samples(16))
                .clippedTo(0, 1);
    }

    /**
     * CartoonX with the settings of the package cartoonx 0.1.4: standard normal noise, cross-entropy, λ = 1e-4
     * and spatial l1 penalty 1e-4 on plain sums, 300 steps of 64 samples, Adam 0.01.
     *
     * @return the problem
     */
    public static RateDistortion cartoonXPackage() {
        return cartoonX()
                .obfuscatedBy(gaussianNoise().given(0, 1))
                .measuredBy(crossEntropy())
                .solvedBy(l1(1e-4).spatialL1(1e-4)
                        .plainSum()
                        .adam(0.01)
                        .steps(300)
                        .samples(64));
    }

    /**
     * All presets under the names that command lines use.
     *
     * @return names and problems, in the order of publication
     */
    public static Map<String, RateDistortion> all() {
        Map<String, RateDistortion> presets = new LinkedHashMap<>();
        presets.put("pixelRde", pixelRde());
        presets.put("cartoonX", cartoonX());
        presets.put("cartoonX-eccv22", cartoonXEccv22());
        presets.put("waveletX", waveletX());
        presets.put("shearletX", shearletX());
        presets.put("cartoonx-0.1.4", cartoonXPackage());
        return Collections.unmodifiableMap(presets);
    }

    /**
     * One preset by name.
     *
     * @param name one of the keys of {@link #all()}
     * @return the problem
     * @throws RdeException if there is no such preset
     */
    public static RateDistortion named(String name) {
        RateDistortion preset = all().get(name);
        if (preset == null) {
            throw new RdeException(
                    "There is no preset '%s'.".formatted(name),
                    "The presets are " + String.join(", ", all().keySet()) + ".");
        }
        return preset;
    }
}
