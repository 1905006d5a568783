package org.rde4j.radiomap.explanation

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.of
import io.kotest.property.checkAll
import kotlin.math.abs
import kotlin.random.Random
import org.nd4j.autodiff.samediff.SDVariable
import org.rde4j.Parts
import org.rde4j.RdeException
import org.rde4j.Region
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.Nd4jBackend
import org.rde4j.nd4j.model.Nd4jModel
import org.rde4j.radiomap.scene.Place
import org.rde4j.radiomap.scene.Scene

private const val SIDE = 8

/** 1 inside of rectangles of rows and columns. */
private fun map(vararg boxes: Pair<IntRange, IntRange>): Tensor =
    Tensor.of(
        FloatArray(SIDE * SIDE) { i ->
            if (boxes.any { (rows, columns) -> i / SIDE in rows && i % SIDE in columns }) 1f else 0f
        },
        SIDE,
        SIDE,
    )

private val left = (1..2) to (0..1)
private val right = (1..3) to (6..7)
private val missing = (4..5) to (3..4)
private val buildings =
    Tensor.of(
        FloatArray(SIDE * SIDE) { map(left).values()[it] + 2 * map(right).values()[it] },
        SIDE,
        SIDE,
    )

/**
 * Two buildings are given, one is missing; five measurements, one of them in the missing one's
 * place.
 */
private val measured = listOf(3, 20, 35, 40, 60)
private val scene =
    Scene(
        "1_0",
        Place(0, 4),
        map(left, right, missing),
        map(left, right),
        Random(5).let { random ->
            Tensor.of(FloatArray(64) { 0.1f + 0.8f * random.nextFloat() }, 8, 8)
        },
        Tensor.of(FloatArray(64) { if (it in measured) 1f else 0f }, 8, 8),
    )

private fun SDVariable.channel(index: Int): SDVariable {
    // A product with a one-hot row, since reads of one channel have wrong gradients in ND4J.
    val hot = org.nd4j.linalg.factory.Nd4j.zeros(1, shape[1].toInt(), 1, 1)
    hot.putScalar(longArrayOf(0, index.toLong(), 0, 0), 1.0)
    return mul(sameDiff.constant(hot)).sum(true, 1)
}

/** Φ0: free space loses 0.4 where a building is, and 0.2 at the transmitter. */
private val inpainter: Nd4jModel =
    Models.custom("free space") { _, x ->
        x.channel(1).mul(-0.4).add(1.0).sub(x.channel(0).mul(0.2))
    }

/** Φ: what was measured, and a tenth of what is built. */
private val network: Nd4jModel =
    Models.custom("measured") { _, x -> x.channel(2).add(x.channel(1).mul(0.1)) }

private fun problem(question: RadioQuestion) = question.about(scene, buildings, inpainter)

