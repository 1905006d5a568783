package org.rde4j.samples.cli;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.rde4j.Distortion;
import org.rde4j.Obfuscation;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.Region;
import org.rde4j.Representation;
import picocli.CommandLine.Option;

/** The options that change what a preset asks: components, replacements, distortion and game. */
final class QuestionOptions {
    private static final String REPRESENTATIONS =
            "pixels, channels, patches:SIDE, wavelets:FAMILY:LEVELS, shearlets:SCALES, dct, fourier";
    private static final String OBFUSCATIONS =
            "constant:VALUE, gaussian:PER, uniform:PER, blur:SIGMA:STD; PER is whole, channel or scale";
    private static final String DISTORTIONS =
            "score, probability, to-one, cross-entropy, remaining, contrast:A:B, squared,"
                    + " probability-in:X:Y:WIDTH:HEIGHT, squared-in:X:Y:WIDTH:HEIGHT";

    @Option(
            names = "--over",
            paramLabel = "WHAT",
            description = "The components: " + REPRESENTATIONS
                    + ". A preset's noise per scale becomes noise of the whole signal where there are no scales.")
    private @Nullable String over;

    @Option(names = "--obfuscation", paramLabel = "WHAT", description = "What replaces them: " + OBFUSCATIONS + ".")
    private @Nullable String obfuscation;

    @Option(
            names = "--distortion",
            paramLabel = "WHAT",
            description = "What is measured: " + DISTORTIONS
                    + "; the last two look at a part of an output map, such as a segmentation.")
    private @Nullable String distortion;

    @Option(names = "--times", paramLabel = "C", description = "A factor of the distortion (default: the preset's).")
    private @Nullable Double times;

    @Option(
            names = "--delete",
            description = "The deletion game: find the smallest part whose replacement destroys the decision. Goes"
                    + " with --distortion remaining.")
    private boolean delete;

    @Option(
            names = "--label",
            paramLabel = "J",
            description = "Explain this class, counted from 0 (default: the class that the model predicts).")
    private @Nullable Integer label;

    /** Whether the components are chosen, not the preset's. */
    boolean choosesRepresentation() {
        return over != null;
    }

    /** The preset with what differs; RdeException if a setting is out of its range. */
    RateDistortion apply(RateDistortion preset) {
        Representation representation = over == null ? preset.representation() : representation(over);
        // All at once: noise per scale would not go with the representation of half a change.
        return new RateDistortion(
                representation,
                obfuscation == null ? fitting(preset.obfuscation(), representation) : obfuscation(obfuscation),
                measure(preset.distortion()),
                preset.solver(),
                delete ? RateDistortion.Game.DELETION : preset.game(),
                preset.signalRange());
    }

    /** The preset's noise, or that of the whole signal where there are no scales to have their own. */
    private static Obfuscation fitting(Obfuscation preset, Representation representation) {
        if (representation.hasScales()) {
            return preset;
        }
        if (preset.equals(Obfuscation.gaussianNoise().perScale())) {
            return Obfuscation.gaussianNoise();
        }
        return preset.equals(Obfuscation.uniformNoise().perScale()) ? Obfuscation.uniformNoise() : preset;
    }

    private static Representation representation(String value) {
        OptionWords words = OptionWords.of("--over", value, REPRESENTATIONS);
        return switch (words.name()) {
            case "pixels" -> Representation.pixels();
            case "channels" -> Representation.channels();
            case "patches" -> Representation.patches(words.whole(0, 16));
            case "wavelets" -> Representation.wavelets(words.word(0, "db3")).levels(words.whole(1, 5));
            case "shearlets" -> Representation.shearlets().scales(words.whole(0, 4));
            case "dct" -> Representation.dct();
            default -> Representation.fourier();
        };
    }

    private static Obfuscation obfuscation(String value) {
        OptionWords words = OptionWords.of("--obfuscation", value, OBFUSCATIONS);
        return switch (words.name()) {
            case "constant" -> Obfuscation.constant(words.number(0).orElse(0));
            case "gaussian" -> {
                Obfuscation.GaussianNoise normal = Obfuscation.gaussianNoise();
                yield per(words, normal, normal.perChannel(), normal.perScale());
            }
            case "uniform" -> {
                Obfuscation.UniformNoise uniform = Obfuscation.uniformNoise();
                yield per(words, uniform, uniform.perChannel(), uniform.perScale());
            }
            default -> {
                Obfuscation.Blur blur = Obfuscation.blur(words.number(0).orElse(8));
                OptionalDouble noise = words.number(1);
                yield noise.isPresent() ? blur.withNoise(noise.getAsDouble()) : blur;
            }
        };
    }

    private static Obfuscation per(OptionWords words, Obfuscation whole, Obfuscation channel, Obfuscation scale) {
        return switch (words.word(0, "whole")) {
            case "whole" -> whole;
            case "channel" -> channel;
            case "scale" -> scale;
            default -> throw words.unknown(0, "whole, channel, scale");
        };
    }

    private Distortion measure(Distortion preset) {
        Distortion measure =
                distortion == null ? preset : distortion(distortion).times(preset.factor());
        // Twice: a quotient of both factors would be rounded.
        measure = times == null ? measure : measure.times(1 / measure.factor()).times(times);
        if (label == null) {
            return measure;
        }
        if (measure instanceof Distortion.OfLabel ofLabel) {
            return ofLabel.of(label);
        }
        throw new RdeException("The distortion does not look at one label.", "Leave --label %s out.".formatted(label));
    }

    private static Region box(OptionWords words) {
        return Region.box(words.whole(0, 0), words.whole(1, 0), words.whole(2, 1), words.whole(3, 1));
    }

    private static Distortion distortion(String value) {
        OptionWords words = OptionWords.of("--distortion", value, DISTORTIONS).complete();
        return switch (words.name()) {
            case "score" -> Distortion.labelScore();
            case "probability" -> Distortion.labelProbability();
            case "to-one" -> Distortion.toProbabilityOne();
            case "cross-entropy" -> Distortion.crossEntropy();
            case "remaining" -> Distortion.remainingProbability();
            case "probability-in" -> Distortion.regionProbability(box(words));
            case "squared-in" -> Distortion.squaredError().restrictedTo(box(words));
            case "contrast" -> Distortion.contrast(words.whole(0, 0), words.whole(1, 1));
            default -> Distortion.squaredError();
        };
    }
}
