"""Writes src/test/resources/explain/wavelet_gradient.npy: the gradient of the wavelet objective in
../shared/reference/objective, computed in double precision.

The gradient that lies there was computed in single precision, where a unit of the network falls on the other side
of its kink. This script prints how far that moves the gradient, and how far disturbances of the picture as small as
what single precision rounds off do. Every 10th of the 53,959 values is kept, blocks in the order low, detail_5 ...
detail_1. Needs PyTorch, onnx and PyWavelets:

    python3 backend-nd4j/src/test/python/objective_reference.py
"""
import pathlib

import numpy as np
import pywt
import torch

from shared_model_references import ASSETS, distance, reach_of_kinks, run

REFERENCE = ASSETS.parent / "reference"
TARGET = pathlib.Path(__file__).parents[1] / "resources" / "explain" / "wavelet_gradient.npy"
NETWORK = ASSETS / "imagenet-model" / "mobilenetv3_large_minimalistic.onnx"
BLOCKS = ["low"] + [f"detail_{j}" for j in (5, 4, 3, 2, 1)]
LABEL = 113


def tensor(folder, name):
    return torch.from_numpy(np.load(REFERENCE / folder / f"{name}.npy")).double()


def network(x):
    return torch.softmax(run(NETWORK, (x - 128 / 255) / (127 / 255)), 1)[:, LABEL]


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


def distortion(snail, changed):
    return 100 * ((network(snail) - network(changed)) ** 2).mean()


def pixel_gradient_at(snail):
    mask = tensor("objective", "pixel_mask").requires_grad_()
    draws = tensor("objective", "pixel_perturbation")
    (distortion(snail, mask * snail + (1 - mask) * draws) + 0.6 * mask.mean()).backward()
    return mask.grad.flatten()


def wavelet_gradient_at(snail):
    low, *details = pywt.wavedec2(snail.numpy(), "db3", mode="zero", level=5)
    coefficients = [torch.from_numpy(low)] + [torch.from_numpy(np.stack(d, 2)) for d in details]
    masks = [tensor("objective", f"wavelet_mask_{b}").requires_grad_() for b in BLOCKS]
    draws = [tensor("objective", f"wavelet_perturbation_{b}") for b in BLOCKS]
    mixed = [s * h + (1 - s) * v for s, h, v in zip(masks, coefficients, draws)]
    rate = sum(s.sum() for s in masks) / sum(s.numel() for s in masks)
    (distortion(snail, synthesis(mixed[0], mixed[1:]).clamp(0, 1)) + 3 * rate).backward()
    return torch.cat([s.grad.flatten() for s in masks])[::10]


if __name__ == "__main__":
    snail = tensor("image", "snail_224")
    pixel = pixel_gradient_at(snail)
    print("pixels: single precision is off by", distance(tensor("objective", "pixel_gradient").flatten(), pixel))
    print("pixels: disturbances move it by", reach_of_kinks(pixel_gradient_at, snail))
    wavelet = wavelet_gradient_at(snail)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    np.save(TARGET, wavelet.float().numpy())
    single = torch.cat([tensor("objective", f"wavelet_gradient_{b}").flatten() for b in BLOCKS])[::10]
    print("wavelets: single precision is off by", distance(single, wavelet))
    print("wavelets: disturbances move it by", reach_of_kinks(wavelet_gradient_at, snail))
