package org.rde4j.samples.benchmark;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rde4j.samples.report.ProcessMemory;

/**
 * What was measured. Ratios are of the medians of neighbouring rounds, so that a machine whose speed drifts
 * shows in the spread and not in the result.
 *
 * @param seconds of our steps
 * @param peakMiB the greatest resident memory of our process, 0 where it is not known
 * @param grownMiB how much our resident memory grew from the end of the warm-up to the end
 * @param peerSeconds of the peer's steps, or null without a peer
 * @param peerPeakMiB the greatest resident memory of the peer's process, or null
 * @param ratio our time divided by the peer's, round by round, or null
 */
public record Measurement(
        Spread seconds,
        long peakMiB,
        long grownMiB,
        @Nullable Spread peerSeconds,
        @Nullable Long peerPeakMiB,
        @Nullable Spread ratio) {

    /**
     * Does some work in rounds, in turn with a peer if there is one.
     *
     * @param work our side
     * @param peer the other side or null
     * @param warmup steps of each side that do not count
     * @param rounds how often the turn changes
     * @param stepsPerRound steps of each side in a round
     */
    public static Measurement of(Work work, @Nullable Peer peer, int warmup, int rounds, int stepsPerRound) {
        Clock clock = new Clock(peer, warmup, stepsPerRound);
        work.run(warmup + rounds * stepsPerRound, clock::tick);
        return clock.measurement();
    }

    /** Told of every step of ours, lets the peer run after each round. */
    private static final class Clock {
        private final @Nullable Peer peer;
        private final int warmup;
        private final int stepsPerRound;
        private final List<Double> ours = new ArrayList<>();
        private final List<Double> theirs = new ArrayList<>();
        private final List<Double> ratios = new ArrayList<>();
        private int ticks;
        private long residentBefore;
        private long start = System.nanoTime();

        Clock(@Nullable Peer peer, int warmup, int stepsPerRound) {
            this.peer = peer;
            this.warmup = warmup;
            this.stepsPerRound = stepsPerRound;
        }

        void tick() {
            ticks++;
            if (ticks > warmup) {
                ours.add((System.nanoTime() - start) / 1e9);
            }
            if (ticks == warmup) {
                residentBefore = ProcessMemory.residentMiB().orElse(0L);
                if (peer != null) {
                    peer.run(warmup);
                }
            }
            if (ticks > warmup && (ticks - warmup) % stepsPerRound == 0 && peer != null) {
                List<Double> round = peer.run(stepsPerRound);
                theirs.addAll(round);
                List<Double> own = ours.subList(ours.size() - stepsPerRound, ours.size());
                ratios.add(Spread.of(own).median() / Spread.of(round).median());
            }
            start = System.nanoTime();
        }

        Measurement measurement() {
            long peak = ProcessMemory.peakMiB().orElse(0L);
            long grown = ProcessMemory.residentMiB().orElse(0L) - residentBefore;
            return peer == null
                    ? new Measurement(Spread.of(ours), peak, grown, null, null, null)
                    : new Measurement(
                            Spread.of(ours), peak, grown, Spread.of(theirs), peer.peakBytes() >> 20, Spread.of(ratios));
        }
    }
}
