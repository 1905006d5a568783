"""Writes src/test/resources/onnx/shared.zip: what PyTorch computes for the networks in ../shared/assets.

For each network, in double precision: output.npy for two inputs sin(k / 100) over the flat index k, and every
997th value of gradient.npy, the gradient of the sum of output[k]*(k mod 7 - 3). Prints how far that gradient moves
when the input is disturbed by as much as single precision rounds off inside a network: where a unit lies so close
to its kink that it falls on the other side, no two processors agree. Needs PyTorch and onnx:

    python3 backend-nd4j/src/test/python/shared_model_references.py
"""
import io
import pathlib
import zipfile

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import helper, numpy_helper

ROOT = pathlib.Path(__file__).parents[4]
ASSETS = ROOT.parent / "shared" / "assets"
TARGET = pathlib.Path(__file__).parents[1] / "resources" / "onnx" / "shared.zip"
NETWORKS = {
    "imagenet-model/mobilenetv2_1.0.onnx": (2, 3, 224, 224),
    "imagenet-model/mobilenetv3_large_minimalistic.onnx": (2, 3, 224, 224),
    "nsynth/nsynth_family_cnn1d.onnx": (2, 1, 32000),
}


def convolution(x, w, b, pads, strides, dilations, group):
    axes = len(strides)
    padded = F.pad(x, [p for axis in reversed(range(axes)) for p in (pads[axis], pads[axis + axes])])
    return (F.conv1d if axes == 1 else F.conv2d)(padded, w, b, strides, 0, dilations, group)


OPERATORS = {
    "Conv": lambda a, x, w, b: convolution(x, w, b, a["pads"], a["strides"], a["dilations"], a["group"]),
    "Relu": lambda a, x: x.relu(),
    "Clip": lambda a, x, low, high: x.clamp(low.item(), high.item()),
    "Add": lambda a, x, y: x + y,
    "GlobalAveragePool": lambda a, x: x.mean((2, 3), keepdim=True),
    "Flatten": lambda a, x: x.flatten(1),
    "MaxPool": lambda a, x: F.max_pool1d(x, a["kernel_shape"], a["strides"]),
    "Gemm": lambda a, x, w, b: x @ w.T + b,
}


def run(path, x):
    graph = onnx.load(path).graph
    values = {}
    for each in graph.initializer:
        value = torch.from_numpy(numpy_helper.to_array(each).copy())
        values[each.name] = value.to(x.dtype) if value.is_floating_point() else value
    values[graph.input[0].name] = x
    for node in graph.node:
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        values[node.output[0]] = OPERATORS[node.op_type](attributes, *(values[name] for name in node.input))
    return values[graph.output[0].name]


def distance(found, expected):
    return (torch.linalg.vector_norm(found - expected) / torch.linalg.vector_norm(expected)).item()


def reach_of_kinks(gradient_at, x, disturbances=20, rounding=1e-6):
    """The farthest that a gradient moves from gradient_at(x), as a share of its norm."""
    random = torch.Generator().manual_seed(0)
    noise = (torch.randn(x.shape, generator=random, dtype=x.dtype) for _ in range(disturbances))
    return max(distance(gradient_at(x * (1 + rounding * each)), gradient_at(x)) for each in noise)


def gradient_at(path, x):
    x = x.detach().requires_grad_()
    y = run(path, x)
    weights = (torch.arange(y.numel()) % 7 - 3).to(y.dtype).reshape(y.shape)
    gradient, = torch.autograd.grad((y * weights).sum(), x)
    return gradient.flatten()[::997]


if __name__ == "__main__":
    with zipfile.ZipFile(TARGET, "w") as archive:
        for name, shape in NETWORKS.items():
            path = ASSETS / name
            flat = np.sin(np.arange(np.prod(shape)) / 100).astype(np.float32)
            x = torch.from_numpy(flat.reshape(shape)).double()
            for key, tensor in {"output": run(path, x), "gradient": gradient_at(path, x)}.items():
                buffer = io.BytesIO()
                np.save(buffer, tensor.float().contiguous().numpy())
                entry = zipfile.ZipInfo(f"{pathlib.Path(name).stem}.{key}.npy", (2000, 1, 1, 0, 0, 0))
                archive.writestr(entry, buffer.getvalue(), zipfile.ZIP_DEFLATED)
            print(name, "disturbed by", reach_of_kinks(lambda near: gradient_at(path, near), x))
            print(name, "in single precision", distance(gradient_at(path, x.float()), gradient_at(path, x)))
