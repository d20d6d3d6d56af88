"""Kernel files: which are arm64 Images, and how compressed ones are unpacked.

The Image header is Linux's Documentation/arm64/booting.rst; the EFI zboot header is that of
drivers/firmware/efi/libstub/zboot-header.S.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from typing import NamedTuple

from wrought.errors import WroughtError

MAGIC = b"ARM\x64"
MAGIC_OFFSET = 56
GZIP = b"\x1f\x8b"
ALIGNMENT = 2 << 20
"""Bytes: an Image lies at this boundary plus its text offset."""
OTHERS = {
    b"\x7fELF": "an ELF file; the arm64 Image is arch/arm64/boot/Image in a kernel's build",
    b"\xfd7zXZ": "compressed with xz",
    b"\x28\xb5\x2f\xfd": "compressed with zstd",
    b"\x04\x22\x4d\x18": "compressed with lz4",
    b"BZh": "compressed with bzip2",
    b"\x27\x05\x19\x56": "a U-Boot uImage; its arm64 Image is needed without that header",
    b"\xd0\x0d\xfe\xed": "a device tree or FIT image",
    b"070701": "an initramfs",
    b"!<arch>": "an archive (.deb or .a)",
}


class KernelError(WroughtError):
    """A file that is no kernel for arm64."""


class ImageHeader(NamedTuple):
    """What a boot loader must know of an Image."""

    text_offset: int
    """Bytes behind a 2 MB boundary where it is placed."""
    size: int
    """Bytes of memory that it needs from there on, zeroed data included."""
    flags: int


def image_header(data: bytes, name: str) -> ImageHeader:
    """The header of an uncompressed Image.  Raises `KernelError`, which names the file."""
    if data[MAGIC_OFFSET:MAGIC_OFFSET + 4] != MAGIC:
        raise KernelError(f"{name}: this is no arm64 Linux Image: {_what(data)}")
    offset, size, flags = struct.unpack_from("<QQQ", data, 8)
    if size == 0:
        # Before Linux 3.17 the header had no size, and the offset was fixed.
        offset, size = 0x80000, len(data) + (16 << 20)
    if offset >= 1 << 32 or size >= 1 << 40:
        raise KernelError(f"{name}: its Image header is broken: offset {offset:#x}, size {size:#x}")
    return ImageHeader(offset, max(size, len(data)), flags)


def raw_image(data: bytes, name: str) -> bytes:
    """An Image without compression: `data` itself where it has none.

    Raw, gzip'd and EFI zboot Images (gzip'd inside) are known.  Raises `KernelError`.
    """
    if data[:4] == b"MZ\0\0" and data[4:8] == b"zimg":
        data = _zboot_payload(data, name)
    if data[:2] == GZIP:
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise KernelError(f"{name}: its gzip data is broken: {error}") from None
    image_header(data, name)
    return data


def _zboot_payload(data: bytes, name: str) -> bytes:
    offset, size = struct.unpack_from("<II", data, 8)
    method = data[24:32].split(b"\0")[0].decode("ascii", "replace")
    if method != "gzip":
        raise KernelError(f"{name}: an EFI zboot image compressed with {method}; only gzip is "
                          "unpacked here, give the uncompressed Image")
    return data[offset:offset + size]


def _what(data: bytes) -> str:
    """What a file seems to be instead."""
    for magic, text in OTHERS.items():
        if data.startswith(magic):
            return f"it is {text}"
    if not data:
        return "it is empty"
    if len(data) < 64:
        return f"it has only {len(data)} bytes"
    return (f"at byte {MAGIC_OFFSET} stands {data[56:60].hex(' ')}, not {MAGIC.hex(' ')}; "
            "an uncompressed or gzip'd Image is accepted")
