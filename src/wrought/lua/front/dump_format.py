"""The format of `string.dump`: what its writer and its reader share.

    1b 57 4c 42     signature, ESC "WLB"
    version         VERSION
    flags           1: stripped of debug information
    u32             fingerprint of the table of instructions: another one's code is refused
    chunk's name    text; only where not stripped
    prototype       of the function, those inside it among its constants

All words are little-endian.  A `number` is unsigned LEB128 of at most 32 bits, a `text` its length
as a number and its bytes.  A prototype:

    u8 flags (1: takes varargs, 2: has children), u8 parameters, u8 upvalues
    numbers: frame size, instructions, constants, first line, last line (0 where stripped)
    instructions    64-bit words; fields that are not operands are zero
    constants       a tag each, `Tag`, and what it says
    captures        u8 flags (1: local, 2: by value, 4: the closure itself), number: index
    where not stripped: names of the upvalues (text); line of each instruction less that of the one
    before (the first line for the first) as a zigzag number; number of variables, and for each its
    name (text), first instruction less that of the variable before, last less first (numbers)
"""

from __future__ import annotations

import zlib

from wrought.lang.core.decl import enum
from wrought.lang.core.scalars import u8
from wrought.lua.vm.bytecode import TABLE

SIGNATURE = b"\x1bWLB"
VERSION = 1
STRIPPED = 1

FINGERPRINT = zlib.crc32(repr([(op.name, op.a, op.b, op.c, op.d) for op in TABLE]).encode())
"""Changes whenever an instruction does."""

MAX_DEPTH = 200
"""Functions inside functions, as the parser allows them."""

LOCAL, BY_VALUE, SELF = 1, 2, 4
"""Flags of a capture."""


@enum(u8)
class Tag:
    """What a constant is."""

    NIL = 0
    FALSE = 1
    TRUE = 2
    INT = 3                          # i32
    DOUBLE = 4                       # f64
    STRING = 5                       # text
    TABLE = 6                        # numbers: array slots, pairs; values of the slots; the pairs
    PROTO = 7                        # a prototype
