"""Exports networks of torchvision and a few others with random weights, and checks rde4j with them:

    python3 backend-nd4j/src/test/python/torch_exports.py FOLDER [NAME ...]

For each network, FOLDER/NAME then holds the files opset13-batch1.onnx, opset13-open.onnx, opset17-batch1.onnx and
opset17-open.onnx, of the same weights; x.npy, five signals in float32; y.npy, the float64 outputs for each; gradient.npy, the
float64 gradient of the sum of y[n, k] * (k mod 7 - 3), where k counts the outputs of one signal, for the first two
signals; rounding.txt with two numbers, how far PyTorch's own float32 outputs and gradients are off (the largest output
difference of all signals relative to the largest output; the norm of the gradients' difference relative to their norm); and
smooth.txt or kinks.txt, empty, which says whether the network has kinks, at which gradients depend on rounding. Networks of
pictures are then explained by ./rde4j explain image, for each file; explained.txt says how many ended with exit code 0. At
last TorchExportsTest compares all of the folder and writes FOLDER/table.md, which is printed. What is there already is not
made again. Needs torch 1.13, torchvision 0.14 and 10 GB.
"""
import pathlib
import subprocess
import sys
import tempfile
import zlib

import numpy as np
import torch
import torchvision
from PIL import Image
from torch import nn
from torchvision.ops.misc import FrozenBatchNorm2d

ROOT = pathlib.Path(__file__).resolve().parents[4]
OPSETS = (13, 17)
# Blocks that add a branch to what they get.
BRANCHES = ("BasicBlock", "Bottleneck", "MBConv", "FusedMBConv", "ResBottleneckBlock", "InvertedResidual", "_InvertedResidual")


