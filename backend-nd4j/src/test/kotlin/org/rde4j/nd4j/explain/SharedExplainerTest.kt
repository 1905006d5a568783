package org.rde4j.nd4j.explain

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.lang.reflect.Proxy
import java.nio.file.Path
import java.util.concurrent.CancellationException
import java.util.concurrent.CountDownLatch
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executors
import java.util.concurrent.Future
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.TimeoutException
import kotlin.concurrent.thread
import org.nd4j.autodiff.samediff.SameDiff
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.Cancellation
import org.rde4j.Distortion
import org.rde4j.Explainer
import org.rde4j.Explanation
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

/** One explainer, many threads; and what is left of it once it is closed. */
class SharedExplainerTest :
    FunSpec({
        /** Takes pictures of any size. */
        fun weights(seed: Long, rows: Int, columns: Int) =
            Nd4j.createFromArray(
                    *randomTensor(seed, rows, columns, low = -3.0, high = 3.0).values()
                )
                .reshape(rows.toLong(), columns.toLong())

        val first = weights(1, 3, 12)
        val second = weights(2, 12, 4)
        val model =
            Models.custom("means") { sd, x ->
                sd.math()
                    .tanh(x.mul(x).mean(false, 2, 3).mmul(sd.constant("first", first)))
                    .mmul(sd.constant("second", second))
            }
        val wavelets =
            RateDistortion.over(Representation.wavelets("db2").levels(1))
                .obfuscatedBy(Obfuscation.gaussianNoise().perScale())
                .measuredBy(Distortion.labelProbability().times(10.0))
                .solvedBy(Solver.l1(1.0).adam(0.05).steps(4).samples(4))
        val problems =
            listOf(
                wavelets,
                wavelets.solvedBy(Solver.bernoulli(1.0).steps(3).samples(4)),
                RateDistortion.over(Representation.patches(4))
                    .obfuscatedBy(Obfuscation.uniformNoise().perChannel())
                    .measuredBy(Distortion.labelScore())
                    .solvedBy(Solver.matchingPursuit(2).samples(3).lazily()),
            )
        val shapes = listOf(intArrayOf(3, 8, 8), intArrayOf(3, 8, 12), intArrayOf(3, 16, 8))
        val signals = (0L until 160L).map { randomTensor(it, *shapes[it.toInt() % 3]) }
        val execution = Execution.defaults().microBatch(2).freshSamples(8)

        fun compiled(problem: RateDistortion) = Nd4jBackend.compile(problem, model, execution)

        fun answer(explainer: Nd4jExplainer, signal: Tensor): List<Any> {
            val found = explainer.explain(signal)
            val probed = explainer.probe(signal).at(found.masks(), 3, 5)
            return listOf(
                found.masks(),
                found.distortion(),
                found.history(),
                found.obfuscation(),
                probed.distortion().toList(),
                explainer.assess(signal, found.masks(), 3, 6),
            )
        }

        /** Threads of which each takes the signals that are its own. */
        fun answers(threads: Int, explainerOf: (Int) -> Nd4jExplainer): List<List<Any>> {
            val pool = Executors.newFixedThreadPool(threads)
            try {
                val each: List<Future<List<List<Any>>>> =
                    (0 until threads).map { number ->
                        pool.submit<List<List<Any>>> {
                            signals
                                .filterIndexed { i, _ -> i % threads == number }
                                .map { answer(explainerOf(number), it) }
                        }
                    }
                return signals.indices.map { each[it % threads].get()[it / threads] }
            } finally {
                pool.shutdownNow()
            }
        }

        problems.forEach { problem ->
            test("8 threads × 20 explanations are what each is alone: ${problem.solver()}") {
                val alone =
                    compiled(problem).use { explainer -> signals.map { answer(explainer, it) } }
                compiled(problem).use { explainer -> answers(8) { explainer } shouldBe alone }
                compiled(problem).use { one ->
                    compiled(problem).use { other ->
                        answers(2) { if (it == 0) one else other } shouldBe alone
                    }
                }
            }
        }

        /** An explanation that waits in its first step, on a thread of its own. */
        class Held(explainer: Nd4jExplainer) {
            val release = CountDownLatch(1)
            private val begun = CountDownLatch(1)
            private val pool = Executors.newSingleThreadExecutor()
            val result: Future<Explanation> =
                pool.submit<Explanation> {
                    explainer.explain(signals[0]) {
                        begun.countDown()
                        release.await(30, SECONDS)
                    }
                }

            init {
                begun.await(30, SECONDS) shouldBe true
                pool.shutdown()
            }
        }

        test("closing waits for the one who explains, and refuses those who wait") {
            val explainer = compiled(wavelets)
            val held = Held(explainer)
            val pool = Executors.newFixedThreadPool(2)
            val closing = pool.submit { explainer.close() }
            shouldThrow<TimeoutException> {
                closing.get(200, java.util.concurrent.TimeUnit.MILLISECONDS)
            }
            val late = pool.submit<Explanation> { explainer.explain(signals[1]) }
            shouldThrow<ExecutionException> { late.get(10, SECONDS) }
                .cause!!
                .message!! shouldContain "The explainer is closed."
            held.release.countDown()
            closing.get(10, SECONDS)
            held.result.get(10, SECONDS).masks() shouldBe
                compiled(wavelets).use { it.explain(signals[0]) }.masks()
            pool.shutdown()
        }

        test("nothing can be asked of a closed explainer, and closing again does no harm") {
            val explainer = compiled(wavelets)
            val mask = explainer.explain(signals[0]).masks()
            val probe = explainer.probe(signals[0])
            explainer.close()
            explainer.close()
            listOf<() -> Any>(
                    { explainer.explain(signals[0]) },
                    { explainer.explainEach(listOf(), Run.plain()) },
                    { explainer.explainTogether(listOf(signals[0]), Run.plain()) },
                    { explainer.curve(signals[0], listOf(1.0), Run.plain()) },
                    { explainer.assess(signals[0], mask, 2, 1) },
                    { explainer.probe(signals[0]) },
                    { probe.at(mask, 2, 1) },
                    { probe.obfuscation(mask, 1) },
                )
                .forEach {
                    shouldThrow<RdeException> { it() }.message!! shouldContain
                        "The explainer is closed."
                }
        }

        test("who waits for his turn can be cancelled and interrupted") {
            compiled(wavelets).use { explainer ->
                val held = Held(explainer)
                val token = Cancellation()
                thread {
                    Thread.sleep(100)
                    token.cancel()
                }
                shouldThrow<CancellationException> {
                    explainer.explainEach(listOf(signals[1]), Run.plain().cancelledBy(token))
                }
                val me = Thread.currentThread()
                thread {
                    Thread.sleep(100)
                    me.interrupt()
                }
                shouldThrow<CancellationException> { explainer.explain(signals[1]) }
                Thread.interrupted() shouldBe true
                held.result.isDone shouldBe false
                held.release.countDown()
                held.result.get(30, SECONDS)
                explainer.explain(signals[1]).shouldNotBeNull()
            }
        }

        test("an observer that uses its own explainer is refused, and nothing is broken") {
            compiled(wavelets).use { explainer ->
                listOf<() -> Unit>({ explainer.explain(signals[1]) }, { explainer.close() })
                    .forEach { use ->
                        shouldThrow<RdeException> { explainer.explain(signals[0]) { use() } }
                            .message!! shouldContain "An observer used the explainer"
                    }
                answer(explainer, signals[0]) shouldBe
                    compiled(wavelets).use { answer(it, signals[0]) }
            }
        }

        context("nothing is null") {
            val explainer = compiled(wavelets)
            val mask = explainer.explain(signals[0]).masks()

            fun sample(type: Class<*>): Any? =
                when {
                    type == RateDistortion::class.java -> wavelets
                    type == Nd4jModel::class.java -> model
                    type == Execution::class.java -> execution
                    type == String::class.java -> "name"
                    type == Int::class.java -> 1
                    type == Long::class.java -> 1L
                    type == Double::class.java -> 0.5
                    type == IntArray::class.java -> intArrayOf(2)
                    type == FloatArray::class.java -> floatArrayOf(1f)
                    type == Path::class.java -> Path.of("none")
                    type == SameDiff::class.java -> SameDiff.create()
                    type == Tensor::class.java -> signals[0]
                    type == INDArray::class.java -> Nd4j.zeros(3, 8, 8)
                    type == Run::class.java -> Run.plain()
                    type == Map::class.java -> mask
                    type == List::class.java -> listOf(signals[0])
                    type == Explainer.StepObserver::class.java -> Explainer.StepObserver {}
                    type.isInterface ->
                        Proxy.newProxyInstance(type.classLoader, arrayOf(type)) { _, _, _ -> null }
                    else -> null
                }

            fun refuses(method: Method, target: Any?) =
                method.parameterTypes.forEachIndexed { position, type ->
                    if (!type.isPrimitive) {
                        val given = method.parameterTypes.map { sample(it) }.toTypedArray()
                        given[position] = null
                        val thrown =
                            shouldThrow<InvocationTargetException> { method.invoke(target, *given) }
                        withClue("$method, argument $position") {
                            (thrown.cause as NullPointerException).message!! shouldContain
                                Regex("^(The|A) .* (is|are) null")
                        }
                    }
                }

            listOf(Nd4jBackend::class.java, Models::class.java).forEach { type ->
                type.declaredMethods
                    .filter { Modifier.isPublic(it.modifiers) }
                    .forEach { test("${type.simpleName}: $it") { refuses(it, null) } }
            }
            listOf(explainer, explainer.probe(signals[0])).forEach { target ->
                target.javaClass.methods
                    .filter { it.declaringClass.name.startsWith("org.rde4j") && !it.isBridge }
                    .forEach { test("${target.javaClass.simpleName}: $it") { refuses(it, target) } }
            }

            test("nor is an entry of a list or a map") {
                shouldThrow<NullPointerException> {
                        explainer.explainEach(
                            java.util.Arrays.asList(signals[0], null) as List<Tensor>,
                            Run.plain(),
                        )
                    }
                    .message shouldBe "The signal is null."
            }
        }
    })
