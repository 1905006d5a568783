package org.rde4j.radiomap.training;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.point;
import static org.rde4j.Distortion.squaredError;
import static org.rde4j.Obfuscation.zero;
import static org.rde4j.Representation.channels;
import static org.rde4j.Representation.part;
import static org.rde4j.Representation.parts;

import java.util.stream.DoubleStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.RateDistortion;
import org.rde4j.Region;
import org.rde4j.Regulariser;
import org.rde4j.Tensor;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.radiomap.data.Batch;
import org.rde4j.radiomap.data.Batches;
import org.rde4j.radiomap.network.Estimator;
import org.rde4j.radiomap.scene.LineOfSight;
import org.rde4j.radiomap.scene.Scene;

/**
 * The interpretation loss (seed section 4.3.2): where the transmitter sees a missing building J, the estimate inside it
 * is to be the same when all buildings are taken from the input, so that it must rely on measurements.
 */
public final class InterpretationLoss {
    /** How the term is called in records of a training. */
    public static final String NAME = "interpretation";

    private static final int BUILDINGS = 1;

    private InterpretationLoss() {}

    /**
     * ‖Φ_J(x) − Φ_J(x̃)‖², x̃ = [transmitter, 0, measurements].
     *
     * @return the term with weight 1 for networks of the inputs transmitter, buildings, measurements; its region is the
     *     missing building of each example
     */
    public static Regulariser regulariser() {
        RateDistortion problem = RateDistortion.over(parts(
                        part("transmitter", 1, channels()).kept(),
                        part("buildings", 1, channels()),
                        part("measurements", 1, channels())))
                .obfuscatedBy(zero("buildings"))
                .measuredBy(squaredError().restrictedTo(Region.perExample()));
        return Regulariser.relyingOn("measurements", problem).called(NAME);
    }

    /**
     * The loss of a trained network.
     *
     * @param model takes [N, H, W, 3] and gives [N, H, W, 1]
     * @param batches the first epoch's scenes, in the order of the examples
     * @return for each scene with a missing building in sight, ‖Φ_J(x) − Φ_J(x̃)‖²
     */
    public static double[] of(Nd4jModel model, Batches batches) {
        Batches inOrder = batches.inOrder();
        Estimator estimator = new Estimator(model);
        DoubleStream.Builder losses = DoubleStream.builder();
        for (int number = 0; number < inOrder.count(); number++) {
            try (Batch batch = inOrder.batch(0, number)) {
                INDArray told = estimator.estimates(batch.x()).dup();
                batch.x().get(all(), all(), all(), point(BUILDINGS)).assign(0);
                INDArray changed = told.subi(estimator.estimates(batch.x())).muli(batch.missing());
                for (int i = 0; i < batch.scenes().size(); i++) {
                    if (batch.missing().slice(i).maxNumber().doubleValue() > 0) {
                        losses.add(StrictMath.pow(changed.slice(i).norm2Number().doubleValue(), 2));
                    }
                }
            }
        }
        return losses.build().toArray();
    }

    /**
     * The loss of a trained network on one scene.
     *
     * @param model takes [N, H, W, 3] and gives [N, H, W, 1]
     * @param scene with measurements and missing buildings
     * @return ‖Φ_J(x) − Φ_J(x̃)‖², 0 if no missing building is in sight
     */
    public static double of(Nd4jModel model, Scene scene) {
        Estimator estimator = new Estimator(model);
        Tensor nothing = Tensor.of(new float[scene.rows() * scene.columns()], scene.rows(), scene.columns());
        float[] told = estimator.estimate(scene.input()).values();
        float[] bare = estimator.estimate(scene.given(nothing).input()).values();
        float[] missing = LineOfSight.missingInSight(scene).values();
        double sum = 0;
        for (int i = 0; i < told.length; i++) {
            sum += missing[i] > 0 ? StrictMath.pow(told[i] - bare[i], 2) : 0;
        }
        return sum;
    }
}
