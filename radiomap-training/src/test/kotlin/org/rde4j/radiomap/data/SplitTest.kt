package org.rde4j.radiomap.data

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import org.rde4j.RdeException

class SplitTest :
    FunSpec({
        test("the authors' split is NumPy's") {
            val split = Split.radioMapSeer()
            split.training().size shouldBe 501
            split.validation().size shouldBe 100
            split.test().size shouldBe 99
            // numpy.random.RandomState(42).shuffle(arange(700)), its first five and last five.
            split.training().take(5) shouldBe listOf(158, 500, 396, 155, 321)
            split.test().takeLast(5) shouldBe LAST
            (split.training() + split.validation() + split.test()).sorted() shouldBe
                (0..699).toList()
        }

        test("random splits share out all maps, whatever their order") {
            for (count in listOf(3, 4, 7, 10, 101)) {
                val split = Split.of((0 until count).toList(), 0.8, 0.1, 5)
                val parts = listOf(split.training(), split.validation(), split.test())
                parts.flatten() shouldContainExactlyInAnyOrder (0 until count).toList()
                parts.all { it.isNotEmpty() } shouldBe true
                Split.of((0 until count).toList().reversed(), 0.8, 0.1, 5) shouldBe split
            }
            val hundred = Split.of((0..99).toList(), 0.8, 0.1, 5)
            listOf(hundred.training().size, hundred.validation().size, hundred.test().size) shouldBe
                listOf(80, 10, 10)
            Split.of((0..99).toList(), 0.8, 0.1, 6) shouldNotBe hundred
        }

        test("a map has one purpose, and each part a share") {
            shouldThrow<RdeException> { Split(listOf(1, 2), listOf(2), listOf()) }.message shouldBe
                "Map 2 occurs twice in the split.\nGive each map one purpose."
            shouldThrow<RdeException> { Split.of(listOf(1, 2), 0.5, 0.2, 1) }
            shouldThrow<RdeException> { Split.of(listOf(1, 2, 3), 0.5, 0.5, 1) }
        }
    })

private val LAST = listOf(71, 106, 270, 435, 102)
