package org.rde4j.nd4j.solve;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rde4j.Enumeration;
import org.rde4j.Explanation;
import org.rde4j.RdeException;
import org.rde4j.nd4j.checkpoint.Checkpoint;

/** Tries all binary masks of one task, the sparse ones first. */
final class EnumerationSearch implements Checkpoint.State {
    /** Masks of one step, whatever one run of the model holds. */
    private static final int OF_STEP = 4096;
    /** So many runs come between two looks at the clock. */
    private static final int LOOK_AFTER = 2;

    private final Enumeration settings;
    private final Distortions distortions;
    private final Control control;
    private final int components;
    private final int atOnce;
    private int tried;
    private final List<Explanation.Step> history = new ArrayList<>();
    private @Nullable Mask best;

    EnumerationSearch(Enumeration settings, Distortions distortions, Control control) {
        this.settings = settings;
        this.distortions = distortions;
        this.control = control;
        this.components = distortions.components();
        this.atOnce = Math.min(OF_STEP, LOOK_AFTER * distortions.rowsAtOnce());
        if (components > Enumeration.MOST_COMPONENTS) {
            throw new RdeException(
                    "The enumeration of all masks takes at most %s components, but there are %s."
                            .formatted(Enumeration.MOST_COMPONENTS, components),
                    "Maybe use larger components, such as patches(32), or a matching pursuit.");
        }
    }

    Solution solve() {
        int[] order = IntStream.range(0, 1 << components)
                .filter(this::isAllowed)
                .boxed()
                .sorted(Comparator.comparing(Integer::bitCount))
                .mapToInt(Integer::intValue)
                .toArray();
        control.resume(this);
        while (tried < order.length && !isSettled(order[tried]) && (best == null || !control.isOver())) {
            int end = Math.min(order.length, (tried / OF_STEP + 1) * OF_STEP);
            int to = Math.min(end, tried + atOnce);
            tryAll(Arrays.copyOfRange(order, tried, to));
            tried = to;
            control.tried(tried, order.length);
            if (tried == end) {
                report(order.length);
            }
        }
        if (history.size() < steps(tried)) {
            report(order.length);
        }
        control.completed();
        List<String> warnings = new ArrayList<>(control.warnings(tried, order.length, "masks"));
        if (best.rank() == Double.POSITIVE_INFINITY) {
            warnings.add("No mask keeps the distortion within the bound; the answer has the least distortion.");
        }
        return new Solution(
                row(best.bits()),
                Optional.empty(),
                settings.criterion() instanceof Enumeration.Price price
                        ? OptionalDouble.of(price.lambda())
                        : OptionalDouble.empty(),
                Optional.empty(),
                history,
                control.medianSeconds(),
                warnings);
    }

    private boolean isAllowed(int bits) {
        return !(settings.criterion() instanceof Enumeration.AtMost most) || Integer.bitCount(bits) <= most.count();
    }

    /** Whether denser masks cannot be the answer any more. */
    private boolean isSettled(int next) {
        return settings.criterion() instanceof Enumeration.Within
                && best != null
                && best.rank() < Double.POSITIVE_INFINITY
                && Integer.bitCount(next) > Integer.bitCount(best.bits());
    }

    private void tryAll(int[] masks) {
        float[][] rows = Arrays.stream(masks).mapToObj(this::row).toArray(float[][]::new);
        Distortions.Estimate estimate = distortions
                .at(new int[masks.length], rows, Distortions.Samples.first(settings.samples()), new float[0][])
                .finite();
        for (int i = 0; i < masks.length; i++) {
            double distortion = estimate.distortion()[i];
            Mask mask = new Mask(masks[i], rank(masks[i], distortion), distortion, estimate.probability()[i]);
            best = best == null || mask.isBetter(best) ? mask : best;
        }
    }

    /** What is to be least. */
    private double rank(int bits, double distortion) {
        int kept = Integer.bitCount(bits);
        if (settings.criterion() instanceof Enumeration.Price price) {
            return distortion + price.lambda() * kept / components;
        }
        if (settings.criterion() instanceof Enumeration.Within bound) {
            return distortion <= bound.distortion() ? kept : Double.POSITIVE_INFINITY;
        }
        return distortion;
    }

    private float[] row(int bits) {
        float[] row = new float[components];
        for (int i = 0; i < components; i++) {
            row[i] = bits >> i & 1;
        }
        return row;
    }

    private static int steps(int masks) {
        return (masks + OF_STEP - 1) / OF_STEP;
    }

    private void report(int all) {
        double rate = (double) Integer.bitCount(best.bits()) / components;
        boolean priced = settings.criterion() instanceof Enumeration.Price;
        Explanation.Step step = new Explanation.Step(
                history.size() + 1,
                steps(all),
                best.distortion(),
                rate,
                priced ? best.rank() : best.distortion(),
                best.probability());
        history.add(step);
        control.afterStep(step);
    }

    @Override
    public void write(DataOutputStream out) throws IOException {
        out.writeInt(tried);
        Histories.write(out, history);
        if (tried > 0) {
            out.writeInt(best.bits());
            out.writeDouble(best.rank());
            out.writeDouble(best.distortion());
            out.writeDouble(best.probability());
        }
    }

    @Override
    public void read(DataInputStream in) throws IOException {
        tried = in.readInt();
        if (tried < 0 || tried > 1 << components) {
            throw new IOException("it is damaged");
        }
        history.addAll(Histories.read(in));
        if (tried > 0) {
            best = new Mask(in.readInt(), in.readDouble(), in.readDouble(), in.readDouble());
        }
    }

    private record Mask(int bits, double rank, double distortion, double probability) {
        boolean isBetter(Mask other) {
            if (rank != other.rank) {
                return rank < other.rank;
            }
            // Of equally good masks the sparser, which came first, stays, unless none meets the bound.
            boolean asSparse = Integer.bitCount(bits) == Integer.bitCount(other.bits);
            return (asSparse || Double.isInfinite(rank)) && distortion < other.distortion;
        }
    }
}
