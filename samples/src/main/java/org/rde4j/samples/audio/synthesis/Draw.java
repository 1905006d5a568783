package org.rde4j.samples.audio.synthesis;

import java.util.SplittableRandom;

/** Seeded random numbers, keyed by what they are for: never by order, threads or time. */
final class Draw {
    private final SplittableRandom random;

    private Draw(SplittableRandom random) {
        this.random = random;
    }

    /** The stream of some keys; other keys, another stream. */
    static Draw of(long seed, long... keys) {
        long mixed = scrambled(seed);
        for (long key : keys) {
            mixed = scrambled(mixed + key);
        }
        return new Draw(new SplittableRandom(mixed));
    }

    /** Uniform in [low, high). */
    double between(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    /** Uniform in the logarithm: for frequencies, times and other ratios. */
    double ratioBetween(double low, double high) {
        return low * StrictMath.pow(high / low, random.nextDouble());
    }

    /** An angle in [0, 2π). */
    double angle() {
        return between(0, 2 * Math.PI);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** 0 to bound − 1. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long scrambled(long key) {
        long z = key + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
