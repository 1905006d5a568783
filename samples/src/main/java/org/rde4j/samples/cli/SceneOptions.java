package org.rde4j.samples.cli;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.rde4j.RdeException;
import org.rde4j.Region;
import org.rde4j.radiomap.explanation.RadioQuestion;
import org.rde4j.radiomap.scene.Measurements;
import org.rde4j.radiomap.scene.MissingBuildings;
import org.rde4j.radiomap.scene.Place;
import org.rde4j.radiomap.scene.Scene;
import picocli.CommandLine.Option;

/** The options that say what the network is told of a scene, and what is asked. */
final class SceneOptions {
    private static final Pattern NUMBERS = Pattern.compile("\\d{1,6}(,\\d{1,6})*");

    @Option(
            names = "--missing",
            paramLabel = "WHICH",
            description = "The building that the network is not told of: 'seen' (one that the transmitter sees), 'any',"
                    + " 'none', or X,Y for the one at that pixel (default: ${DEFAULT-VALUE}).")
    private String missing = "seen";

    @Option(
            names = "--measurements",
            paramLabel = "N",
            description = "At how many random places the strength is measured (default: ${DEFAULT-VALUE}).")
    private int measurements = 300;

    @Option(
            names = "--inpaint",
            paramLabel = "SHARE",
            description = "How many of the measurements that are not chosen are inpainted, the others become 0: 1 asks"
                    + " what darkens the map, 0 what brightens it, 0.025 for both (default: ${DEFAULT-VALUE}).")
    private double inpaint = 1;

    @Option(
            names = "--region",
            paramLabel = "WHERE",
            description = "Where the estimate is explained: 'missing' (the missing building), X,Y,WIDTH,HEIGHT, or the"
                    + " corners X,Y,X,Y,X,Y,… of a polygon (default: ${DEFAULT-VALUE}).")
    private String region = "missing";

    /** The scene with its building missing and its measurements taken. */
    Scene told(Scene scene, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Scene hidden = hidden(scene, random.split());
        return Measurements.exactly(measurements).measure(hidden, random.split());
    }

    private Scene hidden(Scene scene, SplittableRandom random) {
        return switch (missing) {
            case "none" -> MissingBuildings.none().hide(scene, random);
            case "any" -> MissingBuildings.exactly(1).hide(scene, random);
            case "seen" -> MissingBuildings.inSight().hide(scene, random);
            default -> at(numbers(missing, "--missing", count -> count == 2)).hide(scene, random);
        };
    }

    private static MissingBuildings at(int[] pixel) {
        return MissingBuildings.at(new Place(pixel[1], pixel[0]));
    }

    /** The question, by matching pursuit of 20 components. */
    RadioQuestion question() {
        RadioQuestion question = RadioQuestion.inpainting(inpaint);
        if (region.equals("missing")) {
            return question;
        }
        int[] n = numbers(region, "--region", count -> count == 4 || (count >= 6 && count % 2 == 0));
        return question.on(
                n.length == 4
                        ? Region.box(n[0], n[1], n[2], n[3])
                        : Region.polygon(Arrays.stream(n).asDoubleStream().toArray()));
    }

    private static int[] numbers(String text, String option, Function<Integer, Boolean> fits) {
        int[] numbers = NUMBERS.matcher(text).matches()
                ? Arrays.stream(text.split(",")).mapToInt(Integer::parseInt).toArray()
                : new int[0];
        if (!fits.apply(numbers.length)) {
            throw new RdeException("%s cannot be '%s'.".formatted(option, text), "See --help.");
        }
        return numbers;
    }
}
