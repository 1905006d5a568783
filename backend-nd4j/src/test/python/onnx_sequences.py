"""Writes src/test/resources/onnx/sequences.zip: recurrent networks, Einsum and attention, and small networks of torchvision's
families, with what PyTorch computes for them.

In the form of onnx_references.py, which see. Needs PyTorch, torchvision and onnx:

    python3 backend-nd4j/src/test/python/onnx_sequences.py
"""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models.convnext import CNBlockConfig, ConvNeXt
from torchvision.models.maxvit import MaxVit
from torchvision.models.swin_transformer import SwinTransformer
from torchvision.models.vision_transformer import VisionTransformer

import onnx_references as references
from onnx_references import case, exported, longs, node, rand

REORDERED = {"RNN": [0], "LSTM": [0, 3, 1, 2], "GRU": [1, 0, 2]}


class Sequence(nn.Module):
    """A recurrent network over [N, T, features]; all its outputs in one row."""

    def __init__(self, kind, features=3, hidden=4, **settings):
        super().__init__()
        self.recurrent = kind(features, hidden, batch_first=True, **settings)

    def forward(self, x):
        y, last = self.recurrent(x)
        last = last if isinstance(last, tuple) else (last,)
        return torch.cat([y.flatten(1)] + [state.transpose(0, 1).flatten(1) for state in last], 1)


def gates(weights, operator):
    """PyTorch's order of gates in ONNX's: i f g o becomes i o f c, r z n becomes z r h."""
    parts = torch.stack(weights.chunk(len(REORDERED[operator])))
    return torch.cat([parts[i] for i in REORDERED[operator]])


