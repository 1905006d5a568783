package org.rde4j.nd4j.representation;

import java.util.ArrayList;
import java.util.List;
import org.rde4j.Moments;
import org.rde4j.Moments.Grouping;

/**
 * Mean and standard deviation of the noise that replaces one coefficient.
 *
 * @param mean in the units of the coefficients
 * @param std in the units of the coefficients, at least 0
 */
public record NoiseMoments(double mean, double std) {

    /**
     * The moments for every block and every channel.
     *
     * <p>Measured standard deviations are those of a sample, divided by one less than its size, as PyTorch's
     * {@code std} is; that of a single value is 0. Every block is a scale of its own, as the approximation and
     * the details of each level of a wavelet transform are. Cells that are always kept do not count.
     *
     * @param moments where the moments come from
     * @param blocks the blocks of a transform
     * @param coefficients the coefficients of the signal, as {@link Transform#analyse} returns them
     * @return for each block one for each of its channels, which its values run through in turn
     */
    public static List<List<NoiseMoments>> of(Moments moments, List<Block> blocks, float[][] coefficients) {
        if (moments instanceof Moments.Given given) {
            NoiseMoments fixed = new NoiseMoments(given.mean(), given.std());
            return expand(blocks, (block, channel) -> fixed);
        }
        if (moments instanceof Moments.OfSignal ofSignal) {
            return measured(ofSignal.grouping(), blocks, coefficients);
        }
        throw new AssertionError(moments);
    }

    private static List<List<NoiseMoments>> measured(Grouping grouping, List<Block> blocks, float[][] coefficients) {
        int channels = blocks.stream()
                .mapToInt(block -> block.firstChannel() + block.channels())
                .max()
                .orElseThrow();
        List<Sample> groups = new ArrayList<>();
        for (int g = 0; g < Math.max(channels, blocks.size()); g++) {
            groups.add(new Sample());
        }
        for (int b = 0; b < blocks.size(); b++) {
            Block block = blocks.get(b);
            for (int i = 0; i < coefficients[b].length; i++) {
                if (block.owner(i / block.dimension()) == Block.KEPT) {
                    continue;
                }
                int channel = block.firstChannel() + i % block.channels();
                groups.get(group(grouping, b, channel)).add(coefficients[b][i]);
            }
        }
        return expand(
                blocks, (b, channel) -> groups.get(group(grouping, b, channel)).moments());
    }

    private static int group(Grouping grouping, int block, int channel) {
        return switch (grouping) {
            case WHOLE -> 0;
            case PER_CHANNEL -> channel;
            case PER_SCALE -> block;
        };
    }

    private interface ByBlockAndChannel {
        NoiseMoments at(int block, int channel);
    }

    private static List<List<NoiseMoments>> expand(List<Block> blocks, ByBlockAndChannel moments) {
        List<List<NoiseMoments>> all = new ArrayList<>();
        for (int b = 0; b < blocks.size(); b++) {
            List<NoiseMoments> ofBlock = new ArrayList<>();
            for (int i = 0; i < blocks.get(b).channels(); i++) {
                ofBlock.add(moments.at(b, blocks.get(b).firstChannel() + i));
            }
            all.add(List.copyOf(ofBlock));
        }
        return List.copyOf(all);
    }

    /** Mean and squared deviations, updated value by value without cancellation (Welford's method). */
    private static final class Sample {
        private long size;
        private double mean;
        private double squares;

        void add(double value) {
            size++;
            double deviation = value - mean;
            mean += deviation / size;
            squares += deviation * (value - mean);
        }

        NoiseMoments moments() {
            return new NoiseMoments(mean, size < 2 ? 0 : Math.sqrt(squares / (size - 1)));
        }
    }
}
