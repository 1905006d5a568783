"""Writes src/test/resources/onnx/references.zip: small ONNX models with what PyTorch computes for them.

Each case is one ONNX file, with three more initializers that no node uses: expected.input, expected.output
and expected.gradient, the gradient of the sum of output[k]*(k mod 7 - 3) over the flat index k. All have
ONNX's order of axes. Needs PyTorch and onnx:

    python3 backend-nd4j/src/test/python/onnx_references.py
"""
import io
import pathlib
import zipfile

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper

TARGET = pathlib.Path(__file__).parents[1] / "resources" / "onnx" / "references.zip"
CASES = {}


def rand(*shape, low=-1.0, high=1.0):
    """Random numbers with few digits, which compress well."""
    return torch.round((torch.rand(*shape, generator=RANDOM) * (high - low) + low) * 64) / 64 + 1 / 256


def distinct(*shape, low, high):
    """Evenly spaced numbers in random order: no two are equal, so that a maximum has one gradient."""
    count = int(np.prod(shape))
    order = torch.randperm(count, generator=RANDOM).float()
    return torch.round(((order + 0.5) / count * (high - low) + low) * 1024).reshape(shape) / 1024 + 1 / 4096


def node(operator, inputs, outputs, **attributes):
    return helper.make_node(operator, inputs.split(), outputs.split(), **attributes)


def case(name, shape, nodes, expected, opset=13, low=-1.0, high=1.0, declared=None, batch=None, **constants):
    """A model from x to y; `batch` is the number of signals if the model was exported for another one."""
    assert name not in CASES, name
    x = distinct(batch or shape[0], *shape[1:], low=low, high=high)
    initializers = [
        numpy_helper.from_array(np.asarray(value.numpy() if isinstance(value, torch.Tensor) else value), key)
        for key, value in constants.items()
    ]
    nodes = nodes if isinstance(nodes, list) else [nodes]
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, declared or ["N"] + list(shape[1:]))],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=7)
    store(name, model, x, expected)


def exported(name, module, shape, opset=13, batch=None, dynamic=True, low=-1.0, high=1.0):
    """A model that PyTorch's exporter writes, with all the arithmetic of shapes that it leaves in."""
    module.eval()
    buffer = io.BytesIO()
    torch.onnx.export(
        module, torch.zeros(shape), buffer, opset_version=opset, input_names=["x"], output_names=["y"],
        dynamic_axes={"x": {0: "N"}, "y": {0: "N"}} if dynamic else None)
    store(name, onnx.load_model_from_string(buffer.getvalue()), distinct(batch or shape[0], *shape[1:], low=low, high=high), module)


def store(name, model, x, expected):
    x.requires_grad_(True)
    y = expected(x)
    weights = (torch.arange(y.numel()) % 7 - 3).float().reshape(y.shape)
    gradient, = torch.autograd.grad((y * weights).sum(), x)
    for key, value in {"input": x, "output": y, "gradient": gradient}.items():
        array = value.detach().contiguous().numpy()
        model.graph.initializer.append(numpy_helper.from_array(array, "expected." + key))
    model.producer_name = model.producer_version = ""
    for each in model.graph.node:
        each.ClearField("doc_string")
    CASES[name] = model.SerializeToString()


def longs(*values):
    return np.array(values, dtype=np.int64)


def floats(*values):
    return np.array(values, dtype=np.float32)


def activations():
    def unary(operator, function, shape=(2, 3, 2, 4), low=-3.0, high=3.0, opset=13, **attributes):
        name = operator + "".join(f" {k}={v}" for k, v in attributes.items())
        case(name, shape, node(operator, "x", "y", **attributes), function, opset, low, high)

    unary("Relu", torch.relu)
    unary("Sigmoid", torch.sigmoid)
    unary("Tanh", torch.tanh)
    unary("Erf", torch.erf)
    unary("Exp", torch.exp)
    unary("Log", torch.log, low=0.2)
    unary("Sqrt", torch.sqrt, low=0.2)
    unary("Abs", torch.abs)
    unary("Neg", torch.neg)
    unary("HardSwish", F.hardswish, low=-5, high=5, opset=14)
    unary("LeakyRelu", F.leaky_relu)
    unary("LeakyRelu", lambda x: F.leaky_relu(x, 0.2), alpha=0.2)
    unary("Elu", F.elu)
    unary("Elu", lambda x: F.elu(x, 1.7), alpha=1.7)
    unary("HardSigmoid", lambda x: (0.2 * x + 0.5).clamp(0, 1), low=-4, high=4)
    unary("HardSigmoid", F.hardsigmoid, low=-5, high=5, alpha=1 / 6, beta=0.5)
    unary("Gelu", F.gelu, opset=20)
    unary("Gelu", lambda x: F.gelu(x, approximate="tanh"), opset=20, approximate="tanh")
    unary("Clip", lambda x: x.clamp(-0.5, 1.5), opset=7, min=-0.5, max=1.5)
    clip = dict(lower=np.float32(-0.2), upper=np.float32(0.6))
    case("Clip by inputs", (2, 3, 4), node("Clip", "x lower upper", "y"), lambda x: x.clamp(-0.2, 0.6), **clip)
    case("Clip from below", (2, 3, 4), node("Clip", "x lower", "y"), lambda x: x.clamp(min=-0.2), **clip)
    case("Clip from above", (2, 3, 4), node("Clip", "x open upper", "y"), lambda x: x.clamp(max=0.6),
         open=np.float32(-np.inf), upper=np.float32(0.6))
    slope = rand(3, 1, 1)
    case("PRelu per channel", (2, 3, 4, 5), node("PRelu", "x slope", "y"),
         lambda x: torch.where(x < 0, slope * x, x), slope=slope)
    case("PRelu", (2, 6), node("PRelu", "x slope", "y"), lambda x: F.leaky_relu(x, 0.3), slope=floats(0.3))


