"""RadioUNet's first U-net in PyTorch, for comparing: radiounet.py forward|export width file.onnx x.raw y.raw

forward  loads the weights of an ONNX file in the order of its convolutions and runs them on x
export   writes a randomly initialised network as file.onnx with torch.onnx.export, and runs it on x
"""
import sys
import numpy
import onnx
import torch
from onnx import numpy_helper
from torch import nn

DOWN = [(6, 3, 1), (40, 5, 2), (50, 5, 2), (60, 5, 1), (100, 5, 2), (100, 3, 1), (150, 5, 2), (300, 5, 2), (500, 5, 2)]
UP = [(300, 4, 2), (150, 4, 2), (100, 4, 2), (100, 3, 1), (60, 6, 2), (50, 5, 1), (40, 6, 2), (20, 6, 2), (20, 5, 1)]


class FirstU(nn.Module):
    def __init__(self, inputs, width):
        super().__init__()
        scaled = lambda c: max(1, int(c * width + 0.5))
        down = [scaled(c) for c, _, _ in DOWN]
        self.down = nn.ModuleList(
            nn.Conv2d(i, o, k, padding=k // 2) for i, o, (_, k, _) in zip([inputs] + down, down, DOWN))
        self.pool = [p for _, _, p in DOWN]
        skips = down[-2::-1]
        self.up = nn.ModuleList()
        last = down[-1]
        for i, (channels, kernel, stride) in enumerate(UP):
            out = scaled(channels)
            self.up.append(
                nn.ConvTranspose2d(last, out, kernel, stride=2, padding=kernel // 2 - 1) if stride == 2
                else nn.Conv2d(last, out, kernel, padding=kernel // 2))
            last = out + (skips[i] if i < len(skips) else 0)
            last += inputs if i >= len(skips) - 1 else 0
        self.up.append(nn.Conv2d(last, 1, 5, padding=2))

    def forward(self, x):
        skips, y = [], x
        for layer, pool in zip(self.down, self.pool):
            y = torch.relu(layer(y))
            y = nn.functional.max_pool2d(y, 2) if pool == 2 else y
            skips.append(y)
        skips.pop()
        for layer in self.up[:-1]:
            parts = [torch.relu(layer(y))] + ([skips.pop()] if skips else [])
            y = torch.cat(parts + ([] if skips else [x]), 1)
        return torch.relu(self.up[-1](y))


def main(mode, width, file, source, target):
    torch.manual_seed(1)
    x = torch.from_numpy(numpy.fromfile(source, "<f4").reshape(2, 3, 64, 64))
    net = FirstU(3, float(width))
    layers = list(net.down) + list(net.up)
    if mode == "forward":
        graph = onnx.load(file).graph
        arrays = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
        nodes = [n for n in graph.node if n.op_type in ("Conv", "ConvTranspose")]
        assert len(nodes) == len(layers)
        for layer, node in zip(layers, nodes):
            layer.weight.data.copy_(torch.from_numpy(arrays[node.input[1]].copy()))
            layer.bias.data.copy_(torch.from_numpy(arrays[node.input[2]].copy()))
    else:
        torch.onnx.export(net, x, file, input_names=["input"], output_names=["output"], opset_version=13)
    net(x).detach().numpy().astype("<f4").tofile(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
