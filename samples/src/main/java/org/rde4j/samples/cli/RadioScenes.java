package org.rde4j.samples.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.rde4j.RdeException;
import org.rde4j.files.Checksum;
import org.rde4j.radiomap.data.Examples;
import org.rde4j.radiomap.data.RadioMapSeer;
import org.rde4j.radiomap.data.Split;
import org.rde4j.radiomap.explanation.MissingShadow;
import org.rde4j.radiomap.scene.Measurements;
import org.rde4j.radiomap.scene.MissingBuildings;
import org.rde4j.radiomap.scene.NoiseFloor;
import org.rde4j.radiomap.scene.Scene;
import org.rde4j.samples.report.SceneRows;
import org.rde4j.samples.report.ShadowedScene;
import picocli.CommandLine.Option;

/** The options that choose scenes in which a building that the transmitter sees is missing and casts a shadow. */
final class RadioScenes {
    /** Fewer pixels are no shadow that one could speak of. */
    private static final int LEAST_PIXELS = 30;
    /** Less grey is not to be told from the network's error. */
    private static final double LEAST_DEPTH = 0.05;

    @Option(
            names = "--scenes",
            paramLabel = "N",
            description = "How many scenes, each of another transmitter (default: ${DEFAULT-VALUE}).")
    private int count = 30;

    @Option(
            names = "--measurements",
            paramLabel = "N",
            description = "At how many random places the strength is measured (default: ${DEFAULT-VALUE}).")
    private int measurements = 300;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of scenes, missing buildings and measurements (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    long seed() {
        return seed;
    }

    /** What the choice depends on. */
    String settings() {
        return "%s measurements, seed %s".formatted(measurements, seed);
    }

    /**
     * The chosen scenes, one by one: at least {@value #LEAST_PIXELS} pixels of shadow, at least
     * {@value #LEAST_DEPTH} darker than without the building, at least one measurement in it.
     */
    final class Chosen {
        private final Examples examples;
        private final NoiseFloor floor;
        private final int[] order;
        private int next;
        private int found;

        private Chosen(RadioMapSeer folder) {
            floor = folder.noiseFloor();
            examples = Examples.of(folder, unseen(folder))
                    .missing(MissingBuildings.inSight())
                    .measurements(Measurements.exactly(measurements))
                    .seed(seed);
            order = examples.order(0);
        }

        /**
         * A line of numbers for each of them: those that an earlier run left, others measured now.
         *
         * @param progress counts the scenes
         * @param rows where lines are kept
         * @param first looks at the first scene before anything is measured
         * @param measured makes a line
         */
        List<double[]> table(
                Counting progress, SceneRows rows, Consumer<Scene> first, Function<ShadowedScene, double[]> measured) {
            List<double[]> table = new ArrayList<>();
            for (Optional<ShadowedScene> each = next(); each.isPresent(); each = next()) {
                Scene scene = each.get().scene();
                if (table.isEmpty()) {
                    first.accept(scene);
                }
                ShadowedScene shadowed = each.get();
                table.add(rows.row(key(scene), () -> measured.apply(shadowed)));
                progress.one();
            }
            return table;
        }

        /** The next one, or empty if there are enough; RdeException if the folder has too few. */
        private Optional<ShadowedScene> next() {
            while (found < count && next < order.length) {
                Scene scene = examples.example(0, order[next++]);
                MissingShadow shadow = MissingShadow.of(scene, floor);
                if (shadow.pixels() >= LEAST_PIXELS
                        && shadow.depth() >= LEAST_DEPTH
                        && shadow.measurements(scene) > 0) {
                    found++;
                    return Optional.of(new ShadowedScene(scene, shadow));
                }
            }
            if (found < count) {
                throw new RdeException(
                        "Of %s scenes only %s have a building whose shadow tells of it.".formatted(order.length, found),
                        "Maybe use --scenes %s, or give more data.".formatted(Math.max(1, found)));
            }
            return Optional.empty();
        }
    }

    /** Begins to choose. */
    Chosen of(RadioMapSeer folder) {
        if (count < 1) {
            throw new RdeException("The number of scenes (%s) must be at least 1.".formatted(count), "Maybe use 30.");
        }
        return new Chosen(folder);
    }

    /** A scene's name in a table, which other maps of the same name do not have. */
    static String key(Scene scene) {
        return scene.name() + " " + Checksum.of(List.of(scene.input(), scene.city(), scene.gain()));
    }

    int count() {
        return count;
    }

    /** All maps, or of the whole of RadioMapSeer those of its test split. */
    private static List<Integer> unseen(RadioMapSeer folder) {
        return folder.whole() ? Split.radioMapSeer().test() : folder.maps();
    }
}
