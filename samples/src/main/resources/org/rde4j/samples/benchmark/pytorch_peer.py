"""The work that `rde4j benchmark` times, written for PyTorch: the peer to compare with.

Needs PyTorch and onnx (Debian: apt-get install python3-torch python3-onnx). Used by `rde4j benchmark --peer`:
every line "N" on standard input runs N steps and answers with a line of JSON, {"seconds": [...], "peak_bytes": ...}.
The process ends at the end of the input. By hand:

    echo 20 | python3 pytorch_peer.py explain --model net.onnx --samples 16
"""
import argparse
import json
import resource
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

# Daubechies 3, low-pass synthesis; the high-pass filter is its reverse with alternating signs.
DB3 = [0.3326705529509569, 0.8068915093133388, 0.4598775021193313, -0.13501102001039084, -0.08544127388224149, 0.035226291882100656]


# ---- models ---------------------------------------------------------------------------------------------------

def convolution(attributes, x, weight, bias=None):
    if x.dim() == 3:
        return F.conv1d(x, weight, bias, attributes["strides"], attributes["pads"][0], attributes["dilations"], attributes["group"])
    pads = attributes.get("pads", [0, 0, 0, 0])
    if pads[:2] != pads[2:]:
        x = F.pad(x, [pads[1], pads[3], pads[0], pads[2]])
        pads = [0, 0, 0, 0]
    return F.conv2d(x, weight, bias, attributes.get("strides", 1), pads[:2], attributes.get("dilations", 1), attributes.get("group", 1))


OPERATORS = {
    "Conv": convolution,
    "Relu": lambda a, x: F.relu(x),
    "MaxPool": lambda a, x: F.max_pool1d(x, a["kernel_shape"], a["strides"]),
    "Clip": lambda a, x, low, high: x.clamp(float(low), float(high)),
    "Add": lambda a, x, y: x + y,
    "Mul": lambda a, x, y: x * y,
    "HardSwish": lambda a, x: F.hardswish(x),
    "HardSigmoid": lambda a, x: F.hardsigmoid(x),
    "GlobalAveragePool": lambda a, x: x.mean((2, 3), keepdim=True),
    "Flatten": lambda a, x: x.flatten(1),
    "Gemm": lambda a, x, w, b: F.linear(x, w if a.get("transB") else w.T, b),
}


class OnnxClassifier(torch.nn.Module):
    """Runs the nodes of an ONNX file one after the other, as PyTorch code would call them; weights are frozen."""

    def __init__(self, path, memory_format):
        super().__init__()
        import onnx
        from onnx import helper, numpy_helper
        self.graph = onnx.load(path).graph
        self.weights = {}
        for each in self.graph.initializer:
            value = torch.from_numpy(numpy_helper.to_array(each).copy())
            self.weights[each.name] = value.to(memory_format=memory_format) if value.dim() == 4 else value
        self.nodes = [(OPERATORS[n.op_type], {a.name: helper.get_attribute_value(a) for a in n.attribute}, list(n.input), n.output[0])
                      for n in self.graph.node]

    def forward(self, x):
        values = dict(self.weights)
        values[self.graph.input[0].name] = x
        for run, attributes, inputs, output in self.nodes:
            values[output] = run(attributes, *(values[name] for name in inputs))
        return values[self.graph.output[0].name]


# ---- wavelets -------------------------------------------------------------------------------------------------

class Synthesis:
    """The inverse wavelet transform by strided transposed convolutions, one axis at a time, as pytorch_wavelets does it."""

    def __init__(self, channels, memory_format):
        low = torch.tensor(DB3)
        high = torch.tensor([(-1) ** i * t for i, t in enumerate(reversed(DB3))])
        # One group for each channel and band pair.
        self.rows = [f.reshape(1, 1, -1, 1).repeat(channels, 1, 1, 1) for f in (low, high)]
        self.columns = [f.reshape(1, 1, 1, -1).repeat(channels, 1, 1, 1) for f in (low, high)]
        self.format = memory_format

    def merge(self, low, high, kernels, stride, padding):
        groups = low.shape[1]
        return (F.conv_transpose2d(low, kernels[0], stride=stride, padding=padding, groups=groups)
                + F.conv_transpose2d(high, kernels[1], stride=stride, padding=padding, groups=groups))

    def __call__(self, low, details, size):
        for bands in details:
            low = low[..., :bands[0].shape[-2], :bands[0].shape[-1]]
            left = self.merge(low, bands[0], self.rows, (2, 1), (4, 0))
            right = self.merge(bands[1], bands[2], self.rows, (2, 1), (4, 0))
            low = self.merge(left, right, self.columns, (1, 2), (0, 4))
        return low[..., :size, :size].contiguous(memory_format=self.format)


