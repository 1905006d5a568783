package org.rde4j.samples.pictures.network

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.util.concurrent.CancellationException
import kotlin.concurrent.thread
import kotlin.math.max
import kotlin.streams.toList
import org.rde4j.Cancellation
import org.rde4j.RdeException
import org.rde4j.samples.pictures.PictureSet

class TrainingTest :
    FunSpec({
        val short = Training.BUNDLED.side(32).batch(12).steps(4)

        test("gradients equal central differences of the loss, parameter by parameter") {
            val network = PictureNetwork.create(12, 3)
            val batch = Batch.draw(PictureSet(1, 64), 0, 8)
            val loss = { network.differentiate(batch.pictures(), batch.labels()).loss() }
            loss()
            val gradients = network.parameters().toList().map { it to it.gradient().dup() }
            for ((i, pair) in gradients.withIndex()) {
                val (parameter, gradient) = pair
                val norm = gradient.norm2Number().toDouble()
                // Along its own gradient the loss rises by the gradient's norm; the steps are as
                // small
                // as 32-bit floats allow.
                val step = 1e-3 * max(parameter.value().norm2Number().toDouble(), 0.5)
                val move = gradient.mul(step / max(norm, 1e-12))
                parameter.value().addi(move)
                val above = loss()
                parameter.value().subi(move.mul(2))
                val below = loss()
                parameter.value().addi(move)
                val slope = (above - below) / (2 * step)
                withClue("parameter $i") { slope shouldBe (norm plusOrMinus 0.08 * norm + 2e-3) }
            }
        }

        test("a few pictures are learnt by heart") {
            val network = PictureNetwork.create(12, 1)
            val batch = Batch.draw(PictureSet(5, 64), 0, 12)
            val first = network.differentiate(batch.pictures(), batch.labels()).loss()
            for (step in 0 until 25) {
                network.differentiate(batch.pictures(), batch.labels())
                network.parameters().forEach { it.update(2e-3, step) }
            }
            val last = network.differentiate(batch.pictures(), batch.labels())
            last.right() shouldBe 12
            last.loss() shouldBeLessThan first / 2
        }

        test("the same seed gives the same network, also when interrupted and continued") {
            val straight = short.reportEvery(2).run {}
            val file = tempdir().toPath().resolve("checkpoint")
            val interrupted = short.reportEvery(2).checkpoint(file)
            shouldThrow<IllegalStateException> { interrupted.run { error("interrupted") } }
            val reports = mutableListOf<Int>()
            val resumed = interrupted.run { reports += it.step() }
            reports shouldBe listOf(4)
            resumed.state().toList() shouldBe straight.state().toList()
        }

        test("a training cancelled between its reports goes on as if it had not been") {
            val whole = mutableListOf<Double>()
            val straight = short.reportEvery(4).run { whole += it.loss() }
            val file = tempdir().toPath().resolve("checkpoint")
            val resumed = mutableListOf<Double>()
            var network: PictureNetwork? = null
            var stops = 0
            while (network == null) {
                val token = Cancellation()
                thread {
                    Thread.sleep(5L + 50 * stops)
                    token.cancel()
                }
                try {
                    network =
                        short.reportEvery(4).checkpoint(file).run({ resumed += it.loss() }, token)
                } catch (e: CancellationException) {
                    stops++
                }
            }
            network.state().toList() shouldBe straight.state().toList()
            resumed shouldBe whole
            stops shouldBeGreaterThan 0
        }

        test("a checkpoint of another training, or a broken one, is refused") {
            val file = tempdir().toPath().resolve("checkpoint")
            short.steps(1).checkpoint(file).run {}
            shouldThrow<RdeException> { short.steps(2).checkpoint(file).run {} }
                .message shouldContain "another training"
            val bytes = file.toFile().readBytes()
            file.toFile().writeBytes(bytes.copyOf(bytes.size / 2))
            shouldThrow<RdeException> { short.steps(1).checkpoint(file).run {} }
                .message shouldContain "cannot be read"
        }

        test("the step size rises and falls twice, the second time to half the size") {
            val training = Training.BUNDLED.steps(1000)
            val sizes = (0 until 1000).map { training.stepSize(it) }
            sizes.subList(0, 600).max() shouldBe (training.stepSize() plusOrMinus 1e-6)
            sizes.subList(600, 1000).max() shouldBe (training.stepSize() / 2 plusOrMinus 1e-6)
            for (end in listOf(0, 599, 600, 999)) {
                sizes[end] shouldBeLessThan training.stepSize() / 20
            }
        }

        test("settings out of range are refused with the value and the rule") {
            shouldThrow<RdeException> { Training.BUNDLED.steps(0) }.message shouldContain
                "number of steps (0) must be at least 1"
        }
    })
