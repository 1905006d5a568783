"""Writes src/test/resources/onnx/opset23.zip: what opsets 18 to 24 brought, with what PyTorch computes for it.

In the form of onnx_references.py, which see. Needs PyTorch and onnx, of any version:

    python3 backend-nd4j/src/test/python/onnx_opset23.py
"""
import numpy as np
import torch
import torch.nn.functional as F
from onnx import TensorProto

import onnx_references as references
from onnx_references import case, floats, node, rand


def turned(x, cosines, sines, interleaved, part):
    """Pairs of features as complex numbers, times others of length 1; x is [N, T, heads, features]."""
    rest = x[..., part:]
    half = part // 2
    pairs = x[..., :part].unflatten(-1, (half, 2)) if interleaved else x[..., :part].unflatten(-1, (2, half)).transpose(-1, -2)
    angles = torch.complex(cosines, sines).unsqueeze(2)
    product = torch.view_as_real(torch.view_as_complex(pairs.contiguous()) * angles)
    flat = (product if interleaved else product.transpose(-1, -2)).flatten(-2)
    return torch.cat([flat, rest], -1)


def rotary():
    positions = np.array([[4, 2, 0, 1, 6], [3, 3, 5, 6, 0]])
    at = torch.tensor(positions)
    cosines, sines = rand(7, 4), rand(7, 4)
    for interleaved in (0, 1):
        style = "side by side" if interleaved else "in halves"
        case(f"RotaryEmbedding {style}", (2, 3, 5, 8), node("RotaryEmbedding", "x c s p", "y", interleaved=interleaved),
             lambda x: turned(x.transpose(1, 2), cosines[at], sines[at], interleaved, 8).transpose(1, 2),
             opset=23, c=cosines, s=sines, p=positions, declared=[2, 3, 5, 8])
        few, less = rand(1, 5, 2), rand(1, 5, 2)
        case(f"RotaryEmbedding {style} of a part, heads joined, no positions", (2, 5, 12),
             node("RotaryEmbedding", "x c s", "y", interleaved=interleaved, num_heads=2, rotary_embedding_dim=4),
             lambda x: turned(x.unflatten(2, (2, 6)), few, less, interleaved, 4).flatten(2), opset=23, c=few, s=less)
    own, other = rand(2, 5, 3), rand(2, 5, 3)
    case("RotaryEmbedding of angles for each signal", (2, 4, 5, 6), node("RotaryEmbedding", "x c s", "y"),
         lambda x: turned(x.transpose(1, 2), own, other, 0, 6).transpose(1, 2), opset=23, c=own, s=other, declared=[2, 4, 5, 6])


def attention():
    def heads(x, count):
        return x.unflatten(2, (count, -1)).transpose(1, 2)

    def attend(q, k, v, added=0.0):
        return ((q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5 + added).softmax(-1) @ v).transpose(1, 2).flatten(2)

    two = dict(q_num_heads=2, kv_num_heads=2)
    for queries, keys in ((3, 5), (5, 3)):
        k, v = rand(2, keys, 8), rand(2, keys, 6)
        later = torch.ones(queries, keys).triu(1) * -1e30
        case(f"Attention backwards only, {queries} queries and {keys} keys", (2, queries, 8),
             node("Attention", "x k v", "y", is_causal=1, **two),
             lambda x: attend(heads(x, 2), heads(k, 2), heads(v, 2), later), opset=23, k=k, v=v, declared=[2, queries, 8])
    q = rand(2, 5, 12)
    past = rand(2, 2, 2, 3)
    added = rand(1, 4, 5, 7)
    case("Attention with shared keys of the signal, a past and a mask of numbers", (2, 5, 6),
         node("Attention", "q x x m p p", "y", q_num_heads=4, kv_num_heads=2),
         lambda x: attend(heads(q, 4), *[torch.cat([past, heads(x, 2)], 2).repeat_interleave(2, 1)] * 2, added),
         opset=23, q=q, p=past, m=added, declared=[2, 5, 6])
    whole = torch.tensor(np.arange(25).reshape(5, 5) % 3 - 1)
    case("Attention with a mask of integers, which are added", (2, 5, 8), node("Attention", "x x x m", "y", **two),
         lambda x: attend(heads(x, 2), heads(x, 2), heads(x, 2), whole), opset=23, m=whole.numpy().astype(np.int8))


