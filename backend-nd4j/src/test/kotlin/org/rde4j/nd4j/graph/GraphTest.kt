package org.rde4j.nd4j.graph

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.math.exp
import kotlin.math.ln
import kotlin.math.pow
import kotlin.math.sqrt
import kotlin.math.tanh
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j

/** An array whose value at every position is given by a function of the position. */
private fun array(vararg shape: Long, value: (LongArray) -> Double): INDArray {
    val result = Nd4j.create(*shape)
    for (flat in 0 until result.length()) {
        val at = LongArray(shape.size)
        var rest = flat
        for (axis in shape.indices.reversed()) {
            at[axis] = rest % shape[axis]
            rest /= shape[axis]
        }
        result.putScalar(at, value(at))
    }
    return result
}

private fun INDArray.at(vararg index: Long) = getDouble(*index)

class GraphTest :
    FunSpec({
        context("functions of one value") {
            data class Case(
                val name: String,
                val low: Double,
                val write: Writing,
                val expected: (Double) -> Double,
            )
            listOf(
                    Case("add", -1.5, { add(it, 0.7) }, { it + 0.7 }),
                    Case("mul", -1.5, { mul(it, -2.5) }, { -2.5 * it }),
                    Case("pow", 0.2, { pow(it, 1.7) }, { it.pow(1.7) }),
                    Case("pow of negatives", -1.5, { pow(it, 3.0) }, { it.pow(3.0) }),
                    Case("square", -1.5, { square(it) }, { it * it }),
                    Case("sqrt", 0.2, { sqrt(it) }, { sqrt(it) }),
                    Case("exp", -1.5, { exp(it) }, { exp(it) }),
                    Case("log", 0.2, { log(it) }, { ln(it) }),
                    Case("sin", -4.0, { sin(it) }, { kotlin.math.sin(it) }),
                    Case("cos", -4.0, { cos(it) }, { kotlin.math.cos(it) }),
                    Case("tan", -1.2, { tan(mul(it, 0.7)) }, { kotlin.math.tan(0.7 * it) }),
                    Case("asin", -1.5, { asin(mul(it, 0.6)) }, { kotlin.math.asin(0.6 * it) }),
                    Case("acos", -1.5, { acos(mul(it, 0.6)) }, { kotlin.math.acos(0.6 * it) }),
                    Case("atan", -1.5, { atan(it) }, { kotlin.math.atan(it) }),
                    Case("sinh", -1.5, { sinh(it) }, { kotlin.math.sinh(it) }),
                    Case("cosh", -1.5, { cosh(it) }, { kotlin.math.cosh(it) }),
                    Case("asinh", -1.5, { asinh(mul(it, 80.0)) }, { kotlin.math.asinh(80 * it) }),
                    Case("acosh", 0.2, { acosh(add(it, 1.0)) }, { kotlin.math.acosh(it + 1) }),
                    Case("atanh", -1.5, { atanh(mul(it, 0.6)) }, { kotlin.math.atanh(0.6 * it) }),
                    Case("softplus", -1.5, { softplus(it) }, { ln(1 + exp(it)) }),
                    Case("softplus of large values", -1.5, { softplus(mul(it, 90.0)) }) {
                        if (it > 0.2) 90 * it else ln(1 + exp(90 * it))
                    },
                    Case("floor", -1.5, { floor(it) }, { kotlin.math.floor(it) }),
                    Case("ceil", -1.5, { ceil(it) }, { kotlin.math.ceil(it) }),
                    Case("round", -1.5, { round(it) }, { Math.rint(it) }),
                    Case("sign", -1.5, { sign(it) }, { kotlin.math.sign(it) }),
                    Case("step", -1.5, { step(it, 0.3) }, { if (it > 0.3) 1.0 else 0.0 }),
                    Case("abs", -1.5, { abs(it) }, { kotlin.math.abs(it) }),
                    Case("erf", -1.5, { erf(it) }, ::errorFunction),
                    Case("sigmoid", -1.5, { sigmoid(it) }, { 1 / (1 + exp(-it)) }),
                    Case("tanh", -1.5, { tanh(it) }, { tanh(it) }),
                    Case("relu", -1.5, { relu(it) }, { maxOf(it, 0.0) }),
                    Case("clip", -1.5, { clip(it, -0.5, 0.8) }, { it.coerceIn(-0.5, 0.8) }),
                    Case(
                        "clip 0 to 6",
                        -1.5,
                        { clip(mul(it, 8.0), 0.0, 6.0) },
                        { (8 * it).coerceIn(0.0, 6.0) },
                    ),
                    Case(
                        "clip above",
                        -1.5,
                        { clip(it, Double.NEGATIVE_INFINITY, 0.8) },
                        { it.coerceAtMost(0.8) },
                    ),
                    Case(
                        "clip below",
                        -1.5,
                        { clip(it, -0.5, Double.POSITIVE_INFINITY) },
                        { it.coerceAtLeast(-0.5) },
                    ),
                    Case(
                        "leakyRelu",
                        -1.5,
                        { leakyRelu(it, 0.1) },
                        { if (it < 0) 0.1 * it else it },
                    ),
                    Case("elu", -1.5, { elu(it, 1.3) }, { if (it < 0) 1.3 * (exp(it) - 1) else it }),
                )
                .forEach { case ->
                    test(case.name) {
                        val x = spread(1, 3, 5).mul((1.5 - case.low) / 3).add((1.5 + case.low) / 2)
                        val y = evaluate(x, write = case.write).output
                        y.shouldBeNear(array(3, 5) { case.expected(x.at(*it)) })
                        gradientIsRight(x, write = case.write)
                    }
                }
        }

        context("two operands broadcast, with the gradient of both sides") {
            val shapes =
                listOf(
                    longArrayOf(2, 3, 4) to longArrayOf(2, 3, 4),
                    longArrayOf(2, 3, 4) to longArrayOf(4),
                    longArrayOf(2, 3, 4) to longArrayOf(1, 3, 1),
                    longArrayOf(1, 3, 1) to longArrayOf(2, 3, 4),
                    longArrayOf(3, 1) to longArrayOf(2, 1, 4),
                    longArrayOf(2, 1, 1, 3) to longArrayOf(2, 4, 5, 3),
                    longArrayOf(1, 1) to longArrayOf(2, 3),
                    longArrayOf() to longArrayOf(2, 3),
                )
            data class Case(
                val name: String,
                val write: Graph.(Node, Node) -> Node,
                val expected: (Double, Double) -> Double,
            )
            listOf(
                    Case("add", { a, b -> add(a, b) }, { a, b -> a + b }),
                    Case("sub", { a, b -> sub(a, b) }, { a, b -> a - b }),
                    Case("mul", { a, b -> mul(a, b) }, { a, b -> a * b }),
                    Case("div", { a, b -> div(a, b) }, { a, b -> a / b }),
                    Case("pow", { a, b -> pow(a, b) }, { a, b -> a.pow(b) }),
                    Case("max", { a, b -> max(a, b) }, { a, b -> maxOf(a, b) }),
                    Case("min", { a, b -> min(a, b) }, { a, b -> minOf(a, b) }),
                    Case(
                        "remainder",
                        { a, b -> remainder(add(mul(a, 0.1), 5.2), add(mul(b, 0.1), 1.9)) },
                        { a, b -> (0.1 * a + 5.2) % (0.1 * b + 1.9) },
                    ),
                    Case(
                        "a choice",
                        { a, b -> choose(step(sub(a, b), -0.013), a, mul(b, a)) },
                        { a, b -> if (a - b > -0.013) a else b * a },
                    ),
                )
                .forEach { case ->
                    shapes.forEach { (left, right) ->
                        test("${case.name} of ${left.toList()} and ${right.toList()}") {
                            val a = spread(1, *left).mul(0.4).add(1.2)
                            val b = spread(2, *right).mul(0.4).add(1.4)
                            val y = evaluate(a) { case.write(this, it, constant(b)) }.output
                            fun aligned(x: INDArray, at: LongArray): Double {
                                val skip = at.size - x.rank()
                                return if (x.rank() == 0) x.getDouble(0)
                                else
                                    x.at(
                                        *LongArray(x.rank()) {
                                            if (x.size(it) == 1L) 0 else at[it + skip]
                                        }
                                    )
                            }
                            y.shouldBeNear(
                                array(*y.shape()) { case.expected(aligned(a, it), aligned(b, it)) }
                            )
                            gradientIsRight(a) { case.write(this, it, constant(b)) }
                            gradientIsRight(b) { case.write(this, constant(a), it) }
                        }
                    }
                }
            test("sizes that do not fit are refused") {
                shouldThrow<IllegalArgumentException> {
                    val graph = Graph()
                    graph.add(graph.placeholder("a", 2, 3), graph.placeholder("b", 2, 4))
                }
            }
        }

        test("whole numbers between two others round to the even one") {
            val x = Nd4j.createFromArray(-2.5f, -1.5f, -0.5f, 0.5f, 1.5f, 2.5f)
            val y = evaluate(x) { round(it) }.output
            y.shouldBeNear(Nd4j.createFromArray(-2f, -2f, 0f, 0f, 2f, 2f))
        }

        test("equal values share the gradient of their maximum") {
            val x = spread(1, 2, 3)
            evaluate(x) { max(it, add(it, 0.0)) }.gradient.shouldBeNear(spread(7, 2, 3))
            evaluate(x) { min(it, constant(x.dup())) }
                .gradient
                .shouldBeNear(spread(7, 2, 3).mul(0.5))
        }

        test("nothing comes from what is not chosen, not even if it is no number") {
            val x = spread(1, 2, 5)
            val y = evaluate(x) { choose(step(it, 0.0), it, detached(log(it))) }
            y.output.shouldBeNear(evaluate(x) { choose(step(it, 0.0), it, log(it)) }.output)
            y.output.isNaN.any() shouldBe true
            evaluate(x) { choose(step(mul(it, -1.0), 0.0), it, relu(it)) }.output.shouldBeNear(x)
            evaluate(x) { choose(step(mul(it, -1.0), 0.0), it, detached(log(it))) }
                .output
                .isNaN
                .any() shouldBe false
        }

        test("gradients take detached values for constants") {
            val x = spread(1, 2, 3)
            val y = evaluate(x) { mul(detached(it), it) }
            y.output.shouldBeNear(x.mul(x))
            y.gradient.shouldBeNear(x.mul(spread(7, 2, 3)))
        }

        context("one value in both operands gets both gradients") {
            test("x·x") { gradientIsRight(spread(1, 2, 3)) { mul(it, it) } }
            test("x concatenated with itself") {
                gradientIsRight(spread(1, 2, 3)) { concat(1, listOf(it, it)) }
            }
            test("x times its sum") {
                gradientIsRight(spread(1, 2, 3)) { mul(it, sum(it, true, 1)) }
            }
        }

        context("shapes") {
            val x = spread(1, 2, 3, 4)
            test("reshape with one size left open") {
                val y = evaluate(x) { reshape(it, 4, -1) }.output
                y.shouldBeNear(x.reshape(4, 6))
                gradientIsRight(x) { reshape(it, 4, -1) }
            }
            test("a reshape that loses values is refused") {
                shouldThrow<IllegalArgumentException> {
                    val graph = Graph()
                    graph.reshape(graph.placeholder("a", 2, 3), 4)
                }
            }
            test("permute") {
                val y = evaluate(x) { permute(it, 2, 0, 1) }.output
                y.shouldBeNear(array(4, 2, 3) { (a, b, c) -> x.at(b, c, a) })
                gradientIsRight(x) { permute(it, 2, 0, 1) }
            }
            test("a permuted array reshapes in its new order") {
                val y = evaluate(x) { reshape(permute(it, 2, 0, 1), 8, 3) }.output
                y.shouldBeNear(array(8, 3) { (a, b) -> x.at(a % 2, b, a / 2) })
                gradientIsRight(x) { reshape(permute(it, 2, 0, 1), 8, 3) }
            }
            test("channels last and first are inverse") {
                val image = spread(1, 2, 3, 4, 5)
                val last = evaluate(image) { channelsLast(it) }.output
                last.shouldBeNear(array(2, 4, 5, 3) { (n, h, w, c) -> image.at(n, c, h, w) })
                evaluate(image) { channelsFirst(channelsLast(it)) }.output.shouldBeNear(image)
                evaluate(x) { channelsLast(it) }
                    .output
                    .shouldBeNear(array(2, 4, 3) { (n, t, c) -> x.at(n, c, t) })
                val flat = spread(1, 2, 3)
                evaluate(flat) { add(channelsLast(it), 0.0) }.output.shouldBeNear(flat)
            }
            listOf(0, 1, -1).forEach { axis ->
                test("concat along axis $axis") {
                    val at = Math.floorMod(axis, 3)
                    val y = evaluate(x) { concat(axis, listOf(it, mul(it, 2.0))) }.output
                    y.shouldBeNear(
                        array(*y.shape()) { index ->
                            val second = index[at] >= x.size(at)
                            val inside = index.clone()
                            if (second) inside[at] -= x.size(at)
                            x.at(*inside) * if (second) 2 else 1
                        }
                    )
                    gradientIsRight(x) { concat(axis, listOf(it, mul(it, 2.0))) }
                }
            }
            test("slice of a box") {
                val write: Writing = { slice(it, longArrayOf(1, 1, 1), longArrayOf(1, 2, 3)) }
                evaluate(x, write = write)
                    .output
                    .shouldBeNear(array(1, 2, 3) { (a, b, c) -> x.at(a + 1, b + 1, c + 1) })
                gradientIsRight(x, write = write)
            }
            listOf(0, 1, 2, -1).forEach { axis ->
                test("one position of axis $axis") {
                    val at = Math.floorMod(axis, 3)
                    val y = evaluate(x) { slice(it, axis, 1, 2) }.output
                    y.shouldBeNear(
                        array(*y.shape()) { index -> x.at(*index.clone().also { it[at] += 1 }) }
                    )
                    gradientIsRight(x) { slice(it, axis, 1, 2) }
                }
            }
            test("one column of one row") {
                gradientIsRight(spread(1, 1, 6)) { slice(it, 1, 3, 4) }
            }
            test("pad with a value") {
                val write: Writing = { pad(it, longArrayOf(0, 2, 1), longArrayOf(1, 0, 3), 0.5) }
                evaluate(x, write = write)
                    .output
                    .shouldBeNear(
                        array(3, 5, 8) { (a, b, c) ->
                            if (a < 2 && b >= 2 && c in 1..4) x.at(a, b - 2, c - 1) else 0.5
                        }
                    )
                gradientIsRight(x, write = write)
            }
        }

        context("products and reductions") {
            val shapes =
                listOf(
                    longArrayOf(3, 4) to longArrayOf(4, 2),
                    longArrayOf(2, 3, 4) to longArrayOf(4, 2),
                    longArrayOf(3, 4) to longArrayOf(2, 4, 5),
                    longArrayOf(2, 3, 4) to longArrayOf(2, 4, 5),
                    longArrayOf(2, 2, 3, 4) to longArrayOf(2, 2, 4, 3),
                )
            shapes.forEach { (left, right) ->
                test("matmul of ${left.toList()} and ${right.toList()}") {
                    val a = spread(1, *left)
                    val b = spread(2, *right)
                    val y = evaluate(a) { matmul(it, constant(b)) }.output
                    y.shouldBeNear(
                        array(*y.shape()) { at ->
                            val batch = at.dropLast(2).toLongArray()
                            val before = if (a.rank() > 2) batch else longArrayOf()
                            val after = if (b.rank() > 2) batch else longArrayOf()
                            (0 until a.size(-1)).sumOf { k ->
                                a.at(*before, at[at.size - 2], k) * b.at(*after, k, at.last())
                            }
                        }
                    )
                    gradientIsRight(a) { matmul(it, constant(b)) }
                    gradientIsRight(b) { matmul(constant(a), it) }
                }
            }
            val x = spread(1, 2, 3, 4)
            listOf(intArrayOf(0), intArrayOf(1, 2), intArrayOf(-1), intArrayOf(0, 2)).forEach { axes
                ->
                listOf(true, false).forEach { keep ->
                    test("sum and mean over ${axes.toList()}, axes kept: $keep") {
                        val gone = axes.map { Math.floorMod(it, 3) }
                        val kept = LongArray(3) { if (it in gone) 1 else x.size(it) }
                        val shape =
                            if (keep) kept
                            else (0..2).filter { it !in gone }.map { x.size(it) }.toLongArray()
                        val expected = array(*kept) { 0.0 }
                        for (a in 0L..1) for (b in 0L..2) for (c in 0L..3) {
                            val at =
                                longArrayOf(a, b, c)
                                    .mapIndexed { i, v -> if (i in gone) 0 else v }
                                    .toLongArray()
                            expected.putScalar(at, expected.at(*at) + x.at(a, b, c))
                        }
                        val count = x.length().toDouble() / expected.length()
                        evaluate(x) { sum(it, keep, *axes) }
                            .output
                            .shouldBeNear(expected.reshape(*shape))
                        evaluate(x) { mean(it, keep, *axes) }
                            .output
                            .shouldBeNear(expected.div(count).reshape(*shape))
                        gradientIsRight(x) { sum(it, keep, *axes) }
                        gradientIsRight(x) { mean(it, keep, *axes) }
                    }
                }
            }
            test("the sum of everything is a scalar") {
                val y = evaluate(x) { sum(it, false) }.output
                y.rank() shouldBe 0
                gradientIsRight(x) { mul(it, sum(it, false)) }
            }
            test("maximum") {
                evaluate(x) { max(it, true, 1) }
                    .output
                    .shouldBeNear(array(2, 1, 4) { (a, _, c) -> (0L..2).maxOf { x.at(a, it, c) } })
                gradientIsRight(x) { max(it, true, 1) }
                gradientIsRight(x) { max(it, false, 0, 2) }
            }
            test("softmax and its logarithm") {
                fun total(a: Long, b: Long) = (0L..3).sumOf { exp(x.at(a, b, it)) }
                evaluate(x) { softmax(it) }
                    .output
                    .shouldBeNear(array(2, 3, 4) { (a, b, c) -> exp(x.at(a, b, c)) / total(a, b) })
                evaluate(x) { logSoftmax(it) }
                    .output
                    .shouldBeNear(array(2, 3, 4) { (a, b, c) -> x.at(a, b, c) - ln(total(a, b)) })
                gradientIsRight(x) { softmax(it) }
                gradientIsRight(x) { logSoftmax(it) }
            }
        }
    })

/** The error function by its Taylor series, exact to double precision for |x| < 2. */
private fun errorFunction(x: Double): Double {
    var term = x
    var sum = x
    for (n in 1..60) {
        term *= -x * x / n
        sum += term / (2 * n + 1)
    }
    return 2 / sqrt(Math.PI) * sum
}
