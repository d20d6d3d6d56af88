"""Flattened device trees, read in place (Devicetree Specification 0.4, chapter 5).

Nothing in a blob is believed: offsets and lengths are checked where they are read, a malformed
tree ends the walk, and every loop moves forward.  A node is the offset of its FDT_BEGIN_NODE
token in the structure block.
"""

from __future__ import annotations

from wrought.lang.core.decl import enum, struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, Slice, Untrusted, u8, u32, u64
from wrought.rt.bytes import ABSENT, be32, find_byte

MAGIC = 0xD00D_FEED
HEADER = 40
"""Bytes of the header."""
VERSION = 17
ROOT = 0
"""The root node."""


@enum(u32)
class Token:
    """Tokens of the structure block (5.4.1); BAD is ours: malformed, and it stays so."""

    BAD = 0
    BEGIN = 1
    END = 2
    PROPERTY = 3
    NOP = 4
    FINISH = 9


@enum(u8)
class Check:
    """What `open_tree` found."""

    OK = 0
    SHORT = 1
    """Fewer bytes than the header, or than it says."""
    NO_TREE = 2
    """The magic number is missing."""
    VERSION = 3
    """It is older than version 16 or needs a newer reader than one of version 17."""
    LAYOUT = 4
    """A block lies outside the blob or unaligned, or does not begin with the root."""


@struct
class Fdt:
    """A blob whose header has been checked."""

    structure: Slice[u8]
    strings: Slice[u8]
    reservations: Slice[u8]
    """From the memory reservation block on (5.3); it has no length, a zero entry ends it."""


@struct
class Walk:
    """A position in the structure block, and what `step` read last."""

    tree: Ptr[Fdt]
    at: u64
    """Where the next token is."""
    start: u64
    """Where the last one was."""
    depth: u64
    """Nodes begun and not ended."""
    name: Slice[u8]
    """Of the last BEGIN or PROPERTY."""
    value: Slice[u8]
    """Of the last PROPERTY."""

    def step(self) -> Token:
        """Read the next token but NOP; FINISH and BAD are final."""
        token = self.token()
        while token == Token.NOP:
            token = self.token()
        if token == Token.BEGIN:
            token = self.begin()
        elif token == Token.PROPERTY:
            token = self.property()
        elif token == Token.END:
            if self.depth == 0:
                return self.bad()
            self.depth -= 1
        return token

    def token(self) -> Token:
        """One token, whatever it is."""
        block = self.tree.structure
        if self.at > len(block) or len(block) - self.at < 4:
            return self.bad()
        token = Token(be32(block, self.at))
        if token not in (Token.BEGIN, Token.END, Token.PROPERTY, Token.NOP):
            if token == Token.FINISH and self.depth == 0:
                return token
            return self.bad()
        self.start = self.at
        self.at += 4
        return token

    def begin(self) -> Token:
        """The node's name, padded to a multiple of four."""
        block = self.tree.structure
        end = find_byte(block, 0, self.at)
        if end == ABSENT:
            return self.bad()
        self.name = block[self.at:end]
        self.at = end + 4 & ~u64(3)
        self.depth += 1
        return Token.BEGIN

    def property(self) -> Token:
        """Length, offset of the name among the strings, value."""
        block, strings = self.tree.structure, self.tree.strings
        if self.depth == 0 or len(block) - self.at < 8:
            return self.bad()
        length: Untrusted[u64] = u64(be32(block, self.at))
        name: Untrusted[u64] = u64(be32(block, self.at + 4))
        at = self.at + 8
        if length > len(block) - at or name >= len(strings):
            return self.bad()
        end = find_byte(strings, 0, name)
        if end == ABSENT:
            return self.bad()
        self.name, self.value = strings[name:end], block[at:at + length]
        self.at = at + length + 3 & ~u64(3)
        return Token.PROPERTY

    def bad(self) -> Token:
        """Stop here for good."""
        self.at = len(self.tree.structure)
        return Token.BAD


@fn
def block(blob: Slice[u8], at: u64, size: u64) -> Slice[u8]:
    """The part of the blob that the header's words `at` (offset) and `size` name, or nothing."""
    start: Untrusted[u64] = u64(be32(blob, at))
    n: Untrusted[u64] = u64(be32(blob, size))
    if start <= len(blob):
        if n <= len(blob) - start:
            return blob[start:start + n]
    return blob[:0]


@fn
def total_size(header: Slice[u8]) -> u64:
    """The blob's size as its first 8 bytes say it; 0 where they begin no device tree."""
    if len(header) < 8 or be32(header, 0) != MAGIC:
        return 0
    return u64(be32(header, 4))


@fn
def open_tree(tree: Ptr[Fdt], blob: Slice[u8]) -> Check:
    """Check the header of `blob` and set up `tree` to read it; `blob` may be longer."""
    tree.structure = blob[:0]
    tree.strings = blob[:0]
    tree.reservations = blob[:0]
    if len(blob) < HEADER:
        return Check.SHORT
    if be32(blob, 0) != MAGIC:
        return Check.NO_TREE
    size: Untrusted[u64] = u64(be32(blob, 4))
    if size < HEADER or size > len(blob):
        return Check.SHORT
    if be32(blob, 20) < 16 or be32(blob, 24) > VERSION:
        return Check.VERSION
    whole = blob[:size]
    structure = block(whole, 8, 36)
    if be32(blob, 8) & 3 != 0 or len(structure) < 8 or be32(structure, 0) != u32(Token.BEGIN):
        return Check.LAYOUT
    reserved: Untrusted[u64] = u64(be32(blob, 16))
    if reserved > size or be32(blob, 16) & 7 != 0:
        return Check.LAYOUT
    tree.structure = structure
    tree.strings = block(whole, 12, 32)
    tree.reservations = whole[reserved:]
    return Check.OK
