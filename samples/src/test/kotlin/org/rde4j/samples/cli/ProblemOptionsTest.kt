package org.rde4j.samples.cli

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.nio.file.Files
import org.rde4j.Distortion
import org.rde4j.L1Relaxation
import org.rde4j.Obfuscation
import org.rde4j.Presets
import org.rde4j.RateDistortion
import org.rde4j.Representation
import org.rde4j.Solver
import org.rde4j.files.Npy
import org.rde4j.samples.Fakes
import picocli.CommandLine

class ProblemOptionsTest :
    FunSpec({
        val folder = tempdir().toPath()
        val picture = folder.resolve("a.npy").also { Npy.write(Fakes.signal(40), it) }

        fun run(cli: FakeCli, options: String) =
            cli.run(
                *"explain image $picture --out ${folder.resolve("out")} $options"
                    .trim()
                    .split(" ")
                    .toTypedArray()
            )

        fun problem(options: String): RateDistortion {
            val cli = FakeCli()
            val result = run(cli, options)
            result.err shouldBe result.err.replace("rde4j:", "")
            result.code shouldBe 0
            return cli.engine.problems.single()
        }

        val pixelRde = Presets.pixelRde()

        test("every solver can be asked for") {
            mapOf(
                    "--solver pursuit --components 5 --max-distortion 0.1 --lazy --seed 3" to
                        Solver.matchingPursuit(5).tolerance(0.1).lazily().seed(3),
                    "--solver pursuit --backward --samples 2" to
                        Solver.matchingPursuit(20).backward().samples(2),
                    "--solver Frank-Wolfe --components 7 --steps 9" to Solver.atMost(7).steps(9),
                    "--solver projected --rate 0.1 --step-size 0.2 --sgd --smoothing 4 --decay" to
                        Solver.rateConstrained(0.1)
                            .projected()
                            .sgd(0.2)
                            .smoothing(4.0)
                            .decayingTo(0.0),
                    "--solver enumeration --lambda 2 --samples 4" to
                        Solver.enumeration(2.0).samples(4),
                    "--solver bernoulli --lambda 5 --temperature 0.5 --start gradient" to
                        Solver.bernoulli(5.0).temperature(0.5).startingFromGradient(),
                    "--rate 0.2 --steps 10" to
                        Solver.aimingForRate(0.2).over(Solver.l1(0.6).steps(10)),
                    "--solver frank-wolfe --start 0.5" to Solver.atMost(20).startingAt(0.5),
                    "--solver pursuit --backward --max-distortion 0.1" to
                        Solver.matchingPursuit(1).tolerance(0.1).backward(),
                    "--max-distortion 0.5" to
                        Solver.distortionConstrained(0.5).over(pixelRde.solver() as L1Relaxation),
                )
                .forEach { (options, solver) ->
                    problem("--preset pixelRde $options") shouldBe pixelRde.solvedBy(solver)
                }
        }

        test("a preset of Bernoulli masks is kept, but for what is asked for") {
            val preset =
                Solver.bernoulli(50.0)
                    .temperature(0.2)
                    .startingAt(0.9)
                    .adam(0.05)
                    .steps(200)
                    .samples(8)
            fun asked(vararg options: String) =
                CommandLine.populateCommand(SolverOptions(), *options).solver(preset, false)
            asked() shouldBe preset
            asked("--lambda", "7", "--steps", "3") shouldBe preset.lambda(7.0).steps(3)
            asked("--solver", "l1") shouldBe Solver.l1(50.0).converging(1500)
            asked("--converging") shouldBe preset.converging()
            asked("--evaluations", "900") shouldBe preset.converging(900)
            CommandLine.populateCommand(SolverOptions(), "--solver", "bernoulli")
                .solver(Solver.l1(1e-4).plainSum(), false) shouldBe
                Solver.bernoulli(1e-4).plainSum().converging(1500)
        }

        test("without a preset masks converge, unless a descent is asked for") {
            val cartoonX = Presets.cartoonX()
            val l1 = cartoonX.solver() as L1Relaxation
            problem("") shouldBe cartoonX.solvedBy(l1.converging(1500))
            problem("--seed 4 --evaluations 500") shouldBe
                cartoonX.solvedBy(l1.converging(500).seed(4))
            problem("--steps 7") shouldBe cartoonX.solvedBy(l1.steps(7))
            problem("--preset pixelRde --converging").solver() shouldBe
                (pixelRde.solver() as L1Relaxation).converging()
            listOf(
                    "--converging --steps 3" to
                        "--steps is a setting of a descent, which --converging",
                    "--evaluations 500 --decay" to
                        "--decay is a setting of a descent, which --eval",
                    "--solver pursuit --converging" to "pursuit does not read --converging",
                    "--solver projected --evaluations 500" to "does not read --evaluations",
                    "--evaluations 5" to "The number of evaluations (5) must be at least 200",
                )
                .forEach { (options, error) ->
                    val result = run(FakeCli(), options)
                    result.code shouldBe 2
                    result.err shouldContain error
                }
        }

        test("each setting of a descent is refused together with a search that needs none") {
            listOf(
                    "--steps 3",
                    "--samples 3",
                    "--step-size 0.1",
                    "--sgd",
                    "--start 0.5",
                    "--smoothing 4",
                    "--decay",
                )
                .forEach { setting ->
                    listOf("--converging", "--evaluations 500").forEach { search ->
                        val result = run(FakeCli(), "$search $setting")
                        result.code shouldBe 2
                        result.err shouldContain
                            "${setting.substringBefore(' ')} is a setting of a descent, which " +
                                "${search.substringBefore(' ')} replaces."
                        result.err shouldContain "Leave one of them out."
                    }
                }
        }

        test("components, replacements, distortion and game can be changed") {
            problem(
                    "--preset pixelRde --over patches:8 --obfuscation blur:4:0.1 --distortion score"
                )
                .let {
                    it.representation() shouldBe Representation.patches(8)
                    it.obfuscation() shouldBe Obfuscation.blur(4.0).withNoise(0.1)
                    it.distortion() shouldBe Distortion.labelScore().times(100.0)
                }
            problem(
                    "--over shearlets:2 --obfuscation uniform:scale --distortion contrast:1:2 --times 5"
                )
                .let {
                    it.representation() shouldBe Representation.shearlets().scales(2)
                    it.obfuscation() shouldBe Obfuscation.uniformNoise().perScale()
                    it.distortion() shouldBe Distortion.contrast(1, 2).times(5.0)
                }
            problem("--over patches:8 --solver pursuit --lazy") shouldBe
                Presets.cartoonX()
                    .let {
                        RateDistortion.over(Representation.patches(8))
                            .measuredBy(it.distortion())
                            .clippedTo(0.0, 1.0)
                    }
                    .obfuscatedBy(Obfuscation.gaussianNoise())
                    .solvedBy(Solver.matchingPursuit(20).lazily())
            problem("--times 7").distortion() shouldBe Distortion.labelProbability().times(7.0)
            problem("--preset waveletX --over pixels").obfuscation() shouldBe
                Obfuscation.uniformNoise()
            problem("--preset waveletX --over shearlets").obfuscation() shouldBe
                Obfuscation.uniformNoise().perScale()
            problem("--preset pixelRde --delete --distortion remaining --label 3").let {
                it.game() shouldBe RateDistortion.Game.DELETION
                it.distortion() shouldBe Distortion.remainingProbability().of(3).times(100.0)
            }
        }

        test("remedies name options only where the command has them") {
            val message = "The steps (0) are steps(0).\nMaybe use steps(300), or over(pixels())."
            Remedies.of(message) { it == "--steps" } shouldBe
                "The steps (0) are steps(0).\nMaybe use --steps 300, or over(pixels())."
            Remedies.of("One line of steps(3).") { true } shouldBe "One line of steps(3)."
        }

        test("a state is kept beside a folder that is not there yet") {
            val out = folder.resolve("new/deep")
            val cli = FakeCli()
            val options = "explain image $picture --out $out --resume".split(" ")
            cli.run(*options.toTypedArray()).code shouldBe 0
            val state = cli.engine.runs.single().checkpoint().get()
            state.fileName.toString() shouldBe "a.state"
            Files.isDirectory(state.parent) shouldBe true
        }

        listOf(
                "--solver magic" to "There is no solver 'magic'.",
                "--start high" to "neither a number nor 'gradient'",
                "--rate 0.1 --max-distortion 1" to "cannot both be met",
                "--solver pursuit --lambda 3" to "The solver pursuit does not read --lambda.",
                "--solver enumeration --lambda 3 --components 2" to "cannot both be met",
                "--solver enumeration --lambda 3 --max-distortion 1" to "cannot both be met",
                "--components 3" to "The solver l1 does not read --components.",
                "--solver pursuit --backward --forward" to "cannot both be met",
                "--over cubes" to "--over 'cubes' does not exist",
                "--over patches:x" to "needs a number, not 'x'",
                "--over patches:1.5" to "needs a whole number of at most 2147483647, not 1.5",
                "--over patches:99999999999" to "at most 2147483647, not 99999999999",
                "--over pixels:1" to "--over pixels takes at most 0 settings, not 1.",
                "--over wavelets:db3:x" to "The form is wavelets:FAMILY:LEVELS.",
                "--over wavelets:db3:2:1" to "Leave ':1' out.",
                "--obfuscation gaussian:loud" to "--obfuscation gaussian cannot be 'loud'",
                "--obfuscation constant:1:2" to "takes at most 1 settings",
                "--distortion score:3" to "takes at most 0 settings",
                "--distortion contrast:1" to "The form is contrast:A:B.",
                "--preset pixelRde --obfuscation gaussian:scale" to "Noise per scale needs",
                "--distortion contrast:1:1" to "label",
                "--distortion squared --label 1" to "does not look at one label",
                "--times 0" to "must be greater than 0",
                "--solver frank-wolfe --decay" to "does not read --decay",
                "--smoothing -8" to "Maybe use --smoothing 8.",
                "--start 2" to "Maybe use --start 1.",
                "--rate 0" to "Maybe use --rate 0.1.",
                "--steps 0" to "Maybe use --steps 300.",
                "--lambda -1" to "Maybe use --lambda 3 for wavelets or --lambda 0.6 for pixels.",
                "--preset pixelRde --obfuscation uniform:scale" to
                    "Maybe use --over wavelets:db3, or noise with --obfuscation gaussian:channel.",
                "--time-budget 0" to "The time budget (0.0 s) must lie between 0 and 1e9.",
            )
            .forEach { (options, message) ->
                test("'$options' is refused with a sentence and exit code 2") {
                    val result = run(FakeCli(), options)
                    result.code shouldBe 2
                    result.err shouldStartWith "rde4j: "
                    result.err shouldContain message
                }
            }
    })