def parameters(module, operator):
    """W, R and B of a module of one layer, for both directions."""
    rows = [[gates(getattr(module, name + suffix), operator)
             for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")]
            for suffix in (["", "_reverse"] if module.bidirectional else [""])]
    return (torch.stack([r[0] for r in rows]), torch.stack([r[1] for r in rows]),
            torch.stack([torch.cat(r[2:]) for r in rows]))


def round_weights(module):
    with torch.no_grad():
        for weight in module.parameters():
            weight.copy_(rand(*weight.shape))
    return module


def recurrent():
    for kind in (nn.RNN, nn.LSTM, nn.GRU):
        name = kind.__name__
        exported(f"exported {name}", round_weights(Sequence(kind)), (2, 5, 3))
        exported(f"exported {name}, two layers, both directions",
                 round_weights(Sequence(kind, num_layers=2, bidirectional=True)), (2, 4, 3), opset=14)
        written(kind)
    exported("exported RNN of Relu", round_weights(Sequence(nn.RNN, nonlinearity="relu")), (2, 5, 3))


def written(kind):
    """Nodes whose first state is given, in layout 1 and 0, forwards, backwards and in both directions."""
    name = kind.__name__
    attributes = dict(linear_before_reset=1) if kind is nn.GRU else {}
    memory = kind is nn.LSTM
    for direction in ("forward", "reverse", "bidirectional"):
        count = 2 if direction == "bidirectional" else 1
        module = round_weights(kind(3, 4, batch_first=True, bidirectional=count == 2))
        w, r, b = (p.detach() for p in parameters(module, name))
        h, c = rand(count, 2, 4), rand(count, 2, 4)
        turn = (lambda x: x.flip(1)) if direction == "reverse" else (lambda x: x)

        def expected(x):
            y, last = module(turn(x), (h, c) if memory else h)
            last = last if memory else (last,)
            return torch.cat([turn(y).flatten(1)] + [s.transpose(0, 1).flatten(1) for s in last], 1)

        names = ["y1", "h1", "c1"] if memory else ["y1", "h1"]
        for layout in (0, 1):
            inputs = "x w r b lengths h" + (" c" if memory else "")
            recurrence = node(name, inputs.replace("x", "x" if layout else "xt"), " ".join(names), hidden_size=4,
                              direction=direction, layout=layout, **attributes)
            # Y is [T, D, N, H] or, by batches, [N, T, D, H]; the last states [D, N, H] or [N, D, H].
            nodes = [recurrence] if layout else [node("Transpose", "x", "xt", perm=[1, 0, 2]), recurrence]
            for output in names:
                perm = [0, 1, 2, 3] if output == "y1" else [0, 1, 2]
                if not layout:
                    perm = [2, 0, 1, 3] if output == "y1" else [1, 0, 2]
                nodes += [node("Transpose", output, output + "t", perm=perm), node("Flatten", output + "t", output + "f")]
            nodes.append(node("Concat", " ".join(n + "f" for n in names), "y", axis=1))
            states = {"h": h, "c": c} if memory else {"h": h}
            if layout:
                states = {key: value.transpose(0, 1).contiguous() for key, value in states.items()}
            case(f"{name} {direction} layout {layout}", (2, 5, 3), nodes, expected, opset=14, w=w, r=r, b=b,
                 lengths=np.full(2, 5, dtype=np.int32), **states, declared=[2, 5, 3])


def cells():
    """What PyTorch's modules cannot do, written as ONNX defines it."""
    w, r, b, p = rand(1, 16, 3), rand(1, 16, 4), rand(1, 32), rand(1, 12)

    def lstm(x, f=torch.sigmoid, g=torch.tanh, clip=1e9, coupled=False, peep=True, bias=True):
        h = c = x.new_zeros(len(x), 4)
        pi, po, pf = (p[0] if peep else 0 * p[0]).split(4)
        cut = lambda v: v.clamp(-clip, clip)
        for t in range(x.shape[1]):
            i, o, fg, n = (x[:, t] @ w[0].T + h @ r[0].T + (b[0, :16] + b[0, 16:] if bias else 0)).split(4, 1)
            i = f(cut(i + pi * c))
            fg = 1 - i if coupled else f(cut(fg + pf * c))
            c = fg * c + i * g(cut(n))
            h = f(cut(o + po * c)) * g(cut(c))
        return h

    def cell(name, operator, inputs, expected, constants, **attributes):
        case(name, (2, 4, 3), [node("Transpose", "x", "xt", perm=[1, 0, 2]),
                               node(operator, inputs, "all last", hidden_size=4, **attributes), node("Squeeze", "last zero", "y")],
             expected, opset=14, zero=longs(0), **constants)

    plain, peeping = dict(w=w, r=r, b=b), dict(w=w, r=r, b=b, p=p)
    cell("LSTM without peepholes", "LSTM", "xt w r b", lambda x: lstm(x, peep=False), plain)
    cell("LSTM coupled", "LSTM", "xt w r b", lambda x: lstm(x, peep=False, coupled=True), plain, input_forget=1)
    cell("LSTM clipped", "LSTM", "xt w r b", lambda x: lstm(x, peep=False, clip=0.6), plain, clip=0.6)
    cell("LSTM without biases", "LSTM", "xt w r", lambda x: lstm(x, peep=False, bias=False), dict(w=w, r=r))
    cell("LSTM of other functions", "LSTM", "xt w r b",
         lambda x: lstm(x, f=lambda v: (0.3 * v + 0.4).clamp(0, 1), g=lambda v: F.leaky_relu(v, 0.2), peep=False), plain,
         activations=["HardSigmoid", "LeakyRelu", "LeakyRelu"], activation_alpha=[0.3, 0.2, 0.2], activation_beta=[0.4])
    peephole = references.helper.make_node("LSTM", ["xt", "w", "r", "b", "", "", "", "p"], ["all", "last"], hidden_size=4)
    case("LSTM with all peepholes", (2, 4, 3), [node("Transpose", "x", "xt", perm=[1, 0, 2]), peephole, node("Squeeze", "last zero", "y")],
         lambda x: lstm(x), opset=14, zero=longs(0), **peeping)
    gw, gr, gb = rand(1, 12, 3), rand(1, 12, 4), rand(1, 24)

    def gru(x):
        h = x.new_zeros(len(x), 4)
        (wz, wr, wh), (rz, rr, rh), (bz, br, bh, cz, cr, ch) = gw[0].split(4), gr[0].split(4), gb[0].split(4)
        for t in range(x.shape[1]):
            z = torch.sigmoid(x[:, t] @ wz.T + h @ rz.T + bz + cz)
            reset = torch.sigmoid(x[:, t] @ wr.T + h @ rr.T + br + cr)
            n = F.softsign(x[:, t] @ wh.T + (reset * h) @ rh.T + bh + ch)
            h = (1 - z) * n + z * h
        return h

    cell("GRU that resets before", "GRU", "xt w r b", gru, dict(w=gw, r=gr, b=gb), activations=["Sigmoid", "Softsign"])
    cell("RNN of Elu", "RNN", "xt w r b",
         lambda x: elu_network(x, gw[0, :4], gr[0, :4], gb[0, :8]), dict(w=gw[:, :4], r=gr[:, :4], b=gb[:, :8]),
         activations=["Elu"], activation_alpha=[0.7])


def elu_network(x, w, r, b):
    h = x.new_zeros(len(x), 4)
    for t in range(x.shape[1]):
        h = F.elu(x[:, t] @ w.T + h @ r.T + b[:4] + b[4:], 0.7)
    return h


def einsums():
    def einsum(equation, shape, *others, name=""):
        names = ["x"] + [chr(ord("a") + i) for i in range(len(others))]
        constants = {n: rand(*o) for n, o in zip(names[1:], others)}
        whole = equation.replace(" ", "")
        case(f"Einsum {whole.replace('->', ' to ')}{name}", shape, node("Einsum", " ".join(names), "y", equation=equation),
             lambda x: torch.einsum(equation, x, *constants.values()), opset=13, **constants)

    einsum("nij->nji", (2, 3, 4))
    einsum("nij->n", (2, 3, 4))
    einsum("bji", (2, 3, 4))
    einsum("bij, bjk -> bik", (2, 3, 4), (2, 4, 5))
    einsum("ij,jk", (2, 4), (4, 5))
    einsum("nhij,hjk->nihk", (2, 2, 3, 4), (2, 4, 5))
    einsum("nij,kj->nik", (2, 3, 4), (5, 4))
    einsum("nij,ij->nij", (2, 3, 4), (3, 4))
    einsum("ni,j->nij", (2, 3), (4,))
    einsum("nij,jkl->nikl", (2, 3, 4), (4, 2, 3), name=" of ranks")
    einsum("nijk,ljk->nil", (2, 3, 4, 2), (5, 4, 2))
    einsum("ni,ij,jk->nk", (2, 3), (3, 4), (4, 2))
    einsum("ni,ij,kl->nj", (2, 3), (3, 4), (2, 2), name=" with a sum alone")
    einsum("...ij,...jk->...ik", (2, 3, 4), (4, 5))
    einsum("n...d,...d->n...", (2, 3, 4), (1, 4))
    case("Einsum with itself", (2, 3, 4), node("Einsum", "x x", "y", equation="nid,njd->nij"),
         lambda x: torch.einsum("nid,njd->nij", x, x))


def attention():
    def heads(x, count):
        return x.reshape(*x.shape[:2], count, -1).transpose(1, 2)

    def attend(q, k, v, added=0.0, scale=None, cap=None):
        scores = q @ k.transpose(-2, -1) * (scale or q.shape[-1] ** -0.5)
        scores = cap * torch.tanh(scores / cap) if cap else scores
        return (scores + added).softmax(-1) @ v

    def joined(y):
        return y.transpose(1, 2).flatten(2)

    shape = (2, 5, 8)
    three = dict(q_num_heads=2, kv_num_heads=2)
    key, value = rand(2, 3, 8), rand(2, 3, 8)
    case("Attention of a sequence to itself", shape, node("Attention", "x x x", "y", **three),
         lambda x: joined(attend(heads(x, 2), heads(x, 2), heads(x, 2))), opset=23)
    case("Attention to others", shape, node("Attention", "x k v", "y", **three),
         lambda x: joined(attend(heads(x, 2), heads(key, 2), heads(value, 2))), opset=23, k=key, v=value, declared=[2, 5, 8])
    few, many = rand(2, 5, 4), rand(2, 5, 4)
    case("Attention with shared keys", shape, node("Attention", "x k v", "y", q_num_heads=4, kv_num_heads=2),
         lambda x: joined(attend(heads(x, 4), heads(few, 2).repeat_interleave(2, 1), heads(many, 2).repeat_interleave(2, 1))),
         opset=23, k=few, v=many, declared=[2, 5, 8])
    case("Attention of images", (2, 3, 4, 8), node("Attention", "x x x", "y", scale=0.3, softcap=0.5),
         lambda x: attend(x, x, x, scale=0.3, cap=0.5), opset=23)
    causal = torch.ones(5, 5).triu(1) * -1e30
    case("Attention backwards only", shape, node("Attention", "x x x", "y", is_causal=1, **three),
         lambda x: joined(attend(heads(x, 2), heads(x, 2), heads(x, 2), causal)), opset=23)
    added = rand(2, 1, 5, 5)
    case("Attention with a mask", shape, node("Attention", "x x x m", "y", **three),
         lambda x: joined(attend(heads(x, 2), heads(x, 2), heads(x, 2), added)), opset=23, m=added, declared=[2, 5, 8])
    seen = np.array([[1, 0, 1, 1, 0]] * 5, dtype=bool)
    case("Attention with a mask of truth values, backwards only", shape, node("Attention", "x x x m", "y", is_causal=1, **three),
         lambda x: joined(attend(heads(x, 2), heads(x, 2), heads(x, 2), causal + torch.where(torch.tensor(seen), 0.0, -1e30))),
         opset=23, m=seen)
    past = rand(2, 2, 3, 4)
    case("Attention with a past", shape,
         [references.helper.make_node("Attention", ["x", "x", "x", "", "p", "p"], ["a", "k", "v"], **three), node("Flatten", "k", "kf"), node("Flatten", "a", "af"),
          node("Concat", "af kf", "y", axis=1)],
         lambda x: torch.cat([joined(attend(heads(x, 2), torch.cat([past, heads(x, 2)], 2), torch.cat([past, heads(x, 2)], 2)))
                              .flatten(1), torch.cat([past, heads(x, 2)], 2).flatten(1)], 1),
         opset=23, p=past, declared=[2, 5, 8])
    for activation in ("relu", "gelu"):
        layer = nn.TransformerEncoderLayer(8, 2, 12, dropout=0.0, activation=activation)
        exported(f"exported encoder of {activation}", round_weights(Swapped(nn.TransformerEncoder(layer, 2))), (2, 5, 8), opset=13)
    exported("exported encoder of opset 17, norms first",
             round_weights(Swapped(nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 12, dropout=0.0, norm_first=True), 1))),
             (2, 5, 8), opset=17)


