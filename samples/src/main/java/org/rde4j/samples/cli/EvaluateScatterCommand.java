package org.rde4j.samples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rde4j.Explainer;
import org.rde4j.Explanation;
import org.rde4j.L1Relaxation;
import org.rde4j.Presets;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.Run;
import org.rde4j.Tensor;
import org.rde4j.files.ExplanationFolder;
import org.rde4j.samples.image.Preprocessing;
import org.rde4j.samples.report.SavedExplanation;
import org.rde4j.samples.report.Scatter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rde4j evaluate scatter}: the seed's Figure 4. */
@Command(
        name = "scatter",
        sortOptions = false,
        description = "Explains each photograph with Pixel RDE and with CartoonX and draws rate and distortion of all"
                + " final masks. Settings that are not given are the presets'. Finished explanations are kept in the"
                + " output folder: run it again after an interruption, or with more photographs, and it goes on.")
final class EvaluateScatterCommand implements Runnable, Stoppable {
    private final Engine engine;
    private final Bundle bundle;
    private final Console console;

    @Parameters(arity = "1..*", paramLabel = "PHOTO", description = "JPEG, PNG or .npy files as for 'explain image'.")
    private List<Path> paths = List.of();

    @Mixin
    private NetworkOptions network;

    @Mixin
    private DescentOptions descent = new DescentOptions();

    @Option(
            names = "--lambda",
            paramLabel = "P[,C]",
            split = ",",
            hideParamSyntax = true,
            description = "Price of the rate for Pixel RDE and for CartoonX, or one for both (default: the presets').")
    private List<Double> lambdas = List.of();

    @Option(names = "--seed", paramLabel = "N", description = "Seed of all random draws (default: the presets').")
    private @Nullable Long seed;

    @Option(names = "--out", paramLabel = "DIR", description = "Where results go (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("rde4j-scatter");

    @Mixin
    private MemoryOption memory = new MemoryOption();

    EvaluateScatterCommand(Engine engine, Bundle bundle, Console console) {
        this.engine = engine;
        this.bundle = bundle;
        this.console = console;
    }

    @Override
    public void run() {
        Map<String, RateDistortion> methods = new LinkedHashMap<>();
        methods.put(Scatter.PIXEL_RDE, changed(Presets.pixelRde(), 0));
        methods.put(Scatter.CARTOON_X, changed(Presets.cartoonX(), 1));
        NetworkOptions.Choice choice = network.choice(bundle);
        Engine.Network model = engine.open(choice);
        Preprocessing preprocessing = network.preprocessing(bundle, model);
        long budget = memory.bytes();
        List<String> names = FolderNames.of(paths);
        List<Tensor> signals = paths.stream().map(preprocessing::read).toList();
        names.forEach(
                name -> methods.keySet().forEach(method -> ExplanationFolder.requireWritable(folder(name, method))));
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            for (Map.Entry<String, RateDistortion> method : methods.entrySet()) {
                pairs.add(new Pair(names.get(i), method.getKey(), method.getValue(), signals.get(i)));
            }
        }
        pairs.forEach(pair -> earlier(pair, choice, folder(pair.photo(), pair.method())));
        signals.forEach(signal ->
                choice.labels().requireCount(model.contract(signal.shape()).labels(), choice.labelSource()));
        engine.warnings().forEach(warning -> console.err().println("warning: " + warning));
        List<Scatter.Point> points = new ArrayList<>();
        for (Pair pair : pairs) {
            points.add(new Scatter.Point(pair.photo(), pair.method(), explained(pair, model, choice, budget)));
            // Written after every explanation, so that an interrupted run leaves what it has.
            Scatter.save(points, out);
        }
        console.out().print(Scatter.summary(points));
        console.out().println("Points, picture and explanations are in " + out);
    }

    /** One photograph and one method. */
    private record Pair(String photo, String method, RateDistortion problem, Tensor signal) {}

    private RateDistortion changed(RateDistortion preset, int method) {
        L1Relaxation l1 = (L1Relaxation) preset.solver();
        return preset.solvedBy(
                descent.apply(l1, false).lambda(price(l1, method)).seed(seed == null ? l1.seed() : seed));
    }

    private double price(L1Relaxation preset, int method) {
        if (lambdas.size() > 2) {
            throw new RdeException(
                    "There are %s prices for two methods.".formatted(lambdas.size()), "Maybe use --lambda 0.6,3.");
        }
        return lambdas.isEmpty() ? preset.lambda() : lambdas.get(Math.min(method, lambdas.size() - 1));
    }

    private Path folder(String photo, String method) {
        return out.resolve(photo + "-" + method);
    }

    /** The explanation from an earlier run, or a new one. */
    private SavedExplanation explained(Pair pair, Engine.Network model, NetworkOptions.Choice choice, long budget) {
        Path folder = folder(pair.photo(), pair.method());
        Optional<SavedExplanation> earlier = earlier(pair, choice, folder);
        if (earlier.isPresent()) {
            console.err().println("%s is finished already".formatted(folder));
            return earlier.get();
        }
        String task = pair.photo() + " " + pair.method();
        Explanation explanation;
        try (Explainer explainer = model.explainer(pair.problem(), budget);
                Progress progress = Progress.on(console, task)) {
            explanation = explainer
                    .explainEach(List.of(pair.signal()), Run.observed(progress).checkpointedTo(checkpoint(folder)))
                    .get(0);
        }
        SavedExplanation saved = SavedExplanation.of(
                explanation, pair.photo(), choice.name(), choice.checksum(), choice.labels(), Versions.of(engine));
        saved.save(folder);
        return saved;
    }

    /** What an earlier run has finished; RdeException if it answers another question. */
    private static Optional<SavedExplanation> earlier(Pair pair, NetworkOptions.Choice choice, Path folder) {
        if (!Files.exists(folder)) {
            return Optional.empty();
        }
        SavedExplanation saved = SavedExplanation.load(folder);
        if (!choice.name().equals(saved.context().model())
                || !choice.checksum().equals(saved.context().modelChecksum())
                || !saved.explanation().signal().equals(pair.signal())
                || !saved.explanation().problem().equals(pair.problem())) {
            throw new RdeException(
                    "%s explains another photograph or network, or has other settings.".formatted(folder),
                    "Choose another --out, or delete it.");
        }
        return Optional.of(saved);
    }

    private static Path checkpoint(Path folder) {
        try {
            Files.createDirectories(folder.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new RdeException("%s cannot be written.".formatted(folder), "Choose another folder with --out.", e);
        }
        return folder.resolveSibling(folder.getFileName() + ".checkpoint");
    }

    @Override
    public String afterStop() {
        return Stoppable.finishedIn(out);
    }
}
