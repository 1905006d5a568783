"""Writes src/test/resources/onnx/shared.zip: what PyTorch computes for the networks in ../shared/assets.

For each network: output.npy for two inputs sin(k / 100) over the flat index k, and every 997th value of
gradient.npy, the gradient of the sum of output[k]*(k mod 7 - 3). Needs PyTorch and onnx:

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
    values = {each.name: torch.from_numpy(numpy_helper.to_array(each).copy()) for each in graph.initializer}
    values[graph.input[0].name] = x
    for node in graph.node:
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        values[node.output[0]] = OPERATORS[node.op_type](attributes, *(values[name] for name in node.input))
    return values[graph.output[0].name]


if __name__ == "__main__":
    with zipfile.ZipFile(TARGET, "w") as archive:
        for name, shape in NETWORKS.items():
            flat = np.sin(np.arange(np.prod(shape)) / 100).astype(np.float32)
            x = torch.from_numpy(flat.reshape(shape)).requires_grad_(True)
            y = run(ASSETS / name, x)
            weights = (torch.arange(y.numel()) % 7 - 3).float().reshape(y.shape)
            gradient, = torch.autograd.grad((y * weights).sum(), x)
            for key, array in {"output": y.detach(), "gradient": gradient.flatten()[::997]}.items():
                buffer = io.BytesIO()
                np.save(buffer, array.contiguous().numpy())
                entry = zipfile.ZipInfo(f"{pathlib.Path(name).stem}.{key}.npy", (2000, 1, 1, 0, 0, 0))
                archive.writestr(entry, buffer.getvalue(), zipfile.ZIP_DEFLATED)
