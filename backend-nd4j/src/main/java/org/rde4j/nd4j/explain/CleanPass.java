package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;

/** The model alone, one clean signal at a time: the outputs Φ(x) that distortions compare with. */
final class CleanPass {
    private static final String SIGNAL = "signal";

    private final SameDiff graph;
    private final long[] shape;
    private final String output;
    private final AtomicLong activationBytes = new AtomicLong();
    private boolean measured;

    /**
     * A pass for one shape.
     *
     * @param signalShape channels first, without a batch axis
     */
    CleanPass(Nd4jModel model, int[] signalShape) {
        Graph target = new Graph();
        long[] first = new long[signalShape.length + 1];
        first[0] = 1;
        for (int i = 0; i < signalShape.length; i++) {
            first[i + 1] = signalShape[i];
        }
        Node signal = target.placeholder(SIGNAL, first);
        Node out = model.append(target, target.channelsLast(signal));
        this.graph = target.sameDiff();
        this.shape = first;
        this.output = out.variable().name();
    }

    /** The flattened output, channels last. */
    float[] output(float[] signal) {
        INDArray x = Buffers.zeros(shape);
        Buffers.of(x).put(0, signal);
        if (!measured) {
            graph.setListeners(new Meter());
        }
        float[] values = Buffers.values(graph.output(Map.of(SIGNAL, x), output).get(output));
        graph.setListeners(List.of());
        measured = true;
        return values;
    }

    /** The bytes that all intermediate results of one signal take; known after the first pass. */
    long activationBytes() {
        return activationBytes.get();
    }

    /** Adds up what operations put out. */
    private final class Meter extends BaseListener {
        @Override
        public boolean isActive(Operation operation) {
            return true;
        }

        @Override
        public void opExecution(
                SameDiff sd, At at, MultiDataSet batch, SameDiffOp op, OpContext context, INDArray[] outputs) {
            activationBytes.addAndGet(Arrays.stream(outputs)
                    .mapToLong(o -> o.length() * Float.BYTES)
                    .sum());
        }
    }
}
