package org.rde4j.nd4j

import io.kotest.assertions.withClue
import io.kotest.matchers.shouldBe
import org.nd4j.linalg.api.ndarray.INDArray
import org.rde4j.nd4j.adjoint.Adjoint
import org.rde4j.nd4j.engine.Engine
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.graph.Node

/** The values of some nodes, after a check that they have the shapes that the graph claims. */
fun Graph.values(nodes: List<Node>, inputs: Map<String, INDArray> = emptyMap()): List<INDArray> {
    val names = nodes.map { it.variable().name() }
    val values = Engine.of(sameDiff(), inputs).run(names)
    return nodes.map { node ->
        val value = values.getValue(node.variable().name())
        withClue("the shape that $node claims") { value.shape() shouldBe node.shape() }
        value.dup('c')
    }
}

fun Graph.value(node: Node, inputs: Map<String, INDArray> = emptyMap()): INDArray =
    values(listOf(node), inputs).single()

/** The gradients of Σ output·weights with respect to some variables. */
fun Graph.gradients(output: Node, weights: INDArray, variables: List<Node>): List<INDArray> {
    val loss = sum(mul(output, constant(weights)), false)
    return values(Adjoint.of(this, loss, variables))
}
