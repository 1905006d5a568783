package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rde4j.OutputKind;
import org.rde4j.RdeException;
import org.rde4j.files.Checksum;
import org.rde4j.files.InputFiles;
import org.rde4j.nd4j.model.ModelInput;
import org.rde4j.samples.image.Preprocessing;
import org.rde4j.samples.report.Labels;
import picocli.CommandLine.Option;

/** The options that choose a classifier and say how it wants its pictures. */
final class NetworkOptions {
    private static final int USUAL_SIZE = 224;
    private static final int RGB = 3;
    private static final Map<String, OutputKind> KINDS = Map.of(
            "scores", OutputKind.SCORES,
            "probabilities", OutputKind.PROBABILITIES,
            "label-scores", OutputKind.LABEL_SCORES,
            "label-probabilities", OutputKind.LABEL_PROBABILITIES,
            "values", OutputKind.VALUES);

    @Option(
            names = "--model",
            paramLabel = "M.onnx",
            description = "A network of pictures (default: the small classifier that comes with rde4j).")
    private @Nullable Path model;

    @Option(
            names = "--output",
            paramLabel = "NAME",
            description = "The output to explain, where the file has several ('info --model' lists them).")
    private @Nullable String output;

    @Option(
            names = "--gives",
            paramLabel = "WHAT",
            description = "What the outputs mean: scores, probabilities, label-scores, label-probabilities (sigmoids),"
                    + " values (default: what the network's last operation tells).")
    private @Nullable String gives;

    @Option(
            names = "--channels-last",
            description = "The network takes [N, H, W, C] (default: what operators and sizes in the file tell).")
    private boolean channelsLast;

    @Option(names = "--channels-first", description = "The network takes [N, C, H, W].")
    private boolean channelsFirst;

    @Option(
            names = "--mean",
            paramLabel = "A,B,C",
            split = ",",
            hideParamSyntax = true,
            description = "Subtracted from the channels of signals in [0, 1], one number for each (default: 0).")
    private float @Nullable [] mean;

    @Option(
            names = "--std",
            paramLabel = "A,B,C",
            split = ",",
            hideParamSyntax = true,
            description = "Then divides the channels, one number for each (default: 1).")
    private float @Nullable [] std;

    @Option(names = "--labels", paramLabel = "FILE", description = "Names of the classes, line k for class k.")
    private @Nullable Path labels;

    @Option(
            names = "--size",
            paramLabel = "N",
            description = "Side of the pictures where the model's file leaves it open (default: 224; 128 for rde4j's"
                    + " own network).")
    private @Nullable Integer size;

    @Option(
            names = "--resize",
            paramLabel = "N",
            description = "What the shorter side is resized to before the centre is cut out"
                    + " (default: size·256/224; the size for rde4j's own network).")
    private @Nullable Integer resize;

