package org.rde4j

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.double
import io.kotest.property.checkAll
import org.rde4j.kotlin.constant
import org.rde4j.kotlin.crossEntropy
import org.rde4j.kotlin.labelScore
import org.rde4j.kotlin.minimising
import org.rde4j.kotlin.part
import org.rde4j.kotlin.parts
import org.rde4j.kotlin.perExample
import org.rde4j.kotlin.rateDistortion
import org.rde4j.kotlin.relyingOn
import org.rde4j.kotlin.resisting
import org.rde4j.kotlin.restrictedTo
import org.rde4j.kotlin.squaredError

class TrainingObjectiveTest :
    FunSpec({
        val withoutBuildings =
            rateDistortion(
                over =
                    parts(
                        part("transmitter", 1, over = null),
                        part("buildings", 1),
                        part("measurements", 1),
                    )
            ) {
                obfuscation = constant(0.0)
                distortion = squaredError() restrictedTo perExample()
            }

        test("Java and Kotlin describe the seed's objective alike") {
            (minimising(squaredError()) +
                relyingOn("measurements", withoutBuildings, weight = 0.1)) shouldBe
                TrainingObjective.minimising(Distortion.squaredError())
                    .plus(
                        Regulariser.relyingOn(
                                "measurements",
                                RateDistortion.over(withoutBuildings.representation())
                                    .obfuscatedBy(Obfuscation.constant(0.0))
                                    .measuredBy(
                                        Distortion.squaredError().restrictedTo(Region.perExample())
                                    ),
                            )
                            .weight(0.1)
                    )
        }

        test("a regulariser changes by with-ers alone") {
            val before = relyingOn("measurements", withoutBuildings)
            checkAll(Arb.double(0.0, 1e6)) { beta ->
                before.weight(beta).called("x").and("buildings") shouldBe
                    Regulariser("x", listOf("measurements", "buildings"), withoutBuildings, beta)
                before shouldBe
                    Regulariser(
                        "relying on measurements",
                        listOf("measurements"),
                        withoutBuildings,
                        1.0,
                    )
            }
        }

        test("it keeps blocks by name and by the name of their part") {
            val regulariser = relyingOn("left", withoutBuildings)
            regulariser.keeps("left") shouldBe true
            regulariser.keeps("left.detail_1") shouldBe true
            regulariser.keeps("leftmost") shouldBe false
            regulariser.keeps("right") shouldBe false
            resisting(withoutBuildings).keeps("left") shouldBe false
        }

        test("settings out of range are refused") {
            val regulariser = relyingOn("measurements", withoutBuildings)
            for (weight in listOf(-0.1, Double.NaN, Double.POSITIVE_INFINITY)) {
                shouldThrow<RdeException> { regulariser.weight(weight) }.message!! shouldContain
                    "weight of the regulariser relying on measurements ($weight)"
            }
            shouldThrow<RdeException> { regulariser.called(" ") }.message!! shouldContain
                "have a name"
            shouldThrow<RdeException> { minimising() + regulariser + regulariser }
                .message!! shouldContain "Two terms of the objective are called"
            shouldThrow<RdeException> { minimising() + regulariser.called("fit") }
                .message!! shouldContain "Two terms"
            shouldThrow<RdeException> { minimising(labelScore()) }.message!! shouldContain
                "how far an output is from its target"
            shouldThrow<RdeException> { minimising(crossEntropy().of(3)) }.message!! shouldContain
                "target"
        }
    })
