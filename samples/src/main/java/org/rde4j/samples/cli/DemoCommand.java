package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rde4j.Convergence;
import org.rde4j.L1Relaxation;
import org.rde4j.Presets;
import org.rde4j.RateDistortion;
import org.rde4j.samples.report.DemoPage;
import org.rde4j.samples.report.SavedExplanation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rde4j demo}. */
@Command(
        name = "demo",
        description = "Draws a few pictures, explains what rde4j's own network sees in them, and writes a page"
                + " about it. Takes less than a minute on two cores. 'demo radio' is about radio maps.")
final class DemoCommand implements Runnable {
    /** As many as the page takes less than a minute with. */
    private static final int EVALUATIONS = 1500;

    private final Engine engine;
    private final Bundle bundle;
    private final Console console;

    @Option(names = "--out", paramLabel = "DIR", description = "Where to (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("rde4j-out", "demo");

    @Option(names = "--quick", description = "Two pictures and fewer steps, to see that everything works.")
    private boolean quick;

    DemoCommand(Engine engine, Bundle bundle, Console console) {
        this.engine = engine;
        this.bundle = bundle;
        this.console = console;
    }

    @Override
    public void run() {
        List<Bundle.Picture> pictures = bundle.pictures(quick ? 2 : 3);
        NetworkOptions.Choice network = NetworkOptions.Choice.of(bundle);
        Map<String, List<SavedExplanation>> found = new LinkedHashMap<>();
        for (Map.Entry<String, RateDistortion> method : methods().entrySet()) {
            List<Explaining.Subject> subjects = new ArrayList<>();
            for (Bundle.Picture picture : pictures) {
                String name = picture.name() + "-" + method.getKey();
                subjects.add(new Explaining.Subject(name, picture.signal(), out.resolve(name)));
            }
            found.put(
                    method.getKey(),
                    new Explaining(engine, console, new MemoryOption().bytes(), RunOptions.Limits.NONE)
                            .run(engine.open(network), network, method.getValue(), subjects));
        }
        Path page = DemoPage.write(found, out);
        console.out().println("Open " + page.toAbsolutePath().normalize());
    }

    /** The problems of the published presets, searched until masks converge. */
    private Map<String, RateDistortion> methods() {
        Map<String, RateDistortion> methods = new LinkedHashMap<>();
        methods.put("cartoonX", converging(Presets.cartoonX()));
        methods.put("pixelRde", converging(Presets.pixelRde()));
        return methods;
    }

    private RateDistortion converging(RateDistortion problem) {
        L1Relaxation published = (L1Relaxation) problem.solver();
        return problem.solvedBy(published.converging(quick ? Convergence.LEAST_EVALUATIONS : EVALUATIONS));
    }
}