def normalizations():
    for opset, length in ((18, 2), (21, 6)):
        scale, bias = rand(length), rand(length)
        case(f"GroupNormalization of opset {opset}", (2, 6, 3, 4), node("GroupNormalization", "x s b", "y", num_groups=2, epsilon=1e-3),
             lambda x: F.group_norm(x, 2, eps=1e-3) * scale.repeat_interleave(6 // length).reshape(6, 1, 1)
             + bias.repeat_interleave(6 // length).reshape(6, 1, 1), opset=opset, s=scale, b=bias)
    scale = rand(3, 4)
    case("RMSNormalization of two axes", (2, 5, 3, 4), node("RMSNormalization", "x s", "y", axis=-2, epsilon=1e-3, stash_type=1),
         lambda x: x / (x.square().mean((-1, -2), keepdim=True) + 1e-3).sqrt() * scale, opset=23, s=scale)


def windows():
    """Windows whose places lie apart, cut out one by one."""
    def patches(x, kernel, strides, dilation, before, after):
        """[N, C, places of the kernel, places of the window]; beyond the pads a last window that is cut off counts nothing."""
        padded = F.pad(x, (before[1], after[1], before[0], after[0]))
        return F.unfold(padded, kernel, dilation, 0, strides).unflatten(1, (x.shape[1], -1))

    image = (2, 2, 7, 9)
    for count in (0, 1):
        def mean(x):
            cut = lambda x: patches(x, (3, 2), (2, 1), (2, 3), (1, 2), (2, 1))
            total = cut(x).sum(2)
            number = 6 if count else cut(torch.ones_like(x)).sum(2)
            return (total / number).unflatten(2, (3, 9))
        case(f"AveragePool dilated, pads count {count}", image,
             node("AveragePool", "x", "y", kernel_shape=[3, 2], strides=[2, 1], dilations=[2, 3], pads=[1, 2, 2, 1], count_include_pad=count),
             mean, opset=19)
    case("LpPool dilated", image, node("LpPool", "x", "y", kernel_shape=[3, 2], strides=[2, 1], dilations=[2, 3], pads=[1, 2, 2, 1], p=3),
         lambda x: patches(x, (3, 2), (2, 1), (2, 3), (1, 2), (2, 1)).abs().pow(3).sum(2).pow(1 / 3).unflatten(2, (3, 9)), opset=18)
    case("LpPool with a window that is cut off", image, node("LpPool", "x", "y", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1),
         lambda x: patches(x, 2, 2, 1, (0, 0), (1, 1)).square().sum(2).sqrt().unflatten(2, (4, 5)), opset=18)
    case("LpPool SAME_LOWER", image, node("LpPool", "x", "y", kernel_shape=[2, 2], strides=[1, 2], auto_pad="SAME_LOWER"),
         lambda x: patches(x, 2, (1, 2), 1, (1, 1), (0, 0)).square().sum(2).sqrt().unflatten(2, (7, 5)), opset=18)


def shapes():
    image = (2, 2, 5, 6)
    around = dict(p=references.longs(2, 1, 1, 3), a=references.longs(-1, 2))
    case("Pad wrap", image, references.helper.make_node("Pad", ["x", "p", "", "a"], ["y"], mode="wrap"),
         lambda x: F.pad(x, (2, 1, 1, 3), mode="circular"), opset=19, **around)
    case("Pad negative axes with a number", image, node("Pad", "x p v a", "y"), lambda x: F.pad(x, (2, 1, 1, 3), value=0.5),
         opset=18, v=np.float32(0.5), **around)
    case("Split into unequal parts", (2, 8), [node("Split", "x", "a b c", axis=-1, num_outputs=3), node("Concat", "c a b", "y", axis=-1)],
         lambda x: torch.cat([x[:, 6:], x[:, :6]], 1), opset=18)


def nibbles(kind, *values):
    tensor = TensorProto(data_type=kind, dims=[len(values)])
    padded = list(values) + [0] * (len(values) % 2)
    tensor.raw_data = bytes((a & 15) | (b & 15) << 4 for a, b in zip(padded[::2], padded[1::2]))
    return tensor


def four_bits():
    """The slope of a rounding passes as if it were not there, up to the limits."""
    def rounded(x, zero, low, high):
        shifted = x / 0.25 + zero
        return (shifted + (shifted.detach().round() - shifted.detach())).clamp(low, high)

    uint4, int4 = 21, 22
    for name, kind, zeros, low, high in (("int4", int4, [-2, 1, 0], -8, 7), ("uint4", uint4, [3, 8, 15], 0, 15)):
        zero = nibbles(kind, *zeros)
        zero.name = "z"
        column = torch.tensor(zeros, dtype=torch.float32).reshape(3, 1)
        nodes = [references.helper.make_node("Constant", [], ["z"], value=zero),
                 node("QuantizeLinear", "x s z", "q", axis=1), node("DequantizeLinear", "q s z", "y", axis=1)]
        case(f"QuantizeLinear to {name}", (2, 3, 8), nodes,
             lambda x: (rounded(x, column, low, high) - column) * 0.25, opset=21, low=-6, high=6, s=floats(0.25, 0.25, 0.25))
        case(f"QuantizeLinear to {name} without a zero", (2, 3, 8), node("QuantizeLinear", "x s", "y", output_dtype=kind),
             lambda x: rounded(x, 0, low, high), opset=21, low=-6, high=6, s=np.float32(0.25))
    weights = nibbles(int4, *[(5 * i) % 16 - 8 for i in range(15)])
    weights.dims[:] = [3, 5]
    table = torch.tensor([(5 * i) % 16 - 8 for i in range(15)], dtype=torch.float32).reshape(3, 5)
    scale = rand(3, 2)
    zero = nibbles(int4, 1, -3, 0, 7, -8, 2)
    zero.dims[:] = [3, 2]
    shift = torch.tensor([1.0, -3, 0, 7, -8, 2]).reshape(3, 2)
    blocks = [0, 0, 0, 1, 1]
    case("DequantizeLinear of weights of four bits in blocks", (2, 3),
         [references.helper.make_node("Constant", [], ["w"], value=weights),
          references.helper.make_node("Constant", [], ["z"], value=zero),
          node("DequantizeLinear", "w s z", "d", axis=1, block_size=3), node("MatMul", "x d", "y")],
         lambda x: x @ ((table - shift[:, blocks]) * scale[:, blocks]), opset=21, s=scale)


if __name__ == "__main__":
    torch.manual_seed(4)
    references.RANDOM = torch.Generator().manual_seed(4)
    for group in (rotary, attention, normalizations, four_bits, windows, shapes):
        group()
    references.write(references.TARGET.with_name("opset23.zip"))
