"""Writes src/test/resources/onnx/operators.zip: more operators with what PyTorch computes for them.

In the form of onnx_references.py, which see. Needs PyTorch and onnx:

    python3 backend-nd4j/src/test/python/onnx_operators.py
"""
import numpy as np
import torch
import torch.nn.functional as F

import onnx_references as references
from onnx_references import case, floats, longs, node, rand


def activations():
    def unary(operator, function, low=-3.0, high=3.0, opset=13, **attributes):
        name = operator + "".join(f" {k}={v}" for k, v in attributes.items())
        case(name, (2, 3, 2, 4), node(operator, "x", "y", **attributes), function, opset, low, high)

    unary("Tan", torch.tan, low=-1.3, high=1.3)
    unary("Asin", torch.asin, low=-0.9, high=0.9)
    unary("Acos", torch.acos, low=-0.9, high=0.9)
    unary("Atan", torch.atan)
    unary("Sinh", torch.sinh)
    unary("Cosh", torch.cosh)
    unary("Asinh", torch.asinh, low=-100.0, high=100.0)
    unary("Acosh", torch.acosh, low=1.1, high=20.0)
    unary("Atanh", torch.atanh, low=-0.9, high=0.9)
    unary("Floor", torch.floor)
    unary("Ceil", torch.ceil)
    unary("Round", torch.round)
    unary("Sign", torch.sign)
    unary("Reciprocal", torch.reciprocal, low=0.2)
    unary("Softplus", F.softplus, low=-10.0, high=110.0)
    unary("Softsign", F.softsign)
    unary("Mish", F.mish, low=-5, high=5, opset=18)
    unary("Swish", F.silu, opset=24)
    unary("Swish", lambda x: x * torch.sigmoid(1.75 * x), opset=24, alpha=1.75)
    unary("Selu", F.selu)
    unary("Celu", lambda x: F.celu(x, 1.75), alpha=1.75)
    unary("ThresholdedRelu", lambda x: F.threshold(x, 0.75, 0), alpha=0.75)
    unary("Shrink", lambda x: F.softshrink(x, 0.75), lambd=0.75, bias=0.75)
    unary("Shrink", lambda x: F.hardshrink(x, 0.75), lambd=0.75)
    unary("Clip", lambda x: x * 0 + 0.5, low=-3, high=3, opset=7, min=1.0, max=0.5)
    slope = rand(2, 1, 4)
    case("PRelu of a smaller signal", (2, 3, 1, 4), node("PRelu", "x slope", "y"),
         lambda x: torch.where(x < 0, slope[0] * x, x), slope=slope[:1])


def several():
    a, b = rand(3, 1, 4), rand(4)
    parts = dict(a=a, b=b)
    case("Sum", (2, 3, 2, 4), node("Sum", "x a b", "y"), lambda x: x + a + b, **parts)
    case("Mean", (2, 3, 2, 4), node("Mean", "a x b", "y"), lambda x: (x + a + b) / 3, **parts)
    case("Max", (2, 3, 2, 4), node("Max", "x a b", "y"), lambda x: x.maximum(a).maximum(b), **parts)
    case("Min", (2, 3, 2, 4), node("Min", "a b x", "y"), lambda x: x.minimum(a).minimum(b), **parts)
    case("Max of one", (2, 3), node("Max", "x", "y"), lambda x: x * 1)
    case("Max of the signal", (2, 3, 4), [node("Cos", "x", "a"), node("Max", "x a", "y")],
         lambda x: x.maximum(x.cos()))
    # At equal values both have half of the gradient, as in PyTorch.
    case("Min of equal values", (2, 3, 4), [node("Relu", "x", "a"), node("Min", "x a", "y")],
         lambda x: x.minimum(x.relu()))
    m = rand(4, low=0.3, high=0.9)
    case("Mod", (2, 3, 4), node("Mod", "x m", "y", fmod=1), lambda x: x.fmod(m), low=-3, high=3, m=m)
    case("Mod of a constant", (2, 3, 4), node("Mod", "m x", "y", fmod=1), lambda x: (m * 5) - x * ((m * 5) / x).trunc().detach(),
         low=0.3, m=m * 5)


