package org.rde4j

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import org.rde4j.Fourier.Components.WHOLE
import org.rde4j.Moments.Grouping.PER_SCALE
import org.rde4j.kotlin.and
import org.rde4j.kotlin.bernoulli
import org.rde4j.kotlin.blur
import org.rde4j.kotlin.changed
import org.rde4j.kotlin.channels
import org.rde4j.kotlin.constant
import org.rde4j.kotlin.fourier
import org.rde4j.kotlin.gaussianNoise
import org.rde4j.kotlin.l1
import org.rde4j.kotlin.labelMap
import org.rde4j.kotlin.labelProbability
import org.rde4j.kotlin.mixture
import org.rde4j.kotlin.on
import org.rde4j.kotlin.part
import org.rde4j.kotlin.parts
import org.rde4j.kotlin.points
import org.rde4j.kotlin.rateDistortion
import org.rde4j.kotlin.remainingProbability
import org.rde4j.kotlin.restrictedTo
import org.rde4j.kotlin.shearlets
import org.rde4j.kotlin.squaredError
import org.rde4j.kotlin.wavelets
import org.rde4j.kotlin.zero

class KotlinLayerTest :
    FunSpec({
        test("the Kotlin builder and the Java with-ers give equal problems") {
            rateDistortion(over = wavelets()) {
                obfuscation = gaussianNoise(per = PER_SCALE)
                distortion = labelProbability().times(100.0)
                solver = l1(3.0, stepSize = 0.003)
                signalRange = 0.0..1.0
            } shouldBe Presets.cartoonX()
            l1(3.0, seed = 5) shouldBe Solver.l1(3.0).seed(5)
            l1(3.0, samples = 5) shouldBe Solver.l1(3.0).samples(5)
            bernoulli(3.0, temperature = 0.2) shouldBe Solver.bernoulli(3.0).temperature(0.2)
        }

        test("what a block leaves out keeps its default") {
            rateDistortion(over = wavelets(levels = 2)) shouldBe
                RateDistortion.over(Representation.wavelets("db3").levels(2))
        }

        test("presets can be changed in a block") {
            Presets.cartoonX().changed { solver = l1(1.0, steps = 10) } shouldBe
                Presets.cartoonX().solvedBy(Solver.l1(1.0).steps(10))
        }

        test("representations equal those made in Java") {
            val labels = Tensor.of(floatArrayOf(0f, 1f, 1f, 0f), 2, 2)
            channels() shouldBe Representation.channels()
            shearlets(scales = 3) shouldBe Representation.shearlets().scales(3)
            fourier(WHOLE) shouldBe Representation.fourier().whole()
            fourier(bands = listOf(0, 3)) shouldBe Representation.fourier().bands(0, 3)
            parts(
                part("tx", 1, over = null),
                part("buildings", 1, labelMap(labels)),
                part("measurements", 1, points(labels)),
                part("rest", 2),
            ) shouldBe
                Representation.parts(
                    Representation.part("tx", 1).kept(),
                    Representation.part("buildings", 1, Representation.labelMap(labels)),
                    Representation.part("measurements", 1, Representation.points(labels)),
                    Representation.part("rest", 2, Representation.pixels()),
                )
        }

        test("a changed problem keeps its game, and a block can set it") {
            val deleting = RateDistortion.over(wavelets()).deleting()
            deleting.changed { distortion = remainingProbability() } shouldBe
                deleting.measuredBy(Distortion.remainingProbability())
            rateDistortion(over = wavelets()) { game = RateDistortion.Game.DELETION } shouldBe
                deleting
        }

        test("each part can have its own strategy") {
            (zero("buildings") and (blur(2.0, noise = 0.1) on "measurements")) shouldBe
                Obfuscation.perPart(
                    mapOf(
                        "buildings" to Obfuscation.constant(0.0),
                        "measurements" to Obfuscation.blur(2.0).withNoise(0.1),
                    )
                )
        }

        test("a mixture is written as weights and strategies") {
            mixture(1.0 to blur(2.0), 3.0 to constant(0.5)) shouldBe
                Obfuscation.mixture(
                    listOf(1.0, 3.0),
                    Obfuscation.blur(2.0),
                    Obfuscation.constant(0.5),
                )
        }

        test("a region restricts the squared error") {
            (squaredError() restrictedTo Region.box(1, 2, 3, 4)) shouldBe
                Distortion.squaredError().restrictedTo(Region.box(1, 2, 3, 4))
        }
    })
