package org.rde4j.nd4j.graph

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.arbitrary
import io.kotest.property.arbitrary.boolean
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.shuffle
import io.kotest.property.checkAll
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.nd4j.values

private val shapes =
    Arb.list(Arb.int(1..3), 1..5).let { lists ->
        arbitrary { lists.bind().map { it.toLong() }.toLongArray() }
    }

private fun numbered(shape: LongArray) =
    Nd4j.createFromArray(*FloatArray(shape.fold(1L, Long::times).toInt()) { it + 1f })
        .reshape('c', *shape)

/** Every index of a shape, row by row. */
private fun indices(shape: LongArray): List<LongArray> =
    shape.fold(listOf(longArrayOf())) { before, size ->
        before.flatMap { (0 until size).map { i -> it + i } }
    }

private fun Graph.flat(node: Node) = values(listOf(node))[0].dup('c').data().asFloat().toList()

/** Whatever axes are merged behind the scenes, the result is the definition's. */
class AxisGroupsTest :
    FunSpec({
        test("permutations") {
            checkAll(200, shapes, Arb.boolean()) { shape, _ ->
                val axes = Arb.shuffle(shape.indices.toList()).samples(randomSource()).first().value
                val graph = Graph()
                val x = numbered(shape)
                val result = graph.permute(graph.constant(x), *axes.toIntArray())
                result.shape() shouldBe axes.map { shape[it] }.toLongArray()
                graph.flat(result) shouldBe
                    indices(result.shape()).map { at ->
                        val from = LongArray(shape.size)
                        axes.forEachIndexed { i, axis -> from[axis] = at[i] }
                        x.getFloat(*from)
                    }
            }
        }

        test("broadcasts") {
            checkAll(200, shapes, Arb.list(Arb.boolean(), 5..5), Arb.list(Arb.boolean(), 5..5)) {
                shape,
                a,
                b ->
                fun narrowed(once: List<Boolean>) =
                    LongArray(shape.size) { if (once[it]) 1 else shape[it] }
                val graph = Graph()
                val x = numbered(narrowed(a))
                val y = numbered(narrowed(b)).mul(100)
                val result = graph.sub(graph.constant(x), graph.constant(y))
                val wide = LongArray(shape.size) { if (a[it] && b[it]) 1 else shape[it] }
                result.shape() shouldBe wide
                graph.flat(result) shouldBe
                    indices(wide).map { at ->
                        fun of(array: org.nd4j.linalg.api.ndarray.INDArray) =
                            array.getFloat(
                                *LongArray(at.size) { minOf(at[it], array.size(it) - 1) }
                            )
                        of(x) - of(y)
                    }
            }
        }

        test("pads") {
            val pads = Arb.list(Arb.int(0..2), 5..5)
            checkAll(200, shapes, pads, pads) { shape, before, after ->
                val graph = Graph()
                val x = numbered(shape)
                fun first(all: List<Int>) = LongArray(shape.size) { maxOf(0, all[it] - 1).toLong() }
                val result = graph.pad(graph.constant(x), first(before), first(after), -7.0)
                val wide =
                    LongArray(shape.size) { first(before)[it] + shape[it] + first(after)[it] }
                result.shape() shouldBe wide
                graph.flat(result) shouldBe
                    indices(wide).map { at ->
                        val from = LongArray(at.size) { at[it] - first(before)[it] }
                        if (from.indices.all { from[it] in 0 until shape[it] }) x.getFloat(*from)
                        else -7f
                    }
            }
        }
    })