def logic():
    c, d = rand(3, 1, 1), rand(4)

    def masked(name, nodes, mask, **constants):
        case(name, (2, 3, 2, 4), nodes + [node("Cast", "m", "f", to=1), node("Mul", "x f", "y")],
             lambda x: x * mask(x).float(), **constants)

    for operator, function in {"Greater": torch.gt, "Less": torch.lt, "GreaterOrEqual": torch.ge,
                               "LessOrEqual": torch.le}.items():
        masked(operator, [node(operator, "x c", "m")], lambda x: function(x, c), c=c)
        masked(operator + " of itself", [node(operator, "x x", "m")], lambda x: function(x, x))
    masked("Equal", [node("Relu", "x", "r"), node("Equal", "r x", "m")], lambda x: x.relu() == x)
    masked("Not", [node("Greater", "x c", "g"), node("Not", "g", "m")], lambda x: ~(x > c), c=c)
    for operator, function in {"And": torch.logical_and, "Or": torch.logical_or, "Xor": torch.logical_xor}.items():
        masked(operator, [node("Greater", "x c", "g"), node("Less", "x d", "l"), node(operator, "g l", "m")],
               lambda x: function(x > c, x < d), c=c, d=d)
    masked("IsNaN", [node("Log", "x", "l"), node("IsNaN", "l", "m")], lambda x: x < 0)
    masked("IsInf", [node("Div", "x z", "i"), node("IsInf", "i", "m", detect_negative=0)], lambda x: x > 0,
           z=np.float32(0))
    case("Where by the signal", (2, 3, 2, 4), [node("Greater", "x c", "g"), node("Where", "g x d", "y")],
         lambda x: torch.where(x > c, x, d), c=c, d=d)
    # What is not chosen is no number.
    case("Where of roots", (2, 3, 2, 4),
         [node("Less", "x z", "g"), node("Log", "x", "l"), node("Identity", "l", "n"), node("Where", "g x n", "y")],
         lambda x: torch.where(x < 0, x, x.clamp(min=1e-6).log()), z=np.float32(0))
    mask = rand(2, 1, 2, 4) > 0
    case("Where by a constant", (2, 3, 2, 4), [node("Sin", "x", "s"), node("Where", "k x s", "y")],
         lambda x: torch.where(mask, x, x.sin()), k=mask)


def product(x, axes, keep):
    for axis in sorted([a % x.dim() for a in axes], reverse=True):
        x = x.prod(axis, keep)
    return x


def reductions():
    functions = {
        "ReduceMin": lambda x, a, k: x.amin(a, k), "ReduceL1": lambda x, a, k: x.abs().sum(a, k),
        "ReduceL2": lambda x, a, k: x.square().sum(a, k).sqrt(), "ReduceSumSquare": lambda x, a, k: x.square().sum(a, k),
        "ReduceLogSum": lambda x, a, k: x.sum(a, k).log(), "ReduceLogSumExp": lambda x, a, k: x.logsumexp(a, k),
        "ReduceProd": product}
    for operator, function in functions.items():
        for axes in [(2, 3), (1,), (1, -1)]:
            for keep in (0, 1):
                case(f"{operator} {list(axes)} keepdims={keep}", (2, 3, 2, 5),
                     node(operator, "x", "y", keepdims=keep, axes=list(axes)),
                     lambda x: function(x, axes, bool(keep)), low=0.1 if operator == "ReduceLogSum" else -1.0)
    case("ReduceL1 by input", (2, 3, 4), node("ReduceL1", "x axes", "y", keepdims=0), lambda x: x.abs().sum(2),
         opset=18, axes=longs(2))
    case("ReduceLogSumExp of large values", (2, 5), node("ReduceLogSumExp", "x", "y", axes=[1]),
         lambda x: x.logsumexp(1, True), low=-300, high=300)
    zeros = torch.tensor([[0.0, 1, 2], [0, 0, 3]])
    case("ReduceProd of zeros", (2, 3), [node("Mul", "x z", "a"), node("ReduceProd", "a", "y", axes=[1])],
         lambda x: (x * zeros).prod(1, True), z=zeros)
    case("ReduceL2 of zeros", (2, 3), [node("Relu", "x", "a"), node("ReduceL2", "a", "b", axes=[1]), node("Add", "b x", "y")],
         lambda x: x * 1, low=-2, high=-1)
    for operator, function in (("ReduceMax", torch.amax), ("ReduceMin", torch.amin)):
        # The greatest of equal values share the gradient, as in PyTorch.
        case(f"{operator} of equal values", (2, 6), [node("Clip", "x", "a", min=-0.5, max=0.5), node("Neg", "a", "b"),
             node("Concat", "a b", "c", axis=1), node(operator, "c", "y", axes=[1])],
             lambda x: function(torch.cat([x.clamp(-0.5, 0.5), -x.clamp(-0.5, 0.5)], 1), 1, keepdim=True), opset=10)


