package org.rde4j.nd4j.explain

import org.nd4j.linalg.api.ndarray.INDArray
import org.rde4j.Distortion
import org.rde4j.Obfuscation
import org.rde4j.RateDistortion
import org.rde4j.Representation
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.nd4j.solve.Distortions

/** A problem that is only used to obfuscate signals. */
class Obfuscated(
    strategy: Obfuscation,
    private val signals: List<Tensor>,
    microBatch: Int,
    representation: Representation = Representation.pixels(),
    seed: Long = 3,
    change: (RateDistortion) -> RateDistortion = { it },
) {
    constructor(
        strategy: Obfuscation,
        signal: Tensor,
        microBatch: Int,
        representation: Representation = Representation.pixels(),
        seed: Long = 3,
        change: (RateDistortion) -> RateDistortion = { it },
    ) : this(strategy, listOf(signal), microBatch, representation, seed, change)

    private val problem =
        change(
            RateDistortion.over(representation)
                .obfuscatedBy(strategy)
                .measuredBy(Distortion.squaredError())
                .solvedBy(Solver.l1(1.0).samples(microBatch).seed(seed))
        )
    private val size = signals[0].size()
    private val shape =
        CompiledShape(
            problem,
            smoothClassifier(size),
            Execution.defaults().microBatch(microBatch * signals.size),
            signals[0].shape(),
        )
    private val estimator =
        shape.posed(signals, Array(signals.size) { intArrayOf(it) }).distortions()

    val components = shape.components()

    val random: Boolean
        get() = estimator.worthwhile(2) == 2

    /** y of one sample in the signal's order. */
    fun sample(mask: FloatArray, sample: Long, signal: Int = 0): FloatArray {
        val y: INDArray = estimator.obfuscate(signal, mask, sample)
        val rank = y.rank()
        val first = if (rank == 1) y else y.permute(rank - 1, *IntArray(rank - 1) { it })
        return first.dup('c').data().asFloat()
    }

    /** f(v) of the first samples. */
    fun replaced(samples: Int): List<FloatArray> =
        (0L until samples).map { sample(FloatArray(components), it) }

    /** The distortions of the first samples, half of each component kept. */
    fun distortions(samples: Int, signal: Int = 0): List<Double> =
        estimator
            .each(signal, FloatArray(components) { 0.5f }, Distortions.Samples.first(samples))
            .distortion()
            .toList()
}
