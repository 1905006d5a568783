package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Function;
import org.rde4j.Distortion;
import org.rde4j.Explainer;
import org.rde4j.Explanation;
import org.rde4j.OutputKind;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.files.ExplanationFolder;
import org.rde4j.samples.report.SavedExplanation;

/** Explains signals one after the other and writes their folders. */
final class Explaining {
    private final Engine engine;
    private final Console console;
    private final long memoryBudget;
    private final RunOptions.Limits limits;

    /**
     * Nothing is explained yet.
     *
     * @param memoryBudget a rough limit, in bytes, on the intermediate results of one run of the model
     * @param limits of each search
     */
    Explaining(Engine engine, Console console, long memoryBudget, RunOptions.Limits limits) {
        this.engine = engine;
        this.console = console;
        this.memoryBudget = memoryBudget;
        this.limits = limits;
    }

    /** What to explain, how to call it, and the folder that its explanation goes to. */
    record Subject(String name, Tensor signal, Path folder) {

        /** One for each file; folders are named after the files. */
        static List<Subject> of(List<Path> files, Function<Path, Tensor> read, Path out) {
            List<String> folders = FolderNames.of(files);
            List<Subject> subjects = new ArrayList<>();
            for (int i = 0; i < folders.size(); i++) {
                Path file = files.get(i);
                subjects.add(new Subject(file.getFileName().toString(), read.apply(file), out.resolve(folders.get(i))));
            }
            return subjects;
        }
    }

    /** Explains all subjects; nothing is computed unless all of them and their folders are fit for it. */
    List<SavedExplanation> run(
            Engine.Network network, NetworkOptions.Choice choice, RateDistortion problem, List<Subject> subjects) {
        subjects.forEach(subject -> ExplanationFolder.requireWritable(subject.folder()));
        for (Subject subject : subjects) {
            int labels = network.contract(subject.signal().shape()).labels();
            choice.labels().requireCount(labels, choice.labelSource());
            requireLabel(problem.distortion(), labels);
        }
        engine.warnings().forEach(this::warn);
        List<SavedExplanation> results = new ArrayList<>();
        try (Explainer explainer = network.explainer(problem, memoryBudget)) {
            for (Subject subject : subjects) {
                results.add(explain(explainer, subject, choice));
            }
        }
        return results;
    }

    private SavedExplanation explain(Explainer explainer, Subject subject, NetworkOptions.Choice choice) {
        Explanation explanation;
        try (Progress progress = Progress.on(console, subject.name())) {
            explanation = explainer
                    .explainEach(List.of(subject.signal()), limits.run(progress, subject.folder()))
                    .get(0);
        }
        SavedExplanation saved = SavedExplanation.of(
                explanation, subject.name(), choice.name(), choice.checksum(), choice.labels(), Versions.of(engine));
        saved.save(subject.folder());
        console.out().println(summary(saved) + "\n  in " + subject.folder());
        explanation.warnings().forEach(this::warn);
        return saved;
    }

    private void warn(String warning) {
        console.err().println("warning: " + warning);
    }

    private static void requireLabel(Distortion distortion, int classes) {
        OptionalInt label = distortion instanceof Distortion.OfLabel measure ? measure.label() : OptionalInt.empty();
        // A network without labels refuses the question itself.
        if (label.isPresent() && classes > 0 && label.getAsInt() >= classes) {
            throw new RdeException(
                    "The label (%s) must be between 0 and %s.".formatted(label.getAsInt(), classes - 1),
                    "Maybe leave --label out to explain the predicted class.");
        }
    }

    /** Probabilities of other labels say nothing of this one's then. */
    private static boolean isSigmoid(OutputKind kind) {
        return kind == OutputKind.LABEL_SCORES || kind == OutputKind.LABEL_PROBABILITIES;
    }

    private static String summary(SavedExplanation saved) {
        Explanation found = saved.explanation();
        String label = found.label()
                .map(each -> String.format(
                        Locale.ROOT,
                        "%s %.1f %%%s, retained %.1f %%, ",
                        saved.labelText(),
                        100 * each.probability(),
                        isSigmoid(each.output()) ? " (sigmoid)" : "",
                        100 * each.retainedProbability()))
                .orElse("");
        return String.format(
                Locale.ROOT,
                "%s: %s%.1f %% of the mask %s, distortion %.4g, objective %.4g (%.1f s)",
                saved.context().input(),
                label,
                100 * found.rate(),
                saved.marks(),
                found.distortion(),
                found.objective(),
                found.cost().seconds());
    }
}
