package org.rde4j.samples.audio.network;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.Tensor;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;

/** A trained inpainting network at work: fills in what masks hide of spectra. */
public final class Inpainting {
    private static final int LENGTH = Inpainter.FREQUENCIES;

    private final int batch;
    private final Trainable graph = new Trainable();
    private final Engine engine;
    private final String output;

    /**
     * Builds the graph; nothing runs yet.
     *
     * @param network [N, 9, 1024] to [N, 2, 1024], see {@link Inpainter}
     * @param batch how many spectra at once
     */
    public Inpainting(Nd4jModel network, int batch) {
        this.batch = batch;
        Node x = graph.input("x", batch, LENGTH, 2);
        Node mask = graph.input("mask", batch, LENGTH, 2);
        Node noise = graph.input("noise", batch, LENGTH, Inpainter.NOISE);
        var g = graph.graph();
        Node kept = g.mul(x, mask);
        Node v = network.append(g, g.concat(2, List.of(kept, mask, noise)));
        output = g.add(kept, g.mul(g.from(1, mask), v)).variable().name();
        engine = Engine.of(g.sameDiff(), graph.inputs());
    }

    /**
     * A spectrum of which a part was hidden.
     *
     * @param spectrum [2, 1024] as it is
     * @param mask [2, 1024], 1 where kept
     * @param inpainted [2, 1024], equal to the spectrum where the mask is 1
     */
    public record Filled(Tensor spectrum, Tensor mask, Tensor inpainted) {}

    /**
     * Hides parts of spectra at random, as in the training, and fills them in.
     *
     * @param spectra each [2, 1024]
     * @param seed of masks and noise
     * @return as many
     */
    public List<Filled> filled(List<Tensor> spectra, long seed) {
        List<Filled> filled = new ArrayList<>();
        for (int first = 0; first < spectra.size(); first += batch) {
            SplittableRandom random = new SplittableRandom(new SplittableRandom(seed + first).nextLong());
            float[] x = new float[batch * LENGTH * 2];
            for (int n = 0; n < batch; n++) {
                SpectrumBatch.placesFirst(spectra.get(Math.min(first + n, spectra.size() - 1)), x, n);
            }
            float[] mask = Masks.drawn(random, batch, LENGTH);
            SpectrumBatch.write(x, graph.array("x"));
            SpectrumBatch.write(mask, graph.array("mask"));
            INDArray noise = graph.array("noise");
            SpectrumBatch.write(SpectrumBatch.noise(random, noise.length()), noise);
            INDArray result = engine.run(List.of(output)).get(output);
            float[] whole = result.dup('c').data().asFloat();
            for (int n = 0; n < batch && first + n < spectra.size(); n++) {
                filled.add(new Filled(
                        spectra.get(first + n),
                        SpectrumBatch.channelsFirst(mask, n, LENGTH),
                        SpectrumBatch.channelsFirst(whole, n, LENGTH)));
            }
        }
        return filled;
    }
}
