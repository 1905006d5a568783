package org.rde4j.nd4j.representation

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import kotlin.math.pow
import kotlin.math.sin
import kotlin.random.Random
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.RdeException
import org.rde4j.Representation.Padding
import org.rde4j.Representation.wavelets

private val families = (1..10).map { "db$it" } + (2..10).map { "sym$it" }

/** Key to numbers; see src/test/python/pywavelets_reference.py. */
private val pywavelets: Map<List<String>, DoubleArray> by lazy {
    WaveletTransformTest::class.java.getResourceAsStream("pywavelets.txt")!!.reader().useLines {
        lines ->
        lines.associate { line ->
            val (key, values) = line.split('\t')
            key.split('/') to values.split(' ').map(String::toDouble).toDoubleArray()
        }
    }
}

private fun wave(count: Int, start: Int = 0) =
    FloatArray(count) { sin(0.7 * (it + start).toDouble().pow(1.3)).toFloat() }

private fun FloatArray.doubled() = this + map { 2 * it }

private fun sizes(text: String) = text.split('x').map(String::toInt).toIntArray()

class WaveletTransformTest :
    FunSpec({
        test("the filters of all families equal PyWavelets'") {
            families.forEach { family ->
                val expected = pywavelets.getValue(listOf("filter", family))
                val taps = WaveletFilters.lowpass(family)
                withClue(family) {
                    taps.size shouldBe expected.size
                    taps.indices.forEach { taps[it] shouldBe (expected[it] plusOrMinus 1e-8) }
                }
            }
        }

        test("the filters and their shifts by two are orthonormal") {
            families.forEach { family ->
                val low = WaveletFilters.lowpass(family)
                val high = WaveletFilters.highpass(low)
                for (shift in 0 until low.size step 2) {
                    fun product(a: DoubleArray, b: DoubleArray) =
                        (shift until a.size).sumOf { a[it] * b[it - shift] }
                    withClue("$family shifted by $shift") {
                        val one = if (shift == 0) 1.0 else 0.0
                        product(low, low) shouldBe (one plusOrMinus 1e-12)
                        product(high, high) shouldBe (one plusOrMinus 1e-12)
                        product(low, high) shouldBe (0.0 plusOrMinus 1e-12)
                        product(high, low) shouldBe (0.0 plusOrMinus 1e-12)
                    }
                }
            }
        }

        test("the analysis equals PyWavelets' for every padding, of images and of vectors") {
            val cases = pywavelets.filterKeys { it[0] == "forward" }
            cases.size shouldBe 3 * (3 + 4 + 3 + 2 + 4 + 3)
            cases.forEach { (key, expected) ->
                val (_, family, padding, shape, levels) = key
                val transform =
                    Transform.of(
                        wavelets(family).levels(levels.toInt()).padding(Padding.valueOf(padding)),
                        *sizes(shape).let { if (it.size == 2) intArrayOf(1, *it) else it },
                    )
                val coefficients = transform.analyse(wave(sizes(shape).reduce(Int::times)))
                val block = transform.blocks().indexOfFirst { it.name() == key[5] }
                withClue(key) {
                    coefficients[block] shouldBeNear expected.map { it.toFloat() }.toFloatArray()
                }
            }
        }

        test("the synthesis equals PyWavelets' on coefficients that no signal has") {
            val cases = pywavelets.filterKeys { it[0] == "inverse" }
            cases.size shouldBe 6
            cases.forEach { (key, expected) ->
                val (_, family, shape, levels) = key
                val transform =
                    Transform.of(
                        wavelets(family).levels(levels.toInt()),
                        *sizes(shape).let { if (it.size == 2) intArrayOf(1, *it) else it },
                    )
                var start = 0
                val coefficients =
                    transform.blocks().map { block ->
                        wave(block.components(), start).also { start += it.size }
                    }
                withClue(key) {
                    transform.synthesised(coefficients.toTypedArray()) shouldBeNear
                        expected.map { it.toFloat() }.toFloatArray()
                }
            }
        }

        test("channels are transformed alone") {
            val one = Transform.of(wavelets("db2").levels(2), 1, 9, 7)
            val two = Transform.of(wavelets("db2").levels(2), 2, 9, 7)
            val expected = one.analyse(wave(63))
            val actual = two.analyse(wave(63).doubled())
            expected.indices.forEach { b ->
                actual[b] shouldBeNear expected[b].flatMap { listOf(it, 2 * it) }.toFloatArray()
            }
            two.synthesised(actual) shouldBeNear wave(63).doubled()
        }

        test("blocks come coarse to fine, masks with the band axis first") {
            val blocks = Transform.of(wavelets("db3").levels(5), 3, 224, 224).blocks()
            blocks.map { it.name() } shouldBe listOf("low") + (5 downTo 1).map { "detail_$it" }
            blocks.map { it.maskShape().toList() } shouldBe
                listOf(listOf(11, 11)) + listOf(11, 18, 32, 59, 114).map { listOf(3, it, it) }
            blocks.map { it.dimension() }.toSet() shouldBe setOf(3)
            blocks.sumOf { it.components() } shouldBe 53959
        }

        test("the Haar synthesis of unit vectors gives the Haar functions") {
            val transform = Transform.of(wavelets("db1").levels(1), 1, 4, 4)
            fun pictureOf(block: Int, component: Int): List<Float> {
                val unit = transform.blocks().map { FloatArray(it.components()) }.toTypedArray()
                unit[block][component] = 1f
                return transform.synthesised(unit).map { Math.round(it * 1000) / 1000f }
            }
            // Component 1 of a grid of 2 x 2: the upper right quarter of the picture.
            fun upperRight(a: Double, b: Double, c: Double, d: Double) =
                listOf(0, 0, a, b, 0, 0, c, d, 0, 0, 0, 0, 0, 0, 0, 0).map { it.toFloat() }
            pictureOf(0, 1) shouldBe upperRight(.5, .5, .5, .5)
            pictureOf(1, 3) shouldBe upperRight(.5, .5, -.5, -.5)
            pictureOf(1, 4) shouldBe upperRight(.5, -.5, .5, -.5)
            pictureOf(1, 5) shouldBe upperRight(.5, -.5, -.5, .5)
        }

        test("every wavelet reconstructs odd and even images under every padding") {
            families.forEach { family ->
                checkAll(2, Arb.int(8..33), Arb.int(8..33), Arb.int(1..3)) { height, width, levels
                    ->
                    val signal = Random(height * 64 + width).floats(2 * height * width)
                    val transforms =
                        Padding.values().map {
                            val w = wavelets(family).levels(levels).padding(it)
                            Transform.of(w, 2, height, width)
                        }
                    // The synthesis does not depend on the padding, so one run takes all of them.
                    val signals = transforms[0].synthesised(transforms.map { it.analyse(signal) })
                    signals shouldHaveSize 3
                    withClue(family) { signals.forEach { it shouldBeNear signal } }
                }
            }
        }

        test("one-dimensional signals reconstruct") {
            checkAll(
                20,
                Arb.element(families),
                Arb.int(8..99),
                Arb.element(Padding.values().toList()),
            ) { family, length, padding ->
                val transform = Transform.of(wavelets(family).levels(3).padding(padding), 2, length)
                val signal = Random(length).floats(2 * length)
                transform.synthesised(transform.analyse(signal)) shouldBeNear signal
            }
        }

        test("too many levels are refused with the number that fits") {
            shouldThrow<RdeException> { Transform.of(wavelets("db3").levels(9), 3, 64, 64) }
                .message shouldBe
                "The levels (9) of the wavelet representation must be at most 6 for a 64×64 image." +
                    "\nMaybe use levels(6)."
            Transform.of(wavelets("db3").levels(6), 3, 64, 64).blocks() shouldHaveSize 7
            shouldThrow<RdeException> { Transform.of(wavelets("db3").levels(5), 1, 31) }
                .message shouldBe
                "The levels (5) of the wavelet representation must be at most 4 for a signal of " +
                    "31 samples.\nMaybe use levels(4)."
            shouldThrow<RdeException> { Transform.of(wavelets("db1"), 3, 1, 64) }.message shouldBe
                "The levels (5) of the wavelet representation must be at most 0 for a 1×64 image." +
                    "\nMaybe use pixels()."
        }

        test("a photograph has the coefficients that pytorch_wavelets and PyWavelets give it")
            .config(enabledIf = { reference.exists() }) {
                fun values(path: String) = Nd4j.createFromNpyFile(reference.resolve(path))
                val image = values("image/snail_224.npy").ravel().toFloatVector()
                val transform = Transform.of(wavelets("db3").levels(5), 3, 224, 224)
                val expected =
                    transform.blocks().map { block ->
                        val stored = values("wavelet/db3_J5_zero_${block.name()}.npy")
                        // From [1, C, (bands,) h, w] to [h, w, (bands,) C].
                        val order =
                            if (stored.rank() == 4) intArrayOf(0, 2, 3, 1)
                            else intArrayOf(0, 3, 4, 2, 1)
                        stored.permute(*order).dup('c').ravel().toFloatVector()
                    }
                val actual = transform.analyse(image)
                expected.indices.forEach { actual[it].shouldBeNear(expected[it], 1e-5) }
                transform.synthesised(expected.toTypedArray()) shouldBeNear image
            }
    })
