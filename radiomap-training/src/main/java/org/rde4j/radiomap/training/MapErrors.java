package org.rde4j.radiomap.training;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.radiomap.data.Batch;
import org.rde4j.radiomap.data.Batches;
import org.rde4j.radiomap.network.Estimator;

/**
 * How far estimated radio maps are from true ones, over any number of maps. Grey levels lie in [0, 1] after the
 * threshold of the data set.
 *
 * @param maps how many maps were compared
 * @param mse the mean squared error over all pixels of all maps
 * @param nmse the sum of all squared errors over the sum of all squared true values
 * @param batchNmse the mean, over batches of 15 maps in their order, of the same ratio for each batch alone; the
 *     authors of RadioUNet publish this one
 */
public record MapErrors(int maps, double mse, double nmse, double batchNmse) {
    /** The maps in a batch of the authors' NMSE. */
    public static final int AUTHORS_BATCH = 15;

    /** RadioMapSeer's grey levels 0 to 1 stand for path losses of -147 to -47.84 dB; 0.2 is cut off. */
    private static final double DECIBELS = 0.8 * (147 - 47.84);

    /**
     * The root of the mean squared error.
     *
     * @return in grey levels
     */
    public double rmse() {
        return Math.sqrt(mse);
    }

    /**
     * The root of the mean squared error as path loss, for maps with RadioMapSeer's threshold of 0.2.
     *
     * @return in dB
     */
    public double rmseDecibels() {
        return DECIBELS * rmse();
    }

    /**
     * The normalised error in dB.
     *
     * @return 10·log₁₀ of {@link #nmse()}
     */
    public double nmseDecibels() {
        return 10 * StrictMath.log10(nmse);
    }

    /**
     * The errors of a network.
     *
     * @param model takes what the batches tell it, [N, H, W, C], and gives [N, H, W, 1]
     * @param batches the first epoch's scenes, in the order of the examples
     * @return over all of them
     */
    public static MapErrors of(Nd4jModel model, Batches batches) {
        Batches inOrder = batches.inOrder();
        Estimator estimator = new Estimator(model);
        Sum sum = new Sum();
        for (int number = 0; number < inOrder.count(); number++) {
            try (Batch batch = inOrder.batch(0, number)) {
                sum.add(estimator.estimates(batch.x()), batch);
            }
        }
        return sum.errors();
    }

    /** Adds up errors, map by map. */
    public static final class Sum {
        private int maps;
        private long pixels;
        private double error;
        private double power;
        private double batchError;
        private double batchPower;
        private double ratios;

        /**
         * Adds one map.
         *
         * @param estimated grey levels
         * @param truth as many
         */
        public void add(float[] estimated, float[] truth) {
            if (estimated.length != truth.length) {
                throw new IllegalArgumentException(estimated.length + " and " + truth.length + " pixels");
            }
            if (maps > 0 && maps % AUTHORS_BATCH == 0) {
                endBatch();
            }
            for (int i = 0; i < truth.length; i++) {
                double difference = (double) estimated[i] - truth[i];
                batchError += difference * difference;
                batchPower += (double) truth[i] * truth[i];
            }
            maps++;
            pixels += truth.length;
        }

        /**
         * Adds the maps of a batch.
         *
         * @param estimates grey levels [N, H, W, 1]
         * @param batch N scenes
         */
        public void add(INDArray estimates, Batch batch) {
            for (int i = 0; i < batch.scenes().size(); i++) {
                float[] estimated = estimates.slice(i).dup('c').data().asFloat();
                add(estimated, batch.scenes().get(i).gain().values());
            }
        }

        /** A last batch of fewer maps counts by its share, as in the authors' program. */
        private void endBatch() {
            int size = maps % AUTHORS_BATCH == 0 ? AUTHORS_BATCH : maps % AUTHORS_BATCH;
            ratios += size * batchError / batchPower;
            error += batchError;
            power += batchPower;
            batchError = 0;
            batchPower = 0;
        }

        /**
         * The errors of all maps; to be called once.
         *
         * @return their means; NaN without maps
         */
        public MapErrors errors() {
            if (maps > 0) {
                endBatch();
            }
            return new MapErrors(maps, error / pixels, error / power, ratios / maps);
        }
    }
}