def arithmetic():
    shapes = {"a number": (), "one value": (1,), "channels": (3, 1, 1), "rows": (4,), "an image": (1, 3, 2, 4),
              "batch and channels": (2, 3, 1, 1)}
    for name, shape in shapes.items():
        c = rand(*shape, low=0.5, high=1.5) if shape else torch.tensor(0.75)
        for operator, function in {"Add": torch.add, "Sub": torch.sub, "Mul": torch.mul, "Div": torch.div,
                                   "Pow": torch.pow}.items():
            case(f"{operator} {name}", (2, 3, 2, 4), node(operator, "x c", "y"), lambda x: function(x, c),
                 low=0.3, high=2, c=c)
            if operator != "Add":
                case(f"{operator} of {name}", (2, 3, 2, 4), node(operator, "c x", "y"), lambda x: function(c, x),
                     low=0.3, high=2, c=c)
    case("Pow squares", (2, 3), node("Pow", "x c", "y"), lambda x: x**2, c=np.float32(2))
    case("Add itself, pooled", (2, 3, 4, 4),
         [node("GlobalAveragePool", "x", "a"), node("Mul", "a x", "b"), node("Add", "b x", "y")],
         lambda x: x.mean((2, 3), keepdim=True) * x + x)
    case("Mul by squeezed excitation", (2, 3, 4, 4),
         [node("ReduceMean", "x", "a", axes=[2, 3], keepdims=0), node("Sigmoid", "a", "b"),
          node("Unsqueeze", "b axes", "c"), node("Mul", "x c", "y")],
         lambda x: x * x.mean((2, 3)).sigmoid()[..., None, None], axes=longs(2, 3))


def convolutions():
    def conv2d(x, w, b, s=1, p=(0, 0, 0, 0), d=1, g=1):
        return F.conv2d(F.pad(x, (p[1], p[3], p[0], p[2])), w, b, s, 0, d, g)

    def conv(name, shape, w, bias=True, p=(0, 0, 0, 0), s=(1, 1), d=(1, 1), g=1, **attributes):
        b = rand(w.shape[0]) if bias else None
        constants = dict(w=w, b=b) if bias else dict(w=w)
        settings = attributes or dict(pads=list(p))
        case("Conv " + name, shape,
             node("Conv", "x w b" if bias else "x w", "y", strides=list(s), dilations=list(d), group=g,
                  kernel_shape=list(w.shape[2:]), **settings),
             lambda x: conv2d(x, w, b, s, p, d, g), **constants)

    conv("1x1", (2, 3, 4, 5), rand(4, 3, 1, 1))
    conv("3x3", (2, 3, 6, 5), rand(4, 3, 3, 3), p=(1, 1, 1, 1))
    conv("3x3 without bias", (2, 3, 6, 5), rand(4, 3, 3, 3), bias=False)
    conv("stride 2, odd", (2, 3, 7, 7), rand(4, 3, 3, 3), p=(1, 1, 1, 1), s=(2, 2))
    conv("stride 2, pads at the end", (2, 3, 8, 8), rand(4, 3, 3, 3), p=(0, 0, 1, 1), s=(2, 2))
    conv("stride 2, pads at the end, odd", (2, 3, 7, 7), rand(4, 3, 3, 3), p=(0, 0, 1, 1), s=(2, 2))
    conv("uneven pads", (2, 2, 6, 5), rand(3, 2, 2, 3), p=(1, 0, 2, 1))
    conv("dilated", (2, 2, 8, 9), rand(3, 2, 3, 2), p=(2, 1, 2, 1), d=(2, 3))
    conv("depthwise", (2, 4, 6, 5), rand(4, 1, 3, 3), p=(1, 1, 1, 1), g=4)
    conv("depthwise, stride 2", (2, 4, 8, 8), rand(4, 1, 3, 3), p=(0, 0, 1, 1), s=(2, 2), g=4)
    conv("depthwise, two out of each", (2, 3, 6, 5), rand(6, 1, 3, 3), p=(1, 1, 1, 1), g=3)
    conv("depthwise, dilated", (2, 3, 8, 8), rand(3, 1, 3, 3), p=(2, 2, 2, 2), d=(2, 2), g=3)
    conv("two groups", (2, 4, 6, 5), rand(6, 2, 3, 3), p=(1, 1, 1, 1), g=2)
    conv("SAME_UPPER", (2, 2, 6, 7), rand(3, 2, 3, 4), p=(0, 1, 1, 2), s=(2, 2), auto_pad="SAME_UPPER")
    conv("SAME_LOWER", (2, 2, 6, 7), rand(3, 2, 3, 4), p=(1, 2, 0, 1), s=(2, 2), auto_pad="SAME_LOWER")
    conv("VALID", (2, 2, 6, 7), rand(3, 2, 3, 3), s=(2, 1), auto_pad="VALID")
    w, b = rand(4, 3, 5), rand(4)
    case("Conv 1-D", (2, 3, 16), node("Conv", "x w b", "y", pads=[2, 2], strides=[2]),
         lambda x: F.conv1d(x, w, b, 2, 2), w=w, b=b)
    w1 = rand(3, 1, 3)
    case("Conv 1-D depthwise dilated", (2, 3, 16), node("Conv", "x w", "y", pads=[4, 0], dilations=[2], group=3),
         lambda x: F.conv1d(F.pad(x, (4, 0)), w1, None, 1, 0, 2, 3), w=w1)
    half = rand(4, 3, 1, 1).half()
    case("Conv of half floats", (2, 3, 3, 3), [node("Cast", "h", "w", to=1), node("Conv", "x w", "y")],
         lambda x: F.conv2d(x, half.float()), h=half)
    double = rand(4, 3, 1, 1).double()
    case("Conv of doubles", (2, 3, 3, 3), [node("Cast", "h", "w", to=1), node("Conv", "x w", "y")],
         lambda x: F.conv2d(x, double.float()), h=double)
    transposed()
    normalized()