    /**
     * A network that can be opened, with everything about it that is known before.
     *
     * @param mean subtracted from signals in [0, 1], one number for each channel; empty for nothing
     * @param std the divisor after that; empty for 1
     */
    record Choice(
            String name,
            Path onnx,
            Optional<String> output,
            Optional<OutputKind> gives,
            Optional<Boolean> channelsLast,
            List<Float> mean,
            List<Float> std,
            Labels labels,
            String labelSource) {

        static Choice of(Bundle bundle) {
            return new Choice(
                    "the network of rde4j",
                    bundle.onnx(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    list(bundle.mean()),
                    list(bundle.std()),
                    bundle.labels(),
                    "The bundle");
        }

        /** What decisions depend on: the file's content and how it is used. */
        String checksum() {
            return "%s%s%s%s, mean %s, std %s"
                    .formatted(
                            Checksum.of(onnx),
                            output.map(", output "::concat).orElse(""),
                            gives.map(kind -> ", " + kind).orElse(""),
                            channelsLast
                                    .map(last -> last ? ", channels last" : ", channels first")
                                    .orElse(""),
                            mean,
                            std);
        }
    }

    /** Whether a network of the user's own is chosen. */
    boolean isGiven() {
        return model != null;
    }

    Choice choice(Bundle bundle) {
        if (model == null) {
            requireNoneWithoutModel();
            return Choice.of(bundle);
        }
        InputFiles.requireReadable(model);
        return new Choice(
                model.getFileName().toString(),
                model,
                Optional.ofNullable(output),
                Optional.ofNullable(gives).map(NetworkOptions::kind),
                order(),
                list(mean),
                positive(list(std)),
                labels == null ? Labels.NONE : Labels.read(labels),
                String.valueOf(labels));
    }

    /**
     * How pictures become signals: as the network's file says, and as the options say where it leaves sizes open.
     *
     * @param network which takes them
     * @throws RdeException if it takes something else than pictures
     */
    Preprocessing preprocessing(Bundle bundle, Engine.Network network) {
        requireUnits("--mean", mean);
        requireUnits("--std", std);
        if (network.inputs().size() != 1) {
            throw new RdeException(
                    "The network has the inputs %s, but a picture is one."
                            .formatted(network.inputs().stream()
                                    .map(ModelInput::name)
                                    .toList()),
                    "Explain it from a program that fills in the others.");
        }
        return preprocessing(bundle, network.inputs().get(0));
    }

    private Preprocessing preprocessing(Bundle bundle, ModelInput input) {
        int channels = fixed(input, 1).orElse(RGB);
        Optional<Integer> fixedHeight = fixed(input, 2);
        Optional<Integer> fixedWidth = fixed(input, 3);
        requireSize(fixedHeight, fixedWidth);
        int usual = size != null ? size : model == null ? bundle.side() : USUAL_SIZE;
        int height =
                fixedHeight.or(() -> fixedWidth.filter(side -> size == null)).orElse(usual);
        int width =
                fixedWidth.or(() -> fixedHeight.filter(side -> size == null)).orElse(usual);
        if (resize != null) {
            return new Preprocessing(channels, height, width, resize);
        }
        return model == null
                ? new Preprocessing(channels, height, width, Math.min(height, width))
                : Preprocessing.imagenet(channels, height, width);
    }

    /** A size that the file fixes; axes count from the batch. */
    private static Optional<Integer> fixed(ModelInput input, int axis) {
        if (input.shape().isEmpty()) {
            return Optional.empty();
        }
        if (input.shape().size() != 4) {
            throw new RdeException(
                    "The network takes signals %s, but pictures are [N, C, H, W].".formatted(input.shape()),
                    "Use rde4j explain signal.");
        }
        long given = input.shape().get(axis);
        return given > 0 ? Optional.of(Math.toIntExact(given)) : Optional.empty();
    }

    private void requireSize(Optional<Integer> height, Optional<Integer> width) {
        boolean differs = size != null
                && (height.filter(side -> !side.equals(size)).isPresent()
                        || width.filter(side -> !side.equals(size)).isPresent());
        if (differs) {
            throw new RdeException(
                    "--size %s is not the size %s×%s that the network's file fixes (width × height)."
                            .formatted(
                                    size,
                                    width.map(String::valueOf).orElse("?"),
                                    height.map(String::valueOf).orElse("?")),
                    "Leave --size out.");
        }
    }

    private Optional<Boolean> order() {
        if (channelsFirst && channelsLast) {
            throw new RdeException("A network cannot take channels first and last.", "Leave one of the options out.");
        }
        return channelsFirst || channelsLast ? Optional.of(channelsLast) : Optional.empty();
    }

    /** Refuses descriptions of a network where none is given. */
    void requireNoneWithoutModel() {
        boolean described = mean != null || std != null || labels != null || output != null || gives != null;
        if (described || channelsLast || channelsFirst) {
            throw new RdeException(
                    "--mean, --std, --labels, --output, --gives, --channels-first and --channels-last describe a model"
                            + " of yours, but there is no --model.",
                    "Add --model, or leave them out to use the network that comes with rde4j.");
        }
    }

    private static OutputKind kind(String word) {
        OutputKind kind = KINDS.get(word);
        if (kind == null) {
            throw new RdeException(
                    "--gives (%s) must be one of scores, probabilities, label-scores, label-probabilities, values."
                            .formatted(word),
                    "Leave it out to have the network's last operation tell.");
        }
        return kind;
    }

    /** Pictures lie in [0, 1]; other signals have their own units. */
    private static void requireUnits(String option, float @Nullable [] given) {
        for (float value : given == null ? new float[0] : given) {
            if (!(Math.abs(value) <= 1)) {
                throw new RdeException(
                        "%s (%s) must be numbers of at most 1: pictures lie in [0, 1]."
                                .formatted(option, Arrays.toString(given)),
                        "Maybe divide numbers made for [0, 255] by 255.");
            }
        }
    }

    private static List<Float> list(float @Nullable [] values) {
        if (values == null) {
            return List.of();
        }
        Float[] boxed = new Float[values.length];
        Arrays.setAll(boxed, i -> values[i]);
        return List.of(boxed);
    }

    private static List<Float> positive(List<Float> values) {
        for (float value : values) {
            if (value <= 0) {
                throw new RdeException(
                        "--std (%s) must be greater than 0.".formatted(values), "Maybe use --std 0.229,0.224,0.225.");
            }
        }
        return values;
    }
}
