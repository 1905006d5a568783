"""Writes src/test/resources/onnx/constants.zip: ONNX's own examples of single operators, all inputs of which are known.

Each case is one ONNX file whose inputs are initializers; what its outputs must be are the initializers expected.0,
expected.1, … Needs onnx, whose examples carry what NumPy computes for them:

    python3 backend-nd4j/src/test/python/onnx_constants.py
"""
import pathlib
import zipfile

import numpy as np

# The examples of onnx 1.12 use the names that NumPy has given up since.
np.float, np.int, np.bool, np.object = float, int, bool, object
from onnx import TensorProto, numpy_helper  # noqa: E402
from onnx.backend.test.case.node import collect_testcases  # noqa: E402

TARGET = pathlib.Path(__file__).parents[1] / "resources" / "onnx" / "constants.zip"
OPERATORS = """
Add Sub Mul Div Mod Pow Min Max Sum Mean And Or Xor BitShift Equal Less LessOrEqual Greater GreaterOrEqual Not Neg Abs
Sign Floor Ceil Round Sqrt Reciprocal Exp Log Sin Cos Tan Asin Acos Atan Sinh Cosh Tanh Asinh Acosh Atanh Sigmoid Relu
Erf IsNaN IsInf Clip Where ReduceSum ReduceMean ReduceProd ReduceMax ReduceMin ReduceL1 ReduceL2 ReduceSumSquare
ReduceLogSum ReduceLogSumExp ArgMax ArgMin CumSum TopK GatherElements GatherND Gather ScatterElements Scatter ScatterND
Compress Concat Pad Constant ConstantOfShape Range EyeLike OneHot Trilu Expand Tile Cast CastLike NonZero
DequantizeLinear QuantizeLinear Shape Size Identity Reshape Transpose Squeeze Unsqueeze Flatten Slice Split MatMul Gemm
Softmax DepthToSpace SpaceToDepth Einsum
""".split()
NO_NUMBERS = {TensorProto.STRING, TensorProto.COMPLEX64, TensorProto.COMPLEX128}


def tensors(values, names):
    for value, name in zip(values, names):
        if isinstance(value, TensorProto):
            tensor = TensorProto()
            tensor.CopyFrom(value)
            tensor.name = name
        elif isinstance(value, (np.ndarray, np.generic)):
            tensor = numpy_helper.from_array(np.asarray(value), name)
        else:
            return None
        if tensor.data_type in NO_NUMBERS:
            return None
        yield tensor


def is_nan(tensor):
    array = numpy_helper.to_array(tensor)
    return array.dtype.kind == "f" and bool(np.isnan(array).any())


def main():
    cases = {}
    for case in collect_testcases(None):
        model = case.model
        if model is None or len(model.graph.node) != 1 or model.graph.node[0].op_type not in OPERATORS:
            continue
        if any(not value.type.HasField("tensor_type") for value in list(model.graph.input) + list(model.graph.output)):
            continue
        inputs, outputs = case.data_sets[0]
        arrays = [np.asarray(v) for v in list(inputs) + list(outputs) if not isinstance(v, TensorProto)]
        if any(a.dtype == object for a in arrays) or sum(a.nbytes for a in arrays) > 20000:
            continue
        given = list(tensors(inputs, [v.name for v in model.graph.input]))
        expected = list(tensors(outputs, ["expected.%d" % i for i in range(len(outputs))]))
        if any(t.data_type in NO_NUMBERS or is_nan(t) for t in given + expected):
            continue
        if model.graph.node[0].op_type == "Not":
            # Unchanged since opset 1.
            model.opset_import[0].version = 13
        if min(o.version for o in model.opset_import) < 7 or "diagonal" in case.name:
            continue
        model.graph.initializer.extend(given + expected)
        model.producer_name = model.producer_version = ""
        cases[case.name] = model.SerializeToString()
    with zipfile.ZipFile(TARGET, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(cases):
            archive.writestr(zipfile.ZipInfo(name + ".onnx", (2000, 1, 1, 0, 0, 0)), cases[name], zipfile.ZIP_DEFLATED, 9)
    print(len(cases), "cases,", TARGET.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
