package org.rde4j.samples.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rde4j.RdeException;
import org.rde4j.radiomap.data.RadioMapSeer;
import org.rde4j.radiomap.scene.MissingBuildings;
import org.rde4j.radiomap.scene.Place;
import picocli.CommandLine.Option;

/** The option that says which buildings a network is not told of. */
final class MissingOption {
    private static final int MOST_IN_FILES = 4;
    private static final String RULE = "seen, none, a number, a range such as 1-4, files, files:1-4, or a pixel X,Y";
    private static final Pattern PIXEL = Pattern.compile("(\\d{1,6}),(\\d{1,6})");

    @Option(
            names = "--missing",
            paramLabel = "WHICH",
            description =
                    "The buildings that the network is not told of: 'seen' (one that the transmitter sees), 'none', N or"
                            + " A-B (so many, drawn at random), 'files', 'files:N' or 'files:A-B' (the data set's own"
                            + " cities without buildings), or X,Y (the one at that pixel) (default: ${DEFAULT-VALUE}).")
    private String missing = "seen";

    /** What is hidden in scenes of a folder. */
    MissingBuildings in(RadioMapSeer folder) {
        Matcher pixel = PIXEL.matcher(missing);
        if (pixel.matches()) {
            return MissingBuildings.at(new Place(number(pixel, 2), number(pixel, 1)));
        }
        String[] words = missing.split(":", 2);
        if (words[0].equals("files")) {
            IntRange range = words.length == 1 ? new IntRange(1, MOST_IN_FILES) : range(words[1]);
            return folder.missingFromFiles(range.first(), range.last());
        }
        return switch (missing) {
            case "seen" -> MissingBuildings.inSight();
            case "none" -> MissingBuildings.none();
            default -> {
                IntRange range = range(missing);
                yield MissingBuildings.between(range.first(), range.last());
            }
        };
    }

    private IntRange range(String text) {
        return IntRange.parse(text)
                .orElseThrow(
                        () -> new RdeException("--missing cannot be '%s'.".formatted(missing), "Use " + RULE + "."));
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }
}
