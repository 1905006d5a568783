package org.rde4j.samples.pictures;

import java.nio.file.Path;
import java.util.Locale;
import org.rde4j.samples.pictures.network.PictureNetwork;
import org.rde4j.samples.pictures.network.Training;

public final class TrainPictureNetwork {
    public static void main(String[] arguments) {
        Path out = Path.of(arguments[0]);
        Training training = Training.of(Long.parseLong(arguments[1]))
                .steps(Integer.parseInt(arguments[2]))
                .checkpoint(Path.of(arguments[0] + ".checkpoint"));
        PictureNetwork network = training.run(p -> System.out.printf(
                Locale.ROOT, "step %d  loss %.3f  trained %.3f  unseen %.3f  %.0f s%n", p.step(), p.loss(), p.trained(), p.unseen(), p.seconds()));
        network.writeOnnx(out, training.side());
        System.out.printf("unseen %.4f%n", Training.accuracy(network, new PictureSet(~training.seed() - 1), 1200));
    }
}
