package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.List;
import org.rde4j.samples.pictures.Outline;
import org.rde4j.samples.pictures.PictureSet;
import org.rde4j.samples.report.Labels;

/** The small network trained on drawn shapes; it takes RGB in [0, 1] as it is. */
final class BundledNetwork implements Bundle {
    private static final String FILE = "pictures/picture-network.onnx";
    /** Shapes whose decisive parts are easy to see. */
    private static final List<Outline> SHOWN = List.of(Outline.STAR, Outline.CROSS, Outline.RING, Outline.TRIANGLE);

    private static final long SHOWN_SEED = 2;

    @Override
    public Path onnx() {
        return BundledFile.onnx(FILE);
    }

    @Override
    public float[] mean() {
        return new float[] {0, 0, 0};
    }

    @Override
    public float[] std() {
        return new float[] {1, 1, 1};
    }

    @Override
    public Labels labels() {
        return new Labels(Outline.labels());
    }

    @Override
    public int side() {
        return PictureSet.SIDE;
    }

    @Override
    public List<Picture> pictures(int count) {
        PictureSet set = new PictureSet(SHOWN_SEED);
        return SHOWN.stream()
                .limit(count)
                .map(outline ->
                        new Picture(outline.label(), set.portrait(outline).tensor()))
                .toList();
    }
}
