package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rde4j.RdeException;
import org.rde4j.radiomap.data.Batches;
import org.rde4j.radiomap.data.Examples;
import org.rde4j.radiomap.data.Input;
import org.rde4j.radiomap.network.RadioModel;
import org.rde4j.radiomap.network.RadioModelFile;
import org.rde4j.radiomap.network.RadioUNet;
import org.rde4j.radiomap.training.InterpretationLoss;
import org.rde4j.radiomap.training.RadioTraining;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say how a radio network is trained, and on what. */
final class RadioTrainingOptions {
    @Mixin
    private RadioData data = new RadioData();

    @Option(
            names = "--width",
            paramLabel = "X",
            description = "Multiplies the channels; 1 is the published network (default: ${DEFAULT-VALUE}).")
    private double width = 0.25;

    @Option(
            names = "--depth",
            paramLabel = "NAME",
            description = "The first U-net alone, or both: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private RadioUNet.Depth depth = RadioUNet.Depth.BOTH;

    @Option(
            names = "--steps",
            paramLabel = "N",
            split = ",",
            arity = "1",
            description = "Steps of each U-net, such as 2000,1000; one number stands for all (default: 2000).")
    private List<Integer> steps = List.of(2000);

    @Option(names = "--batch", paramLabel = "N", description = "Scenes in a step (default: ${DEFAULT-VALUE}).")
    private int batch = 8;

    @Option(names = "--step-size", paramLabel = "X", description = "Of Adam (default: ${DEFAULT-VALUE}).")
    private double stepSize = 0.001;

    @Option(
            names = "--decay",
            paramLabel = "X",
            description = "What multiplies the step size every --decay-every steps; 0 for half a cosine down to 0"
                    + " (default: ${DEFAULT-VALUE}).")
    private double decay = 0;

    @Option(
            names = "--decay-every",
            paramLabel = "N",
            description = "Steps between two decays (default: ${DEFAULT-VALUE}).")
    private int decayEvery = 10_000;

    @Option(
            names = "--patience",
            paramLabel = "N",
            description = "Ends after so many reports without a better network (default: ${DEFAULT-VALUE}).")
    private int patience = 20;

    @Option(
            names = "--report-every",
            paramLabel = "N",
            description = "Steps between reports, checkpoints and pictures (default: ${DEFAULT-VALUE}).")
    private int reportEvery = 100;

    @Option(
            names = "--validation",
            paramLabel = "N",
            description = "Scenes to choose the best network by, in whole batches (default: ${DEFAULT-VALUE}).")
    private int validation = 64;

    @Option(
            names = "--from",
            paramLabel = "NETWORK.onnx",
            description =
                    "Start from a trained network of the same width and depth, instead of random weights; or add a"
                            + " second U-net to a first one (with --depth both --steps 0,N).")
    private @Nullable Path from;

    /** What a network is told. */
    enum Network {
        PHI(3, Input.MEASURED),
        PHI0(2, Input.WHOLE_CITY);

        private final int channels;
        private final Input input;

        Network(int channels, Input input) {
            this.channels = channels;
            this.input = input;
        }
    }

    /** The settings of a training; {@code interpretation} is the weight of that loss, 0 for none. */
    RadioTraining settings(Network network, long seed, double interpretation) {
        RadioUNet net = new RadioUNet(network.channels, width, depth);
        List<Integer> each = steps.size() == 1 ? Collections.nCopies(net.parts().size(), steps.get(0)) : steps;
        RadioTraining plain = RadioTraining.of(net)
                .steps(each.toArray(Integer[]::new))
                .seed(seed)
                .batch(batch)
                .stepSize(stepSize)
                .decay(new RadioTraining.Decay(decay, decayEvery))
                .patience(patience)
                .reportEvery(reportEvery);
        if (interpretation == 0) {
            return plain;
        }
        if (network != Network.PHI) {
            throw new RdeException(
                    "The interpretation loss (weight %s) needs measurements.".formatted(interpretation),
                    "Leave it out for phi0.");
        }
        return plain.objective(
                plain.objective().plus(InterpretationLoss.regulariser().weight(interpretation)));
    }

    /** The network that a training starts from; empty for random weights. */
    Optional<RadioModel> start() {
        return Optional.ofNullable(from).map(RadioModelFile::read);
    }

    /** The scenes of a part, as a network is told of them. */
    Batches batches(RadioData.Part part, Network network, long seed) {
        Examples examples = network == Network.PHI
                ? data.examples(part, seed)
                : data.plain(part).seed(seed);
        return Batches.of(examples, batch).input(network.input);
    }

    /** Some scenes to validate by, of as many cities as possible. */
    Batches validation(Network network, long seed) {
        if (validation < batch) {
            throw new RdeException(
                    "--validation (%s) must be at least --batch (%s).".formatted(validation, batch),
                    "Scenes that do not fill a batch are left out.");
        }
        Batches all = batches(RadioData.Part.VALIDATION, network, seed);
        return Batches.of(all.examples().spread(validation), batch)
                .input(network.input)
                .inOrder();
    }
}
