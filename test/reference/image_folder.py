"""Images in the files that people have, and what Pillow and NumPy make of them: what src/trainer/prepare is held against.

    python test/reference/image_folder.py

Needs Pillow (13.0.0 made what is committed) and NumPy. Writes small files to test/reference/images, and image-folder.json
beside this script: of each file the pixels that Pillow decodes, turned by ImageOps.exif_transpose, and of some of them what
is prepared in several shapes, twice.

- Pillow resizes by BILINEAR, with the box of the source that the shape shows. Where there are bars, these are only the
  pixels that are within the image as a whole, since Pillow takes no box beyond it.
- NumPy computes every pixel in float64 from the definition. The weight of a source pixel is a triangle about the middle of
  the target pixel, which falls to 0 at a distance of 1 source pixel, or of 1 target pixel where that is more; weights are
  made to add up to 1. A pixel whose middle is outside the image is black.

Pixels are bytes, NHWC, compressed by zlib, in base64.
"""

import base64
import json
import math
import struct
import zlib
from pathlib import Path

import numpy as np
import PIL
from PIL import Image, ImageOps

HERE = Path(__file__).parent
IMAGES = HERE / "images"
ORIENTATION = 0x0112

SHAPES = [  # height, width, channels
    (32, 32, 3),
    (24, 40, 1),
    (7, 5, 3),
    (61, 33, 1),
    (16, 15, 3),
]
PREPARED = ["rgb.png", "grey.png", "tall.png", "tiny.png", "rgba.png", "420.jpg", "exif-6.jpg"]


