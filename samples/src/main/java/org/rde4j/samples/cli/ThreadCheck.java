package org.rde4j.samples.cli;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Whether the threads of the numerical library help or wait for each other. They wait at the end of every
 * operation; when another process holds one of their cores, each wait takes a time slice of the system, and
 * the whole process becomes ten to twenty times slower for as long as that lasts.
 */
final class ThreadCheck {
    private static final int RUNS = 9;
    /** Several threads may cost a little on small arrays, but not this much. */
    private static final double TOLERATED = 4;

    private ThreadCheck() {}

    /** How much longer a small convolution takes with all threads than with one; 1 with only one thread. */
    static double slowdown() {
        // Arrays first: the natives are not there before ND4J has chosen its backend.
        INDArray x = Nd4j.ones(DataType.FLOAT, 1, 64, 64, 8);
        NativeOps natives = NativeOpsHolder.getInstance().getDeviceNativeOps();
        int threads = natives.ompGetMaxThreads();
        if (threads < 2) {
            return 1;
        }
        INDArray w = Nd4j.ones(DataType.FLOAT, 3, 3, 8, 8);
        INDArray y = Nd4j.create(DataType.FLOAT, 1, 62, 62, 8);
        double all = median(x, w, y);
        try {
            natives.setOmpNumThreads(1);
            return all / median(x, w, y);
        } finally {
            natives.setOmpNumThreads(threads);
        }
    }

    static boolean isSlow(double slowdown) {
        return slowdown > TOLERATED;
    }

    private static double median(INDArray x, INDArray w, INDArray y) {
        double[] seconds = new double[RUNS];
        for (int i = 0; i < RUNS; i++) {
            long start = System.nanoTime();
            Nd4j.exec(DynamicCustomOp.builder("conv2d")
                    .addInputs(x, w)
                    .addOutputs(y)
                    .addIntegerArguments(3, 3, 1, 1, 0, 0, 1, 1, 0, 1, 0)
                    .build());
            seconds[i] = (System.nanoTime() - start) / 1e9;
        }
        Arrays.sort(seconds);
        return seconds[RUNS / 2];
    }
}
