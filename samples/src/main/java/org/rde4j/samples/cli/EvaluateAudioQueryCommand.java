package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.rde4j.BernoulliRelaxation;
import org.rde4j.Explainer;
import org.rde4j.Explanation;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.Run;
import org.rde4j.Tensor;
import org.rde4j.files.Checksum;
import org.rde4j.files.InputFiles;
import org.rde4j.nd4j.Models;
import org.rde4j.nd4j.Nd4jBackend;
import org.rde4j.nd4j.explain.Execution;
import org.rde4j.nd4j.explain.Nd4jExplainer;
import org.rde4j.nd4j.metrics.Estimate;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.nd4j.onnx.OnnxModel;
import org.rde4j.samples.audio.Families;
import org.rde4j.samples.audio.LogSpectrum;
import org.rde4j.samples.audio.Note;
import org.rde4j.samples.audio.explanation.SpectrumQuestions;
import org.rde4j.samples.audio.waveform.WaveformClassifier;
import org.rde4j.samples.audio.waveform.WaveformQuestions;
import org.rde4j.samples.report.SceneRows;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rde4j evaluate audio-query}: seed Example 4, Table 2. */
@Command(
        name = "audio-query",
        sortOptions = false,
        description = "Asks for each family of instruments whether magnitude or phase decides, over all correctly"
                + " classified notes of the family together. Of a classifier of waveforms, what is not kept is that of"
                + " notes of other families; of one of spectra [N, 2, 1024], an inpainting network fills it in. Writes"
                + " query.csv and goes on from it; docs/audio.md says what each number means.")
final class EvaluateAudioQueryCommand implements Runnable, Stoppable {
    private static final List<String> COLUMNS = List.of("notes", "magnitude", "phase", "converged");

