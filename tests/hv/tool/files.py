"""Files that the tests of partitions share."""

from __future__ import annotations

import struct
from pathlib import Path


def an_image(size: int = 4096, offset: int = 0) -> bytes:
    """The smallest file with an arm64 Image header, which says that it needs `size` bytes."""
    header = struct.pack("<IIQQQ", 0, 0, offset, size, 0)
    return header.ljust(56, b"\0") + b"ARM\x64" + bytes(1000)


def write_partition(folder: Path, text: str, name: str = "p.toml") -> Path:
    """A partition file next to a kernel `Image` and a ramdisk `rd`."""
    (folder / "Image").write_bytes(an_image())
    (folder / "rd").write_bytes(b"ramdisk")
    (folder / name).write_text(text)
    return folder / name


DOMAIN = """\
[[domain]]
name = "left"
kernel = "Image"
memory = "128 MiB"
"""
