package org.rde4j.nd4j.samediff

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.nd4j.autodiff.samediff.SDVariable
import org.nd4j.autodiff.samediff.SameDiff
import org.nd4j.autodiff.samediff.VariableType
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.api.ops.impl.transforms.strict.Tanh
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.nd4j.normal

/** An operation of the user's own, which ND4J does not know by name. */
class Marked : Tanh {
    var mark = 0

    constructor() : super()

    constructor(sd: SameDiff, x: SDVariable, mark: Int) : super(sd, x, false) {
        this.mark = mark
    }
}

class GraphSpliceTest :
    FunSpec({
        val signals = normal(1, 2, 4).castTo(DataType.FLOAT)

        /** x·w + b with a loss against labels. */
        fun trainable(): SameDiff {
            val sd = SameDiff.create()
            val x = sd.placeHolder("x", DataType.FLOAT, -1, 4)
            val labels = sd.placeHolder("labels", DataType.FLOAT, -1, 3)
            val w = sd.`var`("w", normal(2, 4, 3).castTo(DataType.FLOAT))
            val b = sd.constant("b", normal(3, 1, 3).castTo(DataType.FLOAT))
            val scores = sd.nn().tanh("scores", x.mmul(w).add(b))
            sd.math().square("loss", scores.sub(labels)).markAsLoss()
            return sd
        }

        fun splice(source: SameDiff, target: SameDiff, x: INDArray, output: String): SDVariable =
            GraphSplice.of(source, setOf("x"), output)
                .into(target, mapOf("x" to target.constant(x)))

        test("the source stays as it was") {
            val source = trainable()
            val before = source.outputSingle(mapOf("x" to signals), "scores")
            val names = source.variableMap().mapValues { it.value.variableType }
            val operations =
                source.ops.mapValues {
                    Triple(it.value.op, it.value.inputsToOp, it.value.outputsOfOp)
                }
            val summary = source.summary()

            val target = SameDiff.create()
            val first = splice(source, target, signals, "scores")
            val second = splice(source, target, signals.mul(2), "scores")
            first.eval() shouldBe before
            second.eval() shouldBe source.outputSingle(mapOf("x" to signals.mul(2)), "scores")

            source.variableMap().mapValues { it.value.variableType } shouldBe names
            source.ops.mapValues {
                Triple(it.value.op, it.value.inputsToOp, it.value.outputsOfOp)
            } shouldBe operations
            source.variables().all { it.sameDiff === source } shouldBe true
            source.ops.values.all { it.op.sameDiff === source } shouldBe true
            source.summary() shouldBe summary
            source.outputSingle(mapOf("x" to signals), "scores") shouldBe before
            source
                .calculateGradients(
                    mapOf("x" to signals, "labels" to Nd4j.zeros(DataType.FLOAT, 2, 3)),
                    "w",
                )
                .keys shouldBe setOf("w")
        }

        test("weights are frozen") {
            val source = trainable()
            val target = SameDiff.create()
            val output = splice(source, target, signals, "scores")
            val before = output.eval().dup()
            target.variables().none { it.variableType == VariableType.VARIABLE } shouldBe true
            source.getVariable("w").arr.addi(1.0)
            output.eval() shouldBe before
        }

        test("only what the output needs is copied") {
            val target = SameDiff.create()
            splice(trainable(), target, signals, "scores")
            target.ops.values.map { it.op.opName() }.toSet() shouldBe setOf("matmul", "add", "tanh")
        }

        test("operations keep their class and their settings") {
            val source = SameDiff.create()
            val x = source.placeHolder("x", DataType.FLOAT, -1, 4)
            val y = Marked(source, x, 7).outputVariable()
            val target = SameDiff.create()
            splice(source, target, signals, y.name()).eval() shouldBe Nd4j.math().tanh(signals)
            target.ops.values.mapNotNull { (it.op as? Marked)?.mark } shouldBe listOf(7)
        }

        test("several inputs") {
            val source = trainable()
            val loss = GraphSplice.of(source, setOf("x", "labels"), "loss")
            val target = SameDiff.create()
            val labels = Nd4j.zeros(DataType.FLOAT, 2, 3)
            val inputs = mapOf("x" to target.constant(signals), "labels" to target.constant(labels))
            loss.into(target, inputs).eval() shouldBe
                source.outputSingle(mapOf("x" to signals, "labels" to labels), "loss")
        }

        test("a chain longer than the stack is deep") {
            val source = SameDiff.create()
            var y: SDVariable = source.placeHolder("x", DataType.FLOAT, -1, 4)
            repeat(2000) { y = source.math().neg("step$it", y) }
            splice(source, SameDiff.create(), signals, y.name()).eval() shouldBe signals
        }

        fun refusal(output: SameDiff.(SDVariable) -> SDVariable): String {
            val sd = SameDiff.create()
            val x = sd.placeHolder("x", DataType.FLOAT, -1, 4)
            val y = sd.output(x)
            return problem { GraphSplice.of(sd, setOf("x"), y.name()) }
        }

        test("names that do not exist") {
            problem { GraphSplice.of(trainable(), setOf("y"), "scores") } shouldContain
                "no placeholder 'y'"
            problem { GraphSplice.of(trainable(), setOf("y"), "scores") } shouldContain
                "[labels, x]"
            problem { GraphSplice.of(trainable(), setOf("w"), "scores") } shouldContain
                "no placeholder 'w'"
            problem { GraphSplice.of(trainable(), setOf("x"), "z") } shouldContain "no variable 'z'"
        }

        test("inputs that are missing or of no use") {
            problem { GraphSplice.of(trainable(), setOf("x"), "loss") } shouldContain
                "needs the placeholder 'labels'"
            problem { GraphSplice.of(trainable(), setOf("labels"), "scores") } shouldContain
                "does not depend on"
        }

        test("numbers that have no gradient") {
            refusal { it.castTo(DataType.INT32) } shouldContain "INT"
        }

        test("random operations and dropout") {
            refusal { nn().dropout(it, 0.5) } shouldContain "is random"
            refusal { it.add(random().normal(0.0, 1.0, DataType.FLOAT, 1, 4)) } shouldContain
                "is random"
        }

        test("control flow") {
            refusal { x ->
                ifCond({ it.constant(true) }, { x.mul(2.0) }, { x.mul(3.0) })
            } shouldContain "control flow"
            refusal { x ->
                whileLoop(
                    arrayOf(x),
                    { sd, v -> sd.gt(v[0].sum(), 0.0) },
                    { _, v -> arrayOf(v[0].sub(1.0)) },
                )[0]
            } shouldContain "loop"
        }

        test("gradients that ND4J gets wrong") {
            refusal { cumsum(it, false, false, 1) } shouldContain "wrong gradient"
            refusal { gather(it, intArrayOf(1, 0), 1) } shouldContain "wrong gradient"
            refusal { nn().relu(it, 0.5) } shouldContain "wrong gradient"
            refusal { variance(it, false, 1) } shouldContain "wrong gradient"
        }

        test("they do no harm to what does not depend on the input") {
            val source = SameDiff.create()
            val x = source.placeHolder("x", DataType.FLOAT, -1, 4)
            val y =
                x.mul(
                    source.cumsum(source.constant(Nd4j.ones(DataType.FLOAT, 1, 4)), false, false, 1)
                )
            splice(source, SameDiff.create(), signals, y.name()).eval() shouldBe
                signals.mul(Nd4j.createFromArray(1f, 2f, 3f, 4f).reshape(1, 4))
        }
    })