def normalizations():
    for shape in [(2, 4, 6), (2, 4, 3, 5)]:
        s, b = rand(4, low=0.5, high=1.5), rand(4)
        rank = len(shape)
        case(f"InstanceNormalization of rank {rank}", shape, node("InstanceNormalization", "x s b", "y", epsilon=1e-3),
             lambda x: F.instance_norm(x, weight=s, bias=b, eps=1e-3), s=s, b=b)
        case(f"GroupNormalization of rank {rank}", shape,
             node("GroupNormalization", "x s b", "y", epsilon=1e-3, num_groups=2),
             lambda x: F.group_norm(x, 2, s, b, 1e-3), opset=21, s=s, b=b)
        case(f"GroupNormalization of rank {rank}, opset 18", shape,
             node("GroupNormalization", "x s b", "y", num_groups=2),
             lambda x: F.group_norm(x, 2, s[:2].repeat_interleave(2), b[:2].repeat_interleave(2)), opset=18,
             s=s[:2], b=b[:2])
        for p in (1, 2):
            case(f"LpNormalization p={p} of rank {rank}", shape, node("LpNormalization", "x", "y", p=p, axis=1),
                 lambda x: F.normalize(x, p, 1))
    r = rand(5, low=0.5, high=1.5)
    case("RMSNormalization", (2, 3, 5), node("RMSNormalization", "x r", "y", epsilon=1e-3),
         lambda x: x / (x.square().mean(-1, True) + 1e-3).sqrt() * r, opset=23, r=r)
    case("MeanVarianceNormalization", (2, 3, 4, 5), node("MeanVarianceNormalization", "x", "y", axes=[2, 3]),
         lambda x: (x - x.mean((2, 3), True)) / (x.var((2, 3), False, True).sqrt() + 1e-9))
    for size in (3, 4):
        case(f"LRN size={size}", (2, 6, 3, 2), node("LRN", "x", "y", size=size, alpha=0.3, beta=0.6, bias=1.5),
             lambda x: lrn(x, size, 0.3, 0.6, 1.5))


