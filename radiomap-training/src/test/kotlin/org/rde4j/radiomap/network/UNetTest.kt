package org.rde4j.radiomap.network

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeBetween
import io.kotest.matchers.shouldBe
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.nd4j.engine.Engine
import org.rde4j.nd4j.graph.Graph

class UNetTest :
    FunSpec({
        test("the first U has the layers of RadioUNet") {
            UNet.first(3).parameters() shouldBe PYTORCH_PARAMETERS
            UNet.first(3).initialWeights(1).sumOf { it.length() } shouldBe PYTORCH_PARAMETERS
        }

        test("both U-nets together have as many weights as RadioUNet") {
            RadioUNet.phi(1.0).parameters() shouldBe 13_275_315L
            RadioUNet.phi(0.25).initialWeights(1).sumOf { it.length() } shouldBe
                RadioUNet.phi(0.25).parameters()
        }

        test("it gives one grey image for each city") {
            val graph = Graph()
            val net = UNet.first(2)
            val weights = net.initialWeights(3).mapIndexed { i, w -> graph.variable("w$i", w) }
            val x = graph.placeholder("x", 2, 64, 128, 2)
            val y = net.append(graph, x, weights)
            y.shape() shouldBe longArrayOf(2, 64, 128, 1)
            val inputs = mapOf("x" to Nd4j.ones(DataType.FLOAT, *x.shape()))
            val name = y.variable().name()
            val images = Engine.of(graph.sameDiff(), inputs).run(listOf(name)).getValue(name)
            images.shape() shouldBe y.shape()
            images.slice(0) shouldBe images.slice(1)
        }

        test("weights start within the bound of their layer, the same for the same seed") {
            val weights = UNet.first(3).initialWeights(5)
            weights[0].amaxNumber().toDouble().shouldBeBetween(0.15, 1 / Math.sqrt(27.0), 0.0)
            UNet.first(3).initialWeights(5)[4] shouldBe weights[4]
        }
    })

/** What the layers of the authors' module add up to: weights and biases. */
private const val PYTORCH_PARAMETERS = 10_921_984L
