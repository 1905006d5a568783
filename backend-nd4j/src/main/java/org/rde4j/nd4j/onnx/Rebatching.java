package org.rde4j.nd4j.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How a network that was exported for a fixed batch is written for another number of signals: constants stay those of
 * the export, and in every other value one axis grows or shrinks with the batch. Shapes that networks state follow the
 * axis; that nothing else mixes signals is for {@link Network} to check.
 *
 * @param exported every value of the network, written for the batch of the export
 * @param from the batch of the export
 * @param to how many signals there are
 */
record Rebatching(Map<String, Value> exported, long from, long to) {
    private static final Set<String> RESHAPES = Set.of("Reshape", "Flatten", "Squeeze", "Unsqueeze");

    /** Some value has no axis that follows the batch: the network cannot be written for several signals at once. */
    static final class Impossible extends RuntimeException {
        private static final long serialVersionUID = 1;

        Impossible(String reason) {
            super(reason, null, false, false);
        }
    }

    /** Whether a value is the same for any signals. */
    boolean isConstant(String name) {
        return exported.get(name) instanceof Constant;
    }

    /** A value as it was exported. */
    Value known(String name) {
        Value value = exported.get(name);
        if (value == null) {
            throw new Impossible("nothing is known of " + name);
        }
        return value;
    }

    /** Writes the nodes that state shapes; null for others. */
    @Nullable
    List<Value> reshaped(Call call) {
        OnnxNode node = call.node();
        if (!RESHAPES.contains(node.operator())) {
            return null;
        }
        long[] source = known(node.inputs().get(0)).shape();
        long[] target = known(node.outputs().get(0)).shape();
        Value x = call.value(0);
        int axis = axis(source, x.shape());
        long before = Shapes.length(Arrays.copyOf(source, axis));
        int follows = IntStream.range(0, target.length)
                .filter(i -> Shapes.length(Arrays.copyOf(target, i)) == before && target[i] % from == 0)
                .findFirst()
                .orElseThrow(() -> new Impossible("no axis of " + node + " follows the batch"));
        return List.of(x.reshape(Shapes.with(target, follows, target[follows] / from * to)));
    }

    /** The shape that an Expand states, with the batch of the signals; null for other nodes. */
    @Nullable
    Constant expandedTo(Call call) {
        if (!call.node().operator().equals("Expand") || !(call.value(0) instanceof Activation x)) {
            return null;
        }
        long[] source = known(call.node().inputs().get(0)).shape();
        long[] target = known(call.node().outputs().get(0)).shape();
        int axis = target.length - source.length + axis(source, x.shape());
        return Constant.integers(Shapes.with(target, axis, target[axis] / from * to));
    }

    void requireFollowed(String name, Value value) {
        if (known(name) instanceof Constant != value instanceof Constant) {
            throw new Impossible(name + " depends on the batch");
        }
        axis(known(name).shape(), value.shape());
    }

    /** The only axis in which the shapes differ, by the ratio of the batches. */
    private int axis(long[] before, long[] now) {
        int[] others = before.length != now.length
                ? new int[0]
                : IntStream.range(0, now.length)
                        .filter(i -> before[i] != now[i])
                        .toArray();
        if (others.length != 1 || before[others[0]] * to != now[others[0]] * from) {
            throw new Impossible(Arrays.toString(before) + " became " + Arrays.toString(now));
        }
        return others[0];
    }
}