class RadioQuestionTest :
    FunSpec({
        val everywhere = Region.box(0, 0, SIDE, SIDE)
        val masks = Arb.list(Arb.of(0f, 1f), 7..7)

        fun obfuscated(question: RadioQuestion, mask: List<Float>, seed: Long = 1): FloatArray =
            Nd4jBackend.compile(problem(question), network).use {
                it.probe(scene.input())
                    .obfuscation(
                        mapOf(
                            "buildings" to Tensor.of(mask.take(2).toFloatArray(), 2),
                            "measurements" to Tensor.of(mask.drop(2).toFloatArray(), 5),
                        ),
                        seed,
                    )
                    .values()
            }

        /** Φ0 at a place, with the chosen buildings. */
        fun freeSpace(mask: List<Float>, place: Int): Float {
            val label = buildings.values()[place].toInt()
            val built = if (label > 0) mask[label - 1] else 0f
            return 1 - 0.4f * built - if (place == 4) 0.2f else 0f
        }

        test(
            "unchosen buildings vanish, measurements vanish or are inpainted with the chosen buildings"
        ) {
            checkAll(12, masks) { mask ->
                listOf(RadioQuestion.whatBrightens(), RadioQuestion.whatDarkens()).forEach {
                    question ->
                    val y = obfuscated(question, mask)
                    for (place in 0 until 64) {
                        y[place] shouldBe if (place == 4) 1f else 0f
                        val label = buildings.values()[place].toInt()
                        y[64 + place] shouldBe if (label > 0) mask[label - 1] else 0f
                        val index = measured.indexOf(place)
                        val strength =
                            when {
                                index < 0 -> 0f
                                mask[2 + index] == 1f -> scene.gain().values()[place]
                                else -> (question.inpainted() * freeSpace(mask, place)).toFloat()
                            }
                        y[128 + place].toDouble() shouldBe (strength.toDouble() plusOrMinus 1e-6)
                    }
                }
            }
        }

        test("a share of the unchosen measurements is inpainted, each by itself") {
            val none = List(7) { 0f }
            val samples = (1L..200L).map { obfuscated(RadioQuestion.inpainting(0.25), none, it) }
            val counts =
                measured.map { place ->
                    samples.forEach { y ->
                        (y[128 + place] == 0f ||
                            abs(y[128 + place] - freeSpace(none, place)) < 1e-6) shouldBe true
                    }
                    samples.count { it[128 + place] > 0 }
                }
            counts.forEach { it / 200.0 shouldBe (0.25 plusOrMinus 0.15) }
            counts.sum() / 1000.0 shouldBe
                (0.25 plusOrMinus 5 * kotlin.math.sqrt(0.25 * 0.75 / 1000))
        }

        test("with free space inpainted, the darkest measurements are chosen first") {
            // Φ gives measurements back, so keeping one lowers the distortion by (1 - gain)^2.
            val question = RadioQuestion.whatDarkens().on(everywhere).components(3)
            val answer = question.explain(scene, buildings, network, inpainter)
            val gains = measured.map { it to scene.gain().values()[it].toDouble() }
            val order =
                gains.sortedByDescending { (place, gain) ->
                    (freeSpace(List(7) { 0f }, place) - gain).let { it * it }
                }
            // Of the buildings, 4 and 6 places of 0.01 each weigh less than these three.
            answer.chosenMeasurements().map {
                it.place().row() * SIDE + it.place().column()
            } shouldContainExactly order.take(3).map { it.first }
            answer.chosenMeasurements().zip(order).forEach { (chosen, expected) ->
                chosen.strength() shouldBe (expected.second plusOrMinus 1e-7)
            }
            val all =
                order.sumOf { (place, gain) ->
                    (freeSpace(List(7) { 0f }, place) - gain).let { it * it }
                } + 0.10
            answer.distortionOfNothing() shouldBe (all plusOrMinus 1e-5)
            answer.curve().size shouldBe 4
            answer.curve()[0] shouldBe answer.distortionOfNothing()
            answer.curve().toList().zipWithNext().forEach { (before, after) ->
                (after < before) shouldBe true
            }
            answer.chosen().last().distortion().asDouble shouldBe answer.curve().last()
        }

        test("what the choices gained is shared between buildings and measurements") {
            val question = RadioQuestion.whatBrightens().on(everywhere)
            fun share(components: Int) =
                question.components(components).explain(scene, buildings, network, inpainter)
            // Everything adds up: 4 and 6 places of 0.01, and the squares of what was measured.
            val all =
                0.10 + measured.sumOf { scene.gain().values()[it].toDouble().let { g -> g * g } }
            share(7).distortionOfNothing() shouldBe (all plusOrMinus 1e-5)
            share(7).shareOfBuildings() shouldBe (0.10 / all plusOrMinus 1e-5)
            share(1).shareOfBuildings() shouldBe 0.0
        }

        test("another number of components leaves the pursuit as it is") {
            val pursuit = Solver.matchingPursuit(20).lazily().tolerance(0.01).samples(7).seed(3)
            RadioQuestion.whatDarkens().solvedBy(pursuit).components(10).solver() shouldBe
                Solver.matchingPursuit(10).lazily().tolerance(0.01).samples(7).seed(3)
        }

        test("chosen buildings say where they are") {
            val question = RadioQuestion.whatBrightens().on(Region.box(5, 0, 3, 5)).components(1)
            val answer = question.explain(scene, buildings, network, inpainter)
            val building = answer.chosenBuildings().single()
            listOf(
                building.label(),
                building.row(),
                building.column(),
                building.height(),
                building.width(),
            ) shouldBe listOf(2, 1, 6, 3, 2)
            answer.chosen() shouldBe listOf(building)
            // 3 × 2 places of 0.01, and no measurement in the region.
            answer.distortionOfNothing() shouldBe (0.06 plusOrMinus 1e-6)
            building.distortion().asDouble shouldBe (0.0 plusOrMinus 1e-9)
        }

        test("relaxations answer with what they keep, the most important first") {
            val solver = Solver.l1(0.05).steps(60).adam(0.05)
            val answer =
                RadioQuestion.whatDarkens()
                    .on(everywhere)
                    .solvedBy(solver)
                    .explain(scene, buildings, network, inpainter)
            val mask = answer.explanation().masks().getValue("measurements").values()
            answer.chosenMeasurements().map {
                measured.indexOf(it.place().row() * SIDE + it.place().column())
            } shouldBe mask.indices.filter { mask[it] >= 0.5f }.sortedByDescending { mask[it] }
            answer.chosen().isEmpty() shouldBe false
            answer.chosen().forEach { it.distortion().isEmpty shouldBe true }
            answer.curve().size shouldBe 1
        }

        test("without a region it is about the missing buildings") {
            problem(RadioQuestion.whatDarkens()) shouldBe
                problem(RadioQuestion.whatDarkens().on(Region.mask(scene.missing())))
            val told = scene.given(scene.city())
            val all =
                Tensor.of(
                    FloatArray(64) { buildings.values()[it] + 3 * map(missing).values()[it] },
                    8,
                    8,
                )
            shouldThrow<RdeException> { RadioQuestion.whatDarkens().about(told, all, inpainter) }
                .message shouldContain "No building of the scene 1_0 is missing."
        }

        test("a scene without measurements or without buildings has the other components") {
            fun blocks(of: Scene, labels: Tensor) =
                (RadioQuestion.whatDarkens()
                        .on(everywhere)
                        .about(of, labels, inpainter)
                        .representation() as Parts)
                    .parts()
                    .filter { it.representation().isPresent }
                    .map { it.name() }
            val nothing = Tensor.of(FloatArray(64), 8, 8)
            blocks(scene.measured(nothing), buildings) shouldBe listOf("buildings")
            blocks(scene.given(nothing), nothing) shouldBe listOf("measurements")
            shouldThrow<RdeException> { blocks(scene.given(nothing).measured(nothing), nothing) }
        }

        test("labels and shares that do not fit are refused") {
            shouldThrow<RdeException> {
                    RadioQuestion.whatDarkens().about(scene, scene.city(), inpainter)
                }
                .message shouldContain "do not fit the city that the scene 1_0 is given with."
            listOf(-0.1, 1.1, Double.NaN).forEach {
                shouldThrow<RdeException> { RadioQuestion.inpainting(it) }.message shouldContain
                    "must lie in [0, 1]"
            }
        }
    })