def lrn(x, size, alpha, beta, bias):
    padded = F.pad(x.square(), (0, 0, 0, 0, (size - 1) // 2, size // 2))
    return x / (bias + alpha / size * padded.unfold(1, size, 1).sum(-1)) ** beta


def repetitions():
    case("Expand", (2, 3, 1, 4), node("Expand", "x s", "y"), lambda x: x.expand(2, 3, 5, 4), s=longs(3, 5, 1))
    case("Expand of a column", (2, 1), node("Expand", "x s", "y"), lambda x: x.expand(2, 3), s=longs(1, 3))
    case("Tile", (2, 3, 2), node("Tile", "x r", "y"), lambda x: x.repeat(1, 2, 3), r=longs(1, 2, 3))
    for exclusive in (0, 1):
        for reverse in (0, 1):
            def sums(x):
                z = x.flip(2) if reverse else x
                z = z.cumsum(2) - (z if exclusive else 0)
                return z.flip(2) if reverse else z
            case(f"CumSum exclusive={exclusive} reverse={reverse}", (2, 3, 4, 2),
                 node("CumSum", "x a", "y", exclusive=exclusive, reverse=reverse), sums, opset=14, a=np.int64(-2))
    for upper in (0, 1):
        for k in (-1, 0, 1):
            case(f"Trilu upper={upper} k={k}", (2, 4, 5), node("Trilu", "x k", "y", upper=upper),
                 lambda x: x.triu(k) if upper else x.tril(k), opset=14, k=np.int64(k))
    case("DepthToSpace", (2, 8, 2, 3), node("DepthToSpace", "x", "y", blocksize=2),
         lambda x: x.reshape(2, 2, 2, 2, 2, 3).permute(0, 3, 4, 1, 5, 2).reshape(2, 2, 4, 6))
    case("DepthToSpace CRD", (2, 8, 2, 3), node("DepthToSpace", "x", "y", blocksize=2, mode="CRD"),
         lambda x: F.pixel_shuffle(x, 2))
    case("SpaceToDepth", (2, 3, 4, 6), node("SpaceToDepth", "x", "y", blocksize=2),
         lambda x: x.reshape(2, 3, 2, 2, 3, 2).permute(0, 3, 5, 1, 2, 4).reshape(2, 12, 2, 3))


def scattered(x, i, u, reduction):
    for row in range(i.shape[0]):
        for column in range(i.shape[1]):
            mask = torch.zeros_like(x)
            mask[i[row, column], column] = 1
            v = u[row, column]
            x = x + mask * v if reduction == "add" else x * (1 - mask + mask * v)
    return x


def indexing():
    i = torch.tensor([[[0, 2, 1], [3, 0, 0]], [[1, 1, 2], [3, 1, 0]]])
    case("GatherElements", (2, 4, 3), node("GatherElements", "x i", "y", axis=1), lambda x: x.gather(1, i), i=i)
    n = torch.tensor([[0, 1], [1, 3], [0, -1]])
    case("GatherND", (2, 4, 3), [node("GatherND", "x i", "a"), node("Slice", "a f t", "y")],
         lambda x: x[n[:, 0], n[:, 1]][:2], i=n, f=longs(0), t=longs(2))
    one = torch.tensor([[[1], [0]], [[3], [3]]])
    case("GatherND in batches", (2, 4, 3), node("GatherND", "x i", "y", batch_dims=1),
         lambda x: torch.stack([x[b][one[b, :, 0]] for b in range(2)]), i=one)
    u = rand(2, 2, 3)
    for operator, opset in (("ScatterElements", 11), ("Scatter", 9)):
        case(operator, (2, 4, 3), node(operator, "x i u", "y", axis=1),
             lambda x: x.scatter(1, i[:, :1], u[:, :1]), opset=opset, i=i[:, :1], u=u[:, :1])
    for reduction in ("add", "mul"):
        case(f"ScatterElements {reduction}", (2, 4, 3),
             node("ScatterElements", "x i u", "y", axis=1, reduction=reduction),
             lambda x: torch.stack([scattered(x[b], i[b], u[b], reduction) for b in range(2)]), opset=16, i=i, u=u)
    base = rand(2, 4, 3)
    case("ScatterElements of the signal", (2, 2, 3), node("ScatterElements", "c i x", "y", axis=1, reduction="add"),
         lambda x: base.scatter_add(1, i, x), opset=16, c=base, i=i)
    first = i[:, :1]
    for reduction, function in (("max", torch.maximum), ("min", torch.minimum)):
        case(f"ScatterElements {reduction}", (2, 4, 3),
             node("ScatterElements", "x i u", "y", axis=1, reduction=reduction),
             lambda x: x.scatter(1, first, function(x.gather(1, first), u[:, :1])), opset=18, i=first, u=u[:, :1])
    w = rand(3, 3)
    for opset, settings, add in ((11, {}, False), (16, dict(reduction="add"), True)):
        case(f"ScatterND {settings}", (2, 4, 3), node("ScatterND", "x i u", "y", **settings),
             lambda x: x.index_put((n[:, 0], n[:, 1]), w, add), opset=opset, i=n, u=w)
    case("Compress", (2, 4, 3), node("Compress", "x k", "y", axis=1), lambda x: x[:, [0, 2]],
         k=np.array([True, False, True]))
    lengths = longs(3, 2)
    case("ReverseSequence", (2, 4, 3), node("ReverseSequence", "x l", "y", time_axis=1, batch_axis=0),
         lambda x: torch.stack([torch.cat([x[b, :l].flip(0), x[b, l:]]) for b, l in enumerate(lengths)]), l=lengths)
    hot = torch.tensor([2, -1])
    case("OneHot", (2, 1), [node("Squeeze", "x e", "v"), node("OneHot", "i d v", "y", axis=1)],
         lambda x: torch.where(F.one_hot(hot % 3, 3) > 0, x[1], x[0]), i=hot, d=longs(3), e=longs(1))
    for largest in (0, 1):
        case(f"TopK largest={largest}", (2, 5, 3), node("TopK", "x k", "y indices", axis=1, largest=largest),
             lambda x: x.topk(3, 1, bool(largest)).values, opset=11, k=longs(3))
    case("Hardmax", (2, 5), [node("Hardmax", "x", "h"), node("Mul", "x h", "y")],
         lambda x: x * F.one_hot(x.argmax(1), 5))


def losses():
    """Added to the signal: a loss alone has no row for each signal."""
    labels = torch.tensor([[1, 0], [2, 1]])
    w = rand(3, low=0.5, high=1.5)
    for operator, function, ignored in (("SoftmaxCrossEntropyLoss", F.cross_entropy, -100),
                                        ("NegativeLogLikelihoodLoss", F.nll_loss, 0)):
        for reduction in ("sum", "mean", "none"):
            one_each = reduction == "none"
            case(f"{operator} {reduction}", (2, 3, 2),
                 [node(operator, "x l w", "a", reduction=reduction, ignore_index=ignored),
                  node("Add", "a s" if one_each else "a x", "y")],
                 lambda x: function(x, labels, w, ignore_index=ignored, reduction=reduction) + (1 if one_each else x),
                 l=labels, w=w, s=np.float32(1))


def between(x, positions):
    """Linear interpolation along the last axis; PyTorch's own leaves values alone where the size stays."""
    low = positions.floor().long()
    high = (low + 1).clamp(max=x.shape[-1] - 1)
    return x[..., low] * (1 - positions + low) + x[..., high] * (positions - low)


def resizes():
    for size in ((7, 3), (2, 9)):
        for align in (False, True):
            rule = "align_corners" if align else "half_pixel"
            case(f"Resize cubic to {list(size)}, {rule}", (2, 3, 4, 5),
                 node("Resize", "x none none sizes", "y", mode="cubic", coordinate_transformation_mode=rule),
                 lambda x: F.interpolate(x, size, mode="bicubic", align_corners=align),
                 none=floats(), sizes=longs(2, 3, *size))
    case("Resize to the same size", (2, 3, 5), node("Resize", "x none s", "y", mode="linear"),
         lambda x: between(x, ((torch.arange(5) + 0.5) / 1.1 - 0.5).clamp(min=0)), none=floats(),
         s=floats(1, 1, 1.1))
    case("Resize of two axes, as much as fits", (2, 3, 4, 6),
         node("Resize", "x none none sizes", "y", axes=[2, 3], mode="linear", keep_aspect_ratio_policy="not_larger"),
         lambda x: F.interpolate(x, (8, 12), mode="bilinear"), opset=18, none=floats(), sizes=longs(8, 20))


def pools():
    for p in (1, 2, 3):
        case(f"GlobalLpPool p={p}", (2, 3, 4, 5), node("GlobalLpPool", "x", "y", p=p),
             lambda x: x.abs().pow(p).sum((2, 3), True).pow(1 / p))
        case(f"LpPool p={p}", (2, 3, 4, 6), node("LpPool", "x", "y", p=p, kernel_shape=[2, 3], strides=[1, 2], pads=[1, 0, 0, 1]),
             lambda x: F.pad(x.abs().pow(p), (0, 1, 1, 0)).unfold(2, 2, 1).unfold(3, 3, 2).sum((4, 5)).pow(1 / p))


def quantization():
    for axis, scale, zero in ((1, floats(0.02, 0.03, 0.05), np.array([128, 100, 90], np.uint8)),
                              (1, np.float32(0.01), np.array(3, np.int8))):
        info = np.iinfo(zero.dtype)
        s, z = (torch.from_numpy(np.asarray(v, np.float32).reshape(-1, 1)) for v in (scale, zero))

        def there_and_back(x):
            y = x / s
            rounded = y + (y.round() - y).detach()
            return ((rounded + z).clamp(info.min, info.max) - z) * s

        case(f"QuantizeLinear and DequantizeLinear by {zero.dtype}", (2, 3, 4),
             [node("QuantizeLinear", "x s z", "q", axis=axis), node("DequantizeLinear", "q s z", "y", axis=axis)],
             there_and_back, low=-4, high=4, s=scale, z=zero)


def products():
    w = rand(2, 1, 5, 4)
    case("MatMul of stacks that are repeated", (2, 3, 4, 5), node("MatMul", "x w", "y"), lambda x: x @ w, w=w)
    v = rand(3, 2, 4)
    case("MatMul of one matrix for all", (2, 1, 4, 5), node("MatMul", "v x", "y"), lambda x: v @ x, v=v)
    case("MatMul with another view of itself", (2, 3, 4, 4),
         [node("ReduceMean", "x", "m", axes=[1]), node("MatMul", "m x", "y")], lambda x: x.mean(1, True) @ x)


if __name__ == "__main__":
    torch.manual_seed(3)
    references.RANDOM = torch.Generator().manual_seed(3)
    for group in (activations, several, logic, reductions, normalizations, repetitions, indexing, losses, resizes, pools,
                  products, quantization):
        group()
    references.write(references.TARGET.with_name("operators.zip"))
