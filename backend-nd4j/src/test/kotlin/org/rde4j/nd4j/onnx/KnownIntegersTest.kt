package org.rde4j.nd4j.onnx

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.choice
import io.kotest.property.arbitrary.double
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.arbitrary.map
import io.kotest.property.checkAll
import java.math.BigDecimal
import java.math.BigInteger
import java.nio.file.Path
import onnx.Onnx.NodeProto
import org.rde4j.RdeException
import org.rde4j.nd4j.graph.Graph

private val integers = ElementType.values().filter { it.isInteger && it != ElementType.BOOL }
private val arithmetic = integers.filterNot { it.isPacked }
private val signed = arithmetic.filter { it.least() < 0 }

private val ElementType.bits
    get() = if (isPacked) 4 else 8 * width()
private val ElementType.isSigned
    get() = least() < 0

/** A number of any size as ONNX keeps it in a type: modulo 2 to the number of its bits. */
private fun ElementType.wrapped(value: BigInteger): BigInteger {
    val modulus = BigInteger.ONE.shiftLeft(bits)
    val low = value.mod(modulus)
    return if (isSigned && low.testBit(bits - 1)) low - modulus else low
}

private fun ElementType.holds(value: BigInteger) = wrapped(value) == value

private fun Constant.big(i: Int): BigInteger = type().wrapped(BigInteger.valueOf(integer(i)))

private fun Constant.bigs(): List<BigInteger> = (0 until length().toInt()).map(::big)

private fun row(type: ElementType, values: List<Long>): Constant =
    Constant.integers(type, longArrayOf(values.size.toLong())) { values[it] }

private fun single(type: ElementType, value: Long): Constant = row(type, listOf(value)).reshape()

/** What an operator makes of constants. */
private fun all(node: NodeProto, vararg inputs: Constant): List<Constant> {
    val context = OnnxSource.Context(18, ModelFolder(Path.of("."), FileBytes()))
    val weights = inputs.indices.associate { node.getInput(it) to inputs[it] }
    val graph = OnnxGraph(18, listOf(), node.outputList, context.nodes(listOf(node)), weights)
    return Lowering.of(graph, Graph(), listOf(), null).outputs().map { it as Constant }
}

private fun of(node: NodeProto, vararg inputs: Constant): Constant = all(node, *inputs).first()

private fun refusal(action: () -> Unit): String = shouldThrow<RdeException> { action() }.message!!

/** Many near the limits of all types, and near those of floats. */
private val edges =
    (integers.flatMap { listOf(it.least(), it.greatest()) } +
            listOf(1L shl 24, 1L shl 53, 1L shl 54))
        .flatMap { edge -> (-2L..2L).map { edge + it } }
private val longs = Arb.choice(Arb.long(), Arb.long(-9L..9L), Arb.element(edges))
private val rows = Arb.list(longs, 12..12)