def detail_sizes(size, levels):
    sizes = []
    for _ in range(levels):
        size = (size + 5) // 2
        sizes.append(size)
    return sizes


def picture(size):
    """A smooth picture with some texture; the time of a step does not depend on it."""
    y, x = np.mgrid[0:size, 0:size] / size
    bands = [0.5 + 0.3 * np.sin(7 * x + c) * np.cos(5 * y - c) + 0.1 * np.sin(60 * x * y + c) for c in range(3)]
    return torch.tensor(np.stack(bands)[None], dtype=torch.float32)


# ---- the timed steps ------------------------------------------------------------------------------------------

def explanation_step(options):
    """One step of the l1 relaxation on the label's probability: noise, obfuscation, model, gradient, Adam, clamp."""
    memory_format = torch.channels_last if options.layout == "channels_last" else torch.contiguous_format
    net = OnnxClassifier(options.model, memory_format)
    n, size = options.samples, options.size
    image = picture(size)
    if options.method == "pixelRde":
        coefficients = [image]
        synthesise = lambda parts: parts[0]
        price = 0.6
    else:
        grids = detail_sizes(size, 5)
        coefficients = [torch.randn(1, 3, grids[-1], grids[-1])] + [0.1 * torch.randn(1, 3, 3, g, g) for g in reversed(grids)]
        synthesis = Synthesis(3, memory_format)
        synthesise = lambda parts: synthesis(parts[0], [d.unbind(2) for d in parts[1:]], size)
        price = 3.0
    moments = [(h.mean(), h.std()) for h in coefficients]
    masks = [torch.ones(1, 1, *h.shape[2:], requires_grad=True) for h in coefficients]
    count = sum(s.numel() for s in masks)
    adam = torch.optim.Adam(masks, lr=0.003)
    mean, std = 128 / 255, 127 / 255
    with torch.no_grad():
        scores = net((image - mean) / std)
        label = scores.argmax().item()
        clean = scores.softmax(1)[0, label]

    def step():
        noisy = []
        for (m, d), h, s in zip(moments, coefficients, masks):
            v = m + d * torch.randn(n, *h.shape[1:])
            noisy.append(s * h + (1 - s) * v)
        y = synthesise(noisy).clamp(0, 1).contiguous(memory_format=memory_format)
        probability = net((y - mean) / std).softmax(1)[:, label]
        objective = 100 * ((clean - probability) ** 2).mean() + price * sum(s.sum() for s in masks) / count
        adam.zero_grad(set_to_none=True)
        objective.backward()
        adam.step()
        with torch.no_grad():
            for s in masks:
                s.clamp_(0, 1)

    return step


def sound_step(options):
    """One step of the l1 relaxation over 64 bands of a sound's Fourier transform: noise, inverse transform, model, gradient, Adam, clamp."""
    net = OnnxClassifier(options.model, torch.contiguous_format)
    n, length = options.samples, options.size
    sound = torch.sin(torch.arange(length) * (2 * np.pi * 220 / 16000)) * torch.exp(-torch.arange(length) / 8000)
    h = torch.fft.rfft(sound)
    edges = 40 * torch.pow(torch.tensor(400.0), torch.arange(1, 64) / 64)
    band = torch.bucketize(torch.arange(len(h)).float(), edges)
    deviation = h.abs().mean()
    s = torch.ones(64, requires_grad=True)
    adam = torch.optim.Adam([s], lr=0.05)
    with torch.no_grad():
        scores = net(sound.reshape(1, 1, -1))
        label = scores.argmax().item()
        clean = scores[0, label]

    def step():
        v = deviation * torch.view_as_complex(torch.randn(n, len(h), 2))
        kept = s[band]
        y = torch.fft.irfft(kept * h + (1 - kept) * v, length)
        objective = ((clean - net(y.unsqueeze(1))[:, label]) ** 2).mean() + 20 * s.mean()
        adam.zero_grad(set_to_none=True)
        objective.backward()
        adam.step()
        with torch.no_grad():
            s.clamp_(0, 1)

    return step


