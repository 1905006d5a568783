package org.rde4j.radiomap.data;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.Tensor;
import org.rde4j.radiomap.scene.LineOfSight;
import org.rde4j.radiomap.scene.Scene;

/**
 * Scenes as arrays, channels last. Closing a batch frees its arrays at once; otherwise the garbage collector does.
 *
 * @param epoch of which epoch it is
 * @param number which batch of that epoch, from 0
 * @param scenes the N scenes
 * @param x what the network is told [N, H, W, channels]
 * @param y the signal strength that it is to estimate [N, H, W, 1]
 * @param missing 1 inside of missing buildings that the transmitter sees, 0 elsewhere [N, H, W, 1]: the region J
 *     of the interpretation loss (see {@link LineOfSight#missingInSight})
 */
public record Batch(int epoch, int number, List<Scene> scenes, INDArray x, INDArray y, INDArray missing)
        implements AutoCloseable {
    /** Keeps the list from changing. */
    public Batch {
        scenes = List.copyOf(scenes);
    }

    static Batch of(int epoch, int number, List<Scene> scenes, Input input) {
        return new Batch(
                epoch,
                number,
                scenes,
                stacked(scenes.stream().map(input::of).toList()),
                stacked(scenes.stream().map(scene -> single(scene.gain())).toList()),
                stacked(scenes.stream()
                        .map(scene -> single(LineOfSight.missingInSight(scene)))
                        .toList()));
    }

    private static Tensor single(Tensor map) {
        return map.reshape(1, map.shape()[0], map.shape()[1]);
    }

    /** Images [C, H, W] of one shape as [N, H, W, C]. */
    private static INDArray stacked(List<Tensor> images) {
        int[] shape = images.get(0).shape();
        int channels = shape[0];
        int pixels = shape[1] * shape[2];
        float[] values = new float[images.size() * channels * pixels];
        for (int n = 0; n < images.size(); n++) {
            float[] image = images.get(n).values();
            for (int channel = 0; channel < channels; channel++) {
                for (int i = 0; i < pixels; i++) {
                    values[(n * pixels + i) * channels + channel] = image[channel * pixels + i];
                }
            }
        }
        INDArray array = Nd4j.createUninitialized(DataType.FLOAT, images.size(), shape[1], shape[2], channels);
        array.data().setData(values);
        return array;
    }

    @Override
    public void close() {
        x.close();
        y.close();
        missing.close();
    }
}
