"""Draws a small picture and writes what Pillow makes of it. Run in this folder: python3 make_references.py"""
import numpy as np
from PIL import Image, ImageDraw


def scene(width, height):
    """Smooth colours, thin lines and grain: everything that tells resizing filters apart."""
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    rgb = np.stack([x, y, 0.5 + 0.5 * np.sin(40 * x * y)], axis=2)
    grain = np.random.RandomState(7).uniform(-0.08, 0.08, rgb.shape)
    picture = Image.fromarray((255 * np.clip(rgb + grain, 0, 1)).astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    for i in range(0, width, 9):
        pen.line([(i, 0), (width - i, height)], fill=(255, 255 - i % 255, 20), width=1)
    pen.ellipse([width // 4, height // 4, width // 2, height // 2], fill=(200, 30, 60))
    return picture


def preprocessed(picture, size, shorter):
    """torchvision's Resize(shorter, antialias) and CenterCrop(size), in Pillow."""
    w, h = picture.size
    if w <= h:
        new = (shorter, int(shorter * h / w))
    else:
        new = (int(shorter * w / h), shorter)
    resized = picture.resize(new, Image.BILINEAR)
    left, top = int(round((new[0] - size) / 2.0)), int(round((new[1] - size) / 2.0))
    part = resized.crop((left, top, left + size, top + size))
    return np.asarray(part).transpose(2, 0, 1)


def pictures():
    wide, tall = scene(151, 100), scene(60, 97)
    wide.save("image/wide.png")
    tall.save("image/tall.png")
    np.save("image/wide_64_73.npy", preprocessed(wide, 64, 73))
    np.save("image/tall_64_73.npy", preprocessed(tall, 64, 73))
    small = scene(40, 32)
    np.save("image/small.npy", np.asarray(small).transpose(2, 0, 1))
    small.save("image/small.jpg", quality=92)
    np.save("image/small_jpg.npy", np.asarray(Image.open("image/small.jpg")).transpose(2, 0, 1))
    small.save("image/progressive.jpg", quality=92, progressive=True)
    small.convert("CMYK").save("image/cmyk.jpg", quality=95)
    small.convert("L").save("image/grey.png")
    small.convert("L").save("image/grey.jpg", quality=92)
    np.save("image/grey.npy", np.asarray(small.convert("L")))
    np.save("image/grey_jpg.npy", np.asarray(Image.open("image/grey.jpg")))
    small.quantize(16).save("image/palette.png")
    np.save("image/palette.npy", np.asarray(small.quantize(16).convert("RGB")).transpose(2, 0, 1))
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        stored = scene(40, 32)
        stored.save(f"image/exif{orientation}.jpg", exif=exif, quality=92)


pictures()