class Map(nn.Module):
    """The main output of a segmentation network."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        return self.network(x)["out"]


class Transformer(nn.Module):
    def __init__(self, activation):
        super().__init__()
        layer = nn.TransformerEncoderLayer(32, 4, 64, dropout=0.0, activation=activation)
        self.embed = nn.Linear(6, 32)
        self.encoder = nn.TransformerEncoder(layer, 2)
        self.head = nn.Linear(32, 7)

    def forward(self, x):
        return self.head(self.encoder(self.embed(x).transpose(0, 1)).mean(0))


class Recurrent(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.recurrent = kind(6, 24, num_layers=2, bidirectional=True, batch_first=True)
        self.head = nn.Linear(48, 7)

    def forward(self, x):
        y, _ = self.recurrent(x)
        return self.head(y[:, -1])


class Groups(nn.Sequential):
    def __init__(self):
        super().__init__(
            nn.Conv2d(3, 16, 3, 2, 1), nn.GroupNorm(4, 16), nn.SiLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.GroupNorm(8, 32), nn.SiLU(),
            nn.AvgPool2d(2), nn.Conv2d(32, 32, 3, 1, 1), nn.GroupNorm(32, 32), nn.GELU(), nn.AdaptiveAvgPool2d(2), nn.Flatten(),
            nn.Linear(128, 7))


def classifier(name, **settings):
    return lambda: getattr(torchvision.models, name)(weights=None, num_classes=100, **settings)


def segmentation(name):
    build = getattr(torchvision.models.segmentation, name)
    return lambda: Map(build(weights=None, weights_backbone=None, num_classes=5))


IMAGE, SMALL, SEQUENCE = (3, 224, 224), (3, 96, 96), (12, 6)
# Name: (how it is made, the shape of one signal, whether it is smooth)
NETWORKS = {
    "alexnet": (classifier("alexnet"), IMAGE, False),
    "vgg11_bn": (classifier("vgg11_bn"), IMAGE, False),
    "resnet18": (classifier("resnet18"), SMALL, False),
    "resnet50": (classifier("resnet50"), SMALL, False),
    "resnext50_32x4d": (classifier("resnext50_32x4d"), SMALL, False),
    "wide_resnet50_2": (classifier("wide_resnet50_2"), SMALL, False),
    "densenet121": (classifier("densenet121"), SMALL, False),
    "squeezenet1_1": (classifier("squeezenet1_1"), SMALL, False),
    "googlenet": (classifier("googlenet", init_weights=False), SMALL, False),
    "inception_v3": (classifier("inception_v3", init_weights=False, aux_logits=False), (3, 160, 160), False),
    "shufflenet_v2_x1_0": (classifier("shufflenet_v2_x1_0"), SMALL, False),
    "mobilenet_v2": (classifier("mobilenet_v2"), SMALL, False),
    "mobilenet_v3_small": (classifier("mobilenet_v3_small"), SMALL, False),
    "mnasnet1_0": (classifier("mnasnet1_0"), SMALL, False),
    "efficientnet_b0": (classifier("efficientnet_b0"), SMALL, True),
    "efficientnet_v2_s": (classifier("efficientnet_v2_s"), SMALL, True),
    "regnet_y_400mf": (classifier("regnet_y_400mf"), SMALL, False),
    "convnext_tiny": (classifier("convnext_tiny"), SMALL, True),
    "vit_b_16": (classifier("vit_b_16"), IMAGE, True),
    "swin_t": (classifier("swin_t"), IMAGE, True),
    "maxvit_t": (classifier("maxvit_t", input_size=(224, 224)), IMAGE, True),
    "fcn_resnet50": (segmentation("fcn_resnet50"), SMALL, False),
    "deeplabv3_mobilenet_v3_large": (segmentation("deeplabv3_mobilenet_v3_large"), SMALL, False),
    "lraspp_mobilenet_v3_large": (segmentation("lraspp_mobilenet_v3_large"), SMALL, False),
    "transformer_encoder": (lambda: Transformer("gelu"), SEQUENCE, True),
    "lstm": (lambda: Recurrent(nn.LSTM), SEQUENCE, True),
    "gru": (lambda: Recurrent(nn.GRU), SEQUENCE, True),
    "group_norm": (Groups, SMALL, True),
}


# Most units are on, as in few trained networks, but so that rounding does not grow from layer to layer.
SHIFT = 1


def randomise(network, signals):
    """Weights with which signals of unit size stay so, and norms that do something."""
    batch_norms = (nn.modules.batchnorm._BatchNorm, FrozenBatchNorm2d)
    norms = (*batch_norms, nn.LayerNorm, nn.GroupNorm)
    with torch.no_grad():
        for module in network.modules():
            for name, weight in module.named_parameters(recurse=False):
                if isinstance(module, norms):
                    weight.uniform_(0.5, 1.5) if name == "weight" else weight.normal_(0, 0.2)
                    if name == "bias" and isinstance(module, batch_norms):
                        weight += SHIFT
                elif name == "layer_scale":
                    weight.uniform_(0.2, 1)
                elif weight.dim() < 2:
                    weight.normal_(0, 0.1)
                elif isinstance(module, nn.RNNBase) or "table" in name or "token" in name or "pos" in name:
                    weight.normal_(0, 0.3)
                else:
                    weight.normal_(0, (1.5 / weight[0].numel()) ** 0.5)
        for module in network.modules():
            if type(module).__name__ in BRANCHES:
                # As after training: full-sized branches would make rounding grow from block to block.
                norms = [m for n, m in module.named_modules() if isinstance(m, nn.BatchNorm2d) and "downsample" not in n]
                norms[-1].weight *= 0.3
                norms[-1].bias -= SHIFT
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.reset_running_stats()
                module.momentum = None
        network.train()
        for module in network.modules():
            if isinstance(module, (nn.Dropout, torchvision.ops.StochasticDepth)):
                module.eval()
        network(signals)
    return network.eval()


def waves(shape, count):
    """Signals of unit size; pictures have structure at many scales, and colours of their own."""
    noise = torch.randn(count, *shape)
    if len(shape) == 3:
        for scale in (4, 16):
            coarse = torch.randn(count, shape[0], *(s // scale for s in shape[1:]))
            noise += 2 * nn.functional.interpolate(coarse, shape[1:], mode="bilinear", align_corners=False)
        noise = noise * (torch.rand(count, 1, 1, 1) + 0.5) + torch.randn(count, shape[0], 1, 1)
    return noise / noise.std()


def loss(y):
    weights = (torch.arange(y[0].numel()) % 7 - 3).to(y.dtype).reshape(y.shape[1:])
    return (y * weights).sum()


def outputs_and_gradient(network, x):
    with torch.no_grad():
        y = torch.cat([network(row[None]) for row in x])
    pair = x[:2].clone().requires_grad_(True)
    gradient, = torch.autograd.grad(loss(network(pair)), pair)
    return y, gradient


def export(network, x, file, opset, is_open):
    sizes = {"x": {0: "N"}, "y": {0: "N"}} if is_open else None
    # With two signals nothing that happens to have the size of the batch looks like a one.
    example = x[:2] if is_open else x[:1]
    torch.onnx.export(network, example, file, opset_version=opset, input_names=["x"], output_names=["y"], dynamic_axes=sizes)


def make(name, folder):
    build, shape, smooth = NETWORKS[name]
    torch.manual_seed(zlib.crc32(name.encode()))
    network = randomise(build(), waves(shape, 8))
    x = waves(shape, 5)
    folder.mkdir(parents=True, exist_ok=True)
    for opset in OPSETS:
        for is_open in (False, True):
            file = folder / f"opset{opset}-{'open' if is_open else 'batch1'}.onnx"
            try:
                export(network, x, str(file), opset, is_open)
            except Exception as e:
                file.unlink(missing_ok=True)
                print(f"{name}: torch exports no {file.name}: {type(e).__name__} {str(e).splitlines()[0]}", flush=True)
    y32, g32 = outputs_and_gradient(network, x)
    y, gradient = outputs_and_gradient(network.double(), x.double())
    values = float((y32 - y).abs().max() / y.abs().max())
    slopes = float((g32 - gradient).norm() / gradient.norm())
    spread = float(y.std(0).mean() / y.abs().max())
    print(f"{name}: outputs up to {float(y.abs().max()):.3g}, spread over signals {spread:.3g}, "
          f"float32 off by {values:.2g} and {slopes:.2g}", flush=True)
    np.save(folder / "x.npy", x.numpy())
    np.save(folder / "y.npy", y.numpy())
    np.save(folder / "gradient.npy", gradient.numpy())
    (folder / "rounding.txt").write_text(f"{values} {slopes}\n")
    (folder / ("smooth.txt" if smooth else "kinks.txt")).write_text("")


def explain(folder):
    """A search by each of a network's files over a picture: two steps at most, and three seconds to measure in."""
    signal = np.load(folder / "x.npy")[0]
    if signal.ndim != 3:
        return
    levels = np.clip(255 * (0.25 * signal + 0.5), 0, 255).astype(np.uint8).transpose(1, 2, 0)
    files = sorted(folder.glob("*.onnx"))
    # A map of classes is asked about a part of it.
    part = ["--distortion", "probability-in:8:8:32:32", "--label", "1"] if np.load(folder / "y.npy", "r").ndim == 4 else []
    done = 0
    with tempfile.TemporaryDirectory() as out:
        picture = pathlib.Path(out) / "picture.png"
        Image.fromarray(levels).save(picture)
        for file in files:
            command = [ROOT / "rde4j", "explain", "image", picture, "--model", file, "--steps", 2, "--samples", 2,
                       "--time-budget", 3, *part]
            ended = subprocess.run([str(c) for c in command + ["--out", pathlib.Path(out) / file.stem]], capture_output=True, text=True)
            done += ended.returncode == 0
            if ended.returncode != 0:
                print(f"{folder.name}: explain image by {file.name} ended with {ended.returncode}: {ended.stderr[-500:]}", flush=True)
    (folder / "explained.txt").write_text(f"{done} of {len(files)}\n")


def compare(folder):
    test = ["mvn", "-q", "verify", "-Dsurefire.failIfNoSpecifiedTests=false", "-Dtest=TorchExportsTest", f"-Drde4j.exports={folder.resolve()}"]
    return subprocess.run(test, cwd=ROOT).returncode


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    for network_name in sys.argv[2:] or NETWORKS:
        if not (target / network_name / "rounding.txt").exists():
            make(network_name, target / network_name)
        if not (target / network_name / "explained.txt").exists():
            explain(target / network_name)
    code = compare(target)
    print((target / "table.md").read_text())
    sys.exit(code)
