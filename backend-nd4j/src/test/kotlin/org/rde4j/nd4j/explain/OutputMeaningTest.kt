package org.rde4j.nd4j.explain

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.math.exp
import kotlin.math.ln
import kotlin.math.pow
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.Distortion
import org.rde4j.Explanation
import org.rde4j.Obfuscation
import org.rde4j.OutputKind
import org.rde4j.RateDistortion
import org.rde4j.RdeException
import org.rde4j.Region
import org.rde4j.Representation
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.Nd4jBackend
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.graph.Node
import org.rde4j.nd4j.model.Nd4jModel

/** What a model's outputs mean: read off its last operation, held against them, or stated. */
class OutputMeaningTest :
    FunSpec({
        val signal = randomTensor(4, 3, 8, 8)

        fun problem(distortion: Distortion) =
            RateDistortion.over(Representation.pixels())
                .obfuscatedBy(Obfuscation.gaussianNoise())
                .measuredBy(distortion)
                .solvedBy(Solver.l1(0.5).adam(0.05).steps(6).samples(4))
                .clippedTo(0.0, 1.0)

        fun explained(model: Nd4jModel, distortion: Distortion): Explanation =
            Nd4jBackend.compile(problem(distortion), model).use { it.explain(signal) }

        fun refused(model: Nd4jModel, distortion: Distortion): String =
            shouldThrow<RdeException> { explained(model, distortion) }.message!!

        fun scores(model: Nd4jModel) =
            CleanPass(model, Distortion.squaredError(), intArrayOf(3, 8, 8))
                .output(signal.values())
                .values()

        /** Numbers as the outputs of a model that does not look at its signal much. */
        fun fixed(vararg outputs: Double): Nd4jModel =
            smoothClassifier(192, outputs.size).followedBy { g, x ->
                val row = Nd4j.createFromArray(*outputs).castTo(Nd4j.dataType())
                g.add(g.mul(x, 1e-6), g.constant(row.reshape(1, outputs.size.toLong())))
            }

        val classifier = smoothClassifier(192)

        distortions.forEach { distortion ->
            test("a softmax at the end changes no bit of an explanation by $distortion") {
                val plain = explained(classifier, distortion)
                listOf(
                        classifier.followedBy { g, x -> g.softmax(x) },
                        classifier.followedBy { g, x -> g.reshape(g.softmax(x), -1, 1, 1, 4) },
                        Models.custom("network") { sd, x ->
                            val y =
                                (classifier as org.rde4j.nd4j.samediff.CustomModel)
                                    .function()
                                    .apply(sd, x)
                            sd.nn().softmax(y)
                        },
                    )
                    .forEach { model ->
                        val other = explained(model, distortion)
                        other.masks() shouldBe plain.masks()
                        other.objective() shouldBe plain.objective()
                        other.label().map { it.probability() } shouldBe
                            plain.label().map { it.probability() }
                        other.label().ifPresent { it.output() shouldBe OutputKind.PROBABILITIES }
                    }
            }
        }

        test("labels that do not exclude each other have the sigmoids of their scores") {
            val z = scores(classifier)
            listOf(
                    classifier.followedBy { g, x -> g.sigmoid(x) },
                    classifier.giving(OutputKind.LABEL_SCORES),
                )
                .forEach { model ->
                    val label = explained(model, Distortion.labelProbability()).label().get()
                    label.index() shouldBe z.indices.maxBy { z[it] }
                    label.probability() shouldBe
                        (1 / (1 + exp(-z[label.index()].toDouble())) plusOrMinus 1e-6)
                    explained(model, Distortion.labelProbability().of(2))
                        .label()
                        .get()
                        .probability() shouldBe (1 / (1 + exp(-z[2].toDouble())) plusOrMinus 1e-6)
                }
        }

        test("a sigmoid inside gives the mask of its scores") {
            val measures = distortions.filter { it is Distortion.OfLabel }
            measures.forEach { distortion ->
                val inside = explained(classifier.followedBy { g, x -> g.sigmoid(x) }, distortion)
                val stated = explained(classifier.giving(OutputKind.LABEL_SCORES), distortion)
                inside.masks() shouldBe stated.masks()
                inside.objective() shouldBe stated.objective()
            }
        }

        test("a single output is a choice of two, as two scores around zero are") {
            val single = smoothClassifier(192, 1)
            val two =
                single.followedBy { g, x -> g.concat(-1, listOf(g.mul(x, -0.5), g.mul(x, 0.5))) }
            listOf(
                    Distortion.labelProbability(),
                    Distortion.labelProbability().of(0),
                    Distortion.crossEntropy(),
                    Distortion.remainingProbability().of(1),
                )
                .forEach { distortion ->
                    val expected = explained(two, distortion)
                    listOf(single, single.followedBy { g, x -> g.sigmoid(x) }).forEach { model ->
                        val other = explained(model, distortion)
                        val label = other.label().get()
                        label.index() shouldBe expected.label().get().index()
                        label.probability() shouldBe
                            (expected.label().get().probability() plusOrMinus 1e-5)
                        other.objective() shouldBe (expected.objective() plusOrMinus 1e-4)
                    }
                }
            explained(single, Distortion.labelProbability()).label().get().output() shouldBe
                OutputKind.LABEL_SCORES
            refused(
                single.followedBy { g, x -> g.softmax(x) },
                Distortion.labelProbability(),
            ) shouldContain "The softmax of the model's single output is always 1."
        }

        test("stated probabilities are those of the scores behind them") {
            val written = classifier.followedBy { g, x -> g.exp(g.logSoftmax(x)) }
            refused(written, Distortion.labelProbability()) shouldContain
                "add up to 1, as probabilities do"
            val plain = explained(classifier, Distortion.labelProbability())
            val stated =
                explained(written.giving(OutputKind.PROBABILITIES), Distortion.labelProbability())
            stated.label().get().probability() shouldBe
                (plain.label().get().probability() plusOrMinus 1e-5)
            stated.objective() shouldBe (plain.objective() plusOrMinus 1e-4)
            // Who knows better is believed.
            explained(written.giving(OutputKind.SCORES), Distortion.labelProbability())
        }

        test("a single output that may be a probability is asked about") {
            val half =
                smoothClassifier(192, 1).followedBy { g, x ->
                    g.clip(g.add(g.mul(x, 0.01), 0.5), 0.0, 1.0)
                }
            refused(half, Distortion.labelProbability()) shouldContain
                "lie in [0, 1], as probabilities do, but its last operation is no softmax and no sigmoid"
            val sliced =
                smoothClassifier(192, 2).followedBy { g, x -> g.slice(g.softmax(x), 1, 1, 2) }
            refused(sliced, Distortion.labelProbability()) shouldContain
                "come from a softmax or a sigmoid, but are changed after it"
            val stated = sliced.giving(OutputKind.LABEL_PROBABILITIES)
            val two = explained(smoothClassifier(192, 2), Distortion.labelProbability())
            explained(stated, Distortion.labelProbability()).label().get().probability() shouldBe
                (two.label().get().probability() plusOrMinus 1e-5)
            // A score of a linear layer may lie there by chance.
            val small = smoothClassifier(192, 1).followedBy { g, x -> g.add(g.mul(x, 1e-3), 0.5) }
            explained(small, Distortion.labelProbability())
            explained(half, Distortion.squaredError())
        }

        /** Ways to end in numbers that no last operation says the meaning of. */
        val unclear =
            mapOf<String, (Graph, Node) -> Node>(
                "sigmoids behind a clip" to { g, z -> g.clip(g.sigmoid(z), 1e-7, 1 - 1e-7) },
                "sigmoids turned around" to { g, z -> g.from(1.0, g.sigmoid(z)) },
                "sigmoids in percent" to { g, z -> g.mul(g.sigmoid(z), 100.0) },
                "sigmoids written out" to
                    { g, z ->
                        g.pow(g.add(g.exp(g.mul(z, -1.0)), 1.0), -1.0)
                    },
                "sigmoids by tanh" to { g, z -> g.add(g.mul(g.tanh(g.mul(z, 0.5)), 0.5), 0.5) },
                "logarithms of sigmoids" to { g, z -> g.log(g.sigmoid(z)) },
                "hard sigmoids" to { g, z -> g.clip(g.add(g.mul(z, 0.2), 0.5), 0.0, 1.0) },
                "some of the sigmoids" to { g, z -> g.slice(g.sigmoid(z), 1, 0, 3) },
                "the mean of two networks' sigmoids" to
                    { g, z ->
                        g.mul(g.add(g.sigmoid(z), g.sigmoid(g.mul(z, 0.5))), 0.5)
                    },
                "the mean of sigmoids over places" to
                    { g, z ->
                        g.mean(g.reshape(g.sigmoid(g.concat(1, listOf(z, z))), -1, 2, 4), false, 1)
                    },
                "two softmaxes side by side" to
                    { g, z ->
                        g.concat(1, listOf(g.softmax(z), g.softmax(g.mul(z, 0.5))))
                    },
                "a softmax behind a clip" to { g, z -> g.clip(g.softmax(z), 1e-7, 1.0) },
                "a softmax in percent" to { g, z -> g.mul(g.softmax(z), 100.0) },
                "a softmax written out" to
                    { g, z ->
                        g.exp(z).let { g.div(it, g.sum(it, true, 1)) }
                    },
                "one sigmoid and its rest" to
                    { g, z ->
                        g.sigmoid(g.slice(z, 1, 0, 1)).let {
                            g.concat(1, listOf(g.from(1.0, it), it))
                        }
                    },
                "one sigmoid turned around" to
                    { g, z ->
                        g.from(1.0, g.sigmoid(g.slice(z, 1, 0, 1)))
                    },
                "a softmax whose parts are added up" to
                    { g, z ->
                        g.matmul(
                            g.softmax(z),
                            g.constant(
                                Nd4j.createFromArray(1f, 0f, 1f, 0f, 0f, 1f, 0f, 1f).reshape(4, 2)
                            ),
                        )
                    },
            )

        unclear.forEach { (name, end) ->
            test("where the graph does not say what is given, one is asked: $name") {
                val model = classifier.followedBy(end)
                distortions
                    .filter { it is Distortion.OfLabel || it is org.rde4j.Contrast }
                    .filter { it !in setOf(Distortion.labelProbability().of(2)) }
                    .forEach { distortion ->
                        withClue(distortion) {
                            val message = refused(model, distortion)
                            message shouldContain "The model's outputs "
                            message shouldContain "giving(OutputKind"
                        }
                    }
                // A layer's sums are scores until the numbers speak against it.
                Nd4jBackend.contract(model, 3, 8, 8).certain() shouldBe
                    (name == "a softmax whose parts are added up")
                Nd4jBackend.contract(model.giving(OutputKind.SCORES), 3, 8, 8).certain() shouldBe
                    true
                // What is not asked for labels is measured as it is, and who knows better is
                // believed.
                explained(model, Distortion.squaredError())
                explained(model.giving(OutputKind.SCORES), Distortion.crossEntropy())
            }
        }

        /** Ways to end in scores, whatever numbers they are. */
        val scored =
            mapOf<String, (Graph, Node) -> Node>(
                "small ones" to { g, z -> g.add(g.mul(z, 1e-4), 0.4) },
                "rectified ones" to { g, z -> g.relu(g.mul(z, 0.01)) },
                "means over places" to
                    { g, z ->
                        g.mean(g.reshape(g.mul(z, 1e-3), -1, 1, 1, 4), false, 1, 2)
                    },
                "of a temperature" to { g, z -> g.mul(g.add(g.mul(z, 1e-4), 0.4), 0.5) },
            )
        scored.forEach { (name, end) ->
            test("scores are not asked about: $name") {
                Nd4jBackend.contract(classifier.followedBy(end), 3, 8, 8).certain() shouldBe true
                explained(classifier.followedBy(end), Distortion.labelProbability())
                    .label()
                    .get()
                    .output() shouldBe OutputKind.SCORES
            }
        }

        test(
            "a temperature before the softmax belongs to the scores, a logarithm behind it changes none"
        ) {
            val cool = classifier.followedBy { g, z -> g.mul(z, 0.3) }
            val plain = explained(cool, Distortion.labelProbability())
            explained(cool.followedBy { g, z -> g.softmax(z) }, Distortion.labelProbability())
                .masks() shouldBe plain.masks()
            val logarithms =
                explained(cool.followedBy { g, z -> g.logSoftmax(z) }, Distortion.crossEntropy())
            logarithms.objective() shouldBe
                (explained(cool, Distortion.crossEntropy()).objective() plusOrMinus 1e-4)
        }

        test("activations are found behind whatever only moves values") {
            val moves =
                mapOf<String, (Graph, Node) -> Node>(
                    "reshaped" to { g, z -> g.reshape(g.reshape(z, -1, 1, 4, 1), -1, 4) },
                    "permuted" to
                        { g, z ->
                            g.reshape(g.permute(g.reshape(z, -1, 4, 1, 1), 0, 2, 3, 1), -1, 4)
                        },
                    "joined from rows" to
                        { g, z ->
                            g.concat(0, (0 until z.size(0)).map { g.slice(z, 0, it, it + 1) })
                        },
                    "cast" to
                        { g, z ->
                            val doubles =
                                z.variable().castTo(org.nd4j.linalg.api.buffer.DataType.DOUBLE)
                            g.node(
                                doubles.castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT),
                                *z.shape(),
                            )
                        },
                )
            moves.forEach { (name, move) ->
                for ((kind, end) in
                    listOf<Pair<OutputKind, (Graph, Node) -> Node>>(
                        OutputKind.PROBABILITIES to { g, z -> g.softmax(z) },
                        OutputKind.LABEL_PROBABILITIES to { g, z -> g.sigmoid(z) },
                    )) {
                    withClue("$kind $name") {
                        val plain =
                            explained(classifier.followedBy(end), Distortion.labelProbability())
                        val moved =
                            explained(
                                classifier.followedBy(end).followedBy(move),
                                Distortion.labelProbability(),
                            )
                        moved.label().get().output() shouldBe kind
                        moved.masks() shouldBe plain.masks()
                    }
                }
            }
        }

        test("a softmax over a part of the labels leaves none to ask for") {
            val halves =
                classifier.followedBy { g, z ->
                    g.reshape(g.softmax(g.reshape(z, -1, 2, 2)), -1, 4)
                }
            refused(halves, Distortion.labelProbability()) shouldContain
                "does not go over one axis of labels, which labelProbability() asks for"
            explained(halves, Distortion.squaredError())
        }

        test("values that cannot mean what is stated are refused") {
            refused(
                classifier.giving(OutputKind.PROBABILITIES),
                Distortion.labelProbability(),
            ) shouldContain "is said to give softmax probabilities"
            refused(
                fixed(0.5, 0.6).giving(OutputKind.PROBABILITIES),
                Distortion.labelProbability(),
            ) shouldContain "does not add up to 1"
            refused(
                fixed(0.5, 1.6).giving(OutputKind.LABEL_PROBABILITIES),
                Distortion.labelProbability(),
            ) shouldContain "not between 0 and 1"
            explained(
                    fixed(0.5, 0.75).giving(OutputKind.LABEL_PROBABILITIES),
                    Distortion.labelProbability(),
                )
                .label()
                .get()
                .probability() shouldBe (0.75 plusOrMinus 1e-4)
        }

        test("values have no labels") {
            refused(classifier.giving(OutputKind.VALUES), Distortion.labelScore()) shouldContain
                "gives values without labels, but labelScore() asks for a label."
            explained(classifier.giving(OutputKind.VALUES), Distortion.squaredError())
        }

        val map = smoothClassifier(192, 192).asImages()

        test("a map refuses to be asked for one label, and says what can be asked") {
            distortions
                .filter { it is Distortion.OfLabel || it is org.rde4j.Contrast }
                .forEach { distortion ->
                    val message = refused(map, distortion)
                    message shouldContain "The model gives a map [3, 8, 8]"
                    message shouldContain "regionProbability(box(x, y, width, height)).of(class)"
                    message shouldContain "squaredError().restrictedTo(box(x, y, width, height))"
                }
            refused(classifier, Distortion.regionProbability(Region.box(0, 0, 1, 1))) shouldContain
                "asks for a part of a map"
            refused(map, Distortion.regionProbability(Region.box(7, 0, 2, 1))) shouldContain
                "does not lie in the model's output"
            refused(map, Distortion.regionProbability(Region.box(0, 0, 2, 1)).of(3)) shouldContain
                "The label (3) must be less than the model's 3 labels."
        }

        test("a class of a region is the mean of its softmax there") {
            val z = scores(map) // channels last
            val box = Region.box(2, 1, 3, 4)
            fun mean(label: Int) =
                (0 until 64)
                    .filter { box.contains(it % 8, it / 8) }
                    .map { place ->
                        val e = (0 until 3).map { exp(z[3 * place + it].toDouble()) }
                        e[label] / e.sum()
                    }
                    .average()
            val found = explained(map, Distortion.regionProbability(box)).label().get()
            found.index() shouldBe (0 until 3).maxBy(::mean)
            (0 until 3).forEach { label ->
                listOf(map, map.followedBy { g, x -> g.softmax(x) }).forEach { model ->
                    explained(model, Distortion.regionProbability(box).of(label))
                        .label()
                        .get()
                        .probability() shouldBe (mean(label) plusOrMinus 1e-5)
                }
            }
        }

        test("a softmax of a map counts as one of labels only over the channels") {
            fun kind(model: Nd4jModel) =
                CleanPass(model, Distortion.squaredError(), intArrayOf(3, 8, 8)).kind()
            kind(map.followedBy { g, x -> g.softmax(x) }) shouldBe OutputKind.PROBABILITIES
            kind(
                map.followedBy { g, x -> g.channelsLast(g.permute(g.softmax(x), 0, 3, 1, 2)) }
            ) shouldBe OutputKind.PROBABILITIES
            kind(map.followedBy { g, x -> g.channelsLast(g.softmax(g.channelsFirst(x))) }) shouldBe
                OutputKind.VALUES
        }

        test("the distortion of sigmoids is that of the formula") {
            // Everything replaced by zeros: one sample, nothing random.
            val sigmoids = classifier.followedBy { g, x -> g.sigmoid(x) }
            val z = scores(classifier)
            val zero =
                CleanPass(classifier, Distortion.squaredError(), intArrayOf(3, 8, 8))
                    .output(FloatArray(192))
                    .values()
            fun sigma(v: Float) = 1 / (1 + exp(-v.toDouble()))
            val j = z.indices.maxBy { z[it] }
            val expected =
                mapOf(
                    Distortion.labelProbability() to (sigma(z[j]) - sigma(zero[j])).pow(2),
                    Distortion.labelScore() to (z[j] - zero[j]).toDouble().pow(2),
                    Distortion.toProbabilityOne() to (1 - sigma(zero[j])).pow(2),
                    Distortion.crossEntropy() to -ln(sigma(zero[j])),
                    Distortion.remainingProbability() to sigma(zero[j]),
                    Distortion.squaredError() to
                        z.indices.sumOf { (sigma(z[it]) - sigma(zero[it])).pow(2) },
                )
            expected.forEach { (distortion, value) ->
                val black = problem(distortion).obfuscatedBy(Obfuscation.constant(0.0))
                Nd4jBackend.compile(black, sigmoids).use {
                    val masks = mapOf("pixels" to Tensor.of(FloatArray(64), 8, 8))
                    withClue(distortion) {
                        it.assess(signal, masks, 1, 1).distortion() shouldBe
                            (value plusOrMinus 1e-4 * (1 + value))
                    }
                }
            }
        }

        test("signals of other units than the problem's or the model's are refused") {
            fun message(model: Nd4jModel, x: Tensor) =
                shouldThrow<RdeException> {
                        Nd4jBackend.compile(problem(Distortion.labelScore()), model).use {
                            it.explain(x)
                        }
                    }
                    .message!!
            val bytes = Tensor.of(FloatArray(192) { it.toFloat() }, 3, 8, 8)
            message(classifier, bytes) shouldContain "Divide the signal by 255."
            message(classifier, Tensor.of(FloatArray(192) { -1f }, 3, 8, 8)) shouldContain
                "outside of clippedTo(0.0, 1.0)"
            val means = floatArrayOf(123f, 117f, 104f)
            val deviations = floatArrayOf(58f, 57f, 57f)
            message(Models.normalised(classifier, means, deviations), signal) shouldContain
                "the mean of the normalisation is 104.0"
            val open =
                RateDistortion.over(Representation.pixels())
                    .obfuscatedBy(Obfuscation.constant(0.0))
                    .measuredBy(Distortion.labelScore())
                    .solvedBy(Solver.l1(0.5).steps(2).samples(1))
            val usual =
                Models.normalised(classifier, FloatArray(3) { 0.45f }, FloatArray(3) { 0.22f })
            shouldThrow<RdeException> { Nd4jBackend.compile(open, usual).use { it.explain(bytes) } }
                .message!! shouldContain "Maybe divide the signal by 255"
            // A black picture lies in any units, and measurements have their own.
            Nd4jBackend.compile(open, Models.normalised(classifier, means, deviations)).use {
                it.explain(Tensor.of(FloatArray(192), 3, 8, 8))
            }
            val features =
                Models.normalised(
                    smoothClassifier(2),
                    floatArrayOf(3f, 0.2f),
                    floatArrayOf(2f, 0.001f),
                )
            Nd4jBackend.compile(open, features).use {
                it.explain(Tensor.of(floatArrayOf(0f, 3f), 2))
            }
            // The same units on both sides are fine.
            Nd4jBackend.compile(open, Models.normalised(classifier, means, deviations)).use {
                it.explain(bytes)
            }
        }
    })
