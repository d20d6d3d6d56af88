"""What kind of kernel a module is (Linux, Documentation/arch/arm64/booting.rst, section 4)."""

from __future__ import annotations

from wrought.lang.core.decl import enum, struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Slice, u8, u64

HEADER = 64
MAGIC = 0x644D_5241
"""`ARM\\x64` at byte 56."""
ALIGN = 2 << 20


@enum(u8)
class ImageKind:
    """What a module begins with."""

    UNKNOWN = 0
    ARM64 = 1
    GZIP = 2


@struct
class KernelImage:
    """A kernel as its header describes it."""

    kind: ImageKind
    text_offset: u64
    """Bytes above a multiple of 2 MB where it is to lie."""
    memory: u64
    """Bytes of memory that it takes, its zeroed data included."""


@fn
def little(data: Slice[u8], at: u64, bytes: u64) -> u64:
    """A little-endian number."""
    value: u64 = 0
    for i in range(bytes):
        value |= u64(data[at + i]) << 8 * i
    return value


@fn
def look_at_image(data: Slice[u8]) -> KernelImage:
    """Read the header of a module."""
    nothing = KernelImage(ImageKind.UNKNOWN, 0, 0)
    if len(data) > 18 and data[0] == 0x1F and data[1] == 0x8B:
        return KernelImage(ImageKind.GZIP, 0, little(data, len(data) - 4, 4))
    if len(data) < HEADER or little(data, 56, 4) != MAGIC:
        return nothing
    size = little(data, 16, 8)
    if size == 0:
        # Kernels before 3.17 say neither size nor offset (booting.rst).
        return KernelImage(ImageKind.ARM64, 0x8_0000, len(data) + ALIGN)
    offset = little(data, 8, 8)
    if offset >= ALIGN or size > 1 << 40:
        return nothing
    return KernelImage(ImageKind.ARM64, offset, max(size, len(data)))
