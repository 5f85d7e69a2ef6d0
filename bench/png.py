"""Small PNG files: pictures of pages have few colours, so each pixel can be one byte that names one of 256."""

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser

#: The browser unpacks; what it hands over is width, height, and four bytes (RGBA) for each pixel.
_UNPACK = """async (picture) => {
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }))
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
    const context = canvas.getContext("2d")
    context.drawImage(bitmap, 0, 0)
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height)
    let text = ""
    for (let at = 0; at < data.length; at += 32768) text += String.fromCharCode(...data.subarray(at, at + 32768))
    return [bitmap.width, bitmap.height, btoa(text)]
}"""

_COLOURS = 256


class Shrinker:
    """Makes PNG files smaller, with a page of `browser` to unpack them in."""

    def __init__(self, browser: Browser) -> None:
        self._page = browser.new_page()

    def shrink(self, picture: bytes) -> bytes:
        """The same picture with at most 256 colours."""
        width, height, packed = self._page.evaluate(_UNPACK, base64.b64encode(picture).decode())
        pixels = np.frombuffer(base64.b64decode(packed), np.uint8).reshape(height * width, 4)[:, :3]
        colours, chosen = _palette(pixels)
        return _write(width, height, colours, chosen.reshape(height, width))


def _palette(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(the colours, for each pixel which of them): the most frequent ones, each other pixel by the nearest."""
    whole = pixels.astype(np.uint32)
    keys = (whole[:, 0] << 16) | (whole[:, 1] << 8) | whole[:, 2]
    unique, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    colours = np.stack([(unique >> 16) & 255, (unique >> 8) & 255, unique & 255], axis=1).astype(np.int32)
    kept = np.argsort(counts)[::-1][:_COLOURS]
    # A few hundred colours at a time: the table of distances stays small.
    nearest = np.concatenate(
        [
            ((part[:, None, :] - colours[kept][None, :, :]) ** 2).sum(axis=2).argmin(axis=1)
            for part in np.array_split(colours, max(1, len(colours) // 512))
        ]
    )
    return colours[kept].astype(np.uint8), nearest.astype(np.uint8)[inverse.ravel()]


def _write(width: int, height: int, colours: NDArray[np.uint8], chosen: NDArray[np.uint8]) -> bytes:
    """The PNG file (colour type 3, each line unfiltered)."""
    lines = np.concatenate([np.zeros((height, 1), np.uint8), chosen], axis=1)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in (
            (b"IHDR", head),
            (b"PLTE", colours.tobytes()),
            (b"IDAT", zlib.compress(lines.tobytes(), 9)),
            (b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
