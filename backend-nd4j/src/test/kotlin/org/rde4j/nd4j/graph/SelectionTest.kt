package org.rde4j.nd4j.graph

import io.kotest.core.spec.style.FunSpec
import org.nd4j.linalg.factory.Nd4j
import org.nd4j.linalg.indexing.NDArrayIndex.all
import org.nd4j.linalg.indexing.NDArrayIndex.point

class SelectionTest :
    FunSpec({
        val size = 9
        val choices =
            mapOf(
                "one position" to intArrayOf(4),
                "a run" to intArrayOf(2, 3, 4, 5),
                "every other" to intArrayOf(0, 2, 4, 6, 8),
                "every third from 1" to intArrayOf(1, 4, 7),
                "every third, not to the end" to intArrayOf(0, 3),
                "backwards" to intArrayOf(8, 7, 6, 5, 4, 3, 2, 1, 0),
                "each twice" to intArrayOf(0, 0, 1, 1, 2, 2, 3, 3, 4, 4),
                "one four times" to intArrayOf(5, 5, 5, 5),
                "every other, three times" to intArrayOf(1, 1, 1, 3, 3, 3, 5, 5, 5),
                "mirrored ends" to intArrayOf(2, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 7, 6),
                "many runs" to IntArray(30) { it * 5 % 9 },
            )
        choices.forEach { (name, positions) ->
            (0..2).forEach { axis ->
                test("$name along axis $axis") {
                    // Along the last axis runs are narrow, along the others wide.
                    val shape = longArrayOf(1, 2, 17).also { it[axis] = size.toLong() }
                    val x = spread(1, *shape)
                    val expected =
                        Nd4j.create(*shape.clone().also { it[axis] = positions.size.toLong() })
                    positions.forEachIndexed { to, from ->
                        val here = Array(3) { if (it == axis) point(to.toLong()) else all() }
                        val there = Array(3) { if (it == axis) point(from.toLong()) else all() }
                        expected.get(*here).assign(x.get(*there))
                    }
                    evaluate(x) { selection().take(it, axis, *positions) }
                        .output
                        .shouldBeNear(expected)
                    gradientIsRight(x) { selection().take(it, axis - 3, *positions) }
                }
            }
        }
        (0..2).forEach { axis ->
            test("a matrix mixes axis $axis") {
                val x = spread(1, 3, 4, 5)
                val matrix = spread(2, 2, x.size(axis))
                val expected = Nd4j.create(*x.shape().clone().also { it[axis] = 2 })
                for (to in 0L..1) for (from in 0 until x.size(axis)) {
                    val here = Array(3) { if (it == axis) point(to) else all() }
                    val there = Array(3) { if (it == axis) point(from) else all() }
                    expected.get(*here).addi(x.get(*there).mul(matrix.getDouble(to, from)))
                }
                evaluate(x) { selection().mix(it, axis, matrix) }.output.shouldBeNear(expected)
                gradientIsRight(x) { selection().mix(it, axis, matrix) }
            }
        }
        listOf(1L, 2L, 5L).forEach { positions ->
            test("each of $positions positions") {
                val x = spread(1, positions, 3, 4)
                val weights = (1..positions.toInt()).map { it * 0.5 }
                fun Graph.weighted(a: Node) = concat(0, selection().each(a).zip(weights, ::mul))
                val expected =
                    Nd4j.concat(
                        0,
                        *Array(positions.toInt()) { x.slice(it.toLong()).mul(weights[it]) },
                    )
                evaluate(x) { weighted(it) }.output.shouldBeNear(expected)
                gradientIsRight(x) { weighted(it) }
            }
        }
        mapOf(
                "values one by one" to intArrayOf(5, 0, 23, 7, 7, 7, 11, 2),
                "rows" to intArrayOf(8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11),
                "pairs" to intArrayOf(2, 3, 2, 3, 20, 21, 0, 1),
                "everything" to IntArray(24) { it },
            )
            .forEach { (name, positions) ->
                test("any values are picked: $name") {
                    val x = spread(1, 2, 3, 4)
                    val shape = longArrayOf(2, positions.size / 2L)
                    val values = FloatArray(positions.size) { x.getFloat(positions[it].toLong()) }
                    val expected = Nd4j.createFromArray(*values).reshape(*shape)
                    evaluate(x) { selection().pick(it, positions, *shape) }
                        .output
                        .shouldBeNear(expected)
                    gradientIsRight(x) { selection().pick(it, positions, *shape) }
                }
            }
        test("positions of an axis too long for a matrix") {
            val positions = IntArray(1500) { (it * 769 + it / 3) % 1024 }
            val x = spread(1, 2, 1024, 3)
            val y = evaluate(x) { selection().take(it, 1, *positions) }
            val expected = Nd4j.create(2, 1500, 3)
            val gradient = Nd4j.create(2, 1024, 3)
            val weights = spread(7, 2, 1500, 3)
            positions.forEachIndexed { to, from ->
                val here = arrayOf(all(), point(to.toLong()), all())
                val there = arrayOf(all(), point(from.toLong()), all())
                expected.get(*here).assign(x.get(*there))
                gradient.get(*there).addi(weights.get(*here))
            }
            y.output.shouldBeNear(expected)
            y.gradient.shouldBeNear(gradient)
        }
        test("a matrix mixes a vector") {
            val x = spread(1, 5)
            val matrix = spread(2, 3, 5)
            evaluate(x) { selection().mix(it, 0, matrix) }.output.shouldBeNear(matrix.mmul(x))
            gradientIsRight(x) { selection().mix(it, 0, matrix) }
        }
    })
