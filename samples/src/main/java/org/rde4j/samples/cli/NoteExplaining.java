package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rde4j.Explainer;
import org.rde4j.Explanation;
import org.rde4j.RateDistortion;
import org.rde4j.Tensor;
import org.rde4j.files.ExplanationFolder;
import org.rde4j.files.ExplanationFolder.Content;
import org.rde4j.nd4j.Nd4jBackend;
import org.rde4j.nd4j.explain.Execution;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.samples.audio.LogSpectrum;
import org.rde4j.samples.audio.Wav;
import org.rde4j.samples.report.Labels;
import org.rde4j.samples.report.SavedExplanation;
import org.rde4j.samples.report.SpectrumPicture;

/** Explains notes one after the other and writes their folders. */
record NoteExplaining(Engine engine, Console console, Execution execution, RunOptions.Limits limits) {
    /** A note, how to call it, and the folder that its explanation goes to. */
    record Subject(String name, float[] samples, Path folder) {}

    /** Explains all notes with a mask [2, 1024]; nothing is computed unless all folders are fit for it. */
    List<SavedExplanation> run(SpectrumNetworks networks, RateDistortion problem, List<Subject> subjects) {
        subjects.forEach(subject -> ExplanationFolder.requireWritable(subject.folder()));
        Nd4jModel classifier = networks.classifier();
        Labels labels = networks.labels(classifier);
        engine.warnings().forEach(warning -> console.err().println("warning: " + warning));
        List<SavedExplanation> results = new ArrayList<>();
        try (Explainer explainer = Nd4jBackend.compile(problem, classifier, execution)) {
            for (Subject subject : subjects) {
                Explanation explanation = explained(explainer, subject);
                SavedExplanation saved = SavedExplanation.of(
                        explanation, subject.name(), networks.name(), null, labels, Versions.of(engine));
                saved.save(contents(saved, subject), subject.folder());
                console.out().println(summary(saved) + "\n  in " + subject.folder());
                explanation.warnings().forEach(warning -> console.err().println("warning: " + warning));
                results.add(saved);
            }
        }
        return results;
    }

    private Explanation explained(Explainer explainer, Subject subject) {
        try (Progress progress = Progress.on(console, subject.name())) {
            Tensor spectrum = LogSpectrum.of(subject.samples());
            return explainer
                    .explainEach(List.of(spectrum), limits.run(progress, subject.folder()))
                    .get(0);
        }
    }

    private static Map<String, Content> contents(SavedExplanation saved, Subject subject) {
        Tensor mask = saved.explanation().masks().values().iterator().next();
        float[] values = mask.values();
        float[] magnitude = new float[LogSpectrum.CELLS];
        float[] phase = new float[LogSpectrum.CELLS];
        float[] rest = new float[LogSpectrum.CELLS];
        float[] restPhase = new float[LogSpectrum.CELLS];
        for (int cell = 0; cell < LogSpectrum.CELLS; cell++) {
            magnitude[cell] = values[cell];
            phase[cell] = values[LogSpectrum.CELLS + cell];
            rest[cell] = 1 - magnitude[cell];
            restPhase[cell] = 1 - phase[cell];
        }
        String numbers = summary(saved);
        SpectrumPicture.Line note =
                new SpectrumPicture.Line("note", saved.explanation().signal());
        SpectrumPicture.Line inpainted =
                new SpectrumPicture.Line("inpainted", saved.explanation().obfuscation());
        String label = saved.labelText();
        Map<String, Content> contents = new LinkedHashMap<>();
        contents.put(
                "explanation.png",
                SavedExplanation.picture(SpectrumPicture.of(saved.question(), numbers, mask, List.of(note))));
        contents.put(
                "summary.png",
                SavedExplanation.picture(SpectrumPicture.of(
                        "What “%s” may be heard in as well".formatted(label),
                        numbers,
                        mask,
                        List.of(note, inpainted))));
        long seed = 1;
        contents.put("note.wav", file -> Wav.write(file, Arrays.copyOf(subject.samples(), LogSpectrum.SAMPLES)));
        contents.put(
                "kept.wav", file -> Wav.write(file, LogSpectrum.masked(subject.samples(), magnitude, phase, seed)));
        contents.put(
                "left-out.wav", file -> Wav.write(file, LogSpectrum.masked(subject.samples(), rest, restPhase, seed)));
        return contents;
    }

    private static String summary(SavedExplanation saved) {
        return String.format(
                Locale.ROOT,
                "%s: %s %.1f %%, retained %.1f %%, %.1f %% of the spectrum kept, distortion %.4g (%.1f s)",
                saved.context().input(),
                saved.labelText(),
                100 * saved.labelProbability(),
                100 * saved.retainedProbability(),
                100 * saved.explanation().rate(),
                saved.explanation().distortion(),
                saved.explanation().cost().seconds());
    }
}