def transform_step(options):
    """The inverse wavelet transform and its gradient."""
    grids = detail_sizes(options.size, 5)
    n = options.samples
    parts = [torch.randn(n, 3, grids[-1], grids[-1])] + [torch.randn(n, 3, 3, g, g) for g in reversed(grids)]
    for part in parts:
        part.requires_grad_()
    synthesis = Synthesis(3, torch.contiguous_format)
    upstream = torch.randn(n, 3, options.size, options.size)

    def step():
        y = synthesis(parts[0], [d.unbind(2) for d in parts[1:]], options.size)
        torch.autograd.grad(y, parts, upstream)

    return step


class RadioUNet(torch.nn.Module):
    """The first of the two U-nets of RadioUNet (Levie et al. 2021) for three input channels."""

    def __init__(self):
        super().__init__()
        conv = lambda i, o, k: torch.nn.Conv2d(i, o, k, padding=k // 2)
        up = lambda i, o, k: torch.nn.ConvTranspose2d(i, o, k, stride=2, padding=k // 2 - 1)
        down = [(3, 6, 3), (6, 40, 5), (40, 50, 5), (50, 60, 5), (60, 100, 5), (100, 100, 3), (100, 150, 5), (150, 300, 5), (300, 500, 5)]
        self.pools = [1, 2, 2, 1, 2, 1, 2, 2, 2]
        self.down = torch.nn.ModuleList(conv(*d) for d in down)
        self.up = torch.nn.ModuleList([up(500, 300, 4), up(600, 150, 4), up(300, 100, 4), conv(200, 100, 3), up(200, 60, 6),
                                       conv(120, 50, 5), up(100, 40, 6), up(80, 20, 6), conv(29, 20, 5), conv(23, 1, 5)])

    def forward(self, x):
        skips, y = [], x
        for layer, pool in zip(self.down, self.pools):
            y = F.relu(layer(y))
            if pool == 2:
                y = F.max_pool2d(y, 2)
            skips.append(y)
        y = skips.pop()
        for i, layer in enumerate(self.up):
            y = F.relu(layer(y))
            if i < 8:
                y = torch.cat([y, skips.pop()], 1)
            if i >= 7:
                y = torch.cat([y, x], 1) if i < 9 else y
        return y


def training_step(options):
    """One step of Adam on the mean squared error of RadioUNet's first U."""
    memory_format = torch.channels_last if options.layout == "channels_last" else torch.contiguous_format
    net = RadioUNet().to(memory_format=memory_format)
    x = torch.rand(options.samples, 3, options.size, options.size).contiguous(memory_format=memory_format)
    y = torch.rand(options.samples, 1, options.size, options.size).contiguous(memory_format=memory_format)
    adam = torch.optim.Adam(net.parameters(), lr=1e-4)

    def step():
        loss = F.mse_loss(net(x), y)
        adam.zero_grad(set_to_none=True)
        loss.backward()
        adam.step()

    return step


STEPS = {"explain": explanation_step, "sound": sound_step, "wavelets": transform_step, "unet": training_step}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=STEPS)
    parser.add_argument("--model", help="the ONNX file of a classifier")
    parser.add_argument("--method", choices=["cartoonX", "pixelRde"], default="cartoonX")
    parser.add_argument("--samples", type=int, default=16)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--layout", choices=["nchw", "channels_last"], default="nchw")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(options.threads)
    step = STEPS[options.task](options)
    for line in sys.stdin:
        seconds = []
        for _ in range(int(line)):
            start = time.perf_counter()
            step()
            seconds.append(time.perf_counter() - start)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"seconds": seconds, "peak_bytes": peak}), flush=True)


if __name__ == "__main__":
    main()
