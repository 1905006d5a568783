package org.rde4j.samples.audio.network;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.Cancellation;
import org.rde4j.Optimizer;
import org.rde4j.nd4j.checkpoint.Checkpoint;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.training.Schedule;
import org.rde4j.nd4j.training.Share;
import org.rde4j.nd4j.training.Training;

/**
 * Trains the {@link Inpainter} against a {@link Critic} on random masks (seed 4.2.1): the critic learns to tell spectra
 * whose hidden part was inpainted from real ones (hinge losses of each stretch, its slopes bounded by
 * {@link SpectralNorm}), the inpainter learns to be taken for real and, so that it gets there sooner, to be near
 * the hidden values. Both take a step on every batch, the critic the first.
 */
public final class InpainterTraining {
    /** Weight of the distance of hidden values from the true ones beside the critic's score. */
    private static final double NEARNESS = 3;
    /** Weight of phases in that distance: many cannot be known. */
    private static final double PHASES = 0.5;
    /** Gradients of games turn around; a long memory would overshoot. */
    private static final double MOMENTUM = 0.5;

    private static final double MEMORY = 0.99;
    private static final double EPSILON = 1e-8;
    /** Batches behind the statistics of the batch normalisations. */
    private static final int CALIBRATION = 16;

    private static final Inpainter INPAINTER = new Inpainter();
    private static final Critic CRITIC = new Critic();

    private final TrainingSettings settings;
    private final Spectra data;
    private final Checkpoint checkpoint;
    private final Trainable game = new Trainable();
    private final Trainable judgement = new Trainable();
    private final List<INDArray> weights;
    private final List<INDArray> criticWeights;
    private final Training inpainting;
    private final Training judging;
    private final Engine engine;
    private final String completed;
    private final List<String> statistics = new ArrayList<>();

    /**
     * A training; nothing runs yet.
     *
     * @param settings how
     * @param data the spectra to learn from
     * @param checkpoint a file to continue from if it is there, and to leave the state in; or empty
     */
    public InpainterTraining(TrainingSettings settings, Spectra data, Optional<Path> checkpoint) {
        this.settings = settings;
        this.data = data;
        this.checkpoint =
                new Checkpoint(checkpoint, "training", "%s; inpainter; %s spectra".formatted(settings, data.size()));
        int batch = settings.batch();
        int length = Inpainter.FREQUENCIES;

        Graph second = judgement.graph();
        Node real = judgement.input("real", batch, 1, length, 2);
        Node fake = judgement.input("fake", batch, 1, length, 2);
        Node given = judgement.input("mask", batch, 1, length, 2);
        List<Node> judges = judgement.variables(CRITIC.outline().initialWeights(settings.seed() + 1));
        criticWeights = Trainable.arrays(judges);
        Node realScore = score(second, judges, real, given);
        Node fakeScore = score(second, judges, fake, given);
        Node judged = second.add(
                second.mean(second.relu(second.from(1, realScore)), false),
                second.mean(second.relu(second.add(fakeScore, 1)), false));
        judging = new Training(
                new Share(second, judged, judges, Map.of(), judgement.inputs()), adam(2), Schedule.constant());

        Graph first = game.graph();
        Node x = game.input("x", batch, 1, length, 2);
        Node mask = game.input("mask", batch, 1, length, 2);
        Node noise = game.input("noise", batch, 1, length, Inpainter.NOISE);
        List<Node> nodes = game.variables(biased(INPAINTER.outline().initialWeights(settings.seed())));
        weights = Trainable.arrays(nodes);
        Node kept = first.mul(x, mask);
        Node hidden = first.from(1, mask);
        GraphWriting writing = new GraphWriting(first, nodes);
        Node v = INPAINTER.written(writing, first.concat(3, List.of(kept, mask, noise)));
        Node whole = first.add(kept, first.mul(hidden, v));
        Node nearness = first.mean(first.mul(hidden, distance(first, v, x)), false);
        Node taken = first.mean(score(first, game.resting(criticWeights), whole, mask), false);
        Node loss = first.sub(first.mul(nearness, NEARNESS), taken);
        inpainting = new Training(
                new Share(first, loss, nodes, Map.of("nearness", nearness), game.inputs()),
                adam(1),
                Schedule.cosine(settings.steps()));
        engine = Engine.of(first.sameDiff(), game.inputs());
        completed = whole.variable().name();
        writing.statistics().forEach(node -> statistics.add(node.variable().name()));
    }

    private Optimizer adam(double times) {
        return new Optimizer.Adam(times * settings.stepSize(), MOMENTUM, MEMORY, EPSILON);
    }

    private static Node score(Graph graph, List<Node> weights, Node spectrum, Node mask) {
        return CRITIC.written(new GraphWriting(graph, weights), graph.concat(3, List.of(spectrum, mask)));
    }

