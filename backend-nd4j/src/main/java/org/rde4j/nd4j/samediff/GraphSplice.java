package org.rde4j.nd4j.samediff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.custom.FusedBatchNorm;
import org.nd4j.linalg.api.ops.custom.Invoke;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.BaseCompatOp;
import org.nd4j.linalg.api.ops.impl.shape.tensorops.BaseTensorOp;
import org.nd4j.linalg.api.ops.random.impl.Linspace;
import org.nd4j.linalg.api.ops.random.impl.Range;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Ancestry;

/**
 * The part of a SameDiff graph between some of its placeholders and one output, which can be written into
 * other graphs.
 *
 * <p>The weights become constants: variables of the source are copied, so that training it further changes
 * nothing in the target; constants are shared. The source is only read.
 */
public final class GraphSplice {
    private static final String RANDOM_OPERATIONS = "org.nd4j.linalg.api.ops.random";
    private static final Pattern RANDOM_NAME = Pattern.compile(".*(random|dropout).*");

    private final SameDiff source;
    private final Set<String> inputs;
    private final String output;
    private final Ancestry ancestry;

    private GraphSplice(SameDiff source, Set<String> inputs, String output, Ancestry ancestry) {
        this.source = source;
        this.inputs = inputs;
        this.output = output;
        this.ancestry = ancestry;
    }

    /**
     * Picks the operations that an output needs.
     *
     * @param source the graph to copy from
     * @param inputs the names of the placeholders that will be replaced
     * @param output the name of the output
     * @return the part of the graph
     * @throws RdeException if a name is unknown; if the output needs other placeholders or does not depend on
     *     one of the inputs; if an input or the output is not of a floating-point type; if control flow,
     *     random operations, a batch normalisation in training mode or operations whose gradient ND4J gets
     *     wrong are on the way
     */
    public static GraphSplice of(SameDiff source, Set<String> inputs, String output) {
        inputs.forEach(input -> requirePlaceholder(source, input));
        if (!source.hasVariable(output)) {
            throw new RdeException(
                    "The graph has no variable '%s'.".formatted(output),
                    "Choose one of those that SameDiff.summary() lists.");
        }
        requireFloats(source.getVariable(output));
        Ancestry ancestry = Ancestry.of(source, List.of(output));
        ancestry.operations().forEach(operation -> requireFunction(operation.getOp()));
        ancestry.dependents(inputs).forEach(operation -> requireGradient(operation.getOp()));
        requireInputs(source, inputs, output, ancestry.leaves());
        return new GraphSplice(source, Set.copyOf(inputs), output, ancestry);
    }

    /**
     * Writes the operations into another graph.
     *
     * @param target the graph to write to
     * @param replacements for each input, the variable of {@code target} that takes its place, of the same type
     * @return the output, a variable of {@code target}
     */
    public SDVariable into(SameDiff target, Map<String, SDVariable> replacements) {
        if (!replacements.keySet().equals(inputs)) {
            throw new IllegalArgumentException(replacements.keySet() + " are not the inputs " + inputs);
        }
        Map<String, SDVariable> copies = new HashMap<>(replacements);
        for (String leaf : ancestry.leaves()) {
            copies.computeIfAbsent(leaf, name -> constant(target, name));
        }
        OperationCopy operations = new OperationCopy(target, copies);
        for (SameDiffOp operation : ancestry.operations()) {
            copy(operation, target, copies, operations);
        }
        return copies.get(output);
    }

    /**
     * The same with weights that can be trained.
     *
     * @param target the graph to write to
     * @param replacements for each input, the variable of {@code target} that takes its place, of the same type
     * @param weights for some of {@link #weights()}, the variable of {@code target} that takes its place, of the same
     *     type; the others become constants
     * @return the output, a variable of {@code target}
     */
    public SDVariable into(SameDiff target, Map<String, SDVariable> replacements, Map<String, SDVariable> weights) {
        Map<String, SDVariable> all = new HashMap<>(replacements);
        all.putAll(weights);
        return new GraphSplice(source, all.keySet(), output, ancestry).into(target, all);
    }

    /**
     * The variables that the output is computed from.
     *
     * @return their names in alphabetical order
     * @throws RdeException if operations whose gradient ND4J gets wrong are on the way from them to the output
     */
    public List<String> weights() {
        List<String> weights = ancestry.leaves().stream()
                .filter(leaf -> source.getVariable(leaf).getVariableType() == VariableType.VARIABLE)
                .sorted()
                .toList();
        ancestry.dependents(Set.copyOf(weights)).forEach(operation -> requireGradient(operation.getOp()));
        return weights;
    }

