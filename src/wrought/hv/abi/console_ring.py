"""The page through which a guest and its console backend talk (xen/public/io/console.h)."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import Array, Atomic, u8, u32

INPUT_BYTES = 1024
OUTPUT_BYTES = 2048


@struct(size=3088)
class ConsoleRing:
    """Indices run on and wrap at 2^32; the producer's moves after the bytes are there."""

    input: Array[u8, INPUT_BYTES]
    """For the guest to read."""
    output: Array[u8, OUTPUT_BYTES]
    input_taken: Atomic[u32]
    """in_cons"""
    input_put: Atomic[u32]
    """in_prod"""
    output_taken: Atomic[u32]
    """out_cons"""
    output_put: Atomic[u32]
    """out_prod"""