    private final Console console;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "Notes in NSynth's layout (examples.json and audio).")
    private Path data = Path.of("nsynth");

    @Option(
            names = "--model",
            paramLabel = "M.onnx",
            description = "A classifier of the ten families by the sound, [N, 1, T] or [N, T] at 16 kHz, or by the"
                    + " spectrum, [N, 2, 1024] (default: the one of spectra that comes with rde4j).")
    private Optional<Path> model = Optional.empty();

    @Option(
            names = "--inpainter",
            paramLabel = "G.onnx",
            description = "What fills in spectra (default: the one that comes with rde4j).")
    private Optional<Path> inpainter = Optional.empty();

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "How often each family is asked about (default: ${DEFAULT-VALUE}).")
    private int seeds = 3;

    @Option(names = "--lambda", paramLabel = "X", description = "Price of the rate (default: ${DEFAULT-VALUE}).")
    private double lambda = 30;

    @Option(
            names = "--evaluations",
            paramLabel = "N",
            description = "Random replacements of each note at most (default: ${DEFAULT-VALUE}).")
    private int evaluations = 2500;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the table goes (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("rde4j-audio");

    EvaluateAudioQueryCommand(Console console) {
        this.console = console;
    }

    /** A classifier, what it is given of a note, and the question, which depends on notes of other families. */
    private record Asked(
            Nd4jModel classifier, Function<Note, Tensor> signal, Function<List<Tensor>, RateDistortion> question) {}

    @Override
    public void run() {
        if (seeds < 1) {
            throw new RdeException("The number of seeds (%s) must be at least 1.".formatted(seeds), "Maybe use 3.");
        }
        model.ifPresent(InputFiles::requireReadable);
        Path file = model.orElseGet(BundledAudio.CLASSIFIER::onnx);
        Asked asked = asked(Models.onnx(file));
        List<Note> notes = WaveformOptions.notes(console, data);
        List<Tensor> signals = notes.stream().map(asked.signal()).toList();
        Map<Integer, List<Tensor>> families = families(asked, notes, signals);
        SceneRows rows = SceneRows.open(out.resolve("query.csv"), settings(file), COLUMNS);
        console.out()
                .println("%-10s %5s  %-15s %-15s %s".formatted("family", "notes", "magnitude", "phase", "converged"));
        try (Counting counting = Counting.on(console, "evaluate audio-query", seeds * families.size())) {
            families.forEach((family, own) -> {
                List<Tensor> others = IntStream.range(0, notes.size())
                        .filter(i -> notes.get(i).family() != family)
                        .mapToObj(signals::get)
                        .toList();
                String name = Families.NAMES.get(family);
                print(name, answers(rows, name, counting, seed -> answer(asked, own, others, seed)));
            });
        }
        console.out()
                .println("mask entries, 1 = needed, 0 = replaceable; mean ± standard error over %s seeds; lambda %s"
                        .formatted(seeds, lambda));
    }

    /** One row for each seed, from an earlier run or new. */
    private List<double[]> answers(SceneRows rows, String family, Counting counting, LongFunction<double[]> answer) {
        List<double[]> answers = new ArrayList<>();
        for (int i = 1; i <= seeds; i++) {
            int seed = i;
            answers.add(rows.row(family + " " + seed, () -> answer.apply(seed)));
            counting.one();
        }
        return answers;
    }

    private String settings(Path classifier) {
        return "%s, %s, lambda %s, %s evaluations"
                .formatted(
                        WaveformOptions.fingerprint(
                                data,
                                model.map(path -> path.getFileName().toString()).orElse("own classifier"),
                                classifier),
                        inpainter.map(Checksum::of).orElse("own inpainter"),
                        lambda,
                        evaluations);
    }

    private Asked asked(OnnxModel classifier) {
        List<Long> shape = classifier.inputs().get(0).shape();
        boolean spectra = shape.size() == 3 && shape.get(1) == 2;
        if (spectra) {
            inpainter.ifPresent(InputFiles::requireReadable);
            Nd4jModel filling = Models.onnx(inpainter.orElseGet(BundledAudio.INPAINTER::onnx));
            return new Asked(
                    classifier,
                    note -> LogSpectrum.of(note.samples()),
                    others -> SpectrumQuestions.magnitudeOrPhaseSoon(filling));
        }
        if (inpainter.isPresent()) {
            throw new RdeException(
                    "%s hears sounds %s, which --inpainter cannot fill in.".formatted(classifier.name(), shape),
                    "Leave --inpainter out: parts of other notes are taken.");
        }
        WaveformClassifier waveforms = WaveformClassifier.of(classifier);
        return new Asked(classifier, waveforms::signal, WaveformQuestions::magnitudeOrPhase);
    }

    /** The correctly classified notes of each family that has any. */
    private static Map<Integer, List<Tensor>> families(Asked asked, List<Note> notes, List<Tensor> signals) {
        RateDistortion any = asked.question().apply(signals);
        Map<Integer, List<Tensor>> families = new TreeMap<>();
        try (Nd4jExplainer explainer = Nd4jBackend.compile(any, asked.classifier())) {
            for (int i = 0; i < notes.size(); i++) {
                int family = notes.get(i).family();
                if (explainer.probe(signals.get(i)).label().orElseThrow() == family) {
                    families.computeIfAbsent(family, key -> new ArrayList<>()).add(signals.get(i));
                }
            }
        }
        return families;
    }

    private double[] answer(Asked asked, List<Tensor> own, List<Tensor> others, long seed) {
        RateDistortion question = asked.question().apply(others);
        BernoulliRelaxation relaxation = (BernoulliRelaxation) question.solver();
        RateDistortion changed = question.solvedBy(
                relaxation.lambda(lambda).converging(evaluations).seed(seed));
        // The table shows the mask alone.
        Execution execution = Execution.defaults().freshSamples(1);
        try (Explainer explainer = Nd4jBackend.compile(changed, asked.classifier(), execution)) {
            List<Float> mask = new ArrayList<>();
            Explanation answer = explainer.explainTogether(own, Run.plain()).get(0);
            answer.masks().values().forEach(block -> {
                for (float entry : block.values()) {
                    mask.add(entry);
                }
            });
            boolean converged = answer.ending().orElseThrow().converged();
            return new double[] {own.size(), mask.get(0), mask.get(1), converged ? 1 : 0};
        }
    }

    private void print(String family, List<double[]> answers) {
        console.out()
                .println(String.format(
                        Locale.ROOT,
                        "%-10s %5.0f  %-15s %-15s %.0f of %s",
                        family,
                        answers.get(0)[0],
                        column(answers, 1),
                        column(answers, 2),
                        answers.stream().mapToDouble(answer -> answer[3]).sum(),
                        answers.size()));
    }

    private static Estimate column(List<double[]> answers, int column) {
        return Estimate.of(
                answers.stream().mapToDouble(answer -> answer[column]).toArray());
    }

    @Override
    public String afterStop() {
        return Stoppable.finishedIn(out);
    }
}
