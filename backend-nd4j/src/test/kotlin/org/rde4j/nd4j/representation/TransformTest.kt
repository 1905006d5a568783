package org.rde4j.nd4j.representation

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import kotlin.random.Random
import org.rde4j.Fourier
import org.rde4j.LabelMap
import org.rde4j.Parts
import org.rde4j.Points
import org.rde4j.RdeException
import org.rde4j.Representation
import org.rde4j.Representation.dct
import org.rde4j.Representation.dictionary
import org.rde4j.Representation.patches
import org.rde4j.Representation.pixels
import org.rde4j.Representation.wavelets
import org.rde4j.Shearlets
import org.rde4j.Tensor

private fun range(count: Int) = FloatArray(count) { it.toFloat() }

class TransformTest :
    FunSpec({
        val negative =
            CustomRepresentation("negative", 216, { it.neg() }) { sd, h ->
                sd.reshape(h.neg(), -1, 3, 8, 9)
            }
        val oneOfEach =
            mapOf(
                Representation.Pixels::class to pixels(),
                Representation.Channels::class to Representation.channels(),
                LabelMap::class to
                    Representation.labelMap(
                        Tensor.of(FloatArray(72) { ((it * 7) % 5).toFloat() }, 8, 9)
                    ),
                Points::class to Representation.points(Tensor.of(range(72), 8, 9)),
                Parts::class to
                    Representation.parts(
                        Representation.part("left", 1, wavelets("db2").levels(1)),
                        Representation.part("right", 2).kept(),
                    ),
                Representation.Patches::class to patches(3),
                Representation.Wavelets::class to wavelets("db2").levels(1),
                Shearlets::class to Representation.shearlets().scales(1),
                Representation.Dct::class to dct(),
                Fourier::class to Representation.fourier().joint(),
                Representation.Dictionary::class to
                    dictionary(Tensor.of(Random(5).floats(230 * 216), 230, 216)),
                Representation.Custom::class to negative,
            )

        test("every kind of representation is lowered, and gives its signals back") {
            Representation::class.java.permittedSubclasses.map { it.kotlin } shouldContainExactly
                oneOfEach.keys.sortedBy { kind ->
                    Representation::class.java.permittedSubclasses.indexOfFirst {
                        it.kotlin == kind
                    }
                }
            val signal = Random(6).floats(216)
            oneOfEach.values.forEach { representation ->
                val transform = Transform.of(representation, 3, 8, 9)
                val coefficients = transform.analyse(signal)
                withClue(representation) {
                    coefficients.map { it.size } shouldBe
                        transform.blocks().map { it.cells() * it.dimension() }
                    transform.synthesised(coefficients).shouldBeNear(signal, 1e-4)
                }
            }
        }

        test("every synthesis is linear") {
            val random = Random(7)
            oneOfEach.values.forEach { representation ->
                val transform = Transform.of(representation, 3, 8, 9)
                val a = transform.randomCoefficients(random)
                val b = transform.randomCoefficients(random)
                fun mixed(x: FloatArray, y: FloatArray) =
                    FloatArray(x.size) { 2 * x[it] - 3 * y[it] }
                val sum = a.indices.map { mixed(a[it], b[it]) }.toTypedArray()
                val (fa, fb, fsum) = transform.synthesised(listOf(a, b, sum))
                fsum.shouldBeNear(mixed(fa, fb), 1e-4)
            }
        }

        test("pixels are places with their channels") {
            val image = Transform.of(pixels(), 2, 2, 3)
            image.analyse(range(12))[0] shouldBe
                floatArrayOf(0f, 6f, 1f, 7f, 2f, 8f, 3f, 9f, 4f, 10f, 5f, 11f)
            image.blocks() shouldBe listOf(Block("pixels", listOf(2, 3), 1, 2, 2))
            Transform.of(pixels(), 2, 6).blocks() shouldBe
                listOf(Block("pixels", listOf(6), 1, 2, 2))
            Transform.of(pixels(), 12).blocks() shouldBe
                listOf(Block("pixels", listOf(12), 1, 1, 1))
            Transform.of(pixels(), 12).synthesised(arrayOf(range(12))) shouldBe range(12)
        }

        test("patches hold squares of pixels, the last ones with a repeated border") {
            val transform = Transform.of(patches(2), 1, 2, 3)
            transform.blocks() shouldBe listOf(Block("patches", listOf(1, 2), 1, 4, 1))
            transform.analyse(range(6))[0] shouldBe floatArrayOf(0f, 1f, 3f, 4f, 2f, 2f, 5f, 5f)
            checkAll(10, Arb.int(1..7), Arb.int(7..20), Arb.int(7..20)) { size, height, width ->
                val signal = Random(size).floats(3 * height * width)
                val any = Transform.of(patches(size), 3, height, width)
                any.synthesised(any.analyse(signal)) shouldBe signal
            }
        }

        test("patches that make no sense are refused") {
            shouldThrow<RdeException> { Transform.of(patches(2), 3, 100) }.message shouldBe
                "Patches must be cut from images [C, H, W], not from a signal of 100 samples." +
                    "\nMaybe use pixels()."
            shouldThrow<RdeException> { Transform.of(patches(300), 3, 64, 48) }.message shouldBe
                "The size of a patch (300) must be at most 64 for a 64×48 image." +
                    "\nMaybe use patches(8)."
        }

        test("the cosine transform is that of SciPy, type II and orthonormal") {
            // scipy.fft.dct([1, 2, 3, 5, 8], norm="ortho")
            val expected =
                floatArrayOf(8.49705831f, -5.32575079f, 1.33956231f, -0.79773338f, 0.07465125f)
            val x = floatArrayOf(1f, 2f, 3f, 5f, 8f)
            Transform.of(dct(), 5).analyse(x)[0] shouldBeNear expected
            // The first coefficient of an image is the square root of its size times its mean.
            val image = Random(8).floats(2 * 6 * 7)
            val coefficients = Transform.of(dct(), 2, 6, 7).analyse(image)[0]
            coefficients[1].toDouble() shouldBe
                (image.drop(42).sum() / Math.sqrt(42.0) plusOrMinus 1e-5)
            norm(coefficients) shouldBe (norm(image) plusOrMinus 1e-5)
            shouldThrow<RdeException> { Transform.of(dct(), 1, 32000) }
                .message!!
                .shouldContain("32000 values, which must be at most 4096")
        }

        test("a dictionary finds the least of all coefficients") {
            // The second and the third atom are one: the least norm shares between them.
            val atoms = Tensor.of(floatArrayOf(2f, 0f, 0f, 0f, 1f, 0f, 0f, 1f, 0f), 3, 3)
            val transform = Transform.of(dictionary(atoms), 3)
            transform.analyse(floatArrayOf(4f, 6f, 0f))[0] shouldBeNear floatArrayOf(2f, 3f, 3f)
            transform.synthesised(arrayOf(floatArrayOf(2f, 5f, 1f))) shouldBeNear
                floatArrayOf(4f, 6f, 0f)
            transform.analyse(floatArrayOf(0f, 0f, 0f))[0] shouldBeNear floatArrayOf(0f, 0f, 0f)
        }

        test("a dictionary synthesises images in the order of flattened signals") {
            val atoms = Tensor.of(range(24), 2, 12)
            val transform = Transform.of(dictionary(atoms), 2, 2, 3)
            transform.synthesised(arrayOf(floatArrayOf(0f, 1f))) shouldBeNear
                range(24).copyOfRange(12, 24)
        }

        test("a dictionary refuses signals that it cannot express") {
            val atoms = Tensor.of(floatArrayOf(1f, 0f, 0f, 0f, 1f, 0f), 2, 3)
            val transform = Transform.of(dictionary(atoms), 3)
            shouldThrow<RdeException> { transform.analyse(floatArrayOf(3f, 0f, 4f)) }
                .message!!
                .shouldContain("the rest (0.80 of the signal's norm) must be at most 1.0E-4")
            shouldThrow<RdeException> { Transform.of(dictionary(atoms), 1, 2, 2) }.message shouldBe
                "The atoms of the dictionary have 3 values, a 2×2 image with 1 channel(s) has 4." +
                    "\nGive a dictionary of shape [atoms, 4]."
        }

        test("custom representations are checked and called with channels first") {
            val means =
                CustomRepresentation("means of rows", 2, { it.mean(0, 2) }) { sd, h ->
                        val rows = sd.expandDims(sd.expandDims(h, 2), 1)
                        sd.tile(rows, 1, 1, 1, 3)
                    }
                    .tolerance(1.0)
            val transform = Transform.of(means, 1, 2, 3)
            val coefficients = transform.analyse(range(6))
            coefficients[0] shouldBeNear floatArrayOf(1f, 4f)
            transform.synthesised(coefficients) shouldBeNear floatArrayOf(1f, 1f, 1f, 4f, 4f, 4f)
            shouldThrow<RdeException> { Transform.of(means, 1, 3, 2).analyse(range(6)) }
                .message!!
                .shouldStartWith("The analysis of the representation means of rows returned 3")
            val foreign =
                object : Representation.Custom {
                    override fun name() = "foreign"
                }
            shouldThrow<RdeException> { Transform.of(foreign, 6) }
                .message!!
                .shouldContain("was not made for ND4J")
        }

        test("a mask is published with its bands first, and stored again") {
            val block = Block("detail_1", listOf(2, 3), 3, 1, 1)
            val stored = range(18)
            val mask = block.published(stored)
            mask.shape() shouldBe intArrayOf(3, 2, 3)
            mask.get(2, 0, 1) shouldBe stored[1 * 3 + 2]
            mask.get(1, 1, 2) shouldBe stored[5 * 3 + 1]
            block.stored(mask) shouldBe stored
            shouldThrow<RdeException> { block.stored(Tensor.of(range(18), 2, 3, 3)) }
                .message!!
                .shouldContain("must have the shape [3, 2, 3]")
        }

        test("signals have one to three axes") {
            shouldThrow<RdeException> { Transform.of(pixels(), 1, 3, 8, 8) }
                .message!!
                .shouldStartWith("Signals of shape [1, 3, 8, 8] must be images [C, H, W]")
        }

        test("the residual of a photograph-sized synthesis stays at rounding errors") {
            val signal = Random(9).floats(3 * 224 * 224)
            val transform = Transform.of(wavelets("sym8").levels(5), 3, 224, 224)
            val back = transform.synthesised(transform.analyse(signal))
            norm(FloatArray(signal.size) { back[it] - signal[it] }) / norm(signal) shouldBeLessThan
                1e-6
        }
    })
