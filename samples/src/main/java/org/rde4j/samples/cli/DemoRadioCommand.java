package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.rde4j.Run;
import org.rde4j.Solver;
import org.rde4j.Tensor;
import org.rde4j.files.ExplanationFolder;
import org.rde4j.radiomap.explanation.RadioExplanation;
import org.rde4j.radiomap.explanation.RadioQuestion;
import org.rde4j.radiomap.network.Estimator;
import org.rde4j.radiomap.network.RadioModel;
import org.rde4j.radiomap.scene.Components;
import org.rde4j.radiomap.scene.Scene;
import org.rde4j.radiomap.training.InterpretationLoss;
import org.rde4j.samples.report.RadioFindings;
import org.rde4j.samples.report.RadioFolder;
import org.rde4j.samples.report.RadioPage;
import org.rde4j.samples.report.ShadowedScene;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rde4j demo radio}: the seed's Figures 8, 9 and 10 for a made-up city. */
@Command(
        name = "radio",
        sortOptions = false,
        description = "Makes up a city, hides a building that the transmitter sees, lets rde4j's own small networks"
                + " estimate the radio map, explains what they rely on, and writes a page about it. Takes less than two"
                + " minutes on two cores.")
final class DemoRadioCommand implements Runnable {
    private static final double BOTH = 0.025;

    private final Engine engine;
    private final Console console;

    @Option(names = "--out", paramLabel = "DIR", description = "Where to (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("rde4j-out", "demo-radio");

    @Option(names = "--seed", paramLabel = "N", description = "Of city and measurements (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--quick", description = "A village and fewer choices, to see that everything works.")
    private boolean quick;

    DemoRadioCommand(Engine engine, Console console) {
        this.engine = engine;
        this.console = console;
    }

    /** How large everything is: few enough measurements, choices and samples for two minutes. */
    private record Scale(int size, int measurements, int components, int samples) {}

    private Scale scale() {
        return quick ? new Scale(64, 24, 2, 1) : new Scale(256, 70, 6, 3);
    }

    /** An explanation that is to be made. */
    private record Asked(String name, String question, RadioQuestion radio) {}

    @Override
    public void run() {
        List<Asked> questions = List.of(
                asked("inpainted", "What darkens it? Unchosen measurements are inpainted by Φ0", 1),
                asked("mixed", "What darkens and brightens it? A random 2.5 % are inpainted, the others vanish", BOTH),
                asked("removed", "What brightens it? Unchosen measurements vanish", 0));
        List<Asked> again = List.of(asked("inpainted-int", "Φ_int", 1));
        questions.forEach(each -> ExplanationFolder.requireWritable(out.resolve(each.name())));
        again.forEach(each -> ExplanationFolder.requireWritable(out.resolve(each.name())));
        ShadowedScene scene = DemoScene.of(seed, scale().size(), scale().measurements());
        RadioModel phi0 = RadioBundle.PHI0.model();
        RadioFindings.Network phi = answered(scene.scene(), RadioBundle.PHI.model(), phi0, questions);
        Tensor unmeasured = new Estimator(phi0).estimate(scene.scene().givenCity());
        RadioFindings.Network interpreted = answered(scene.scene(), RadioBundle.PHI_INT.model(), phi0, again);
        RadioFindings found = new RadioFindings(scene, phi, unmeasured, interpreted);
        Path page = RadioPage.write(found, remarks(scene.scene()), Versions.of(engine), out);
        console.out().println("Open " + page.toAbsolutePath().normalize());
    }

    private Asked asked(String name, String question, double inpainted) {
        Solver solver = Solver.matchingPursuit(scale().components())
                .samples(scale().samples())
                .seed(seed)
                .lazily();
        return new Asked(name, question, RadioQuestion.inpainting(inpainted).solvedBy(solver));
    }

    private RadioFindings.Network answered(Scene scene, RadioModel network, RadioModel phi0, List<Asked> questions) {
        Tensor estimate = new Estimator(network).estimate(scene.input());
        List<RadioFindings.Answer> answers = questions.stream()
                .map(asked -> {
                    RadioExplanation answer = explained(scene, network, phi0, asked);
                    RadioFolder.save(answer, estimate, network.name(), Versions.of(engine), out.resolve(asked.name()));
                    return new RadioFindings.Answer(asked.name(), asked.question(), answer);
                })
                .toList();
        return new RadioFindings.Network(estimate, InterpretationLoss.of(network, scene), answers);
    }

    private RadioExplanation explained(Scene scene, RadioModel network, RadioModel phi0, Asked asked) {
        RadioExplanation answer;
        try (Progress progress = Progress.on(console, asked.name())) {
            answer = asked.radio()
                    .explain(scene, Components.of(scene.given()).labels(), network, phi0, Run.observed(progress));
        }
        console.out()
                .println(String.format(
                        Locale.ROOT,
                        "%s: distortion %.4g without any component, %.4g with %d measurements and %d buildings (%.1f s)",
                        asked.name(),
                        answer.distortionOfNothing(),
                        answer.explanation().distortion(),
                        answer.chosenMeasurements().size(),
                        answer.chosenBuildings().size(),
                        answer.explanation().cost().seconds()));
        return answer;
    }

    private String remarks(Scene scene) {
        return ("The city is simulated (seed %s, scene %s), and the building was chosen for its large and dark shadow. The"
                        + " networks are a quarter as wide as RadioUNet, its first U alone, trained on simulated cities."
                        + " Matching pursuit chose %s of %s buildings and %s measurements one by one, lazily: candidates whose"
                        + " earlier gain was too small were not tried again. Random shares are means over %s samples."
                        + " './rde4j explain radio' does the same for scenes, networks and numbers of your choice.")
                .formatted(
                        seed,
                        scene.name(),
                        scale().components(),
                        Components.of(scene.given()).count(),
                        scale().measurements(),
                        scale().samples());
    }
}
