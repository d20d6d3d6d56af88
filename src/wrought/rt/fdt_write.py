"""Writing a flattened device tree (Devicetree Specification 0.4, chapter 5) from front to back.

Nodes are begun and ended in order; property names are gathered once each.  A tree that does not
fit sets `overflow` and writes nothing more; the caller looks at it once, at the end.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Ptr, Slice, u8, u32, u64
from wrought.rt.bytes import equal, find_byte
from wrought.rt.fdt import HEADER, MAGIC, VERSION, Token

RESERVATIONS = 16
"""Bytes of an empty memory reservation block."""
STRINGS = 4096
"""Bytes kept at the end for names."""


@struct
class FdtWriter:
    """A tree being written into `blob`; begin with `begin_tree`."""

    blob: Slice[u8]
    at: u64
    limit: u64
    """Where the names begin while writing."""
    names: u64
    """Bytes of names."""
    overflow: bool

    def word(self, value: u32) -> None:
        """A big-endian word of the structure."""
        if self.at + 4 > self.limit:
            self.overflow = True
            return
        store32(self.blob, self.at, value)
        self.at += 4

    def bytes(self, value: Slice[u8]) -> None:
        """Bytes, padded with zeros to a multiple of four."""
        n = len(value)
        if self.at + n + 4 > self.limit:
            self.overflow = True
            return
        self.blob[self.at:self.at + n].copy_from(value)
        self.at += n
        while self.at & 3 != 0:
            self.blob[self.at] = 0
            self.at += 1

    def begin(self, name: Slice[u8]) -> None:
        """Begin a node."""
        self.word(u32(Token.BEGIN))
        self.text_bytes(name)

    def begin_at(self, name: Slice[u8], address: u64) -> None:
        """Begin the node `name@address`."""
        self.word(u32(Token.BEGIN))
        n = len(name)
        if self.at + n + 24 > self.limit:
            self.overflow = True
            return
        self.blob[self.at:self.at + n].copy_from(name)
        self.blob[self.at + n] = ord("@")
        self.at += n + 1
        shift: u64 = 60
        while shift > 0 and address >> shift == 0:
            shift -= 4
        while True:
            digit = trunc(u8, address >> shift & 15)
            self.blob[self.at] = digit + (48 if digit < 10 else 87)
            self.at += 1
            if shift == 0:
                break
            shift -= 4
        self.bytes(b"\0")

    def end(self) -> None:
        """End the node begun last."""
        self.word(u32(Token.END))

    def text_bytes(self, value: Slice[u8]) -> None:
        """Text with its NUL, padded."""
        n = len(value)
        if self.at + n + 8 > self.limit:
            self.overflow = True
            return
        self.blob[self.at:self.at + n].copy_from(value)
        self.at += n
        self.bytes(b"\0")

    def name_offset(self, name: Slice[u8]) -> u32:
        """Where a property's name lies among the names, added if it is new."""
        pool = self.blob[self.limit:]
        at: u64 = 0
        while at < self.names:
            end = find_byte(pool, 0, at)
            if equal(pool[at:end], name):
                return trunc(u32, at)
            at = end + 1
        if self.names + len(name) + 1 > len(pool):
            self.overflow = True
            return 0
        pool[at:at + len(name)].copy_from(name)
        pool[at + len(name)] = 0
        self.names = at + len(name) + 1
        return trunc(u32, at)

    def header(self, name: Slice[u8], size: u64) -> None:
        """The head of a property of `size` bytes, which follow."""
        self.word(u32(Token.PROPERTY))
        self.word(trunc(u32, size))
        self.word(self.name_offset(name))

    def property(self, name: Slice[u8], value: Slice[u8]) -> None:
        """A property of any bytes."""
        self.header(name, len(value))
        self.bytes(value)

    def flag(self, name: Slice[u8]) -> None:
        """A property without value."""
        self.header(name, 0)

    def text(self, name: Slice[u8], value: Slice[u8]) -> None:
        """A property that is a string."""
        self.header(name, len(value) + 1)
        self.text_bytes(value)

    def cell(self, name: Slice[u8], value: u32) -> None:
        """A property of one cell."""
        self.header(name, 4)
        self.word(value)

    def double(self, name: Slice[u8], value: u64) -> None:
        """A property of two cells that are one number."""
        self.header(name, 8)
        self.number(value)

    def number(self, value: u64) -> None:
        """A number in two cells, inside a property whose header was written."""
        self.word(trunc(u32, value >> 32))
        self.word(trunc(u32, value))

    def finish(self) -> u64:
        """Close the tree: the names move up behind the structure.  Its bytes; 0 on overflow."""
        self.word(u32(Token.FINISH))
        if self.overflow:
            return 0
        structure = u64(HEADER + RESERVATIONS)
        for i in range(self.names):
            self.blob[self.at + i] = self.blob[self.limit + i]
        size = self.at + self.names
        header = self.blob[:HEADER]
        store32(header, 0, MAGIC)
        store32(header, 4, trunc(u32, size))
        store32(header, 8, trunc(u32, structure))
        store32(header, 12, trunc(u32, self.at))
        store32(header, 16, HEADER)
        store32(header, 20, VERSION)
        store32(header, 24, 16)
        store32(header, 28, 0)
        store32(header, 32, trunc(u32, self.names))
        store32(header, 36, trunc(u32, self.at - structure))
        return size


@fn
def store32(text: Slice[u8], at: u64, value: u32) -> None:
    """A big-endian word; a panic where it is not inside."""
    b = text[at:at + 4]
    b[0] = trunc(u8, value >> 24)
    b[1] = trunc(u8, value >> 16)
    b[2] = trunc(u8, value >> 8)
    b[3] = trunc(u8, value)


@fn
def begin_tree(writer: Ptr[FdtWriter], blob: Slice[u8]) -> None:
    """Start a tree in `blob`, at least 8 KB and aligned to 8 bytes."""
    begin_like(writer, blob, b"")


@fn
def begin_like(writer: Ptr[FdtWriter], blob: Slice[u8], names: Slice[u8]) -> None:
    """Start a tree whose names begin with the block `names` of another, so that properties of
    that can be copied as they are.  `blob` is 8 KB longer than `names` at least."""
    room = len(names) + STRINGS + 1
    writer.blob = blob
    writer.names = 0
    writer.at = HEADER + RESERVATIONS
    writer.overflow = len(blob) < room + STRINGS - 1
    writer.limit = len(blob) - room if len(blob) >= room else u64(0)
    if writer.overflow:
        return
    blob[HEADER:HEADER + RESERVATIONS].fill(0)
    if len(names) > 0:
        writer.blob[writer.limit:writer.limit + len(names)].copy_from(names)
        writer.names = len(names)
        if names[len(names) - 1] != 0:
            writer.blob[writer.limit + writer.names] = 0
            writer.names += 1
