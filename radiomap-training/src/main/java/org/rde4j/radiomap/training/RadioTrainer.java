package org.rde4j.radiomap.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.Cancellation;
import org.rde4j.RdeException;
import org.rde4j.TrainingObjective;
import org.rde4j.nd4j.checkpoint.Checkpoint;
import org.rde4j.radiomap.data.Batch;
import org.rde4j.radiomap.data.Batches;
import org.rde4j.radiomap.data.Examples;
import org.rde4j.radiomap.data.Prefetched;
import org.rde4j.radiomap.network.RadioModel;
import org.rde4j.radiomap.network.RadioUNet;

/**
 * Trains a {@link org.rde4j.radiomap.network.RadioUNet}: batches are read in the background, and at every report the
 * network is tried on other scenes, remembered if it is the best so far, and saved together with all that is needed to
 * continue bit for bit.
 */
public final class RadioTrainer {
    private final RadioTraining settings;
    private final Batches training;
    private final Batches validation;
    private final Optional<RadioModel> start;
    private final Optional<Path> file;
    private final Listener listener;

    /** Hears about a training. */
    public interface Listener {
        /**
         * Called after every step.
         *
         * @param part which U-net is trained, counted from 0
         * @param step its steps so far
         * @param loss before the step
         */
        default void stepped(int part, int step, double loss) {}

        /**
         * Called after every {@link RadioTraining#reportEvery} steps and after the last of each U-net, when the
         * checkpoint is written.
         *
         * @param report where the training has got to
         * @param history the table of all reports so far, CSV
         * @param network the network as it is now; not to be kept
         */
        void reported(Report report, String history, RadioModel network);
    }

    /**
     * A training; nothing runs yet.
     *
     * @param settings how
     * @param training the examples to train on; the size of batches is that of the settings
     * @param validation the examples to choose the best weights by, the same at every report; what does not fill a
     *     batch is left out
     * @param checkpoint a file to continue from if it is there, and to leave the state in; or empty. It remembers the
     *     policies of the examples by their {@code toString()}, so that policies of your own should be records
     * @param listener hears about it
     * @throws RdeException if the examples do not fill a batch
     */
    public RadioTrainer(
            RadioTraining settings,
            Batches training,
            Batches validation,
            Optional<Path> checkpoint,
            Listener listener) {
        this(
                settings,
                new Batches(training.examples(), settings.batch(), training.input(), true, true),
                new Batches(validation.examples(), settings.batch(), training.input(), false, true),
                Optional.empty(),
                checkpoint,
                listener);
    }

    private RadioTrainer(
            RadioTraining settings,
            Batches training,
            Batches validation,
            Optional<RadioModel> start,
            Optional<Path> file,
            Listener listener) {
        this.settings = settings;
        this.training = training;
        this.validation = validation;
        this.start = start;
        this.file = file;
        this.listener = listener;
    }

    /**
     * The same training from the weights of another network instead of random ones. From a first U-net alone, a network
     * of both can start, with random weights of the second.
     *
     * @param network of the layers that the settings say, or of the first U-net among them
     * @return the changed training
     * @throws RdeException if the network has other layers
     */
    public RadioTrainer startingFrom(RadioModel network) {
        RadioModel start = network.network().depth() == RadioUNet.Depth.FIRST
                        && settings.network().depth() == RadioUNet.Depth.BOTH
                ? network.withSecond(settings.seed())
                : network;
        if (!start.network().equals(settings.network())) {
            throw new RdeException(
                    "A training of %s cannot start from a %s.".formatted(settings.network(), network.network()),
                    "Choose the width and depth of the network that it starts from.");
        }
        return new RadioTrainer(settings, training, validation, Optional.of(start), file, listener);
    }

    /**
     * Trains.
     *
     * @return the network with the weights that were best on the validation scenes
     * @throws RdeException if the loss is no longer a finite number, a file of the data is missing or damaged, or the
     *     checkpoint belongs to another training
     */
    public RadioModel run() {
        return run(new Cancellation());
    }

