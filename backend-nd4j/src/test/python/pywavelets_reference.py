"""Writes the numbers of PyWavelets that WaveletTransformTest compares with.

Run from this folder:  python3 pywavelets_reference.py
Needs NumPy and PyWavelets (last run with 1.1.1). Every line of the result is a key, a tab, and values:
  filter/<family>                                 the low-pass synthesis filter
  forward/<family>/<padding>/<shape>/<levels>/<block>   coefficients of the signal, in storage order
  inverse/<family>/<shape>/<levels>               the signal synthesised from made-up coefficients
Signals and made-up coefficients are the sequence of wave(), the values of low, detail_J, ... one after
another.
"""

import warnings
from pathlib import Path

import numpy as np
import pywt

TARGET = Path(__file__).parent / "../resources/org/rde4j/nd4j/representation/pywavelets.txt"
FAMILIES = [f"db{n}" for n in range(1, 11)] + [f"sym{n}" for n in range(2, 11)]
CASES = [
    ("db1", (5, 7), 2),
    ("db3", (9, 14), 3),
    ("sym4", (7, 6), 2),
    ("db10", (5, 4), 1),
    ("db2", (11,), 3),
    ("sym5", (8,), 2),
]


def wave(count, start=0):
    return np.sin(0.7 * (np.arange(count) + start) ** 1.3)


def storage(detail):
    """Bands last, as the graph stores them."""
    return np.stack(detail, axis=-1) if isinstance(detail, tuple) else detail


def analyse(x, family, mode, levels):
    return (pywt.wavedec if x.ndim == 1 else pywt.wavedec2)(x, family, mode, level=levels)


def made_up(template):
    """The structure of PyWavelets' coefficients filled with consecutive values of wave()."""
    result, start = [], 0
    for part in template:
        stored = storage(part)
        values = wave(stored.size, start).reshape(stored.shape)
        start += stored.size
        result.append(tuple(np.moveaxis(values, -1, 0)) if isinstance(part, tuple) else values)
    return result


def lines():
    for family in FAMILIES:
        yield f"filter/{family}", pywt.Wavelet(family).rec_lo, ".15g"
    for family, shape, levels in CASES:
        x = wave(np.prod(shape)).reshape(shape)
        name = "x".join(map(str, shape))
        for mode in ("zero", "periodic", "symmetric"):
            coefficients = analyse(x, family, mode, levels)
            blocks = ["low"] + [f"detail_{j}" for j in range(levels, 0, -1)]
            for block, part in zip(blocks, coefficients):
                yield f"forward/{family}/{mode.upper()}/{name}/{levels}/{block}", storage(part).ravel(), ".8g"
        inverse = pywt.waverec if x.ndim == 1 else pywt.waverec2
        whole = inverse(made_up(analyse(x, family, "zero", levels)), family)
        cropped = whole[tuple(slice(size) for size in shape)]
        yield f"inverse/{family}/{name}/{levels}", cropped.ravel(), ".8g"


warnings.filterwarnings("ignore", message="Level value.*too high")
TARGET.write_text(
    "".join(f"{key}\t{' '.join(format(v, f) for v in values)}\n" for key, values, f in lines())
)
