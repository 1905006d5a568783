package org.rde4j.nd4j.explain

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.doubles.shouldBeGreaterThanOrEqual
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.doubles.shouldBeLessThanOrEqual
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Files
import java.time.Duration
import java.util.Random
import kotlin.math.abs
import kotlin.math.exp
import kotlin.math.ln
import kotlin.math.sqrt
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.Distortion
import org.rde4j.Explanation
import org.rde4j.L1Relaxation
import org.rde4j.MatchingPursuit
import org.rde4j.Obfuscation
import org.rde4j.RateDistortion
import org.rde4j.RdeException
import org.rde4j.Representation
import org.rde4j.Run
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.Nd4jBackend
import org.rde4j.nd4j.model.Nd4jModel

/** Solvers against enumeration and closed forms on problems of few components. */
class SolversTest :
    FunSpec({
        val k = 8

        /** D(s) = Σ (w_i x_i (1 − s_i))² + …: components add up, so the best mask is known. */
        fun diagonal(vararg weights: Float): Nd4jModel =
            Models.custom("diagonal") { sd, x ->
                x.mul(
                    sd.constant(
                        "w",
                        Nd4j.createFromArray(*weights).reshape(1, weights.size.toLong()),
                    )
                )
            }

        val weights = floatArrayOf(0.1f, 2f, 0.5f, 1f, 0.2f, 3f, 0.7f, 0.3f)
        val ones = Tensor.of(FloatArray(k) { 1f }, k)
        val zeroing =
            RateDistortion.over(Representation.pixels())
                .obfuscatedBy(Obfuscation.constant(0.0))
                .measuredBy(Distortion.squaredError())

        fun solve(
            solver: Solver,
            model: Nd4jModel = diagonal(*weights),
            problem: RateDistortion = zeroing,
            signal: Tensor = ones,
            run: Run = Run.plain(),
        ): Explanation =
            Nd4jBackend.compile(problem.solvedBy(solver), model).use {
                it.explainEach(listOf(signal), run)[0]
            }

        fun Explanation.mask() = masks()["pixels"]!!.values().toList()

        fun Explanation.order() = pursuit().get().picks().map { it.component().index() }

        fun kept(vararg components: Int) = List(k) { if (it in components) 1f else 0f }

        context("matching pursuit") {
            test("chooses the components by what they take from the distortion") {
                val found = solve(Solver.matchingPursuit(3).forward())
                found.pursuit().get().diminishing() shouldBe true
                found.order() shouldBe listOf(5, 1, 3)
                found.mask() shouldBe kept(5, 1, 3)
                val left = weights.sumOf { it.toDouble() * it } - 9 - 4 - 1
                found.pursuit().get().picks().last().distortion() shouldBe (left plusOrMinus 1e-5)
                found.distortion() shouldBe (left plusOrMinus 1e-5)
                found.pursuit().get().candidates() shouldBe 8L + 7 + 6
                found.pursuit().get().naiveCandidates() shouldBe 8L + 7 + 6
            }

            test("takes equally good components in their order") {
                solve(Solver.matchingPursuit(3).forward(), diagonal(*FloatArray(k) { 1f }))
                    .order() shouldBe listOf(0, 1, 2)
            }

            test("ends at the tolerance, and where nothing is gained") {
                solve(Solver.matchingPursuit(8).forward().tolerance(1.0)).order() shouldBe
                    listOf(5, 1, 3)
                val some = diagonal(0f, 1f, 0f, 2f, 0f, 0f, 0f, 0f)
                solve(Solver.matchingPursuit(8).forward().stoppingWithoutGain(), some)
                    .order() shouldBe listOf(3, 1)
                solve(Solver.matchingPursuit(8).forward(), some).order() shouldHaveSize 8
            }

            test("a tolerance that is not met is told of") {
                val few = Solver.matchingPursuit(2)
                listOf(few, few.forward(), few.lazily()).forEach {
                    solve(it.tolerance(5.0)).warnings().shouldBeEmpty()
                    solve(it.tolerance(0.5)).warnings().single() shouldContain
                        "is still above the tolerance (0.5)"
                }
            }

            test("backward elimination takes the least important components away") {
                val found = solve(Solver.matchingPursuit(3).backward())
                found.mask() shouldBe kept(5, 1, 3)
                found.order() shouldBe listOf(0, 4, 7, 2, 6)
                solve(Solver.matchingPursuit(1).backward().tolerance(0.2)).mask() shouldBe
                    kept(1, 2, 3, 5, 6)
            }

            test("a swap mends what greed broke") {
                // Component 0 looks best alone; 1 and 2 together cancel everything.
                val model =
                    Models.custom("pair") { sd, x ->
                        val w = Nd4j.createFromArray(1.2f, 1f, 1f, 0.5f).reshape(4, 1)
                        x.mmul(sd.constant("w", w))
                    }
                val signal = Tensor.of(floatArrayOf(1f, 1f, 1f, -1f), 4)
                // Φ(x) = 1.2 + 1 + 1 − 0.5 = 2.7
                val greedy = solve(Solver.matchingPursuit(2).forward(), model, signal = signal)
                val mended = solve(Solver.matchingPursuit(2).swaps(3), model, signal = signal)
                val best = solve(Solver.enumeration(0.0).atMost(2), model, signal = signal)
                mended.distortion() shouldBeLessThanOrEqual greedy.distortion()
                mended.distortion() shouldBe (best.distortion() plusOrMinus 1e-6)
            }

            test("a floating search finds better sets than a plain one") {
                val random = Random(8)
                val noise = Obfuscation.gaussianNoise().given(0.0, 1.0)
                var gain = 0.0
                repeat(20) {
                    val w = FloatArray(k) { random.nextGaussian().toFloat() }
                    val model =
                        Models.custom("sum") { sd, x ->
                            x.mmul(
                                sd.constant("w", Nd4j.createFromArray(*w).reshape(k.toLong(), 1))
                            )
                        }
                    fun estimate(solver: Solver) =
                        solve(solver, model, zeroing.obfuscatedBy(noise)).also {
                            if (solver is MatchingPursuit) it.mask().sum() shouldBe 3f
                        }
                    val plain = estimate(Solver.matchingPursuit(3).forward())
                    val floating = estimate(Solver.matchingPursuit(3))
                    val best = estimate(Solver.enumeration(0.0).atMost(3)).history().last()
                    fun Explanation.end() = pursuit().get().picks().last().distortion()
                    floating.end() shouldBeGreaterThanOrEqual best.distortion() - 1e-5
                    gain += ln(plain.end() / floating.end())
                }
                println("floating search: distortion × ${exp(-gain / 20)} of the plain one's")
                gain shouldBeGreaterThan 0.0
            }

            test("a distortion that is no number is refused, not searched") {
                listOf(
                        Solver.matchingPursuit(2).forward(),
                        Solver.matchingPursuit(2),
                        Solver.enumeration(1.0),
                        Solver.aimingForRate(0.5).over(Solver.l1(1.0).steps(3)),
                    )
                    .forEach { solver ->
                        val nan =
                            Nd4jBackend.distortion("nan") { _, _, changed ->
                                changed.mul(0.0).sum(false, 2).div(changed.mul(0.0).sum(false, 2))
                            }
                        val failure =
                            runCatching { solve(solver, problem = zeroing.measuredBy(nan)) }
                                .exceptionOrNull()
                        (failure is RdeException) shouldBe true
                        failure!!.message!! shouldContain "NaN"
                    }
            }

            test("a lazy search finds the same with fewer candidates where gains diminish") {
                val random = Random(3)
                val many = FloatArray(60) { random.nextFloat() }
                val signal = Tensor.of(FloatArray(60) { 1f }, 60)
                val plain =
                    solve(Solver.matchingPursuit(12).forward(), diagonal(*many), signal = signal)
                val lazy =
                    solve(Solver.matchingPursuit(12).lazily(), diagonal(*many), signal = signal)
                lazy.order() shouldBe plain.order()
                lazy.pursuit().get().naiveCandidates() shouldBe plain.pursuit().get().candidates()
                lazy.pursuit().get().candidates() * 4 shouldBeLessThan
                    plain.pursuit().get().candidates()
                lazy.pursuit().get().diminishing() shouldBe true
                lazy.warnings().shouldBeEmpty()
            }

            test("a lazy search says when gains grow") {
                // Both factors are needed: the second gains more once the first is there.
                val model =
                    Models.custom("sum") { sd, x ->
                        val w = Nd4j.createFromArray(*weights).reshape(k.toLong(), 1)
                        x.mmul(sd.constant("w", w)).let { it.mul(it).mul(it) }
                    }
                val found = solve(Solver.matchingPursuit(6).lazily(), model)
                found.pursuit().get().diminishing() shouldBe false
                found.warnings().single() shouldContain "may differ from the plain rule"
            }
        }

        context("enumeration") {
            test("finds the best mask at a price, of a size, and within a bound") {
                // A component is worth keeping if w² > λ/k.
                solve(Solver.enumeration(0.4 * k)).mask() shouldBe kept(1, 3, 5, 6)
                solve(Solver.enumeration(0.0).atMost(2)).mask() shouldBe kept(1, 5)
                solve(Solver.enumeration(0.0).within(1.0)).mask() shouldBe kept(1, 3, 5)
            }

            test("refuses more components than it can try") {
                val signal = Tensor.of(FloatArray(21) { 1f }, 21)
                val message =
                    runCatching {
                            solve(
                                Solver.enumeration(1.0),
                                diagonal(*FloatArray(21)),
                                signal = signal,
                            )
                        }
                        .exceptionOrNull()!!
                        .message!!
                message shouldContain "at most 20 components, but there are 21"
            }
        }

        context("bounded rate") {
            test("Frank-Wolfe and projected steps find the closed form") {
                // min Σ w²(1−s)², Σ s ≤ 3: s_i = 1 − μ/w_i² where positive
                fun closedForm(): List<Double> {
                    var low = 0.0
                    var high = 10.0
                    repeat(100) {
                        val mu = (low + high) / 2
                        val sum = weights.sumOf { maxOf(0.0, 1 - mu / (it * it)) }
                        if (sum > 3) low = mu else high = mu
                    }
                    return weights.map { maxOf(0.0, 1 - low / (it * it)) }
                }
                fun distortion(mask: List<Double>) =
                    mask.indices.sumOf {
                        weights[it] * weights[it] * (1 - mask[it]) * (1 - mask[it])
                    }
                val best = distortion(closedForm())
                val wolfe = solve(Solver.atMost(3).steps(2000))
                val projected = solve(Solver.atMost(3).projected().adam(0.01).steps(2000))
                listOf(wolfe, projected).forEach {
                    it.mask().sum().toDouble() shouldBeLessThan 3 + 1e-4
                    it.distortion() shouldBeLessThan best + 0.02
                    it.binary().get().masks()["pixels"]!!.values().toList() shouldBe kept(1, 3, 5)
                    it.binary().get().rate() shouldBe (3.0 / k plusOrMinus 1e-9)
                }
            }

            test("the bound can be a rate") {
                solve(Solver.rateConstrained(0.25).steps(50))
                    .mask()
                    .sum()
                    .toDouble() shouldBeLessThan 2 + 1e-4
            }
        }

        context("searching the price") {
            val base = Solver.l1(1.0).adam(0.02).steps(400)

            test("counts steps through all rounds") {
                val seen = mutableListOf<Explanation.Step>()
                val search = Solver.aimingForRate(0.3).over(base.steps(5)).rounds(3)
                val found = solve(search, run = Run.observed { seen += it })
                found.history().map { it.number() } shouldBe (1..15).toList()
                found.history().map { it.of() } shouldBe List(15) { 15 }
                seen.map { it.number() to it.of() } shouldBe
                    found.history().map { it.number() to it.of() }
            }

            test("bounds the mean distortion of signals that share a mask") {
                val search = Solver.distortionConstrained(0.5).over(base)
                val answers =
                    Nd4jBackend.compile(zeroing.solvedBy(search), diagonal(*weights)).use {
                        it.explainTogether(listOf(ones, Tensor.of(FloatArray(k), k)), Run.plain())
                    }
                answers[0].distortion() shouldBeGreaterThan 0.5
                answers.map { it.distortion() }.average() shouldBeLessThanOrEqual 0.5
                answers.flatMap { it.warnings() }.shouldBeEmpty()
            }

            test("meets a bound of the distortion") {
                val found = solve(Solver.distortionConstrained(0.5).over(base).rounds(12))
                found.distortion() shouldBeLessThanOrEqual 0.5
                found.warnings().shouldBeEmpty()
                // s_i = 1 − λ/(2 k w_i²): the sparsest relaxed mask with this distortion
                fun mask(lambda: Double) =
                    weights.map { maxOf(0.0, 1 - lambda / (2 * k * it * it)) }
                fun distortion(mask: List<Double>) =
                    mask.indices.sumOf {
                        weights[it] * weights[it] * (1 - mask[it]) * (1 - mask[it])
                    }
                var low = 0.0
                var high = 100.0
                repeat(100) {
                    val middle = (low + high) / 2
                    if (distortion(mask(middle)) <= 0.5) low = middle else high = middle
                }
                found.rate() shouldBe (mask(low).average() plusOrMinus 0.03)
                found.lambda().asDouble shouldBe (low plusOrMinus 0.3 * low)
            }

            test("meets a rate") {
                val found = solve(Solver.aimingForRate(0.3).over(base).rounds(12))
                found.rate() shouldBe (0.3 plusOrMinus 0.03)
            }

            test("the defaults reach their targets") {
                val rate = solve(Solver.aimingForRate(0.15))
                rate.rate() shouldBe (0.15 plusOrMinus 0.03)
                rate.warnings().shouldBeEmpty()
                val bounded = solve(Solver.distortionConstrained(0.5))
                bounded.distortion() shouldBeLessThanOrEqual 0.5
                // The sparsest relaxed mask of this distortion has the rate 0.6; see the test
                // above.
                bounded.rate() shouldBeLessThan 0.65
                val projected = solve(Solver.atMost(3).projected())
                projected.mask().sum().toDouble() shouldBe (3.0 plusOrMinus 1e-3)
                projected.binary().get().masks()["pixels"]!!.values().toList() shouldBe
                    kept(1, 3, 5)
            }

            test("a bound that fresh samples break is told of") {
                val noisy = zeroing.obfuscatedBy(Obfuscation.gaussianNoise().given(0.0, 1.0))
                val answers =
                    (1L..12L).map {
                        solve(Solver.distortionConstrained(2.0).seed(it), problem = noisy)
                    }
                answers.forEach {
                    (it.distortion() > 2.0) shouldBe
                        it.warnings().any { w -> "above the bound" in w }
                    it.distortion() shouldBeLessThan 2.5
                }
            }

            test("says when masks end before the bound is reached") {
                val brief = Solver.distortionConstrained(1e3).over(base.steps(2)).rounds(3)
                solve(brief).warnings().first() shouldContain "below the bound (1000.0) at every"
            }

            test("says when the target is out of reach") {
                val hopeless = Solver.aimingForRate(0.99).over(base.lambda(1e6)).rounds(1)
                solve(hopeless).warnings().shouldNotBeEmpty()
            }
        }

        context("the Bernoulli relaxation") {
            test("keeps what is worth its price, softly or rounded") {
                val soft = Solver.bernoulli(0.4 * k).adam(0.02).steps(600).samples(16)
                listOf(soft, soft.rounded(), soft.temperature(0.3)).forEach { solver ->
                    val found = solve(solver)
                    found.binary().get().masks()["pixels"]!!.values().toList() shouldBe
                        kept(1, 3, 5, 6)
                    val expected = weights.filter { it * it <= 0.4f }.sumOf { it.toDouble() * it }
                    found.binary().get().distortion() shouldBe (expected plusOrMinus 1e-5)
                }
            }

            test("says when no entry reaches the threshold") {
                val found = solve(Solver.bernoulli(1e3).adam(0.02).steps(3))
                found.binary().get().rate() shouldBe 0.0
                found.warnings().single() shouldContain "the binary mask is empty"
            }

            test("its samples are Bernoulli in the limit") {
                // One component, Φ(x) = x: D = P(s = 0) at a low temperature.
                val theta = 0.3
                val problem =
                    zeroing.solvedBy(
                        Solver.bernoulli(0.0)
                            .temperature(0.01)
                            .startingAt(theta)
                            .sgd(1e-9)
                            .steps(1)
                            .samples(1)
                    )
                val found =
                    Nd4jBackend.compile(problem, diagonal(1f)).use {
                        it.explain(Tensor.of(floatArrayOf(1f), 1))
                    }
                val error = sqrt(theta * (1 - theta) / Explanation.FRESH_SAMPLES)
                abs(found.distortion() - (1 - theta)) shouldBeLessThan 4 * error
            }
        }

        context("enumeration") {
            test("of equally good masks the sparser is the answer") {
                // Component 0 takes away as much as it costs.
                val model = diagonal(1f, 0f, 0f, 0f, 0f, 0f, 0f, 0f)
                solve(Solver.enumeration(8.0), model).mask() shouldBe kept()
                solve(Solver.enumeration(7.9), model).mask() shouldBe kept(0)
            }

            test("its steps hold distortions, whatever makes a mask the best") {
                val all = Solver.enumeration(2.0)
                listOf(all, all.atMost(2), all.within(1.0), all.within(0.0)).forEach { solver ->
                    val found = solve(solver)
                    val last = found.history().single()
                    (last.number() to last.of()) shouldBe (1 to 1)
                    last.distortion() shouldBe (found.distortion() plusOrMinus 1e-5)
                    last.objective() shouldBe (found.objective() plusOrMinus 1e-5)
                }
            }
        }

        test("an objective that stands still is a plateau") {
            val still = Solver.l1(8.0).sgd(1.0).steps(100).stoppingOnPlateau(5, 0.001)
            solve(still, diagonal(*FloatArray(k))).history() shouldHaveSize 15
        }

        test("a start from gradients puts important components first") {
            val found = solve(Solver.l1(0.0).startingFromGradient().sgd(1e-9).steps(1))
            val ranks = weights.indices.sortedBy { weights[it] }
            ranks.map { found.mask()[it] } shouldBe List(k) { (it + 1f) / k }
        }

        test("decaying steps are the first, and then ever smaller ones") {
            // Nothing is distorted, so the gradient is the price of a component, 1.
            fun drop(solver: L1Relaxation): Double =
                1.0 - solve(solver.steps(10), diagonal(*FloatArray(k))).mask()[0]
            for (solver in listOf(Solver.l1(8.0).sgd(0.01), Solver.l1(8.0).adam(0.01))) {
                drop(solver) shouldBe (0.1 plusOrMinus 1e-5)
                drop(solver.decayingTo(0.5)) shouldBe (0.0775 plusOrMinus 1e-5)
                drop(solver.decayingTo(0.0)) shouldBe (0.055 plusOrMinus 1e-5)
            }
        }

        test("the deletion game finds the smallest change that matters") {
            // Half of Φ(x) = Σ x must go: the mask marks what is replaced.
            val problem =
                zeroing
                    .deleting()
                    .measuredBy(
                        Nd4jBackend.distortion("what remains") { _, _, changed ->
                            changed.mul(changed).sum(false, 2)
                        }
                    )
            val found = solve(Solver.matchingPursuit(2).forward(), problem = problem)
            found.order() shouldBe listOf(5, 1)
            found.distortion() shouldBe (weights.sumOf { it.toDouble() * it } - 13 plusOrMinus 1e-5)
        }

        test("one mask for several signals serves their mean") {
            val a = Tensor.of(floatArrayOf(3f, 0f, 1f, 0f, 0f, 0f, 0f, 0f), k)
            val b = Tensor.of(floatArrayOf(0f, 3f, 1f, 0f, 0f, 0f, 0f, 0f), k)
            val model = diagonal(*FloatArray(k) { 1f })
            val shared =
                Nd4jBackend.compile(zeroing.solvedBy(Solver.matchingPursuit(2).forward()), model)
                    .use { it.explainTogether(listOf(a, b), Run.plain()) }
            shared.map { it.mask() } shouldBe List(2) { kept(0, 1) }
            shared.map { it.distortion() } shouldBe listOf(1.0, 1.0)
            val each =
                Nd4jBackend.compile(zeroing.solvedBy(Solver.matchingPursuit(1).forward()), model)
                    .use { it.explainEach(listOf(a, b), Run.plain()) }
            each.map { it.order() } shouldBe listOf(listOf(0), listOf(1))
        }

        test("a curve goes from dense to sparse, in whatever order its prices come") {
            val lambdas = listOf(0.1, 1.0, 5.0)
            fun curve(lambdas: List<Double>) =
                Nd4jBackend.compile(
                        zeroing.solvedBy(Solver.l1(1.0).adam(0.02).steps(300)),
                        diagonal(*weights),
                    )
                    .use { it.curve(ones, lambdas, Run.plain()) }
            val points = curve(lambdas)
            points.map { it.lambda().asDouble } shouldBe lambdas
            points.map { (it.problem().solver() as L1Relaxation).lambda() } shouldBe lambdas
            curve(lambdas.reversed()).map { it.masks() } shouldBe
                points.reversed().map { it.masks() }
            points.zipWithNext { a, b ->
                b.rate() shouldBeLessThan a.rate()
                a.distortion() shouldBeLessThan b.distortion()
            }
        }

        context("interruptions") {
            val noisy = zeroing.obfuscatedBy(Obfuscation.gaussianNoise().given(0.0, 0.5))
            val solvers =
                listOf(
                    Solver.l1(1.0).adam(0.02).steps(60).samples(4),
                    Solver.bernoulli(1.0).adam(0.02).steps(60).samples(4),
                    Solver.l1(1.0).converging(300),
                    Solver.bernoulli(1.0).converging(300),
                    Solver.atMost(3).steps(60).samples(4),
                    Solver.distortionConstrained(0.5)
                        .over(Solver.l1(1.0).adam(0.02).steps(20).samples(4))
                        .rounds(4),
                    Solver.matchingPursuit(6).samples(4).forward(),
                    Solver.matchingPursuit(6).samples(4).lazily(),
                    Solver.matchingPursuit(2).samples(4).backward(),
                    Solver.matchingPursuit(3).samples(4),
                    Solver.enumeration(1.0).samples(4),
                )
            solvers.forEach { solver ->
                test("$solver resumed is the same uninterrupted") {
                    val whole = solve(solver, problem = noisy)
                    val file = Files.createTempDirectory("rde4j").resolve("state")
                    var last: Explanation? = null
                    var runs = 0
                    while (last == null || last.warnings().any { "time budget" in it }) {
                        val run =
                            Run.observed { Thread.sleep(3) }
                                .within(Duration.ofMillis(25))
                                .checkpointedTo(file)
                        last = solve(solver, problem = noisy, run = run)
                        runs++
                        check(runs < 100)
                    }
                    last.masks() shouldBe whole.masks()
                    last.history() shouldBe whole.history()
                    last.pursuit() shouldBe whole.pursuit()
                    file.parent.toFile().list()!!.toList().shouldBeEmpty()
                }
            }

            test("time that is over before the search of a price begins still gives an answer") {
                val search = Solver.aimingForRate(0.3).over(Solver.l1(1.0).steps(5)).rounds(3)
                val run = Run.plain().within(Duration.ofNanos(1))
                val found =
                    Nd4jBackend.compile(zeroing.solvedBy(search), diagonal(*weights)).use {
                        it.explainEach(listOf(ones, ones), run)
                    }
                found shouldHaveSize 2
                found.forEach { it.warnings()[0] shouldContain "The time budget ended the search" }
            }

            test("problems that differ in the numbers of a tensor only have other checkpoints") {
                fun problem(vararg labels: Float) =
                    zeroing.run {
                        RateDistortion.over(Representation.labelMap(Tensor.of(labels, k)))
                            .obfuscatedBy(obfuscation())
                            .measuredBy(distortion())
                    }
                val file = Files.createTempDirectory("rde4j").resolve("state")
                val solver = Solver.l1(1.0).steps(5)
                val first = problem(0f, 1f, 1f, 1f, 1f, 1f, 1f, 1f)
                val other = problem(0f, 0f, 1f, 1f, 1f, 1f, 1f, 1f)
                val ended = Run.plain().within(Duration.ofNanos(1)).checkpointedTo(file)
                solve(solver, problem = first, run = ended)
                runCatching { solve(solver, problem = other, run = ended) }
                    .exceptionOrNull()!!
                    .message!! shouldContain "belongs to another problem"
                solve(solver, problem = first, run = Run.plain().checkpointedTo(file))
                    .history() shouldHaveSize 5
            }

            test("a search of one signal keeps its state in the file that was named") {
                val file = Files.createTempDirectory("rde4j").resolve("state")
                val run = Run.plain().within(Duration.ofNanos(1)).checkpointedTo(file)
                solve(Solver.matchingPursuit(3).forward(), run = run)
                file.parent.toFile().list()!!.toList() shouldBe listOf("state")
            }

            test("a checkpoint of something else is refused, a broken one named") {
                val file = Files.createTempDirectory("rde4j").resolve("state")
                val run = Run.plain().within(Duration.ofNanos(1)).checkpointedTo(file)
                solve(Solver.l1(1.0).steps(5), run = run)
                fun message(solver: Solver) =
                    (runCatching { solve(solver, run = Run.plain().checkpointedTo(file)) }
                            .exceptionOrNull() as RdeException)
                        .message!!
                message(Solver.l1(2.0).steps(5)) shouldContain "belongs to another problem"
                Files.write(file, Files.readAllBytes(file).copyOf(60))
                message(Solver.l1(1.0).steps(5)) shouldContain "cannot be read"
            }
        }
    })