    /**
     * Trains, unless it is stopped; its state is then in the checkpoint, if there is one.
     *
     * @param cancellation stops the training before its next step, as an interrupt of this thread does
     * @return the network with the weights that were best on the validation scenes
     * @throws RdeException as {@link #run()}
     * @throws CancellationException if it was stopped
     */
    public RadioModel run(Cancellation cancellation) {
        TrainingState state = new TrainingState(weights(), Report.header(terms()));
        Checkpoint checkpoint = new Checkpoint(file, "training", fingerprint());
        checkpoint.load(state);
        while (state.part < settings.steps().size()) {
            train(state, checkpoint, cancellation);
            state.endPart();
            checkpoint.save(state);
        }
        return new RadioModel(settings.network(), state.best);
    }

    private List<INDArray> weights() {
        return start.map(
                        network -> network.weights().stream().map(INDArray::dup).toList())
                .orElseGet(() -> settings.network().initialWeights(settings.seed()));
    }

    private String fingerprint() {
        return "%s; on %s; validated on %s%s"
                .formatted(
                        settings,
                        told(training),
                        told(validation),
                        start.map(network -> "; from " + sum(network.weights())).orElse(""));
    }

    /** What scenes these are, and of whatever else their first batch depends on, the values. */
    private static String told(Batches batches) {
        Examples examples = batches.examples();
        try (Batch first = batches.batch(0, 0)) {
            return "%s scenes (%08x), seed %s, %s, %s, first %s"
                    .formatted(
                            examples.size(),
                            examples.stations().hashCode(),
                            examples.seed(),
                            examples.measurements(),
                            examples.missing(),
                            sum(List.of(first.x(), first.y(), first.missing())));
        }
    }

    private static String sum(List<INDArray> arrays) {
        int sum = 0;
        for (INDArray array : arrays) {
            sum = 31 * sum + Arrays.hashCode(array.dup('c').data().asFloat());
        }
        return Integer.toHexString(sum);
    }

    private void train(TrainingState state, Checkpoint checkpoint, Cancellation cancellation) {
        int steps = settings.steps().get(state.part);
        if (steps == 0) {
            return;
        }
        int batches = training.count();
        try (Prefetched scenes = training.prefetched(state.drawn / batches, state.drawn % batches);
                Batch probe = training.batch(0, 0)) {
            Phase phase = new Phase(settings, state, probe.x().shape().clone());
            try {
                while (state.step < steps && state.reportsWithoutGain < settings.patience() || isDue(state)) {
                    cancellation.check();
                    if (isDue(state)) {
                        report(state, phase, checkpoint, cancellation);
                    } else {
                        step(state, phase, scenes);
                    }
                }
            } catch (CancellationException e) {
                phase.save();
                checkpoint.save(state);
                throw e;
            }
        }
    }

    private void step(TrainingState state, Phase phase, Prefetched scenes) {
        try (Batch batch = scenes.next()) {
            double loss = phase.step(batch);
            state.means.add(loss, phase.terms());
            state.step++;
            state.drawn++;
            listener.stepped(state.part, state.step, loss);
        }
    }

    /** Whether steps are to be reported. */
    private boolean isDue(TrainingState state) {
        return state.means.steps() > 0
                && (state.step % settings.reportEvery() == 0
                        || state.step == settings.steps().get(state.part));
    }

    private List<String> terms() {
        List<String> names = new ArrayList<>(List.of(TrainingObjective.FIT));
        settings.objective().regularisers().forEach(regulariser -> names.add(regulariser.name()));
        return names;
    }

    private void report(TrainingState state, Phase phase, Checkpoint checkpoint, Cancellation cancellation) {
        phase.save();
        double rmse = validationError(phase, cancellation);
        Means means = state.means;
        state.means = new Means();
        if (rmse < state.bestRmse) {
            state.bestRmse = rmse;
            state.reportsWithoutGain = 0;
            TrainingState.copy(state.weights, state.best);
        } else {
            state.reportsWithoutGain++;
        }
        Report report = new Report(
                state.part,
                state.step,
                settings.steps().get(state.part),
                means.loss(),
                means.terms(),
                rmse,
                state.bestRmse,
                means.seconds());
        state.history += report.row();
        checkpoint.save(state);
        listener.reported(report, state.history, new RadioModel(phase.network(), phase.weights()));
    }

    private double validationError(Phase phase, Cancellation cancellation) {
        MapErrors.Sum sum = new MapErrors.Sum();
        for (int number = 0; number < validation.count(); number++) {
            cancellation.check();
            try (Batch batch = validation.batch(0, number)) {
                sum.add(phase.estimates(batch.x()), batch);
            }
        }
        return sum.errors().rmse();
    }
}
