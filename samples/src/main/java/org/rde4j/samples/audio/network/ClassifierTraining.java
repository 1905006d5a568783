package org.rde4j.samples.audio.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.Cancellation;
import org.rde4j.Optimizer;
import org.rde4j.nd4j.Models;
import org.rde4j.nd4j.checkpoint.Checkpoint;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.nd4j.training.Schedule;
import org.rde4j.nd4j.training.Share;
import org.rde4j.nd4j.training.Training;

/** Trains a {@link NoteClassifier} on spectra: cross-entropy, Adam, half a cosine of step sizes. */
public final class ClassifierTraining {
    private final TrainingSettings settings;
    private final NoteClassifier network;
    private final Spectra data;
    private final Checkpoint checkpoint;
    private final Trainable graph = new Trainable();
    private final List<INDArray> weights;
    private final Training training;
    private final Engine engine;
    private final String scores;

    /**
     * A training; nothing runs yet.
     *
     * @param settings how
     * @param network what
     * @param data the spectra to learn from
     * @param checkpoint a file to continue from if it is there, and to leave the state in; or empty
     */
    public ClassifierTraining(
            TrainingSettings settings, NoteClassifier network, Spectra data, Optional<Path> checkpoint) {
        this.settings = settings;
        this.network = network;
        this.data = data;
        this.checkpoint =
                new Checkpoint(checkpoint, "training", "%s; %s; %s spectra".formatted(settings, network, data.size()));
        Graph g = graph.graph();
        Size size = network.input();
        Node x = graph.input("x", settings.batch(), 1, size.length(), size.channels());
        Node families = graph.input("families", settings.batch(), network.families());
        List<Node> nodes = graph.variables(network.outline().initialWeights(settings.seed()));
        weights = Trainable.arrays(nodes);
        Node logits = g.reshape(network.written(new GraphWriting(g, nodes), x), settings.batch(), network.families());
        Node fits = g.sum(g.mul(g.logSoftmax(logits), families), false, 1);
        Node loss = g.mul(g.mean(fits, false), -1);
        training = new Training(
                new Share(g, loss, nodes, Map.of(), graph.inputs()),
                new Optimizer.Adam(settings.stepSize()),
                Schedule.cosine(settings.steps()));
        engine = Engine.of(g.sameDiff(), graph.inputs());
        scores = logits.variable().name();
    }

    /**
     * Trains.
     *
     * @param listener hears of every report
     * @return this, with the trained weights
     * @throws org.rde4j.RdeException if the loss is no longer a finite number or the checkpoint is another training's
     */
    public ClassifierTraining run(TrainingSettings.Listener listener) {
        return run(listener, new Cancellation());
    }

    /**
     * Trains, unless it is stopped; its state is then in the checkpoint.
     *
     * @param listener hears of every report
     * @param cancellation stops the training before its next step, as an interrupt of this thread does
     * @return this, with the trained weights
     * @throws org.rde4j.RdeException if the loss is no longer a finite number or the checkpoint is another training's
     * @throws java.util.concurrent.CancellationException if it was stopped
     */
    public ClassifierTraining run(TrainingSettings.Listener listener, Cancellation cancellation) {
        TrainingFile state = new TrainingFile("step,loss\n", 1);
        state.add(weights, training);
        checkpoint.load(state);
        checkpoint.keeping(state, () -> {
            while (state.step < settings.steps()) {
                cancellation.check();
                draw(settings.random(state.step));
                state.stepped(training.step());
                if (settings.reportsAfter(state.step)) {
                    report(state, listener);
                }
            }
        });
        return this;
    }

    private void report(TrainingFile state, TrainingSettings.Listener listener) {
        double loss = state.means()[0];
        state.history += String.format(Locale.ROOT, "%d,%.6g%n", state.step, loss);
        checkpoint.save(state);
        listener.reported(state.step, String.format(Locale.ROOT, "loss %.4f", loss), state.history);
    }

    private void draw(SplittableRandom random) {
        int[] which = data.drawn(random, settings.batch());
        data.write(which, graph.array("x"));
        float[] hot = new float[settings.batch() * network.families()];
        for (int i = 0; i < which.length; i++) {
            hot[i * network.families() + data.families().get(which[i])] = 1;
        }
        SpectrumBatch.write(hot, graph.array("families"));
    }

    /**
     * The share of spectra that the network, as it is now, gives their own family.
     *
     * @param test spectra
     * @return in [0, 1]
     */
    public double accuracy(Spectra test) {
        int right = 0;
        for (int first = 0; first < test.size(); first += settings.batch()) {
            int[] which = new int[settings.batch()];
            for (int i = 0; i < which.length; i++) {
                which[i] = Math.min(first + i, test.size() - 1);
            }
            test.write(which, graph.array("x"));
            INDArray found = engine.run(List.of(scores)).get(scores).argMax(1);
            for (int i = 0; i < which.length && first + i < test.size(); i++) {
                right += found.getInt(i) == test.families().get(which[i]) ? 1 : 0;
            }
        }
        return (double) right / test.size();
    }

    /**
     * Writes the network as it is now as ONNX: {@code input} [N, 2, 1024], {@code output} [N, families], scores before
     * the softmax.
     *
     * @param file where to
     * @param half whether to store the weights as 16-bit floats
     */
    public void write(Path file, boolean half) {
        network.write(file, weights, List.of(), half);
    }

    /**
     * The network as it is now.
     *
     * @return takes [N, 2, 1024] and gives scores [N, families]
     */
    public Nd4jModel model() {
        try {
            Path file = Files.createTempFile("rde4j-", ".onnx");
            try {
                write(file, false);
                return Models.onnx(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
