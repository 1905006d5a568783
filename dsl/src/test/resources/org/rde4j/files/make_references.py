"""Writes arrays as NumPy does. Run in this folder: python3 make_references.py"""
import numpy as np


def arrays():
    a = np.arange(24, dtype=np.float64).reshape(2, 3, 4) / 8
    np.save("fortran_big_f8.npy", np.asfortranarray(a).astype(">f8"))
    np.save("i8.npy", (8 * a).astype("<i8"))
    np.save("i4_big.npy", (8 * a).astype(">i4"))
    np.save("u1.npy", (8 * a).astype("u1"))
    np.save("scalar.npy", np.float32(2.5))
    for version in [(1, 0), (2, 0), (3, 0)]:
        with open(f"version{version[0]}.npy", "wb") as out:
            np.lib.format.write_array(out, a.astype("<f4"), version=version)
    np.savez_compressed("two.npz", low=a[0], detail_1=a[1])


arrays()
