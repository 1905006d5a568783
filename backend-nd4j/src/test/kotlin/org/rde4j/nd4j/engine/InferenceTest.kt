package org.rde4j.nd4j.engine

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.nd4j.graph.Ancestry
import org.rde4j.nd4j.graph.Graph

class InferenceTest :
    FunSpec({
        test("shapes are those that the graph claims, and only constants are known") {
            val graph = Graph()
            val x = graph.placeholder("x", 2, 6, 6, 3)
            val constant = graph.constant(Nd4j.createFromArray(1f, 2f, 3f))
            val folded = graph.mul(graph.add(constant, 1.0), 2.0)
            val mean = graph.mean(graph.relu(x), false, 1, 2)
            val sum = graph.add(mean, folded)
            val sd = graph.sameDiff()
            val all = listOf(folded, mean, sum)
            Inference.of(sd, Ancestry.of(sd, listOf(sum.variable().name()))).use { inference ->
                all.forEach { inference.shape(it.variable().name()) shouldBe it.shape() }
                all.map { inference.isKnown(it.variable().name()) } shouldBe
                    listOf(true, false, false)
                inference.array(folded.variable().name()) shouldBe Nd4j.createFromArray(4f, 6f, 8f)
            }
        }

        test("a shape that is computed from a placeholder's shape is known") {
            val graph = Graph()
            val x = graph.placeholder("x", 2, 12)
            val sd = graph.sameDiff()
            val size = sd.shape(x.variable())
            val flat = sd.reshape(x.variable(), sd.prod(size).reshape(1))
            Inference.of(sd, Ancestry.of(sd, listOf(flat.name()))).use {
                it.shape(flat.name()) shouldBe longArrayOf(24)
            }
        }
    })
