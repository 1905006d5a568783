package org.rde4j.nd4j.solve;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What two independent estimates of one gradient agree on. Every grid of components is split into scales: means over
 * blocks of 2^l × 2^l places, and what each finer level adds to them. At each scale the products of the two estimates
 * tell how much of their power is signal, and the mean of both is multiplied by that share, as in Wiener's filter. So
 * no width of a smoothing needs to be set: regions are trusted before single places, and these as soon as they are
 * known.
 *
 * @param grids where the components lie
 */
record Agreement(List<Distortions.Grid> grids) {
    /** The share of a scale with fewer blocks than that is judged together with the coarser ones. */
    private static final int FEW = 6;
    /** Blocks begin anywhere within so many places. */
    private static final int MOST_SHIFT = 1 << 12;

    /**
     * The mean of two estimates as far as they agree.
     *
     * @param seed decides where the blocks begin; another one in each step leaves no trace of them
     */
    float[] of(float[] a, float[] b, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int row = random.nextInt(MOST_SHIFT);
        int column = random.nextInt(MOST_SHIFT);
        float[] agreed = new float[a.length];
        int offset = 0;
        for (Distortions.Grid grid : grids) {
            if (grid.rows() * grid.columns() == 1) {
                scattered(a, b, agreed, offset, grid.bands());
            } else {
                for (int band = 0; band < grid.bands(); band++) {
                    new Pyramid(grid, a, b, offset + band, row, column).write(agreed);
                }
            }
            offset += grid.components();
        }
        return agreed;
    }

    /** Components without neighbours have one scale. */
    private static void scattered(float[] a, float[] b, float[] agreed, int from, int count) {
        double cross = 0;
        double power = 0;
        for (int i = from; i < from + count; i++) {
            double mean = (a[i] + (double) b[i]) / 2;
            cross += a[i] * (double) b[i];
            power += mean * mean;
        }
        double share = share(cross, power);
        for (int i = from; i < from + count; i++) {
            agreed[i] = (float) (share * ((a[i] + (double) b[i]) / 2));
        }
    }

    private static double share(double cross, double power) {
        return power > 0 ? Math.min(1, Math.max(0, cross / power)) : 0;
    }

    /** Means over blocks of one band of a grid; level 0 are the places themselves. */
    private static final class Pyramid {
        private final List<Level> levels = new ArrayList<>();
        private final int bands;
        private final int from;
        private final int shiftRows;
        private final int shiftColumns;

        Pyramid(Distortions.Grid grid, float[] a, float[] b, int from, int shiftRows, int shiftColumns) {
            this.bands = grid.bands();
            this.from = from;
            this.shiftRows = shiftRows;
            this.shiftColumns = shiftColumns;
            Level level = new Level(grid.rows(), grid.columns());
            for (int i = 0; i < level.a.length; i++) {
                level.a[i] = a[from + i * bands];
                level.b[i] = b[from + i * bands];
                level.count[i] = 1;
            }
            levels.add(level);
            while (level.a.length > 1) {
                level = level.coarser(levels.size() - 1, shiftRows, shiftColumns);
                levels.add(level);
            }
        }

