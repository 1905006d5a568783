package org.rde4j.samples.cli;

import java.util.List;
import java.util.Map;
import org.rde4j.Explainer;
import org.rde4j.RateDistortion;
import org.rde4j.Tensor;
import org.rde4j.nd4j.explain.ModelContract;
import org.rde4j.nd4j.metrics.Evaluation;
import org.rde4j.nd4j.metrics.MetricSettings;
import org.rde4j.nd4j.model.ModelInput;
import org.rde4j.nd4j.model.ModelOutput;

/** What the command line needs of a backend; commands and their tests know nothing else of it. */
interface Engine {

    /**
     * Loads a network.
     *
     * @throws org.rde4j.RdeException if the file or a number is not usable
     */
    Network open(NetworkOptions.Choice choice);

    /** What runs the models and how fast it can be, one property to a line. */
    Map<String, String> properties();

    /** What makes it much slower or wrong on this machine, with advice; usually nothing. */
    List<String> warnings();

    /** The versions that results depend on. */
    Map<String, String> versions();

    /** A network that takes signals in [0, 1], whatever the units of its file are. */
    interface Network {
        /** What the file says of the network's inputs. */
        List<ModelInput> inputs();

        /** What the file says of all its outputs. */
        List<ModelOutput> outputs();

        /** How often the file uses each operator, by name. */
        Map<String, Integer> operators();

        /** What it gives for signals of a shape [C, H, W]; RdeException if they do not fit. */
        ModelContract contract(int... signalShape);

        /** An explainer of its decisions whose intermediate results take about so many bytes in one run. */
        Explainer explainer(RateDistortion problem, long memoryBudget);

        /** All metrics of one explanation of its decisions. */
        Evaluation evaluate(RateDistortion problem, Masked explanation, MetricSettings settings, long memoryBudget);
    }

    /** What of an explanation is measured. */
    record Masked(Tensor signal, Map<String, Tensor> masks, Tensor picture) {}
}
