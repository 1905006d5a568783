package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rde4j.RdeException;
import org.rde4j.files.Checksum;
import org.rde4j.files.InputFiles;
import org.rde4j.samples.image.Preprocessing;
import org.rde4j.samples.report.Labels;
import picocli.CommandLine.Option;

/** The options that choose a classifier and say how it wants its pictures. */
final class NetworkOptions {
    private static final int CHANNELS = 3;
    private static final int USUAL_SIZE = 224;

    @Option(
            names = "--model",
            paramLabel = "M.onnx",
            description = "A classifier of RGB images (default: the small network that comes with rde4j).")
    private @Nullable Path model;

    @Option(
            names = "--mean",
            paramLabel = "A,B,C",
            split = ",",
            hideParamSyntax = true,
            description = "Subtracted from red, green and blue in [0, 1] (default: 0,0,0).")
    private float @Nullable [] mean;

    @Option(
            names = "--std",
            paramLabel = "A,B,C",
            split = ",",
            hideParamSyntax = true,
            description = "Then divides red, green and blue (default: 1,1,1).")
    private float @Nullable [] std;

    @Option(names = "--labels", paramLabel = "FILE", description = "Names of the classes, line k for class k.")
    private @Nullable Path labels;

    @Option(
            names = "--size",
            paramLabel = "N",
            description = "Side of the pictures that the model takes (default: 224; 128 for rde4j's own network).")
    private @Nullable Integer size;

    @Option(
            names = "--resize",
            paramLabel = "N",
            description = "What the shorter side is resized to before the centre is cut out"
                    + " (default: size·256/224; the size for rde4j's own network).")
    private @Nullable Integer resize;

    /** A classifier that can be opened, with everything about it that is known before. */
    record Choice(String name, Path onnx, float[] mean, float[] std, Labels labels, String labelSource) {
        static Choice of(Bundle bundle) {
            return new Choice(
                    "the network of rde4j", bundle.onnx(), bundle.mean(), bundle.std(), bundle.labels(), "The bundle");
        }

        /** What decisions depend on: the file's content and the normalisation. */
        String checksum() {
            return "%s, mean %s, std %s".formatted(Checksum.of(onnx), Arrays.toString(mean), Arrays.toString(std));
        }
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
                channels("--mean", mean, 0),
                positive(channels("--std", std, 1)),
                labels == null ? Labels.NONE : Labels.read(labels),
                String.valueOf(labels));
    }

    Preprocessing preprocessing(Bundle bundle) {
        int side = size != null ? size : model == null ? bundle.side() : USUAL_SIZE;
        if (resize != null) {
            return new Preprocessing(side, resize);
        }
        return model == null ? new Preprocessing(side, side) : Preprocessing.imagenet(side);
    }

    private void requireNoneWithoutModel() {
        if (mean != null || std != null || labels != null) {
            throw new RdeException(
                    "--mean, --std and --labels describe a model of yours, but there is no --model.",
                    "Add --model, or leave them out to use the network that comes with rde4j.");
        }
    }

    private static float[] channels(String option, float @Nullable [] given, float otherwise) {
        float[] values = given == null ? new float[] {otherwise, otherwise, otherwise} : given;
        boolean inRange = true;
        for (float value : values) {
            inRange &= Math.abs(value) <= 1;
        }
        if (values.length != CHANNELS || !inRange) {
            throw new RdeException(
                    "%s (%s) must be three numbers of at most 1: pictures lie in [0, 1]."
                            .formatted(option, Arrays.toString(values)),
                    "Maybe divide numbers made for [0, 255] by 255.");
        }
        return values;
    }

    private static float[] positive(float[] values) {
        for (float value : values) {
            if (value <= 0) {
                throw new RdeException(
                        "--std (%s) must be greater than 0.".formatted(Arrays.toString(values)),
                        "Maybe use --std 0.229,0.224,0.225.");
            }
        }
        return values;
    }
}