        /** Writes what the estimates agree on. */
        void write(float[] agreed) {
            int top = levels.size() - 1;
            double[] cross = new double[top + 1];
            double[] power = new double[top + 1];
            for (int l = top; l >= 0; l--) {
                Level level = levels.get(l);
                Level parent = l == top ? null : levels.get(l + 1);
                for (int r = 0; r < level.rows; r++) {
                    for (int c = 0; c < level.columns; c++) {
                        int i = r * level.columns + c;
                        double a = level.a[i];
                        double b = level.b[i];
                        if (parent != null) {
                            int p = parent(parent, l, r, c);
                            a -= parent.a[p];
                            b -= parent.b[p];
                        }
                        cross[l] += level.count[i] * a * b;
                        power[l] += level.count[i] * (a + b) * (a + b) / 4;
                    }
                }
            }
            double[] shares = shares(cross, power);
            float[] coarser = new float[] {};
            for (int l = top; l >= 0; l--) {
                Level level = levels.get(l);
                Level parent = l == top ? null : levels.get(l + 1);
                float[] values = new float[level.a.length];
                for (int r = 0; r < level.rows; r++) {
                    for (int c = 0; c < level.columns; c++) {
                        int i = r * level.columns + c;
                        double mean = (level.a[i] + (double) level.b[i]) / 2;
                        if (parent == null) {
                            values[i] = (float) (shares[l] * mean);
                        } else {
                            int p = parent(parent, l, r, c);
                            values[i] = (float)
                                    (coarser[p] + shares[l] * (mean - (parent.a[p] + (double) parent.b[p]) / 2));
                        }
                    }
                }
                coarser = values;
            }
            for (int i = 0; i < coarser.length; i++) {
                agreed[from + i * bands] = coarser[i];
            }
        }

        private int parent(Level parent, int level, int row, int column) {
            return Level.up(row, level, shiftRows) * parent.columns + Level.up(column, level, shiftColumns);
        }

        /** The share of the signal in the power of each scale: no more in a finer one than in a coarser one. */
        private double[] shares(double[] cross, double[] power) {
            int top = levels.size() - 1;
            List<double[]> pools = new ArrayList<>();
            double crossSoFar = 0;
            double powerSoFar = 0;
            for (int l = top; l >= 0; l--) {
                crossSoFar += cross[l];
                powerSoFar += power[l];
                boolean few = levels.get(l).a.length - (l == top ? 0 : levels.get(l + 1).a.length) < FEW;
                double share = few ? share(crossSoFar, powerSoFar) : share(cross[l], power[l]);
                double[] pool = {share, power[l] + Double.MIN_NORMAL, 1};
                while (!pools.isEmpty() && pools.get(pools.size() - 1)[0] < pool[0]) {
                    double[] last = pools.remove(pools.size() - 1);
                    double weight = last[1] + pool[1];
                    pool = new double[] {(last[0] * last[1] + pool[0] * pool[1]) / weight, weight, last[2] + pool[2]};
                }
                pools.add(pool);
            }
            double[] shares = new double[top + 1];
            int l = top;
            for (double[] pool : pools) {
                for (int n = 0; n < pool[2]; n++) {
                    shares[l--] = pool[0];
                }
            }
            return shares;
        }
    }

    /** Means of blocks. */
    private static final class Level {
        private final int rows;
        private final int columns;
        private final float[] a;
        private final float[] b;
        private final float[] count;

        Level(int rows, int columns) {
            this.rows = rows;
            this.columns = columns;
            a = new float[rows * columns];
            b = new float[rows * columns];
            count = new float[rows * columns];
        }

        /** The block of the next level that a block of this level lies in. */
        static int up(int place, int level, int shift) {
            // Blocks of level l are the places whose (place + shift) >> l are equal, counted from the first one.
            int now = place + (shift >> level);
            return (now >> 1) - (shift >> level + 1);
        }

        Level coarser(int level, int shiftRows, int shiftColumns) {
            Level coarser = new Level(up(rows - 1, level, shiftRows) + 1, up(columns - 1, level, shiftColumns) + 1);
            for (int r = 0; r < rows; r++) {
                int row = up(r, level, shiftRows) * coarser.columns;
                for (int c = 0; c < columns; c++) {
                    int i = r * columns + c;
                    int p = row + up(c, level, shiftColumns);
                    coarser.a[p] += a[i] * count[i];
                    coarser.b[p] += b[i] * count[i];
                    coarser.count[p] += count[i];
                }
            }
            for (int p = 0; p < coarser.a.length; p++) {
                coarser.a[p] /= coarser.count[p];
                coarser.b[p] /= coarser.count[p];
            }
            return coarser;
        }
    }
}
