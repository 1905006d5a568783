package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.List;
import org.rde4j.RdeException;
import org.rde4j.radiomap.data.Examples;
import org.rde4j.radiomap.data.GainModel;
import org.rde4j.radiomap.data.RadioMapSeer;
import org.rde4j.radiomap.data.Split;
import org.rde4j.radiomap.scene.Measurements;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which scenes of a data set are meant, and what a network is told of them. */
final class RadioData {

    /** Which maps. */
    enum Part {
        TRAINING,
        VALIDATION,
        TEST,
        ALL
    }

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "Scenes in RadioMapSeer's layout, such as 'simulate radio' writes.")
    private Path data = Path.of("radio");

    @Option(
            names = "--simulation",
            paramLabel = "NAME",
            description = "Which of its gains: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private GainModel gains = GainModel.DPM;

    @Option(
            names = "--measurements",
            paramLabel = "N|A-B",
            description = "How many measurements: a number, or a range to draw from (default: ${DEFAULT-VALUE}).")
    private String measurements = "1-300";

    @Mixin
    private MissingOption missing = new MissingOption();

    @Option(names = "--tx", paramLabel = "N", description = "At most so many transmitters of each city.")
    private int transmitters = Integer.MAX_VALUE;

    /** Scenes with measurements and missing buildings as asked for. */
    Examples examples(Part part, long seed) {
        return plain(part)
                .measurements(measurements())
                .missing(missing.in(folder()))
                .seed(seed);
    }

    /** The same scenes with the whole city and no measurements. */
    Examples plain(Part part) {
        RadioMapSeer folder = folder();
        Examples examples = Examples.of(folder, part == Part.ALL ? folder.maps() : of(split(folder), part))
                .measurements(Measurements.exactly(0));
        return transmitters == Integer.MAX_VALUE ? examples : examples.transmitters(transmitters);
    }

    private RadioMapSeer folder() {
        return RadioMapSeer.open(data).gains(gains);
    }

    /** RadioMapSeer is split as RadioUNet's authors do, other sets 8 : 1 : 1 by seed 42. */
    private static Split split(RadioMapSeer folder) {
        return folder.whole() ? Split.radioMapSeer() : Split.of(folder.maps(), 0.8, 0.1, 42);
    }

    private static List<Integer> of(Split split, Part part) {
        return switch (part) {
            case TRAINING -> split.training();
            case VALIDATION -> split.validation();
            default -> split.test();
        };
    }

    private Measurements measurements() {
        IntRange range = IntRange.parse(measurements)
                .orElseThrow(() -> new RdeException(
                        "--measurements cannot be '%s'.".formatted(measurements),
                        "Use a number or a range, such as 1-300."));
        return Measurements.between(range.first(), range.last());
    }
}
