package org.rde4j.samples.cli

import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.nio.file.Files
import java.nio.file.Path
import org.rde4j.Assessment
import org.rde4j.Explainer
import org.rde4j.Explanation
import org.rde4j.L1Relaxation
import org.rde4j.OutputKind
import org.rde4j.RateDistortion
import org.rde4j.RdeException
import org.rde4j.Run
import org.rde4j.Tensor
import org.rde4j.nd4j.explain.ModelContract
import org.rde4j.nd4j.metrics.Evaluation
import org.rde4j.nd4j.metrics.MetricSettings
import org.rde4j.nd4j.model.ModelInput
import org.rde4j.nd4j.model.ModelOutput
import org.rde4j.samples.Fakes
import org.rde4j.samples.report.Labels

/** The command line over a backend that makes up its answers. */
class FakeCli(private val columns: Int = 0) {
    internal val engine = FakeEngine()

    class Result(val code: Int, val out: String, val err: String)

    fun run(vararg args: String): Result {
        val out = ByteArrayOutputStream()
        val err = ByteArrayOutputStream()
        val console =
            Console(
                PrintStream(out, true, Charsets.UTF_8),
                PrintStream(err, true, Charsets.UTF_8),
                columns,
            )
        val code = Main.run(engine, FakeBundle, console, *args)
        return Result(code, out.toString(Charsets.UTF_8), err.toString(Charsets.UTF_8))
    }
}

/** Four classes; refuses files of one byte; remembers what it was asked. */
internal class FakeEngine : Engine {
    val problems = mutableListOf<RateDistortion>()
    val signals = mutableListOf<Tensor>()
    val warnings = mutableListOf<String>()
    val runs = mutableListOf<Run>()
    val metricSettings = mutableListOf<MetricSettings>()
    var mean = listOf<Float>()
    var std = listOf<Float>()
    var memoryBudget = 0L
    var failure: Throwable? = null

    override fun open(choice: NetworkOptions.Choice): Engine.Network {
        if (Files.size(choice.onnx()) == 1L) {
            throw RdeException("${choice.onnx()} is not an ONNX model.", "Export it again.")
        }
        mean = choice.mean()
        std = choice.std()
        return Network()
    }

    override fun properties() = mapOf("backend" to "fake backend")

    override fun warnings() = warnings

    override fun versions() = mapOf("fake" to "1.0")

    inner class Network : Engine.Network {
        override fun inputs() =
            listOf(ModelInput("signals", listOf(-1L, 3L, -1L, -1L), "float", false))

        override fun outputs() = listOf(ModelOutput("scores", listOf(-1L, 4L)))

        override fun operators() = mapOf("Conv" to 2, "Relu" to 1)

        override fun contract(vararg signalShape: Int) =
            ModelContract(OutputKind.SCORES, listOf(4L), true)

        override fun explainer(problem: RateDistortion, memoryBudget: Long): Explainer {
            problems += problem
            this@FakeEngine.memoryBudget = memoryBudget
            return FakeExplainer(problem)
        }

        override fun evaluate(
            problem: RateDistortion,
            explanation: Engine.Masked,
            settings: MetricSettings,
            memoryBudget: Long,
        ): Evaluation {
            problems += problem
            metricSettings += settings
            return Fakes.evaluation(settings.seed())
        }
    }

    inner class FakeExplainer(private val problem: RateDistortion) : Explainer {
        override fun explainEach(each: List<Tensor>, run: Run): List<Explanation> {
            failure?.let { throw it }
            runs += run
            signals += each
            val steps = (problem.solver() as? L1Relaxation)?.steps() ?: 3
            (1..steps).forEach { run.observer().onStep(Fakes.step(it, steps)) }
            return each.map { Fakes.explanation(problem, it) }
        }

        override fun explainTogether(signals: List<Tensor>, run: Run) = explainEach(signals, run)

        override fun curve(signal: Tensor, lambdas: List<Double>, run: Run) =
            lambdas.flatMap { explainEach(listOf(signal), run) }

        override fun assess(signal: Tensor, masks: Map<String, Tensor>, samples: Int, seed: Long) =
            Assessment(0.0094, 0.001, 0.0343, 0.9375, 1.0, samples)

        override fun close() {}
    }
}

private object FakeBundle : Bundle {
    private val file = Files.createTempFile("bundle", ".onnx").also { it.toFile().deleteOnExit() }

    init {
        Files.writeString(file, "onnx")
    }

    override fun onnx(): Path = file

    override fun mean() = FloatArray(3)

    override fun std() = floatArrayOf(1f, 1f, 1f)

    override fun labels() = Labels(listOf("disc", "ring", "square", "star"))

    override fun side() = 128

    override fun pictures(count: Int) =
        listOf("disc", "ring", "square", "star").take(count).mapIndexed { i, name ->
            Bundle.Picture(name, Fakes.signal(128, 3 * i))
        }
}