    /** |Δ log(1 + 10·magnitude)| and a share of 1 − cos Δphase, [N, 1, T, 2]. */
    private static Node distance(Graph graph, Node a, Node b) {
        Node loudness = graph.abs(graph.sub(
                GraphWriting.loudness(graph, graph.slice(a, 3, 0, 1)),
                GraphWriting.loudness(graph, graph.slice(b, 3, 0, 1))));
        Node turn = graph.cos(graph.sub(graph.slice(a, 3, 1, 2), graph.slice(b, 3, 1, 2)));
        return graph.concat(3, List.of(loudness, graph.mul(graph.from(1, turn), PHASES)));
    }

    /** The last ReLU starts alive: at the mean of phases, and above zero for magnitudes. */
    private static List<INDArray> biased(List<INDArray> initial) {
        INDArray last = initial.get(initial.size() - 1);
        last.putScalar(0, 0.5);
        last.putScalar(1, Math.PI);
        return initial;
    }

    /**
     * Trains.
     *
     * @param listener hears of every report
     * @return this, with the trained weights
     * @throws org.rde4j.RdeException if a loss is no longer a finite number or the checkpoint is another training's
     */
    public InpainterTraining run(TrainingSettings.Listener listener) {
        return run(listener, new Cancellation());
    }

    /**
     * Trains, unless it is stopped; its state is then in the checkpoint.
     *
     * @param listener hears of every report
     * @param cancellation stops the training before its next step, as an interrupt of this thread does
     * @return this, with the trained weights
     * @throws org.rde4j.RdeException if a loss is no longer a finite number or the checkpoint is another training's
     * @throws java.util.concurrent.CancellationException if it was stopped
     */
    public InpainterTraining run(TrainingSettings.Listener listener, Cancellation cancellation) {
        TrainingFile state = new TrainingFile("step,critic_loss,inpainter_loss,distance\n", 3);
        state.add(weights, inpainting);
        state.add(criticWeights, judging);
        checkpoint.load(state);
        checkpoint.keeping(state, () -> {
            while (state.step < settings.steps()) {
                cancellation.check();
                step(state);
                if (settings.reportsAfter(state.step)) {
                    report(state, listener);
                }
            }
        });
        return this;
    }

    private void step(TrainingFile state) {
        draw(settings.random(state.step));
        judgement.array("fake").assign(engine.run(List.of(completed)).get(completed));
        double criticLoss = judging.step();
        for (int i = 0; i < criticWeights.size(); i += 2) {
            SpectralNorm.limit(criticWeights.get(i));
        }
        double inpainterLoss = inpainting.step();
        state.stepped(criticLoss, inpainterLoss, inpainting.terms().get("nearness"));
    }

    private void report(TrainingFile state, TrainingSettings.Listener listener) {
        double[] means = state.means();
        state.history += String.format(Locale.ROOT, "%d,%.6g,%.6g,%.6g%n", state.step, means[0], means[1], means[2]);
        String message = String.format(
                Locale.ROOT,
                "critic %.3f, inpainter %.3f, distance from what was hidden %.3f",
                means[0],
                means[1],
                means[2]);
        checkpoint.save(state);
        listener.reported(state.step, message, state.history);
    }

    private void draw(SplittableRandom random) {
        data.write(data.drawn(random, settings.batch()), game.array("x"));
        SpectrumBatch.write(Masks.drawn(random, settings.batch(), Inpainter.FREQUENCIES), game.array("mask"));
        INDArray noise = game.array("noise");
        SpectrumBatch.write(SpectrumBatch.noise(random, noise.length()), noise);
        judgement.array("real").assign(game.array("x"));
        judgement.array("mask").assign(game.array("mask"));
    }

    /**
     * Writes the network as it is now as ONNX: {@code input} [N, 9, 1024] (see {@link Inpainter}), {@code output}
     * [N, 2, 1024]. Its batch normalisations get the mean statistics of some batches.
     *
     * @param file where to
     * @param half whether to store the weights as 16-bit floats
     */
    public void write(Path file, boolean half) {
        INPAINTER.write(file, weights, calibrated(), half);
    }

    private List<INDArray> calibrated() {
        List<INDArray> means = new ArrayList<>();
        for (int i = 0; i < CALIBRATION; i++) {
            draw(settings.random(-2 - i));
            Map<String, INDArray> seen = engine.run(statistics);
            for (int k = 0; k < statistics.size(); k++) {
                INDArray own = seen.get(statistics.get(k)).div(CALIBRATION);
                if (i == 0) {
                    means.add(own);
                } else {
                    means.get(k).addi(own);
                }
            }
        }
        return means;
    }
}