def transposed():
    def conv(name, shape, w, expected, **attributes):
        b = rand(w.shape[1] * attributes.get("group", 1))
        function = F.conv_transpose2d if len(shape) == 4 else F.conv_transpose1d
        case("ConvTranspose " + name, shape, node("ConvTranspose", "x w b", "y", **attributes),
             lambda x: expected(function, x, w, b), w=w, b=b)

    conv("2x2 stride 2", (2, 3, 4, 3), rand(3, 2, 2, 2), lambda f, x, w, b: f(x, w, b, 2), strides=[2, 2])
    conv("4x4 stride 2 padded", (2, 3, 4, 3), rand(3, 2, 4, 4), lambda f, x, w, b: f(x, w, b, 2, 1),
         strides=[2, 2], pads=[1, 1, 1, 1])
    conv("3x3 with output padding", (2, 3, 4, 3), rand(3, 2, 3, 3), lambda f, x, w, b: f(x, w, b, 2, 1, 1),
         strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1])
    conv("dilated", (2, 2, 4, 3), rand(2, 3, 3, 2), lambda f, x, w, b: f(x, w, b, 2, 1, 0, 1, (2, 1)),
         strides=[2, 2], pads=[1, 1, 1, 1], dilations=[2, 1])
    conv("uneven pads", (2, 2, 4, 3), rand(2, 3, 3, 3), lambda f, x, w, b: f(x, w, b, 2)[:, :, 1:, :-1],
         strides=[2, 2], pads=[1, 0, 0, 1])
    conv("two groups", (2, 4, 4, 3), rand(4, 3, 3, 3), lambda f, x, w, b: f(x, w, b, 2, 1, 0, 2),
         strides=[2, 2], pads=[1, 1, 1, 1], group=2)
    conv("output_shape", (2, 2, 4, 3), rand(2, 3, 3, 3), lambda f, x, w, b: f(x, w, b, 2)[:, :, 1:, 1:],
         strides=[2, 2], output_shape=[8, 6])
    conv("SAME_UPPER", (2, 2, 4, 3), rand(2, 3, 3, 3), lambda f, x, w, b: f(x, w, b, 2)[:, :, :-1, :-1],
         strides=[2, 2], auto_pad="SAME_UPPER")
    conv("1-D", (2, 3, 8), rand(3, 2, 4), lambda f, x, w, b: f(x, w, b, 2, 1), strides=[2], pads=[1, 1])


