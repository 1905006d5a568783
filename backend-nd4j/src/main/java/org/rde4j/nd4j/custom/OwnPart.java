package org.rde4j.nd4j.custom;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.RdeException;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * A part of a problem that a user has written as a function. Whatever it throws, and whatever it gives that does not
 * fit, is told with its name.
 *
 * @param what such as {@code obfuscation 'half'}
 */
public record OwnPart(String what) {
    /** Kernels add in another order for another number of rows. */
    private static final double ROUNDING = 1e-3;

    private static final int FEW = 2;
    private static final int MORE = 3;

    /**
     * A part by its kind and name.
     *
     * @param kind such as {@code obfuscation}
     * @param name how the user calls it
     * @return the part
     */
    public static OwnPart of(String kind, String name) {
        return new OwnPart("%s '%s'".formatted(kind, name));
    }

    /**
     * Calls the user's function.
     *
     * @param function what to call
     * @param <T> what it gives
     * @return what it gave
     * @throws RdeException if it throws anything or gives null
     */
    public <T> T call(Supplier<? extends @Nullable T> function) {
        @Nullable T result;
        try {
            result = function.get();
        } catch (CancellationException stopped) {
            throw stopped;
        } catch (RuntimeException e) {
            String message = String.valueOf(e.getMessage());
            if (e instanceof RdeException && message.contains(name())) {
                throw e;
            }
            throw new RdeException(
                    "The %s fails: %s: %s"
                            .formatted(
                                    what,
                                    e.getClass().getSimpleName(),
                                    message.lines().findFirst().orElse("")),
                    "Mend its function; the cause of this error says where.",
                    e);
        }
        if (result == null) {
            throw wrong("gives null", "Return what it computes from its arguments.");
        }
        return result;
    }

    /**
     * Calls a function that writes into a graph.
     *
     * @param graph where it shall write
     * @param function what to call
     * @return the variable that it gave
     * @throws RdeException if it throws, or gives nothing, a variable of another graph or other numbers than 32-bit floats
     */
    public SDVariable write(SameDiff graph, Supplier<? extends @Nullable SDVariable> function) {
        SDVariable result = call(function);
        if (result.getSameDiff() != graph) {
            throw wrong(
                    "gives a variable of another graph than it was given",
                    "Return what it computes from its arguments.");
        }
        if (result.dataType() != DataType.FLOAT) {
            throw wrong(
                    "gives values of the type %s, not 32-bit floats".formatted(result.dataType()),
                    "Maybe end with castTo(DataType.FLOAT).");
        }
        return result;
    }

    /** How the user calls it. */
    private String name() {
        return what.substring(what.indexOf('\'') + 1, what.length() - 1);
    }

    /** The error that the part does something wrong. */
    public RdeException wrong(String does, String remedy) {
        return new RdeException("The %s %s.".formatted(what, does), remedy);
    }

    /** Writes the part into an empty graph. */
    @FunctionalInterface
    public interface Writing {
        /**
         * Writes it.
         *
         * @param graph where to write
         * @param inputs makes its inputs
         * @return its result
         */
        @Nullable
        SDVariable write(Graph graph, Inputs inputs);
    }

    /** Makes the inputs of a trial. Everything but the first row and sample differs from trial to trial. */
    public static final class Inputs {
        private final Graph graph;
        private final int rows;
        private final int samples;
        private final SplittableRandom random;
        private final Map<String, INDArray> arrays = new HashMap<>();

        private Inputs(Graph graph, int rows, int samples) {
            this.graph = graph;
            this.rows = rows;
            this.samples = samples;
            this.random = new SplittableRandom(rows);
        }

        /** The number of samples M. */
        public int samples() {
            return samples;
        }

        /**
         * An input with an axis of rows.
         *
         * @param first the values of the first row
         * @param rest the shape of a row
         * @return [rows, … rest]
         */
        public Node rows(String name, float[] first, long... rest) {
            return placeholder(name, first, rows, LongStream.concat(LongStream.of(rows), LongStream.of(rest)));
        }

        /**
         * An input with axes of rows and samples.
         *
         * @param first the values of the first sample of the first row
         * @param rest the shape of a sample
         * @return [rows, samples, … rest]
         */
        public Node samples(String name, float[] first, long... rest) {
            return placeholder(
                    name, first, rows * samples, LongStream.concat(LongStream.of(rows, samples), LongStream.of(rest)));
        }

