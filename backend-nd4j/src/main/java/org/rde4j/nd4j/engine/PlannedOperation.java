package org.rde4j.nd4j.engine;

import java.util.List;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.ReduceOp;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;

/** One operation with its arrays and its native context, ready to run. */
final class PlannedOperation {
    private final DifferentialFunction function;
    private final OpContext context;
    private final INDArray[] outputs;

    private PlannedOperation(DifferentialFunction function, OpContext context, INDArray[] outputs) {
        this.function = function;
        this.context = context;
        this.outputs = outputs;
    }

    /** Binds an operation to its inputs and to new or pooled arrays for its outputs. */
    static PlannedOperation of(DifferentialFunction function, INDArray[] inputs, ArrayPool pool) {
        OpContext context = context(function, inputs);
        INDArray[] outputs = shapes(function, context).stream().map(pool::take).toArray(INDArray[]::new);
        context.setOutputArrays(outputs);
        context.shapeFunctionOverride(true);
        return new PlannedOperation(function, context, outputs);
    }

    /** The shapes of the outputs for some inputs. */
    static List<LongShapeDescriptor> shapes(DifferentialFunction function, INDArray[] inputs) {
        return shapes(function, context(function, inputs));
    }

    private static List<LongShapeDescriptor> shapes(DifferentialFunction function, OpContext context) {
        return function instanceof CustomOp custom
                ? custom.calculateOutputShape(context)
                : ((BaseOp) function).calculateOutputShape(context);
    }

    private static OpContext context(DifferentialFunction function, INDArray[] inputs) {
        OpContext context = Nd4j.getExecutioner().buildContext();
        if (function instanceof CustomOp custom) {
            context.setIArguments(custom.iArgs());
            context.setTArguments(custom.tArgs());
            context.setBArguments(custom.bArgs());
            context.setDArguments(custom.dArgs());
            context.setInputArrays(inputs);
            return context;
        }
        if (function instanceof ReduceOp reduction && inputs.length > 1) {
            // SameDiff hands the axes over as a second input; the native call wants them as an attribute.
            int[] axes = inputs[1].toIntVector();
            reduction.setDimensions(axes);
            ((BaseOp) reduction).setDimensionz(Shape.ndArrayDimFromInt(axes));
        }
        context.setInputArrays(inputs);
        return context;
    }

    INDArray[] outputs() {
        return outputs;
    }

    void run() {
        if (function instanceof CustomOp custom) {
            Nd4j.getExecutioner().exec(custom, context);
        } else {
            Nd4j.getExecutioner().exec((Op) function, context);
        }
    }
}
