package org.rde4j.nd4j.engine;

import java.util.List;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.ReduceOp;
import org.nd4j.linalg.api.ops.impl.reduce3.BaseReduce3Op;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;

/** One operation with its arrays and its native context, ready to run. */
final class PlannedOperation {
    private final DifferentialFunction function;
    private final OpContext context;
    private final INDArray[] cleared;

    private PlannedOperation(DifferentialFunction function, OpContext context, INDArray[] cleared) {
        this.function = function;
        this.context = context;
        this.cleared = cleared;
    }

    /** Binds an operation to the arrays that it reads and writes. */
    static PlannedOperation of(DifferentialFunction function, INDArray[] inputs, INDArray[] outputs) {
        OpContext context = context(function, inputs);
        context.setOutputArrays(outputs);
        context.shapeFunctionOverride(true);
        return new PlannedOperation(function, context, adds(function) ? outputs : new INDArray[0]);
    }

    /** Some of ND4J's gradients add to what their output holds, and take for granted that it is new. */
    private static boolean adds(DifferentialFunction function) {
        return function.opName().endsWith("_bp") && !function.opName().equals("conv2d_bp");
    }

    /** The types and shapes of the outputs for some inputs. */
    static List<LongShapeDescriptor> shapes(DifferentialFunction function, INDArray[] inputs) {
        OpContext context = context(function, inputs);
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
        if (function instanceof ReduceOp reduction && !(function instanceof BaseReduce3Op) && inputs.length > 1) {
            // SameDiff hands the axes over as a second input; the native call wants them as an attribute.
            int[] axes = inputs[1].toIntVector();
            reduction.setDimensions(axes);
            ((BaseOp) reduction).setDimensionz(Shape.ndArrayDimFromInt(axes));
        }
        context.setInputArrays(inputs);
        return context;
    }

    void run() {
        for (INDArray array : cleared) {
            array.assign(0);
        }
        if (function instanceof CustomOp custom) {
            Nd4j.getExecutioner().exec(custom, context);
        } else {
            Nd4j.getExecutioner().exec((Op) function, context);
        }
    }
}
