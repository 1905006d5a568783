package org.rde4j.nd4j.representation

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.math.tanh
import kotlin.random.Random
import org.apache.commons.math3.linear.Array2DRowRealMatrix
import org.apache.commons.math3.linear.SingularValueDecomposition
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.Distortion
import org.rde4j.Obfuscation
import org.rde4j.RateDistortion
import org.rde4j.RdeException
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.Nd4jBackend

class LatentTransformTest :
    FunSpec({
        val weights = Random(1).floats(5 * 24)

        /** f(h) = tanh(h W), as images of 2×3×4. */
        val decoder =
            Models.custom("decoder") { sd, h ->
                val w = sd.constant("w", Nd4j.createFromArray(*weights).reshape(5, 24))
                sd.reshape(sd.math().tanh(h.mmul(w)), -1, 2, 3, 4)
            }

        fun decoded(code: FloatArray) =
            FloatArray(24) { i ->
                tanh(code.indices.sumOf { code[it] * weights[it * 24 + i].toDouble() }).toFloat()
            }

        /** f(h) = (h, h, 0): the nearest to (1, 3, 2) is (2, 2, 0), at a distance of √6. */
        val twice = Models.custom("twice") { sd, h -> sd.concat(1, h, h, h.mul(0.0)) }

        val latent = Nd4jBackend.latent("tanh", decoder, 5)
        val code = Random(2).floats(5)

        test("the search finds the code of a decoded signal") {
            val transform = Transform.of(latent, 2, 3, 4)
            transform.blocks() shouldBe listOf(Block("code", listOf(5), 1, 1, 1))
            val found = transform.analyse(decoded(code))
            found[0].shouldBeNear(code, 1e-3)
            transform.synthesised(found).shouldBeNear(decoded(code), 1e-3)
            latent.residual(Tensor.of(decoded(code), 2, 3, 4)) shouldBeLessThan 1e-3
            transform.analyse(decoded(code))[0] shouldBe found[0]
        }

        test("an encoder takes the place of the search") {
            // h = artanh(x) W⁺ for the decoder's weights.
            val w = Nd4j.createFromArray(*weights).reshape(5, 24)
            val inverse =
                SingularValueDecomposition(
                        Array2DRowRealMatrix(w.castTo(DataType.DOUBLE).toDoubleMatrix())
                    )
                    .solver
                    .inverse
                    .data
            val encoder =
                Models.custom("encoder") { sd, x ->
                    val flat = sd.reshape(x, -1, 24)
                    val artanh = sd.math().log(flat.add(1.0).div(flat.rsub(1.0))).mul(0.5)
                    val v = Nd4j.createFromArray(inverse).castTo(DataType.FLOAT)
                    artanh.mmul(sd.constant("v", v))
                }
            val transform = Transform.of(latent.encodedBy(encoder).tolerance(1e-4), 2, 3, 4)
            transform.analyse(decoded(code))[0].shouldBeNear(code, 1e-4)
            shouldThrow<RdeException> {
                    Transform.of(Nd4jBackend.latent("tanh", decoder, 4).encodedBy(encoder), 2, 3, 4)
                        .analyse(decoded(code))
                }
                .message!!
                .shouldContain("The encoder encoder returns 5 values but the code of tanh has 4.")
        }

        test(
            "the residual is that of the nearest decoded signal, and refused above the tolerance"
        ) {
            val signal = Tensor.of(floatArrayOf(1f, 3f, 2f), 3)
            val representation = Nd4jBackend.latent("twice", twice, 1)
            val expected = Math.sqrt(6.0 / 14)
            representation.residual(signal) shouldBe (expected plusOrMinus 1e-4)
            shouldThrow<RdeException> { Transform.of(representation, 3).analyse(signal.values()) }
                .message!!
                .shouldContain(
                    "The representation twice decodes the signal with a relative residual of 0.65, " +
                        "which must be at most 0.1.\nMaybe use a longer search or a better encoder, or " +
                        "tolerance(0.72)."
                )
            Transform.of(representation.tolerance(0.66), 3)
                .analyse(signal.values())[0]
                .shouldBeNear(floatArrayOf(2f), 1e-3)
        }

        test("distortions compare with the model's output on the signal itself") {
            // What is decoded from the code is (2, 2, 0), so everything kept still differs by 6.
            val signal = Tensor.of(floatArrayOf(1f, 3f, 2f), 3)
            val problem =
                RateDistortion.over(Nd4jBackend.latent("twice", twice, 1).tolerance(1.0))
                    .obfuscatedBy(Obfuscation.constant(0.0))
                    .measuredBy(Distortion.squaredError())
                    .solvedBy(Solver.l1(0.0).sgd(1e-9).steps(1))
            Nd4jBackend.compile(problem, Models.custom("identity") { _, x -> x.mul(1.0) }).use {
                it.explain(signal).distortion() shouldBe (6.0 plusOrMinus 1e-2)
            }
        }

        test("codes may be images, masked entry by entry") {
            val larger = Models.custom("larger") { sd, h -> sd.concat(2, h, h.mul(0.5)) }
            val representation = Nd4jBackend.latent("larger", larger, 2, 3, 4)
            val transform = Transform.of(representation, 2, 6, 4)
            transform.blocks().single().maskShape() shouldBe intArrayOf(2, 3, 4)
            val top = Random(4).floats(24)
            val signal =
                FloatArray(48) {
                    val (c, row, column) = listOf(it / 24, it / 4 % 6, it % 4)
                    top[c * 12 + row % 3 * 4 + column] * (if (row < 3) 1f else 0.5f)
                }
            val h = transform.analyse(signal)
            transform.blocks().single().published(h[0]).values().shouldBeNear(top, 1e-3)
        }

        test("restarts help where zero is a saddle") {
            // f(h) = h² has no slope at 0.
            val square = Models.custom("square") { _, h -> h.mul(h) }
            val representation = Nd4jBackend.latent("square", square, 3)
            val signal = Tensor.of(floatArrayOf(1f, 4f, 0.25f), 3)
            representation.residual(signal) shouldBeLessThan 1e-3
            representation.searchedBy(CodeSearch.defaults().starts(1)).residual(signal) shouldBe
                (1.0 plusOrMinus 1e-6)
        }

        test("decoders of other shapes and settings out of range are refused") {
            shouldThrow<RdeException> { Transform.of(latent, 2, 4, 3).analyse(FloatArray(24)) }
                .message shouldBe
                "The decoder decoder returns signals of shape [4, 3, 4, 2] but must return " +
                    "[4, 4, 3, 2] (channels last).\nExplain signals of the shape that it decodes."
            shouldThrow<RdeException> { latent.tolerance(-1.0) }
            shouldThrow<RdeException> { CodeSearch.defaults().steps(0) }
            shouldThrow<RdeException> { CodeSearch.defaults().stepSize(Double.NaN) }
            shouldThrow<RdeException> { CodeSearch.defaults().starts(0) }
        }
    })