def normalized():
    w, b = rand(4, 3, 3, 3), rand(4)
    norm = dict(scale=rand(4, low=0.5, high=2), shift=rand(4), mean=rand(4), variance=rand(4, low=0.5, high=2))

    def normalise(x, eps=1e-5):
        return F.batch_norm(x, norm["mean"], norm["variance"], norm["scale"], norm["shift"], False, 0, eps)

    bn = node("BatchNormalization", "a scale shift mean variance", "y", epsilon=1e-3)
    case("BatchNormalization after Conv", (2, 3, 6, 5), [node("Conv", "x w b", "a"), bn],
         lambda x: normalise(F.conv2d(x, w, b), 1e-3), w=w, b=b, **norm)
    case("BatchNormalization after Conv without bias", (2, 3, 6, 5), [node("Conv", "x w", "a"), bn],
         lambda x: normalise(F.conv2d(x, w), 1e-3), w=w, **norm)
    case("BatchNormalization after Conv that others use", (2, 3, 6, 5),
         [node("Conv", "x w b", "a"), node("BatchNormalization", "a scale shift mean variance", "n"),
          node("Add", "a n", "y")],
         lambda x: normalise(F.conv2d(x, w, b)) + F.conv2d(x, w, b), w=w, b=b, **norm)
    t = rand(3, 4, 2, 2)
    case("BatchNormalization after ConvTranspose", (2, 3, 4, 3),
         [node("ConvTranspose", "x w b", "a", strides=[2, 2]), bn],
         lambda x: normalise(F.conv_transpose2d(x, t, b, 2), 1e-3), w=t, b=b, **norm)
    alone = node("BatchNormalization", "x scale shift mean variance", "y")
    case("BatchNormalization of images", (2, 4, 3, 5), alone, normalise, **norm)
    case("BatchNormalization of sounds", (2, 4, 5), alone, normalise, **norm)
    case("BatchNormalization of vectors", (2, 4), alone, normalise, opset=7, **norm)


