package org.rde4j.nd4j.explain;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Bulk copies between Java arrays and ND4J's memory outside the heap. */
final class Buffers {
    private Buffers() {}

    /** The shape of so many signals. */
    static long[] batch(long size, int[] signalShape) {
        return LongStream.concat(LongStream.of(size), Arrays.stream(signalShape).asLongStream())
                .toArray();
    }

    static INDArray zeros(long... shape) {
        return Nd4j.create(DataType.FLOAT, shape, 'c');
    }

    static FloatBuffer of(INDArray array) {
        return array.data().asNioFloat();
    }

    /** The values in row-major order, whatever the array's strides. */
    static float[] values(INDArray array) {
        INDArray plain = array.ordering() == 'c' && !array.isView() ? array : array.dup('c');
        float[] values = new float[Math.toIntExact(plain.length())];
        of(plain).get(0, values);
        return values;
    }
}
