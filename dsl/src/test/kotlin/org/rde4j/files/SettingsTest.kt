package org.rde4j.files

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.rde4j.Distortion
import org.rde4j.Obfuscation
import org.rde4j.Presets
import org.rde4j.RateDistortion
import org.rde4j.RdeException
import org.rde4j.Region
import org.rde4j.Representation
import org.rde4j.Solver
import org.rde4j.Tensor

class SettingsTest :
    FunSpec({
        class Kept(val json: Map<*, *>, val arrays: Map<String, Tensor>)

        /** Through the text of a JSON file, as folders keep it. */
        fun kept(problem: RateDistortion): Kept {
            val arrays = mutableMapOf<String, Tensor>()
            val plain =
                Settings.of(problem) { place, tensor ->
                    arrays.put(place, tensor) shouldBe null
                    place
                }
            return Kept(Json.parse(Json.text(plain), "text") as Map<*, *>, arrays)
        }

        fun read(json: Map<*, *>, arrays: Map<String, Tensor> = mapOf()) =
            SettingsReader.read(RateDistortion::class.java, json, { arrays[it] }, "a file")

        fun through(problem: RateDistortion) = kept(problem).let { read(it.json, it.arrays) }

        fun tensor(vararg shape: Int) =
            Tensor.of(FloatArray(shape.fold(1, Int::times)) { 1f / (it + 1) }, *shape)

        val plain = Presets.pixelRde()
        val problems =
            Presets.all().values +
                listOf(
                        Representation.patches(9),
                        Representation.dct(),
                        Representation.fourier().joint().bands(0, 3, 9),
                        Representation.wavelets("sym4")
                            .levels(2)
                            .padding(Representation.Padding.PERIODIC),
                        Representation.pixels().perChannel(),
                        Representation.channels(),
                        Representation.shearlets().scales(3),
                        Representation.dictionary(tensor(3, 4)),
                        Representation.points(tensor(2, 2)),
                        Representation.labelMap(Tensor.of(floatArrayOf(0f, 1f, -1f, 1f), 2, 2)),
                        Representation.parts(
                            Representation.part("a.b", 2),
                            Representation.part("c", 1, Representation.dictionary(tensor(3, 4))),
                            Representation.part("d", 1, Representation.dictionary(tensor(2, 4))),
                            Representation.part("kept", 1).kept(),
                        ),
                    )
                    .map { RateDistortion.over(it).deleting() } +
                listOf(
                        Obfuscation.constant(0.25),
                        Obfuscation.blur(2.5),
                        Obfuscation.gaussianNoise().perChannel(),
                        Obfuscation.uniformNoise().given(0.1, 0.2),
                        Obfuscation.gaussianNoise().given(tensor(3, 4), tensor(3, 4)),
                        Obfuscation.gaussianNoise()
                            .covariance(tensor(2), Tensor.of(floatArrayOf(2f, 1f, 1f, 2f), 2, 2)),
                        Obfuscation.draws(tensor(5, 1, 4, 4)).nearest(2),
                        Obfuscation.mixture(
                                listOf(0.25, 1.0),
                                Obfuscation.draws(tensor(5, 4)),
                                Obfuscation.draws(tensor(6, 4)),
                            )
                            .perComponent(),
                        Obfuscation.zero("left").and(Obfuscation.blur(1.5).on("right")),
                    )
                    .map { plain.obfuscatedBy(it) } +
                listOf(
                        Distortion.labelScore().of(3),
                        Distortion.crossEntropy().times(2.0),
                        Distortion.squaredError().restrictedTo(Region.box(1, 2, 3, 4)),
                        Distortion.squaredError().restrictedTo(Region.indices(1, 5)),
                        Distortion.squaredError()
                            .restrictedTo(Region.polygon(0.0, 0.5, 4.0, 0.25, 3.0, 7.125)),
                        Distortion.squaredError().restrictedTo(Region.mask(tensor(3, 5))),
                        Distortion.contrast(1, 2),
                        Distortion.remainingProbability(),
                        Distortion.regionProbability(Region.box(1, 2, 3, 4)).of(1),
                    )
                    .map { plain.measuredBy(it).clippedTo(-1.0, 2.0) } +
                listOf(
                        Solver.l1(0.5)
                            .sgd(0.1)
                            .startingAt(0.3)
                            .plainSum()
                            .stoppingOnPlateau(5, 0.01)
                            .smoothing(4.0)
                            .decayingTo(0.1)
                            .seed(1L shl 40),
                        Solver.l1(0.5).startingFromGradient(),
                        Solver.l1(0.5).converging(900).seed(3),
                        Solver.bernoulli(0.5),
                        Solver.bernoulli(0.5).adam(0.1),
                        Solver.matchingPursuit(5),
                        Solver.atMost(7),
                        Solver.rateConstrained(0.2),
                        Solver.distortionConstrained(0.1),
                        Solver.aimingForRate(0.1),
                        Solver.enumeration(0.1),
                    )
                    .map { plain.solvedBy(it) }

        problems.forEach { problem ->
            test("reads back $problem") { through(problem) shouldBe problem }
        }

        test("every kind of part is among them") {
            fun leaves(type: Class<*>): List<Class<*>> =
                if (type.isSealed) type.permittedSubclasses.flatMap { leaves(it) } else listOf(type)
            val told = problems.map { Json.text(kept(it).json) }
            listOf(Representation::class, Obfuscation::class, Distortion::class, Solver::class)
                .flatMap { leaves(it.java) }
                .filter { it.isRecord }
                .map(Settings::kind)
                .filter { kind -> told.none { "\"kind\" : \"$kind\"" in it } } shouldBe listOf()
        }

        test("files from before a setting hold the same problem") {
            val descending = plain.solvedBy(Solver.l1(0.5).adam(0.02).steps(7))
            val json = kept(descending).json
            val solver = json["solver"] as Map<*, *>
            val descent = solver["minimiser"] as Map<*, *> - setOf("kind", "smoothing", "decay")
            val before = solver - "minimiser" + ("descent" to descent)
            read(json + ("solver" to before)) shouldBe descending
        }

        test("what code made is known by its name") {
            class Own(private val factor: Double) :
                Representation.Custom, Obfuscation.Custom, Distortion.Custom {
                override fun name() = "own"

                override fun factor() = factor

                override fun times(by: Double) = Own(by * factor)
            }
            val problem =
                RateDistortion.over(Own(1.0))
                    .obfuscatedBy(Obfuscation.mixture(listOf(1.0), Own(1.0)))
                    .measuredBy(Own(2.5))
            val loaded = through(problem)
            loaded.toString() shouldContain "'own' (made by code, known by name only)"
            (loaded.representation() as Representation.Custom).name() shouldBe "own"
            loaded.distortion().factor() shouldBe 2.5
            through(problem) shouldBe loaded
            through(loaded) shouldBe loaded
        }

        test("a setting out of its range is refused with its own message") {
            val json = kept(plain).json
            for ((setting, message) in
                listOf(
                    ("representation" to mapOf("kind" to "patches", "size" to 0L)) to
                        "size of a patch (0)",
                    ("representation" to mapOf("kind" to "patches", "size" to 4294967296L)) to
                        "'representation.size' has a value that does not fit: 4294967296",
                    ("representation" to mapOf("kind" to "patches", "size" to 2.5)) to
                        "'representation.size' has a value that does not fit: 2.5",
                    ("representation" to mapOf("kind" to "patches")) to
                        "lacks 'representation.size'",
                    ("representation" to mapOf("kind" to "lions")) to "fit: lions",
                    ("representation" to mapOf("kind" to "dictionary", "atoms" to "a:b")) to
                        "array a:b of 'representation.atoms' is missing",
                    ("solver" to null) to "lacks 'solver'",
                    ("solver" to listOf(1L)) to "'solver' has a value",
                    ("game" to "chess") to "'game' has a value that does not fit: chess",
                    ("signalRange" to mapOf("low" to "NaN", "high" to 1L)) to "signal range",
                )) {
                shouldThrow<RdeException> { read(json + setting) }
                    .message
                    .let {
                        it shouldContain "a file"
                        it shouldContain message
                    }
            }
        }
    })
