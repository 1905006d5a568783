package org.rde4j.nd4j.explain

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Files
import java.time.Duration
import java.util.Random
import java.util.concurrent.CancellationException
import kotlin.concurrent.thread
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.Cancellation
import org.rde4j.Distortion
import org.rde4j.Explainer
import org.rde4j.Explanation
import org.rde4j.Obfuscation
import org.rde4j.RateDistortion
import org.rde4j.Representation
import org.rde4j.Run
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.Nd4jBackend
import org.rde4j.nd4j.representation.CodeSearch

/** Does something when it was called so many times, be it after a step or within one. */
private class After(private var calls: Int, private val action: () -> Unit) :
    Explainer.StepObserver {
    private fun called() {
        if (calls-- == 0) action()
    }

    override fun onStep(step: Explanation.Step) = called()

    override fun onProgress(stage: Explainer.Stage, done: Long, of: Long) = called()
}

/** Searches that are cancelled, interrupted or out of time at any moment. */
class StoppingTest :
    FunSpec({
        val k = 8
        val weights = floatArrayOf(0.1f, 2f, 0.5f, 1f, 0.2f, 3f, 0.7f, 0.3f)
        val model =
            Models.custom("diagonal") { sd, x ->
                x.mul(sd.constant("w", Nd4j.createFromArray(*weights).reshape(1, k.toLong())))
            }
        val ones = Tensor.of(FloatArray(k) { 1f }, k)
        val rising = Tensor.of(FloatArray(k) { 0.2f * it }, k)
        val problem =
            RateDistortion.over(Representation.pixels())
                .obfuscatedBy(Obfuscation.gaussianNoise().given(0.0, 0.5))
                .measuredBy(Distortion.squaredError())
        // Runs of one or two masks and samples, so that every step and round has many of them.
        val execution = Execution.defaults().microBatch(2).freshSamples(12)
        val searches =
            listOf(
                Solver.l1(1.0).adam(0.02).steps(15).samples(4),
                Solver.bernoulli(1.0).adam(0.02).steps(15).samples(4),
                Solver.l1(1.0).converging(250),
                Solver.bernoulli(1.0).converging(250),
                Solver.atMost(3).steps(15).samples(4),
                Solver.distortionConstrained(0.5)
                    .over(Solver.l1(1.0).adam(0.02).steps(6).samples(4))
                    .rounds(3),
                Solver.matchingPursuit(4).samples(4).forward(),
                Solver.matchingPursuit(4).samples(4).lazily(),
                Solver.matchingPursuit(3).samples(4),
                Solver.matchingPursuit(4).samples(4).backward(),
                Solver.matchingPursuit(3).samples(4).swaps(2),
                Solver.matchingPursuit(3).samples(4).lazily().swaps(2),
                Solver.enumeration(1.0).samples(2),
            )

        fun same(found: Explanation, whole: Explanation) {
            found.masks() shouldBe whole.masks()
            found.binary() shouldBe whole.binary()
            found.history() shouldBe whole.history()
            found.pursuit() shouldBe whole.pursuit()
            found.distortion() shouldBe whole.distortion()
            found.warnings() shouldBe whole.warnings()
            found.cost().modelEvaluations() shouldBeGreaterThanOrEqual
                whole.cost().modelEvaluations()
        }

        searches.forEach { search ->
            test("stopped at 50 random moments and resumed is itself: $search") {
                val random = Random(search.toString().hashCode().toLong())
                Nd4jBackend.compile(problem.solvedBy(search), model, execution).use { explainer ->
                    var calls = 0
                    val counting = After(Int.MAX_VALUE) {}
                    val start = System.nanoTime()
                    val whole =
                        explainer.explainEach(
                            listOf(ones, rising),
                            Run.observed(
                                object : Explainer.StepObserver {
                                    override fun onStep(step: Explanation.Step) {
                                        calls++
                                        counting.onStep(step)
                                    }

                                    override fun onProgress(
                                        stage: Explainer.Stage,
                                        done: Long,
                                        of: Long,
                                    ) {
                                        calls++
                                    }
                                }
                            ),
                        )
                    val nanos = System.nanoTime() - start
                    calls shouldBeGreaterThan 5
                    var stops = 0
                    while (stops < 50) {
                        val folder = Files.createTempDirectory("rde4j")
                        val file = folder.resolve("state")
                        var found: List<Explanation>? = null
                        while (found == null) {
                            val token = Cancellation()
                            val worker = Thread.currentThread()
                            val way = random.nextInt(3)
                            val moment = (random.nextDouble() * 1.2 * nanos).toLong()
                            if (way == 2) {
                                thread(isDaemon = true) {
                                    Thread.sleep(moment / 1_000_000, (moment % 1_000_000).toInt())
                                    token.cancel()
                                }
                            }
                            val observer =
                                After(
                                    if (way < 2) random.nextInt(calls + calls / 5)
                                    else Int.MAX_VALUE
                                ) {
                                    if (way == 0) token.cancel() else worker.interrupt()
                                }
                            val run = Run.observed(observer).cancelledBy(token).checkpointedTo(file)
                            try {
                                found = explainer.explainEach(listOf(ones, rising), run)
                                Thread.interrupted()
                            } catch (e: CancellationException) {
                                stops++
                                Thread.interrupted() shouldBe (way == 1)
                                folder.toFile().list()!!.all {
                                    it.startsWith("state") && !it.endsWith("tmp")
                                } shouldBe true
                            }
                        }
                        found.zip(whole).forEach { (a, b) -> same(a, b) }
                        folder.toFile().list()!!.toList().shouldBeEmpty()
                    }
                }
            }
        }

        test("time ends a search within a round, whose candidates are not tried again") {
            listOf(
                    Solver.matchingPursuit(3).samples(4).forward(),
                    Solver.matchingPursuit(3).samples(4).lazily().swaps(1),
                    Solver.matchingPursuit(2).samples(4),
                )
                .forEach { search ->
                    Nd4jBackend.compile(problem.solvedBy(search), model, execution).use {
                        val whole = it.explain(ones)
                        val file = Files.createTempDirectory("rde4j").resolve("state")
                        val slow =
                            object : Explainer.StepObserver {
                                override fun onStep(step: Explanation.Step) {}

                                override fun onProgress(
                                    stage: Explainer.Stage,
                                    done: Long,
                                    of: Long,
                                ) {
                                    if (stage == Explainer.Stage.CANDIDATES) Thread.sleep(20)
                                }
                            }
                        var last: Explanation? = null
                        var runs = 0
                        while (last == null || last.warnings().any { "time budget" in it }) {
                            val run =
                                Run.observed(slow)
                                    .within(Duration.ofMillis(15))
                                    .checkpointedTo(file)
                            last = it.explainEach(listOf(ones), run)[0]
                            check(++runs < 200)
                        }
                        runs shouldBeGreaterThan whole.history().size
                        same(last, whole)
                        file.parent.toFile().list()!!.toList().shouldBeEmpty()
                    }
                }
        }

        test("masks that an enumeration has tried before it was cancelled are not tried again") {
            val search = Solver.enumeration(1.0).samples(2)
            Nd4jBackend.compile(problem.solvedBy(search), model, execution).use {
                val whole = it.explain(ones)
                val masks = 1L shl k
                val told = mutableListOf<Long>()
                val token = Cancellation()
                val observer =
                    object : Explainer.StepObserver {
                        override fun onStep(step: Explanation.Step) {}

                        override fun onProgress(stage: Explainer.Stage, done: Long, of: Long) {
                            if (stage == Explainer.Stage.CANDIDATES) {
                                of shouldBe masks
                                told += done
                                if (done >= masks / 2) token.cancel()
                            }
                        }
                    }
                val file = Files.createTempDirectory("rde4j").resolve("state")
                shouldThrow<CancellationException> {
                    it.explainEach(
                        listOf(ones),
                        Run.observed(observer).cancelledBy(token).checkpointedTo(file),
                    )
                }
                told.size shouldBeGreaterThan 10
                val resumed = it.explainEach(listOf(ones), Run.plain().checkpointedTo(file))[0]
                same(resumed, whole)
                resumed.cost().modelEvaluations() shouldBe whole.cost().modelEvaluations()
            }
        }

        test("time ends the final measurement, with a word about it and the mask as it is") {
            val search = Solver.l1(1.0).adam(0.02).steps(3).samples(2)
            val fresh = 60_000
            Nd4jBackend.compile(problem.solvedBy(search), model, execution.freshSamples(fresh))
                .use {
                    val whole = it.explain(ones)
                    val told = mutableListOf<Pair<Long, Long>>()
                    val telling =
                        object : Explainer.StepObserver {
                            override fun onStep(step: Explanation.Step) {}

                            override fun onProgress(stage: Explainer.Stage, done: Long, of: Long) {
                                told += done to of
                            }
                        }
                    val file = Files.createTempDirectory("rde4j").resolve("state")
                    val run =
                        Run.observed(telling).within(Duration.ofMillis(400)).checkpointedTo(file)
                    val hurried = it.explainEach(listOf(ones), run)[0]
                    hurried.masks() shouldBe whole.masks()
                    hurried.warnings().single() shouldContain "ended the final measurement after"
                    told.all { (done, of) -> done in 2..of && of == fresh.toLong() } shouldBe true
                    told.map { (done, _) -> done } shouldBe told.map { (done, _) -> done }.sorted()
                    // Gone on with, it only measures.
                    val resumed = it.explainEach(listOf(ones), Run.plain().checkpointedTo(file))[0]
                    same(resumed, whole)
                    file.parent.toFile().list()!!.toList().shouldBeEmpty()
                }
        }

        test("a search for a code stops, too") {
            val latent =
                Nd4jBackend.latent("tanh", smoothClassifier(10, 192, 9).asImages(), 10)
                    .searchedBy(CodeSearch.defaults().steps(1_000_000))
            val slow =
                RateDistortion.over(latent)
                    .obfuscatedBy(Obfuscation.constant(0.0))
                    .measuredBy(Distortion.labelScore())
                    .solvedBy(Solver.l1(1.0).steps(2))
            Nd4jBackend.compile(slow, smoothClassifier(192)).use {
                val token = Cancellation()
                thread(isDaemon = true) {
                    Thread.sleep(300)
                    token.cancel()
                }
                shouldThrow<CancellationException> {
                    it.explainEach(listOf(randomTensor(1, 3, 8, 8)), Run.plain().cancelledBy(token))
                }
            }
        }

        test("curves and measurements stop at an interrupt, which stays set") {
            Nd4jBackend.compile(problem.solvedBy(Solver.l1(1.0).steps(5)), model).use {
                val mask = it.explain(ones).masks()
                val probe = it.probe(ones)
                listOf<() -> Unit>(
                        { it.curve(ones, listOf(1.0, 2.0), Run.plain()) },
                        { it.assess(ones, mask, 4, 1) },
                        { probe.at(mask, 4, 1) },
                    )
                    .forEach { work ->
                        Thread.currentThread().interrupt()
                        shouldThrow<CancellationException> { work() }
                        Thread.interrupted() shouldBe true
                        work()
                    }
            }
        }
    })