    private SDVariable constant(SameDiff target, String name) {
        INDArray value = source.getArrForVarName(name);
        boolean trainable = source.getVariable(name).getVariableType() == VariableType.VARIABLE;
        return target.constant(target.generateDistinctCustomVariableName(name), trainable ? value.dup() : value);
    }

    private void copy(SameDiffOp operation, SameDiff target, Map<String, SDVariable> copies, OperationCopy operations) {
        List<SDVariable> arguments =
                Ancestry.inputs(operation).stream().map(copies::get).toList();
        SDVariable rewritten = Rewrites.of(target, operation.getOp(), arguments);
        if (rewritten != null) {
            copies.put(operation.getOutputsOfOp().get(0), rewritten);
            return;
        }
        String name = target.getOpName(operation.getOp().opName());
        List<SDVariable> results = new ArrayList<>();
        for (String result : operation.getOutputsOfOp()) {
            DataType type = source.getVariable(result).dataType();
            String resultName = target.generateNewVarName(name, results.size());
            SDVariable copy = target.var(resultName, VariableType.ARRAY, null, type, (long[]) null);
            copies.put(result, copy);
            results.add(copy);
        }
        DifferentialFunction function = operations.of(operation.getOp(), name);
        target.addArgsFor(arguments.toArray(SDVariable[]::new), function);
        target.addOutgoingFor(results.toArray(SDVariable[]::new), function);
        results.forEach(result -> result.setCreator(function));
        // Some operations keep variables outside of their arguments, which they look up here.
        function.configureWithSameDiff(target);
    }

    private static void requirePlaceholder(SameDiff source, String input) {
        SDVariable variable = source.getVariable(input);
        if (variable == null || !variable.isPlaceHolder()) {
            throw new RdeException(
                    "The graph has no placeholder '%s'.".formatted(input),
                    "Choose one of its placeholders " + source.inputs() + ".");
        }
        requireFloats(variable);
    }

    private static void requireFloats(SDVariable variable) {
        DataType type = variable.dataType();
        if (type == null || !type.isFPType()) {
            throw new RdeException(
                    "The variable '%s' holds %s values, which have no gradient.".formatted(variable.name(), type),
                    "Choose a variable of floating-point numbers.");
        }
    }

    private static void requireInputs(SameDiff source, Set<String> inputs, String output, Set<String> leaves) {
        for (String input : inputs) {
            if (!leaves.contains(input)) {
                throw new RdeException(
                        "The output '%s' does not depend on the input '%s'.".formatted(output, input),
                        "Choose another output or input.");
            }
        }
        for (String leaf : leaves) {
            if (!inputs.contains(leaf) && source.getVariable(leaf).isPlaceHolder()) {
                throw new RdeException(
                        "The output '%s' needs the placeholder '%s' besides the input %s."
                                .formatted(output, leaf, inputs),
                        "Choose an output before the loss, or make '%s' a constant.".formatted(leaf));
            }
            if (!inputs.contains(leaf) && source.getArrForVarName(leaf) == null) {
                throw new RdeException(
                        "The variable '%s' has no value.".formatted(leaf), "Load or train the graph first.");
            }
        }
    }

    /** Whatever stays here computes its results from its arguments alone, each time the same. */
    private static void requireFunction(DifferentialFunction operation) {
        String problem = null;
        if (operation instanceof BaseCompatOp || operation instanceof BaseTensorOp || operation instanceof Invoke) {
            problem = "is control flow";
        } else if (isRandom(operation)) {
            problem = "is random";
        } else if (operation instanceof FusedBatchNorm norm && norm.numIArguments() > 1 && norm.getIArgument(1) != 0) {
            problem = "normalises with the statistics of the batch (training mode)";
        }
        if (problem != null) {
            throw new RdeException(
                    "The operation '%s' (%s) %s.".formatted(operation.getOwnName(), operation.opName(), problem),
                    "Build the graph for inference, without if, while, dropout and random numbers.");
        }
    }

    private static void requireGradient(DifferentialFunction operation) {
        if (Rewrites.hasWrongGradient(operation)) {
            throw new RdeException(
                    "ND4J computes a wrong gradient for the operation '%s' (%s)."
                            .formatted(operation.getOwnName(), operation.opName()),
                    "Write it in other operations, or choose an output before it.");
        }
    }

    private static boolean isRandom(DifferentialFunction operation) {
        if (operation instanceof Linspace || operation instanceof Range) {
            return false;
        }
        return operation.getClass().getPackageName().startsWith(RANDOM_OPERATIONS)
                || RANDOM_NAME.matcher(operation.opName()).matches();
    }
}