def pools():
    def pool(operator, name, shape, expected, opset=13, **attributes):
        case(f"{operator} {name}", shape, node(operator, "x", "y", **attributes), expected, opset)

    pool("MaxPool", "2x2", (2, 3, 6, 5), lambda x: F.max_pool2d(x, 2), kernel_shape=[2, 2], strides=[2, 2])
    pool("MaxPool", "3x3 padded", (2, 3, 7, 7), lambda x: F.max_pool2d(x, 3, 2, 1), kernel_shape=[3, 3],
         strides=[2, 2], pads=[1, 1, 1, 1])
    pool("MaxPool", "3x3 ceil", (2, 3, 6, 8), lambda x: F.max_pool2d(x, 3, 2, 0, ceil_mode=True),
         kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    pool("MaxPool", "2x2 stride 3 padded ceil", (2, 3, 6, 8), lambda x: F.max_pool2d(x, 2, 3, 1, ceil_mode=True),
         kernel_shape=[2, 2], strides=[3, 3], pads=[1, 1, 1, 1], ceil_mode=1)
    pool("MaxPool", "dilated", (2, 3, 7, 7), lambda x: F.max_pool2d(x, 2, 1, 0, 2), kernel_shape=[2, 2],
         dilations=[2, 2])
    pool("MaxPool", "SAME_UPPER", (2, 3, 7, 6), lambda x: F.max_pool2d(F.pad(x, (0, 0, 0, 1), value=-9), 2, 2),
         kernel_shape=[2, 2], strides=[2, 2], auto_pad="SAME_UPPER")
    pool("MaxPool", "of negatives, uneven pads", (2, 3, 6, 5),
         lambda x: F.max_pool2d(F.pad(x, (0, 1, 1, 0), value=-9), 3), kernel_shape=[3, 3], strides=[3, 3],
         pads=[1, 0, 0, 1])
    pool("MaxPool", "1-D", (2, 3, 16), lambda x: F.max_pool1d(x, 4, 4), kernel_shape=[4], strides=[4])
    pool("AveragePool", "2x2", (2, 3, 6, 5), lambda x: F.avg_pool2d(x, 2), kernel_shape=[2, 2], strides=[2, 2])
    for count in (False, True):
        for ceil in (False, True):
            pool("AveragePool", f"3x3 padded count={count} ceil={ceil}", (2, 3, 6, 8),
                 lambda x: F.avg_pool2d(x, 3, 2, 1, ceil_mode=ceil, count_include_pad=count), kernel_shape=[3, 3],
                 strides=[2, 2], pads=[1, 1, 1, 1], ceil_mode=int(ceil), count_include_pad=int(count))
    pool("AveragePool", "1-D", (2, 3, 16), lambda x: F.avg_pool1d(x, 4, 2), kernel_shape=[4], strides=[2])
    pool("GlobalAveragePool", "of images", (2, 3, 4, 5), lambda x: x.mean((2, 3), keepdim=True))
    pool("GlobalAveragePool", "of sounds", (2, 3, 5), lambda x: x.mean(2, keepdim=True))
    pool("GlobalMaxPool", "of images", (2, 3, 4, 5), lambda x: x.amax((2, 3), keepdim=True))


def reductions():
    for operator, function in {"ReduceMean": torch.mean, "ReduceSum": torch.sum, "ReduceMax": torch.amax}.items():
        by_input = operator == "ReduceSum"
        for axes in [(2, 3), (1,), (-1,), (1, 2), (2,)]:
            for keep in (0, 1):
                settings = dict(keepdims=keep)
                constants = dict(axes=longs(*axes)) if by_input else {}
                settings.update({} if by_input else dict(axes=list(axes)))
                case(f"{operator} {list(axes)} keepdims={keep}", (2, 3, 4, 5),
                     node(operator, "x axes" if by_input else "x", "y", **settings),
                     lambda x: function(x, axes, keepdim=bool(keep)), **constants)
    case("ReduceMean by input", (2, 3, 4), node("ReduceMean", "x axes", "y", keepdims=0),
         lambda x: x.mean(2), opset=18, axes=longs(2))
    case("ReduceSum of everything per signal", (2, 3, 4),
         [node("ReduceSum", "x axes", "y", keepdims=0)], lambda x: x.sum((1, 2)), axes=longs(1, 2))
    case("ReduceSum of nothing", (2, 3, 4), node("ReduceSum", "x", "y", noop_with_empty_axes=1), lambda x: x * 1)


def softmaxes():
    for operator, function in {"Softmax": F.softmax, "LogSoftmax": F.log_softmax}.items():
        for shape in [(2, 5), (2, 3, 4), (2, 3, 4, 5)]:
            for axis in (1, -1):
                case(f"{operator} axis {axis} of rank {len(shape)}", shape, node(operator, "x", "y", axis=axis),
                     lambda x: function(x, axis), low=-3, high=3)
        case(f"{operator} of opset 11", (2, 3, 4), node(operator, "x", "y", axis=1),
             lambda x: function(x.flatten(1), 1).reshape(x.shape), opset=11)
        case(f"{operator} of large values", (2, 5), node(operator, "x", "y"), lambda x: function(x, -1),
             low=-300, high=300)
    scale, bias = rand(5), rand(5)
    case("LayerNormalization", (2, 3, 5), node("LayerNormalization", "x s b", "y", epsilon=1e-4),
         lambda x: F.layer_norm(x, (5,), scale, bias, 1e-4), opset=17, s=scale, b=bias)
    scale = rand(4, 5)
    case("LayerNormalization of two axes without bias", (2, 3, 4, 5),
         node("LayerNormalization", "x s", "y", axis=-2), lambda x: F.layer_norm(x, (4, 5), scale), opset=17, s=scale)


def products():
    w, b = rand(6, 4), rand(4)
    case("Gemm", (2, 6), node("Gemm", "x w b", "y"), lambda x: x @ w + b, w=w, b=b)
    wt = rand(4, 6)
    case("Gemm transB alpha beta", (2, 6), node("Gemm", "x w b", "y", transB=1, alpha=0.5, beta=2.0),
         lambda x: 0.5 * x @ wt.T + 2 * b, opset=9, w=wt, b=b)
    square = rand(2, 2)
    case("Gemm transA", (2, 6), node("Gemm", "w x", "y", transA=1), lambda x: square.T @ x, w=square)
    case("MatMul of vectors", (2, 6), node("MatMul", "x w", "y"), lambda x: x @ w, w=w)
    case("MatMul of sequences", (2, 3, 6), node("MatMul", "x w", "y"), lambda x: x @ w, w=w)
    case("MatMul of images", (2, 3, 4, 6), node("MatMul", "x w", "y"), lambda x: x @ w, w=w)
    case("MatMul from the left", (2, 6, 3), node("MatMul", "w x", "y"), lambda x: wt @ x, w=wt)
    case("MatMul by one matrix of rank 3", (2, 3, 6), node("MatMul", "x w", "y"), lambda x: x @ w, w=w[None])
    v = rand(6)
    case("MatMul by a vector", (2, 3, 6), node("MatMul", "x w", "y"), lambda x: x @ v, w=v)
    case("MatMul with itself", (2, 3, 4), [node("Transpose", "x", "t", perm=[0, 2, 1]), node("MatMul", "x t", "y")],
         lambda x: x @ x.transpose(1, 2))


def reshapes():
    for shape in [(2, 12), (2, 3, 4), (2, 3, 4, 5)]:
        case(f"Flatten rank {len(shape)}", shape, node("Flatten", "x", "y"), lambda x: x.flatten(1))
    case("Flatten axis 2", (2, 3, 4, 5), [node("Flatten", "x", "a", axis=2), node("Reshape", "a s", "y")],
         lambda x: x.reshape(2, 60), s=longs(2, -1))
    case("Flatten after pooling", (2, 3, 4, 5), [node("GlobalAveragePool", "x", "a"), node("Flatten", "a", "y")],
         lambda x: x.mean((2, 3)))
    case("Reshape 0 and -1", (2, 3, 4, 5), node("Reshape", "x s", "y"), lambda x: x.reshape(2, 3, 20), s=longs(0, 3, -1))
    case("Reshape to images", (2, 12), node("Reshape", "x s", "y"), lambda x: x.reshape(2, 3, 2, 2), s=longs(-1, 3, 2, 2))
    case("Reshape of a batch of one", (1, 3, 4), node("Reshape", "x s", "y"), lambda x: x.flatten(1), s=longs(1, 12),
         declared=[1, 3, 4], batch=3)
    case("Reshape of a batch of one, open", (1, 3, 4), node("Reshape", "x s", "y"), lambda x: x.flatten(1),
         s=longs(1, -1), declared=[1, 3, 4], batch=3)
    case("Reshape with the batch in a product", (1, 4, 6),
         [node("Reshape", "x s", "a"), node("Reshape", "a t", "y")], lambda x: x.flatten(1),
         s=longs(4, 3, 2), t=longs(1, 24), declared=[1, 4, 6], batch=3)
    case("Reshape by arithmetic", (2, 3, 4, 5),
         [node("Shape", "x", "a"), node("Gather", "a zero", "n"), node("Unsqueeze", "n first", "m"),
          node("Concat", "m rest", "s", axis=0), node("Reshape", "x s", "y")],
         lambda x: x.reshape(2, 6, 10), zero=np.int64(0), first=longs(0), rest=longs(6, -1))
    case("Squeeze", (2, 3, 1, 4), node("Squeeze", "x a", "y"), lambda x: x.squeeze(2), a=longs(2))
    case("Squeeze by attribute", (2, 1, 3), node("Squeeze", "x", "y", axes=[1]), lambda x: x.squeeze(1), opset=11)
    case("Unsqueeze", (2, 3, 4), node("Unsqueeze", "x a", "y"), lambda x: x.unsqueeze(2), a=longs(2))
    case("Unsqueeze by attribute", (2, 3), node("Unsqueeze", "x", "y", axes=[-1, 1]),
         lambda x: x[:, None, :, None], opset=11)
    for perm in [(0, 2, 3, 1), (0, 3, 1, 2), (0, 1, 3, 2)]:
        case(f"Transpose {list(perm)}", (2, 3, 4, 5), node("Transpose", "x", "y", perm=list(perm)),
             lambda x: x.permute(perm))
    case("Transpose there and back", (2, 3, 4, 5),
         [node("Transpose", "x", "a", perm=[0, 2, 3, 1]), node("MatMul", "a w", "b"),
          node("Transpose", "b", "c", perm=[0, 3, 1, 2]), node("Add", "c x", "y")],
         lambda x: (x.permute(0, 2, 3, 1) @ SQUARE).permute(0, 3, 1, 2) + x, w=SQUARE)


def selections():
    case("Concat channels", (2, 3, 4, 5), [node("Relu", "x", "a"), node("Concat", "x a", "y", axis=1)],
         lambda x: torch.cat([x, x.relu()], 1))
    case("Concat columns", (2, 3, 4), [node("Relu", "x", "a"), node("Concat", "a x", "y", axis=-1)],
         lambda x: torch.cat([x.relu(), x], -1))
    token = rand(1, 1, 4)
    case("Concat a constant", (3, 2, 4), node("Concat", "t x", "y", axis=1),
         lambda x: torch.cat([token.expand(3, 1, 4), x], 1), t=token)
    case("Slice channels", (2, 5, 4, 4), node("Slice", "x s e a", "y"), lambda x: x[:, 1:3], s=longs(1), e=longs(3), a=longs(1))
    case("Slice from the end", (2, 3, 6), node("Slice", "x s e a", "y"), lambda x: x[:, :, -4:], s=longs(-4),
         e=longs(2**63 - 1), a=longs(-1))
    case("Slice by steps", (2, 3, 7, 8), node("Slice", "x s e a t", "y"), lambda x: x[:, :, ::2, 1::3], s=longs(0, 1),
         e=longs(2**63 - 1, 8), a=longs(2, 3), t=longs(2, 3))
    case("Slice backwards", (2, 3, 6), node("Slice", "x s e a t", "y"), lambda x: x.flip(2), s=longs(-1),
         e=longs(-(2**63)), a=longs(2), t=longs(-1))
    case("Slice by attributes", (2, 3, 6), node("Slice", "x", "y", starts=[1, 2], ends=[3, 5], axes=[1, 2]),
         lambda x: x[:, 1:3, 2:5], opset=9)
    case("Gather channels", (2, 5, 4, 4), node("Gather", "x i", "y", axis=1), lambda x: x[:, [3, 0, -1]], i=longs(3, 0, -1))
    case("Gather one", (2, 5, 4), node("Gather", "x i", "y", axis=1), lambda x: x[:, 2], i=np.int64(2))
    case("Gather a table", (2, 5, 4), node("Gather", "x i", "y", axis=2), lambda x: x[:, :, [[0, 3], [1, 1]]],
         i=longs([0, 3], [1, 1]))
    case("Split", (2, 6, 4), [node("Split", "x", "a b", axis=1), node("Sub", "a b", "y")],
         lambda x: x[:, :3] - x[:, 3:])
    case("Split by sizes", (2, 6, 4), [node("Split", "x s", "a b c", axis=1), node("Concat", "c a", "y", axis=1)],
         lambda x: torch.cat([x[:, 3:], x[:, :2]], 1), s=longs(2, 1, 3))
    case("Split by attribute", (2, 6, 4), [node("Split", "x", "a y", axis=1, split=[2, 4])], lambda x: x[:, 2:], opset=11)
    case("Pad", (2, 3, 4, 5), node("Pad", "x p v", "y"), lambda x: F.pad(x, (1, 3, 2, 0), value=0.5),
         p=longs(0, 0, 2, 1, 0, 0, 0, 3), v=np.float32(0.5))
    case("Pad by attribute", (2, 3, 4), node("Pad", "x", "y", pads=[0, 1, 2, 0, 0, 1], value=-1.0),
         lambda x: F.pad(x, (2, 1, 1, 0), value=-1), opset=9)
    case("Pad cuts", (2, 3, 6), node("Pad", "x p", "y"), lambda x: F.pad(x[:, :, 1:], (0, 2)), p=longs(0, 0, -1, 0, 0, 2))
    case("Pad axes", (2, 3, 6), node("Pad", "x p v a", "y"), lambda x: F.pad(x, (1, 2)), opset=18,
         p=longs(1, 2), v=np.float32(0), a=longs(2))
    case("Pad reflect", (2, 3, 4, 5), node("Pad", "x p", "y", mode="reflect"),
         lambda x: F.pad(x, (2, 1, 3, 2), mode="reflect"), p=longs(0, 0, 3, 2, 0, 0, 2, 1))
    case("Pad edge", (2, 3, 6), node("Pad", "x p", "y", mode="edge"),
         lambda x: F.pad(x, (2, 3), mode="replicate"), p=longs(0, 0, 2, 0, 0, 3))


def resizes():
    def resize(name, shape, expected, opset=13, scales=None, sizes=None, **attributes):
        constants = dict(scales=floats(*scales)) if scales else dict(sizes=longs(*sizes))
        inputs = "x roi scales" if scales else "x roi none sizes"
        constants.update(roi=floats(), none=floats()) if not scales else constants.update(roi=floats())
        case("Resize " + name, shape, node("Resize", inputs, "y", **attributes), expected, opset, **constants)

    torch_nearest = dict(mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    resize("nearest twice", (2, 3, 4, 5), lambda x: F.interpolate(x, scale_factor=2), scales=(1, 1, 2, 2), **torch_nearest)
    resize("nearest to a size", (2, 3, 4, 5), lambda x: F.interpolate(x, (7, 3)), sizes=(2, 3, 7, 3), **torch_nearest)
    resize("nearest half pixel", (2, 3, 4, 5), lambda x: F.interpolate(x, (7, 3), mode="nearest-exact"),
           sizes=(2, 3, 7, 3), mode="nearest", nearest_mode="round_prefer_ceil")
    resize("nearest twice, half pixel", (2, 3, 4), lambda x: F.interpolate(x, scale_factor=2), scales=(1, 1, 2),
           mode="nearest")
    resize("linear twice", (2, 3, 4, 5), lambda x: F.interpolate(x, scale_factor=2, mode="bilinear"),
           scales=(1, 1, 2, 2), mode="linear", coordinate_transformation_mode="pytorch_half_pixel")
    resize("linear to a size", (2, 3, 4, 5), lambda x: F.interpolate(x, (7, 3), mode="bilinear"), sizes=(2, 3, 7, 3),
           mode="linear", coordinate_transformation_mode="half_pixel")
    resize("linear, corners aligned", (2, 3, 4, 5),
           lambda x: F.interpolate(x, (7, 3), mode="bilinear", align_corners=True), sizes=(2, 3, 7, 3), mode="linear",
           coordinate_transformation_mode="align_corners")
    resize("linear 1-D", (2, 3, 8), lambda x: F.interpolate(x, 5, mode="linear"), sizes=(2, 3, 5), mode="linear",
           coordinate_transformation_mode="pytorch_half_pixel")
    case("Resize of opset 10", (2, 3, 4, 5), node("Resize", "x s", "y", mode="nearest"),
         lambda x: F.interpolate(x, scale_factor=2), opset=10, s=floats(1, 1, 2, 2))
    case("Upsample of opset 7", (2, 3, 4, 5), node("Upsample", "x", "y", mode="nearest", scales=[1.0, 1.0, 3.0, 2.0]),
         lambda x: F.interpolate(x, scale_factor=(3, 2)), opset=7)
    case("Upsample of opset 9", (2, 3, 4, 5), node("Upsample", "x s", "y", mode="nearest"),
         lambda x: F.interpolate(x, scale_factor=2), opset=9, s=floats(1, 1, 2, 2))


def constants():
    ten = numpy_helper.from_array(floats(10), "ten")
    case("Constant of a tensor", (2, 3), [node("Constant", "", "c", value=ten), node("Add", "x c", "y")], lambda x: x + 10)
    case("Constant of numbers", (2, 3), [node("Constant", "", "c", value_floats=[1.0, 2.0, 3.0]), node("Mul", "x c", "y")],
         lambda x: x * torch.tensor([1.0, 2, 3]))
    case("Constant of a number", (2, 3), [node("Constant", "", "c", value_float=2.5), node("Mul", "x c", "y")],
         lambda x: x * 2.5)
    case("Constant of integers", (2, 6), [node("Constant", "", "s", value_ints=[0, 2, 3]), node("Reshape", "x s", "y")],
         lambda x: x.reshape(2, 2, 3))
    fill = numpy_helper.from_array(floats(4), "fill")
    case("ConstantOfShape", (2, 3), [node("ConstantOfShape", "s", "c", value=fill), node("Add", "x c", "y")],
         lambda x: x + 4, s=longs(1, 3))
    case("Identity", (2, 3, 4, 5), [node("Identity", "x", "a"), node("Relu", "a", "y")], torch.relu)
    case("Dropout", (2, 3, 4, 5), [node("Dropout", "x", "a mask"), node("Relu", "a", "y")], torch.relu)
    case("Dropout by input", (2, 3), [node("Dropout", "x r", "a"), node("Relu", "a", "y")], torch.relu, r=np.float32(0.3))
    case("Cast", (2, 3), [node("Cast", "x", "a", to=1), node("Relu", "a", "y")], torch.relu)
    case("Shape and integer division", (2, 8, 4),
         [node("Shape", "x", "a"), node("Slice", "a one two", "c"), node("Div", "c three", "d"),
          node("Cast", "d", "e", to=7), node("Concat", "zero e minus", "s", axis=0), node("Reshape", "x s", "y")],
         lambda x: x.reshape(2, 2, 16), one=longs(1), two=longs(2), three=longs(3), zero=longs(0), minus=longs(-1))


class Residual(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Conv2d(3, 4, 3, padding=1)
        self.norm = torch.nn.BatchNorm2d(4)
        self.second = torch.nn.Conv2d(4, 4, 3, padding=1, groups=4)
        self.head = torch.nn.Linear(4 * 3 * 3, 5)
        self.norm.running_mean.uniform_(-1, 1)
        self.norm.running_var.uniform_(0.5, 2)

    def forward(self, x):
        y = F.hardswish(self.norm(self.first(x)))
        y = y + self.second(y) * torch.sigmoid(F.adaptive_avg_pool2d(y, 1))
        y = F.max_pool2d(y, 2)
        return self.head(y.view(y.size(0), -1))


class Unet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.down = torch.nn.Conv2d(1, 3, 3, padding=1)
        self.up = torch.nn.ConvTranspose2d(3, 3, 4, 2, 1)
        self.out = torch.nn.Conv2d(7, 1, 3, padding=1)

    def forward(self, x):
        y = F.relu(self.down(x))
        deep = F.relu(self.up(F.max_pool2d(y, 2)))
        wide = F.interpolate(F.avg_pool2d(y, 2), size=x.shape[2:], mode="bilinear", align_corners=False)
        return self.out(torch.cat([deep, wide, x], 1))


class Attention(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = torch.nn.Conv2d(3, 8, 2, 2)
        self.token = torch.nn.Parameter(torch.rand(1, 1, 8))
        self.norm = torch.nn.LayerNorm(8)
        self.qkv = torch.nn.Linear(8, 24)
        self.head = torch.nn.Linear(8, 5)

    def forward(self, x):
        y = self.patches(x).flatten(2).transpose(1, 2)
        y = torch.cat([self.token + 0 * y[:, :1], y], 1)
        n, t, c = y.shape
        q, k, v = self.qkv(self.norm(y)).reshape(n, t, 3, 2, 4).permute(2, 0, 3, 1, 4)
        mixed = (q @ k.transpose(-2, -1) * 0.5).softmax(-1) @ v
        y = y + F.gelu(mixed.transpose(1, 2).reshape(n, t, c))
        return self.head(y[:, 0])


def networks():
    exported("exported residual network", Residual(), (2, 3, 6, 6))
    exported("exported residual network of a batch of one", Residual(), (1, 3, 6, 6), batch=3, dynamic=False)
    exported("exported residual network, opset 9", Residual(), (2, 3, 6, 6), opset=9)
    exported("exported U-net", Unet(), (2, 1, 8, 8))
    exported("exported U-net of a batch of one", Unet(), (1, 1, 8, 8), batch=3, dynamic=False, opset=11)
    exported("exported attention", Attention(), (2, 3, 6, 6), opset=14)
    exported("exported attention, opset 17", Attention(), (2, 3, 6, 6), opset=16)
    exported("exported attention of a batch of one", Attention(), (1, 3, 6, 6), batch=3, dynamic=False, opset=14)


def waves():
    """Last of all, so that what the others draw stays as it was."""
    for operator, function in (("Sin", torch.sin), ("Cos", torch.cos)):
        case(operator, (2, 3, 2, 4), node(operator, "x", "y"), function, low=-4.0, high=4.0)


def write(target):
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(CASES.items()):
            archive.writestr(zipfile.ZipInfo(name + ".onnx", (2000, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    print(f"{len(CASES)} cases, {target.stat().st_size} bytes")


if __name__ == "__main__":
    torch.manual_seed(1)
    RANDOM = torch.Generator().manual_seed(1)
    SQUARE = rand(3, 3)
    for group in (activations, arithmetic, convolutions, pools, reductions, softmaxes, products, reshapes,
                  selections, resizes, constants, networks, waves):
        group()
    write(TARGET)
