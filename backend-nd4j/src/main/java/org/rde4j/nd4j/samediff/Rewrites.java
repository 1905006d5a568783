package org.rde4j.nd4j.samediff;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ops.impl.layers.convolution.BatchNorm;
import org.nd4j.linalg.api.ops.impl.layers.convolution.LocalResponseNormalization;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.shape.Cross;
import org.nd4j.linalg.api.ops.impl.shape.Gather;
import org.nd4j.linalg.api.ops.impl.summarystats.Variance;
import org.nd4j.linalg.api.ops.impl.transforms.clip.ClipByNorm;
import org.nd4j.linalg.api.ops.impl.transforms.comparison.CompareAndReplace;
import org.nd4j.linalg.api.ops.impl.transforms.custom.CumProd;
import org.nd4j.linalg.api.ops.impl.transforms.custom.CumSum;
import org.nd4j.linalg.api.ops.impl.transforms.custom.LogSoftMax;
import org.nd4j.linalg.api.ops.impl.transforms.custom.MatrixInverse;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Operations that ND4J 1.0.0-M2.1 runs but cannot differentiate. The common ones are written out in others
 * that it can; the rest must be known, since a wrong gradient is no error.
 */
final class Rewrites {
    private static final Set<Class<? extends DifferentialFunction>> WRONG_GRADIENTS = Set.of(
            ClipByNorm.class,
            CompareAndReplace.class,
            Cross.class,
            CumProd.class,
            CumSum.class,
            Gather.class,
            LocalResponseNormalization.class,
            MatrixInverse.class);

    private Rewrites() {}

    /** Whether ND4J's gradient of an operation differs from the central differences of its values. */
    static boolean hasWrongGradient(DifferentialFunction operation) {
        if (operation instanceof RectifiedLinear relu) {
            return relu.scalar().getDouble(0) != 0;
        }
        if (operation.getClass() == Variance.class) {
            return !((Variance) operation).isBiasCorrected();
        }
        return WRONG_GRADIENTS.contains(operation.getClass());
    }

    /** The operation's result in other words, or null to have it copied. */
    static @Nullable SDVariable of(SameDiff target, DifferentialFunction operation, List<SDVariable> arguments) {
        if (operation instanceof LogSoftMax softmax) {
            return logSoftmax(target, softmax, arguments.get(0));
        }
        return operation instanceof BatchNorm norm && norm.numIArguments() <= 3
                ? batchNorm(target, norm, arguments)
                : null;
    }

    private static SDVariable logSoftmax(SameDiff sd, LogSoftMax operation, SDVariable x) {
        int axis = operation.numIArguments() == 0 ? -1 : Math.toIntExact(operation.getIArgument(0));
        SDVariable shifted = x.sub(x.max(true, axis));
        return shifted.sub(sd.math().log(sd.math().exp(shifted).sum(true, axis)));
    }

    private static SDVariable batchNorm(SameDiff sd, BatchNorm operation, List<SDVariable> arguments) {
        boolean hasGamma = operation.getIArgument(0) != 0;
        boolean hasBeta = operation.getIArgument(1) != 0;
        SDVariable x = arguments.get(0);
        SDVariable mean = arguments.get(1);
        SDVariable scale = sd.math().rsqrt(arguments.get(2).add(operation.getTArgument(0)));
        if (hasGamma) {
            scale = scale.mul(arguments.get(3));
        }
        SDVariable shift = mean.neg().mul(scale);
        if (hasBeta) {
            shift = shift.add(arguments.get(hasGamma ? 4 : 3));
        }
        if (operation.numIArguments() == 2) {
            return x.mul(scale).add(shift);
        }
        SDVariable shape = alongAxis(sd, x, Math.toIntExact(operation.getIArgument(2)));
        return x.mul(sd.reshape(scale, shape)).add(sd.reshape(shift, shape));
    }

    /** [1, …, 1, -1, 1, …, 1] with the -1 at the axis; how many ones follow is known only when the graph runs. */
    private static SDVariable alongAxis(SameDiff sd, SDVariable x, int axis) {
        long[] head = new long[axis + 1];
        Arrays.fill(head, 1);
        head[axis] = -1;
        SDVariable tail = sd.slice(sd.onesLike(sd.shape(x)), new int[] {axis + 1}, new int[] {-1});
        return sd.concat(0, sd.constant(Nd4j.createFromArray(head)), tail);
    }
}
