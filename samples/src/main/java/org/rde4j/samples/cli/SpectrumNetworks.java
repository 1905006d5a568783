package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.rde4j.RdeException;
import org.rde4j.files.InputFiles;
import org.rde4j.nd4j.Models;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.samples.audio.Families;
import org.rde4j.samples.audio.LogSpectrum;
import org.rde4j.samples.audio.network.Inpainter;
import org.rde4j.samples.report.Labels;
import picocli.CommandLine.Option;

/** The options that choose a classifier of spectra and the network that fills in what is hidden. */
final class SpectrumNetworks {
    @Option(
            names = "--model",
            paramLabel = "M.onnx",
            description = "A classifier of spectra [N, 2, 1024], such as 'train notes' writes (default: the one that"
                    + " comes with rde4j).")
    private Optional<Path> model = Optional.empty();

    @Option(
            names = "--inpainter",
            paramLabel = "G.onnx",
            description = "An inpainting network [N, 9, 1024] to [N, 2, 1024], such as 'train inpainter' writes"
                    + " (default: the one that comes with rde4j).")
    private Optional<Path> inpainter = Optional.empty();

    @Option(
            names = "--labels",
            paramLabel = "FILE",
            description = "Names of the classes, line k for class k (default: the ten families of NSynth).")
    private Optional<Path> labels = Optional.empty();

    /** The classifier. */
    Nd4jModel classifier() {
        return read(model, BundledAudio.CLASSIFIER, 2);
    }

    /** How it is called. */
    String name() {
        return model.map(path -> path.getFileName().toString()).orElse("the note classifier of rde4j");
    }

    /** G. */
    Nd4jModel inpainter() {
        return read(inpainter, BundledAudio.INPAINTER, 4 + Inpainter.NOISE);
    }

    /** The names of the classes; RdeException if the classifier has another number of them. */
    Labels labels(Nd4jModel classifier) {
        Labels names = labels.map(Labels::read).orElse(new Labels(Families.NAMES));
        names.requireCount(
                (int) output(classifier, 2).size(-1), labels.map(Path::toString).orElse("NSynth"));
        return names;
    }

    private static Nd4jModel read(Optional<Path> given, BundledAudio otherwise, int channels) {
        given.ifPresent(InputFiles::requireReadable);
        Nd4jModel network = Models.onnx(given.orElseGet(otherwise::onnx));
        try {
            output(network, channels);
        } catch (RdeException e) {
            throw new RdeException(
                    "%s takes no signals [N, %s, %s]."
                            .formatted(given.map(Path::toString).orElse(network.name()), channels, LogSpectrum.CELLS),
                    "Give a network such as 'rde4j train notes' and 'rde4j train inpainter' write.",
                    e);
        }
        return network;
    }

    private static Node output(Nd4jModel network, int channels) {
        Graph graph = new Graph();
        return network.append(graph, graph.placeholder("signals", 1, LogSpectrum.CELLS, channels));
    }
}