def picture(height, width, seed):
    """Gradients, edges and a little noise."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    waves = [
        127 + 100 * np.sin(2 * math.pi * (x * a / width + y * b / height) + c)
        for a, b, c in random.uniform((0.3, 0.3, 0), (1.5, 1.5, 6), (3, 3))
    ]
    image = np.stack(waves, -1)
    inside = (x - width * 0.4) ** 2 + (y - height * 0.55) ** 2 < (0.3 * min(height, width)) ** 2
    image[inside] = random.uniform(0, 255, 3)
    image += random.normal(0, 2, image.shape)
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def write_png_16(path, values):
    """RGB of 16 bits, which Pillow does not write."""
    height, width, _ = values.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for name, data in chunks:
            file.write(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)))


def write_gif_on_canvas(path, of):
    """The frame of another file on a canvas that is larger by (4, 3), its corner at (2, 1)."""
    data = bytearray(of.read_bytes())
    frame = data.index(b",", 13 + 3 * 2 ** ((data[10] & 7) + 1))
    width, height = struct.unpack_from("<HH", data, 6)
    struct.pack_into("<HH", data, 6, width + 4, height + 3)
    struct.pack_into("<HH", data, frame + 1, 2, 1)
    path.write_bytes(data)


def write_images():
    IMAGES.mkdir(exist_ok=True)
    rgb = Image.fromarray(picture(61, 97, 1))
    small = Image.fromarray(picture(13, 20, 2))
    rgb.save(IMAGES / "rgb.png", optimize=True)
    small.convert("L").resize((45, 29)).save(IMAGES / "grey.png")
    Image.fromarray(picture(120, 13, 3)).save(IMAGES / "tall.png")
    Image.fromarray(picture(4, 5, 4)).save(IMAGES / "tiny.png")
    alpha = np.random.default_rng(5).integers(0, 256, (13, 20, 1), dtype=np.uint8)
    rgba = Image.fromarray(np.concatenate([picture(13, 20, 2), alpha], -1))
    rgba.save(IMAGES / "rgba.png")
    rgba.convert("LA").save(IMAGES / "grey-alpha.png")
    small.quantize(16).save(IMAGES / "palette.png", transparency=3)
    small.convert("1").save(IMAGES / "bits.png")
    random = np.random.default_rng(6)
    write_png_16(IMAGES / "sixteen.png", random.integers(0, 65536, (7, 9, 3), dtype=np.uint16))
    Image.fromarray(random.integers(0, 65536, (7, 9), dtype=np.uint16)).save(IMAGES / "grey-sixteen.png")

    rgb.quantize(32).save(IMAGES / "interlaced.gif")
    small.quantize(16).save(
        IMAGES / "animated.gif", save_all=True, append_images=[small.rotate(180).quantize(16)], duration=40
    )
    small.convert("L").quantize(8).save(IMAGES / "grey.gif", interlace=0)

    write_gif_on_canvas(IMAGES / "offset.gif", IMAGES / "grey.gif")

    small.save(IMAGES / "rgb.bmp")
    rgba.save(IMAGES / "rgba.bmp")
    small.quantize(200).save(IMAGES / "palette.bmp")
    small.convert("L").save(IMAGES / "grey.bmp")
    small.convert("1").save(IMAGES / "bits.bmp")

    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        rgb.save(IMAGES / f"{name}.jpg", quality=80, subsampling=sampling)
    rgb.save(IMAGES / "progressive.jpg", quality=60, progressive=True)
    rgb.convert("L").save(IMAGES / "grey.jpg", quality=80)
    small.convert("CMYK").save(IMAGES / "cmyk.jpg", quality=90)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        small.save(IMAGES / f"exif-{orientation}.jpg", quality=90, exif=exif)

    small.save(IMAGES / "lossless.webp", lossless=True)
    rgba.save(IMAGES / "alpha.webp", lossless=True, exact=True)
    rgb.save(IMAGES / "lossy.webp", quality=70)


def decoded(path):
    """Grey, or RGB."""
    if path.name == "offset.gif":
        # Pillow fills the rest of the canvas with a colour of the palette; of ours there is the frame alone.
        path = IMAGES / "grey.gif"
    image = ImageOps.exif_transpose(Image.open(path))
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    return image.convert("L" if image.mode in ("L", "LA", "1") else "RGB")


def geometry(image, height, width, fit):
    """The scale, and where the image begins in the target, down and to the right."""
    factors = (height / image.height, width / image.width)
    scale = max(factors) if fit == "crop" else min(factors)
    return scale, (height - scale * image.height) / 2, (width - scale * image.width) / 2


def by_pillow(image, height, width, fit):
    scale, *begins = geometry(image, height, width, fit)
    spans = []
    for begin, target, source in zip(begins, (height, width), (image.height, image.width)):
        first = max(0, math.ceil(begin - 1e-9))
        last = min(target, math.floor(begin + scale * source + 1e-9))
        box = [max(0, (first - begin) / scale), min(source, (last - begin) / scale)]
        spans.append((first, last, *box))
    (top, bottom, y0, y1), (left, right, x0, x1) = spans
    if bottom <= top or right <= left:
        return None
    size = (right - left, bottom - top)
    resized = image.resize(size, Image.Resampling.BILINEAR, box=(x0, y0, x1, y1), reducing_gap=None)
    return {"top": top, "left": left, "height": bottom - top, "width": right - left, "image": resized}


def weights(target, source, scale, begin):
    wide = max(1, 1 / scale)
    middles = (np.arange(target) + 0.5 - begin) / scale
    distance = np.abs(np.arange(source) + 0.5 - middles[:, None]) / wide
    triangle = np.maximum(0, 1 - distance)
    triangle[(middles < 0) | (middles > source)] = 0
    sums = triangle.sum(1, keepdims=True)
    return triangle / np.where(sums > 0, sums, 1)


def by_numpy(image, height, width, fit):
    scale, top, left = geometry(image, height, width, fit)
    values = np.asarray(image, np.float64).reshape(image.height, image.width, -1)
    rows = weights(height, image.height, scale, top)
    columns = weights(width, image.width, scale, left)
    result = np.einsum("yi,xj,ijc->yxc", rows, columns, values)
    result = np.clip(np.rint(result), 0, 255).astype(np.uint8)
    return Image.fromarray(result[:, :, 0] if result.shape[2] == 1 else result)


def packed(image):
    return base64.b64encode(zlib.compress(np.asarray(image).tobytes(), 9)).decode()


def in_channels(image, channels):
    """After it was resized, as it is prepared."""
    return image.convert("L" if channels == 1 else "RGB")


def prepared(name):
    image = decoded(IMAGES / name)
    for height, width, channels in SHAPES:
        for fit in ("crop", "pad"):
            case = {"file": name, "height": height, "width": width, "channels": channels, "fit": fit}
            exact = in_channels(by_numpy(image, height, width, fit), channels)
            case["numpy"] = packed(exact)
            part = by_pillow(image, height, width, fit)
            if part:
                resized = in_channels(part.pop("image"), channels)
                top, left = part["top"], part["left"]
                same = np.asarray(exact)[top : top + part["height"], left : left + part["width"]]
                # Modulo 256, of which little is left when it is compressed.
                case["pillow"] = {**part, "minusNumpy": packed(np.asarray(resized) - same)}
            yield case


if __name__ == "__main__":
    write_images()
    files = []
    for path in sorted(IMAGES.iterdir()):
        image = decoded(path)
        channels = 1 if image.mode == "L" else 3
        files.append(
            {"file": path.name, "height": image.height, "width": image.width, "channels": channels, "pixels": packed(image)}
        )
    found = {
        "versions": {"pillow": PIL.__version__, "numpy": np.__version__},
        "decoded": files,
        "prepared": [case for name in PREPARED for case in prepared(name)],
    }
    with open(HERE / "image-folder.json", "w") as file:
        json.dump(found, file)
        file.write("\n")