        private Node placeholder(String name, float[] first, int copies, LongStream shape) {
            float[] values = Arrays.copyOf(first, copies * first.length);
            for (int i = first.length; i < values.length; i++) {
                float alike = first[random.nextInt(first.length)];
                values[i] = (float) ((alike == 0 ? 0.1 : alike) * (0.5 + 0.5 * random.nextDouble()));
            }
            long[] axes = shape.toArray();
            arrays.put(name, Nd4j.createFromArray(values).reshape(axes));
            return graph.placeholder(name, axes);
        }
    }

    /**
     * What one sample must be given.
     *
     * @param leading how many axes go before those of one sample: 1 for rows, 2 for rows and samples
     * @param broadcast whether shapes that broadcast to that one will do
     * @param rest the shape of one sample, or null for any
     */
    public record Expected(int leading, boolean broadcast, long @Nullable ... rest) {
        /** Something for each row. */
        public static final Expected ROWS = new Expected(1, false, (long[]) null);

        private long[] shape(int rows, int samples, long[] given) {
            if (rest == null) {
                long[] same = given.length == 0 ? new long[1] : given.clone();
                same[0] = rows;
                return same;
            }
            LongStream lead = leading == 1 ? LongStream.of(rows) : LongStream.of(rows, samples);
            return LongStream.concat(lead, LongStream.of(rest)).toArray();
        }
    }

    /**
     * Tries the part on two batches that have one sample in common.
     *
     * @param writing writes it
     * @param expected of its result
     * @return what it gives for the sample
     * @throws RdeException if it fails, gives another shape, or something else for the sample in another batch
     */
    public float[] tried(Writing writing, Expected expected) {
        float[] few = first(writing, expected, FEW);
        float[] more = first(writing, expected, MORE);
        requireSame(few, more);
        return few;
    }

    /**
     * Refuses a part that gives a sample something else in another batch.
     *
     * @param few what it gives in one batch
     * @param more what it gives in the other
     * @throws RdeException if they differ by more than rounding
     */
    public void requireSame(float[] few, float[] more) {
        double most = 0;
        double gap = few.length == more.length ? 0 : Double.POSITIVE_INFINITY;
        for (int i = 0; i < Math.min(few.length, more.length); i++) {
            most = Math.max(most, Float.isFinite(few[i]) ? Math.abs(few[i]) : 0);
            // NaN in both is no difference.
            gap = Float.compare(few[i], more[i]) == 0 ? gap : Math.max(gap, Math.abs(few[i] - more[i]));
        }
        if (!(gap <= ROUNDING * most)) {
            throw wrong(
                    "mixes the samples of a batch: what it gives for one of them changes with the others",
                    "Reduce and reshape along the axes after those of the batch only.");
        }
    }

    /**
     * Refuses NaN and infinite values.
     *
     * @param values what the part gives for a sample that it must bear
     * @return the values
     */
    public float[] finite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw wrong(
                        "gives %s at its first evaluation".formatted(value),
                        "Keep divisors above zero, and the arguments of roots and logarithms in their range.");
            }
        }
        return values;
    }

    private float[] first(Writing writing, Expected expected, int size) {
        Graph graph = new Graph();
        Inputs inputs = new Inputs(graph, size, size);
        SDVariable result = write(graph.sameDiff(), () -> writing.write(graph, inputs));
        // An input that comes back unchanged is computed by nobody.
        String name = result.add(0).name();
        INDArray array = call(() -> {
            Engine engine = Engine.of(graph.sameDiff(), inputs.arrays);
            try {
                return engine.run(List.of(name)).get(name).dup('c');
            } finally {
                engine.free();
            }
        });
        long[] shape = array.shape();
        long[] wanted = expected.shape(size, size, shape);
        long[] padded = wanted.clone();
        Arrays.fill(padded, 0, Math.max(0, wanted.length - shape.length), 1);
        for (int axis = 0; axis < Math.min(shape.length, wanted.length); axis++) {
            padded[wanted.length - 1 - axis] = shape[shape.length - 1 - axis];
        }
        boolean fits = shape.length <= wanted.length && (expected.broadcast || shape.length == wanted.length);
        for (int axis = 0; axis < wanted.length; axis++) {
            fits &= padded[axis] == wanted[axis] || expected.broadcast && padded[axis] == 1;
        }
        if (!fits) {
            throw wrong(
                    "gives the shape %s but must give %s%s"
                            .formatted(
                                    Arrays.toString(shape),
                                    Arrays.toString(wanted),
                                    expected.broadcast ? " or what broadcasts to it" : ""),
                    "The first %s the batch, here of %s; keep what belongs to it apart."
                            .formatted(expected.leading == 1 ? "axis is" : "two axes are", size));
        }
        long length = LongStream.of(padded).skip(expected.leading).reduce(1, (a, b) -> a * b);
        return Arrays.copyOf(array.ravel().toFloatVector(), Math.toIntExact(length));
    }
}
