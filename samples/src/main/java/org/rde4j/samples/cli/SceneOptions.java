package org.rde4j.samples.cli;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.rde4j.RdeException;
import org.rde4j.Region;
import org.rde4j.radiomap.data.RadioMapSeer;
import org.rde4j.radiomap.explanation.RadioQuestion;
import org.rde4j.radiomap.scene.Measurements;
import org.rde4j.radiomap.scene.Scene;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say what the network is told of a scene, and what is asked. */
final class SceneOptions {
    private static final Pattern NUMBERS = Pattern.compile("\\d{1,6}(,\\d{1,6})*");

    @Mixin
    private MissingOption missing = new MissingOption();

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

    /** A scene of the folder with its buildings missing and its measurements taken. */
    Scene told(RadioMapSeer folder, Scene scene, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Scene hidden = missing.in(folder).hide(scene, random.split());
        return Measurements.exactly(measurements).measure(hidden, random.split());
    }

    /** The question, by matching pursuit of 20 components. */
    RadioQuestion question() {
        RadioQuestion question = RadioQuestion.inpainting(inpaint);
        if (region.equals("missing")) {
            return question;
        }
        int[] n = NUMBERS.matcher(region).matches()
                ? Arrays.stream(region.split(",")).mapToInt(Integer::parseInt).toArray()
                : new int[0];
        if (n.length == 4) {
            return question.on(Region.box(n[0], n[1], n[2], n[3]));
        }
        if (n.length < 6 || n.length % 2 != 0) {
            throw new RdeException(
                    "--region cannot be '%s'.".formatted(region),
                    "Use missing, X,Y,WIDTH,HEIGHT, or three corners or more.");
        }
        return question.on(Region.polygon(Arrays.stream(n).asDoubleStream().toArray()));
    }
}
