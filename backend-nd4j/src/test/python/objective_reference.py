"""Writes src/test/resources/explain/wavelet_gradient.npy: the gradient of the wavelet objective in
../shared/reference/objective, computed in double precision.

The gradient that lies there was computed in single precision, where one unit of the network falls on the other
side of its kink: it is 1.5e-3 of its norm away from the gradient in double precision, which this script prints.
Every 10th of the 53,959 values is kept, blocks in the order low, detail_5 ... detail_1. Needs PyTorch, onnx and
PyWavelets:

    python3 backend-nd4j/src/test/python/objective_reference.py
"""
import pathlib

import numpy as np
import onnx
import pywt
import torch
from onnx import helper, numpy_helper

from shared_model_references import ASSETS, OPERATORS

REFERENCE = ASSETS.parent / "reference"
TARGET = pathlib.Path(__file__).parents[1] / "resources" / "explain" / "wavelet_gradient.npy"
NETWORK = ASSETS / "imagenet-model" / "mobilenetv3_large_minimalistic.onnx"
BLOCKS = ["low"] + [f"detail_{j}" for j in (5, 4, 3, 2, 1)]
LABEL = 113


def tensor(folder, name):
    return torch.from_numpy(np.load(REFERENCE / folder / f"{name}.npy")).double()


def network(x):
    graph = onnx.load(NETWORK).graph
    values = {}
    for each in graph.initializer:
        value = torch.from_numpy(numpy_helper.to_array(each).copy())
        values[each.name] = value.double() if value.is_floating_point() else value
    values[graph.input[0].name] = (x - 128 / 255) / (127 / 255)
    for node in graph.node:
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        values[node.output[0]] = OPERATORS[node.op_type](attributes, *(values[name] for name in node.input))
    return torch.softmax(values[graph.output[0].name], 1)[:, LABEL]


def upsampled(x, taps, axis):
    x = x.movedim(axis, -1)
    kernel = torch.tensor(taps, dtype=torch.float64).reshape(1, 1, -1)
    y = torch.nn.functional.conv_transpose1d(
        x.reshape(-1, 1, x.shape[-1]), kernel, stride=2, padding=len(taps) - 2)
    return y.reshape(*x.shape[:-1], -1).movedim(-1, axis)


def synthesis(low, details):
    wavelet = pywt.Wavelet("db3")
    for detail in details:
        low = low[..., : detail.shape[-2], : detail.shape[-1]]
        horizontal, vertical, diagonal = detail.unbind(2)
        smooth = upsampled(low, wavelet.rec_lo, -1) + upsampled(vertical, wavelet.rec_hi, -1)
        edges = upsampled(horizontal, wavelet.rec_lo, -1) + upsampled(diagonal, wavelet.rec_hi, -1)
        low = upsampled(smooth, wavelet.rec_lo, -2) + upsampled(edges, wavelet.rec_hi, -2)
    return low[..., :224, :224]


if __name__ == "__main__":
    snail = tensor("image", "snail_224")
    low, *details = pywt.wavedec2(snail.numpy(), "db3", mode="zero", level=5)
    coefficients = [torch.from_numpy(low)] + [torch.from_numpy(np.stack(d, 2)) for d in details]
    masks = [tensor("objective", f"wavelet_mask_{b}").requires_grad_() for b in BLOCKS]
    draws = [tensor("objective", f"wavelet_perturbation_{b}") for b in BLOCKS]
    mixed = [s * h + (1 - s) * v for s, h, v in zip(masks, coefficients, draws)]
    changed = synthesis(mixed[0], mixed[1:]).clamp(0, 1)
    distortion = 100 * ((network(snail) - network(changed)) ** 2).mean()
    rate = sum(s.sum() for s in masks) / sum(s.numel() for s in masks)
    (distortion + 3 * rate).backward()
    gradient = np.concatenate([s.grad.numpy().ravel() for s in masks])
    single = np.concatenate([np.load(REFERENCE / "objective" / f"wavelet_gradient_{b}.npy").ravel() for b in BLOCKS])
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    np.save(TARGET, gradient[::10].astype(np.float32))
    print("distortion", distortion.item())
    print("single precision is off by", np.linalg.norm(single - gradient) / np.linalg.norm(gradient))
