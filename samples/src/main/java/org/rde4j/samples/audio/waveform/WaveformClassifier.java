package org.rde4j.samples.audio.waveform;

import java.util.Arrays;
import java.util.List;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.nd4j.onnx.OnnxModel;
import org.rde4j.samples.audio.Families;
import org.rde4j.samples.audio.LogSpectrum;
import org.rde4j.samples.audio.Note;
import org.rde4j.samples.audio.Wav;

/**
 * A classifier of the ten {@link Families} by the sound itself, {@link Wav#RATE} samples a second, values in [−1, 1].
 *
 * @param model the network
 * @param shape of its signals: [1, T] or [T]
 */
public record WaveformClassifier(Nd4jModel model, int[] shape) {
    /** Copies the shape. */
    public WaveformClassifier {
        shape = shape.clone();
    }

    /**
     * A network of an ONNX file with the input [N, 1, T] or [N, T]. Where the file leaves T open, it is two seconds.
     *
     * @param model the network
     * @return the classifier
     * @throws RdeException if the network takes something else, or does not give a score to each of ten families
     */
    public static WaveformClassifier of(OnnxModel model) {
        List<Long> input = model.inputs().get(0).shape();
        boolean vector = input.size() == 2;
        boolean signal = input.size() == 3 && Math.abs(input.get(1)) == 1;
        if (!vector && !signal) {
            throw new RdeException(
                    "%s takes signals %s, but a classifier of waveforms takes [N, 1, T] or [N, T]."
                            .formatted(model.name(), input),
                    "Give a network of sounds at %s samples a second.".formatted(Wav.RATE));
        }
        long given = input.get(input.size() - 1);
        int length = given > 0 ? Math.toIntExact(given) : LogSpectrum.SAMPLES;
        WaveformClassifier classifier =
                new WaveformClassifier(model, vector ? new int[] {length} : new int[] {1, length});
        classifier.requireFamilies();
        return classifier;
    }

    private void requireFamilies() {
        Graph graph = new Graph();
        long[] one = shape.length == 1 ? new long[] {1, length()} : new long[] {1, length(), 1};
        long[] scores = model.append(graph, graph.placeholder("signal", one)).shape();
        if (!Arrays.equals(scores, new long[] {1, Families.NAMES.size()})) {
            throw new RdeException(
                    "%s gives %s for one sound, but there are %s families of instruments."
                            .formatted(model.name(), Arrays.toString(scores), Families.NAMES.size()),
                    "Give a network with one score for each of %s.".formatted(String.join(", ", Families.NAMES)));
        }
    }

    @Override
    public int[] shape() {
        return shape.clone();
    }

    /**
     * The number T of samples that it hears.
     *
     * @return at least 1
     */
    public int length() {
        return shape[shape.length - 1];
    }

    /**
     * What it hears of a note: the beginning, followed by silence if the note is shorter.
     *
     * @param note any note
     * @return a signal of {@link #shape()}
     */
    public Tensor signal(Note note) {
        return Tensor.of(Arrays.copyOf(note.samples(), length()), shape);
    }
}
