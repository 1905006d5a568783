package org.rde4j.samples.audio.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** A graph with the arrays of its placeholders, while it is written. */
final class Trainable {
    private final Graph graph = new Graph();
    private final Map<String, INDArray> inputs = new HashMap<>();

    Graph graph() {
        return graph;
    }

    Map<String, INDArray> inputs() {
        return inputs;
    }

    /** The array behind a placeholder. */
    INDArray array(String name) {
        return inputs.get(name);
    }

    /** A placeholder with an array of zeros. */
    Node input(String name, long... shape) {
        inputs.put(name, Nd4j.zeros(DataType.FLOAT, shape));
        return graph.placeholder(name, shape);
    }

    /** Weights that this graph trains. */
    List<Node> variables(List<INDArray> initial) {
        List<Node> nodes = new ArrayList<>();
        for (INDArray array : initial) {
            nodes.add(graph.variable("weights" + nodes.size(), array));
        }
        return nodes;
    }

    /** The arrays of variables, which training changes in place. */
    static List<INDArray> arrays(List<Node> variables) {
        return variables.stream().map(node -> node.variable().getArr()).toList();
    }

    /** Weights that another graph trains. */
    List<Node> resting(List<INDArray> arrays) {
        List<Node> nodes = new ArrayList<>();
        for (INDArray array : arrays) {
            String name = "resting" + nodes.size();
            inputs.put(name, array);
            nodes.add(graph.placeholder(name, array.shape()));
        }
        return nodes;
    }
}