/** Integers of constants are exact in every type: against arithmetic without limits. */
class KnownIntegersTest :
    FunSpec({
        fun reference(
            operator: String,
            types: List<ElementType>,
            vararg attributes: Pair<String, Any>,
            function: (BigInteger, BigInteger) -> BigInteger?,
        ) =
            test("$operator ${attributes.joinToString { "${it.first} ${it.second}" }}") {
                checkAll(20, rows, rows, Arb.element(types)) { left, right, type ->
                    val pairs = row(type, left).bigs().zip(row(type, right).bigs())
                    // Where the reference says nothing, neither is asked.
                    val kept = pairs.filter { (a, b) -> function(a, b) != null }
                    if (kept.isNotEmpty()) {
                        val a = row(type, kept.map { it.first.toLong() })
                        val b = row(type, kept.map { it.second.toLong() })
                        val result = of(node(operator, "a b", "y", *attributes), a, b)
                        val expected =
                            kept.map { (x, y) -> result.type().wrapped(function(x, y)!!) }
                        withClue("$type $kept") { result.bigs() shouldBe expected }
                    }
                }
            }

        fun truth(value: Boolean) = if (value) BigInteger.ONE else BigInteger.ZERO
        fun modulus(a: BigInteger, b: BigInteger) =
            a.mod(b.abs()).let { if (b.signum() < 0 && it.signum() != 0) it + b else it }

        reference("Add", arithmetic, function = BigInteger::add)
        reference("Sub", arithmetic, function = BigInteger::subtract)
        reference("Mul", arithmetic, function = BigInteger::multiply)
        reference("Div", arithmetic) { a, b -> if (b.signum() == 0) null else a / b }
        reference("Mod", arithmetic) { a, b -> if (b.signum() == 0) null else modulus(a, b) }
        reference("Mod", arithmetic, "fmod" to 1) { a, b ->
            if (b.signum() == 0) null else a.rem(b)
        }
        reference("Pow", arithmetic) { a, b ->
            if (b.signum() < 0 || b.bitLength() > 8) null else a.pow(b.toInt())
        }
        reference("Min", arithmetic, function = BigInteger::min)
        reference("Max", arithmetic, function = BigInteger::max)
        reference("Sum", arithmetic, function = BigInteger::add)
        reference("Equal", arithmetic) { a, b -> truth(a == b) }
        reference("Less", arithmetic) { a, b -> truth(a < b) }
        reference("LessOrEqual", arithmetic) { a, b -> truth(a <= b) }
        reference("Greater", arithmetic) { a, b -> truth(a > b) }
        reference("GreaterOrEqual", arithmetic) { a, b -> truth(a >= b) }
        reference("BitwiseAnd", arithmetic, function = BigInteger::and)
        reference("BitwiseOr", arithmetic, function = BigInteger::or)
        reference("BitwiseXor", arithmetic, function = BigInteger::xor)
        for (direction in listOf("LEFT", "RIGHT")) {
            reference("BitShift", arithmetic - signed.toSet(), "direction" to direction) { a, b ->
                if (b.bitLength() > 6) BigInteger.ZERO
                else if (direction == "LEFT") a.shiftLeft(b.toInt()) else a.shiftRight(b.toInt())
            }
        }

        fun reference(
            operator: String,
            types: List<ElementType> = arithmetic,
            function: (BigInteger) -> BigInteger,
        ) =
            test(operator) {
                checkAll(20, rows, Arb.element(types)) { values, type ->
                    val x = row(type, values)
                    of(node(operator, "x", "y"), x).bigs() shouldBe
                        x.bigs().map { type.wrapped(function(it)) }
                }
            }
        reference("Abs", function = BigInteger::abs)
        reference("Sign") { it.signum().toBigInteger() }
        reference("Neg", signed, BigInteger::negate)
        reference("Relu", signed) { it.max(BigInteger.ZERO) }
        reference("BitwiseNot", function = BigInteger::not)

        test("Clip, Where, triangles and repetitions") {
            checkAll(40, rows, Arb.element(arithmetic)) { values, type ->
                val x = row(type, values)
                val all = x.bigs()
                val low = minOf(all[0], all[1])
                val high = maxOf(all[0], all[1])
                of(
                        node("Clip", "x low high", "y"),
                        x,
                        single(type, low.toLong()),
                        single(type, high.toLong()),
                    )
                    .bigs() shouldBe all.map { it.max(low).min(high) }
                of(node("Clip", "x", "y"), x).bigs() shouldBe all
                val condition = row(ElementType.BOOL, values.map { it and 1 })
                val other = row(type, values.reversed())
                of(node("Where", "c x o", "y"), condition, x, other).bigs() shouldBe
                    all.indices.map { if (values[it] and 1 == 1L) all[it] else all[11 - it] }
                val upper = of(node("Trilu", "x", "y", "upper" to 1), x.reshape(3, 4)).bigs()
                upper shouldBe
                    all.indices.map { if (it % 4 >= it / 4) all[it] else BigInteger.ZERO }
                of(node("Tile", "x n", "y"), x, Constant.integers(2)).bigs() shouldBe all + all
            }
        }

        test("functions along an axis") {
            checkAll(40, rows, Arb.element(arithmetic)) { values, type ->
                val x = row(type, values)
                val all = x.bigs()
                fun wrapped(value: BigInteger) = listOf(type.wrapped(value))
                fun reduced(operator: String) =
                    of(node(operator, "x", "y", "keepdims" to 0), x).bigs()
                withClue("$type $all") {
                    reduced("ReduceSum") shouldBe wrapped(all.reduce(BigInteger::add))
                    reduced("ReduceProd") shouldBe wrapped(all.reduce(BigInteger::multiply))
                    reduced("ReduceMax") shouldBe listOf(all.max())
                    reduced("ReduceMin") shouldBe listOf(all.min())
                    reduced("ReduceL1") shouldBe wrapped(all.sumOf { it.abs() })
                    reduced("ReduceSumSquare") shouldBe wrapped(all.sumOf { it * it })
                    reduced("ArgMax") shouldBe listOf(all.indexOf(all.max()).toBigInteger())
                    reduced("ArgMin") shouldBe listOf(all.indexOf(all.min()).toBigInteger())
                    of(node("CumSum", "x a", "y"), x, single(ElementType.INT32, 0)).bigs() shouldBe
                        all.runningReduce(BigInteger::add).map(type::wrapped)
                    val top = all(node("TopK", "x k", "v i"), x, Constant.integers(5))
                    top[0].bigs() shouldBe all.sortedDescending().take(5)
                    top[1].longs().map { all[it.toInt()] } shouldBe top[0].bigs()
                    val indices = row(ElementType.INT64, List(12) { it % 2L })
                    for ((reduction, best) in
                        listOf("max" to List<BigInteger>::max, "min" to List<BigInteger>::min)) {
                        of(
                                node("ScatterElements", "x i u", "y", "reduction" to reduction),
                                x,
                                indices,
                                x,
                            )
                            .bigs()
                            .take(2) shouldBe
                            listOf(
                                best(all.filterIndexed { i, _ -> i % 2 == 0 } + all[0]),
                                best(all.filterIndexed { i, _ -> i % 2 == 1 } + all[1]),
                            )
                    }
                }
            }
        }

        test("the mean of integers up to 2^53 and beyond") {
            val large = 1L shl 60
            of(node("ReduceMean", "x", "y"), row(ElementType.INT64, listOf(large + 1, large + 3)))
                .longs() shouldBe longArrayOf(large + 2)
            of(node("ReduceMean", "x", "y"), row(ElementType.UINT64, listOf(-2, 0)))
                .longs() shouldBe longArrayOf(Long.MAX_VALUE)
            refusal {
                of(node("ReduceL2", "x", "y"), row(ElementType.INT64, listOf(large, large)))
            } shouldContain "2^53"
        }

        test("a greatest value of nothing is the least of its type") {
            for (type in arithmetic) {
                val nothing = row(type, listOf())
                of(node("ReduceMax", "x", "y"), nothing).integer(0) shouldBe type.least()
                of(node("ReduceMin", "x", "y"), nothing).integer(0) shouldBe type.greatest()
            }
        }

        test("Cast between integers keeps the lower bits, to floats it rounds once") {
            checkAll(60, rows, Arb.element(integers), Arb.element(integers)) { values, from, to ->
                val x = row(from, values)
                x.cast(to).bigs() shouldBe x.bigs().map(to::wrapped)
                val floats = x.cast(ElementType.FLOAT)
                x.bigs().forEachIndexed { i, big ->
                    floats.number(i) shouldBe big.toFloat().toDouble()
                }
                x.array().toFloatVector().toList() shouldBe x.bigs().map { it.toFloat() }
                val doubles = x.cast(ElementType.DOUBLE)
                x.bigs().forEachIndexed { i, big -> doubles.number(i) shouldBe big.toDouble() }
            }
        }

        test("Cast of floats cuts fractions off, and refuses what does not fit") {
            val near = longs.map { it.toDouble() }
            checkAll(
                400,
                Arb.choice(near, Arb.double(-300.0, 300.0), Arb.double()),
                Arb.element(integers),
            ) { value, type ->
                val x = Constant.numbers(ElementType.DOUBLE, longArrayOf(1)) { value }
                val whole = if (value.isFinite()) BigDecimal(value).toBigInteger() else null
                if (whole != null && type.holds(whole)) x.cast(type).big(0) shouldBe whole
                else shouldThrow<ArithmeticException> { x.cast(type) }
            }
            val huge = Constant.floats(1e20)
            refusal { of(node("Cast", "x", "y", "to" to 7), huge) } shouldContain
                "E20 does not fit the type int64"
        }

        test("Range") {
            checkAll(200, longs, Arb.long(-40L..40L), Arb.long(-9L..9L)) { from, distance, step ->
                val end = BigInteger.valueOf(from) + BigInteger.valueOf(distance)
                val call = node("Range", "a b c", "y")
                val bounds = listOf(from, end.toLong(), step).map { single(ElementType.INT64, it) }
                if (step == 0L)
                    refusal { of(call, *bounds.toTypedArray()) } shouldContain "steps of 0"
                else if (ElementType.INT64.holds(end))
                    of(call, *bounds.toTypedArray()).bigs() shouldBe
                        generateSequence(BigInteger.valueOf(from)) { it + step.toBigInteger() }
                            .takeWhile { if (step > 0) it < end else it > end }
                            .toList()
            }
            val limits =
                longArrayOf(Long.MIN_VALUE, Long.MAX_VALUE, 1).map { single(ElementType.INT64, it) }
            refusal { of(node("Range", "a b c", "y"), *limits.toTypedArray()) }
        }

        test("products of integers that floats cannot hold are refused") {
            val product = node("MatMul", "a b", "y")
            fun vector(vararg values: Long) = Constant.integers(*values)
            of(product, vector(3, -4), vector(5, 6)).longs() shouldBe longArrayOf(-9)
            // 2^24 + 1 is no float: the difference would be 0.
            val a = vector((1 shl 24) + 1, -(1L shl 24))
            refusal { of(product, a, vector(1, 1)) } shouldContain "2^24"
        }
    })