def networks():
    """Small ones of the families whose exports compute with shapes, for open batches and such of one."""
    small = {
        "Swin": lambda: SwinTransformer([2, 2], 8, [2], [2], [2, 2], stochastic_depth_prob=0.0, num_classes=5),
        "MaxVit": lambda: MaxVit((8, 8), 4, 2, [4], [1], 4, 0.0, num_classes=5),
        "ViT": lambda: VisionTransformer(8, 4, 1, 2, 8, 12, num_classes=5),
        "ConvNeXt": lambda: ConvNeXt([CNBlockConfig(8, None, 2)], num_classes=5),
    }
    for name, build in small.items():
        network = round_weights(build())
        exported(f"exported {name}", network, (2, 3, 8, 8), opset=13)
        exported(f"exported {name} of a batch of one", network, (1, 3, 8, 8), opset=17, batch=3, dynamic=False)
    for kind in (nn.RNN, nn.LSTM, nn.GRU):
        exported(f"exported {kind.__name__}, two layers, both directions, batch of one",
                 round_weights(Sequence(kind, num_layers=2, bidirectional=True)), (1, 4, 3), opset=14, batch=3, dynamic=False)
    layer = nn.TransformerEncoderLayer(8, 2, 12, dropout=0.0)
    exported("exported encoder of a batch of one", round_weights(Swapped(nn.TransformerEncoder(layer, 1))), (1, 5, 8), batch=3,
             dynamic=False)


class Swapped(nn.Module):
    """A network over sequences with the batch second, for such with the batch first."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        return self.network(x.transpose(0, 1)).transpose(0, 1)


if __name__ == "__main__":
    torch.manual_seed(2)
    references.RANDOM = torch.Generator().manual_seed(2)
    for group in (recurrent, cells, einsums, attention, networks):
        group()
    references.write(references.TARGET.with_name("sequences.zip"))
