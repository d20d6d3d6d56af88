"""What properties of a device tree mean: cells, `reg`, lists of strings (Devicetree
Specification 0.4, chapter 2)."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.rt.bytes import ABSENT, be32, equal, find_byte
from wrought.rt.fdt import ROOT, Fdt, Token
from wrought.rt.fdt_find import fdt_find, next_child, property_of, walk_from


@struct
class Range:
    """An entry of `reg`: bytes `address` … `address` + `size` of the parent's address space."""

    address: u64
    size: u64
    found: bool


@fn
def text(value: Slice[u8]) -> Slice[u8]:
    """The first string of a list of NUL-terminated strings."""
    return value[:min(find_byte(value, 0, 0), len(value))]


@fn
def text_index(value: Slice[u8], wanted: Slice[u8]) -> u64:
    """The place of `wanted` in a list of strings, counted from 0, or ABSENT."""
    rest = value
    i: u64 = 0
    while len(rest) > 0:
        first = text(rest)
        if equal(first, wanted):
            return i
        rest = rest[min(len(first) + 1, len(rest)):]
        i += 1
    return ABSENT


@fn
def has_text(value: Slice[u8], wanted: Slice[u8]) -> bool:
    """Whether a list of strings, as in `compatible`, holds `wanted`."""
    return text_index(value, wanted) != ABSENT


@fn
def equal_text(value: Slice[u8], wanted: Slice[u8]) -> bool:
    """Whether the first string is `wanted`."""
    return equal(text(value), wanted)


@fn
def number(value: Slice[u8], cell: u64, cells: u64) -> u64:
    """The big-endian number of one or two cells that begins with the cell of that index."""
    at = cell * 4
    if cells == 1:
        return u64(be32(value, at))
    return u64(be32(value, at)) << 32 | u64(be32(value, at + 4))


@fn
def cell_count(tree: Ptr[Fdt], node: u64, name: Slice[u8], default: u64) -> u64:
    """#address-cells or #size-cells of a node."""
    value = property_of(tree, node, name)
    return number(value.data, 0, 1) if len(value.data) == 4 else default


@fn
def reg(tree: Ptr[Fdt], parent: u64, node: u64, i: u64) -> Range:
    """Entry `i` of the `reg` of `node`, a child of `parent`.  Not found where there are fewer,
    or where addresses or sizes are wider than 64 bits; `ranges` are not applied."""
    nothing = Range(address=0, size=0, found=False)
    a = cell_count(tree, parent, b"#address-cells", 2)
    s = cell_count(tree, parent, b"#size-cells", 1)
    value = property_of(tree, node, b"reg")
    if a < 1 or a > 2 or s > 2 or i >= len(value.data) // (4 * (a + s)):
        return nothing
    first = i * (a + s)
    size: u64 = 0
    if s > 0:
        size = number(value.data, first + a, s)
    return Range(address=number(value.data, first, a), size=size, found=True)


@fn
def find_compatible(tree: Ptr[Fdt], wanted: Slice[u8], after: u64) -> u64:
    """The first node in the blob behind node `after` (ABSENT: from the root) whose `compatible`
    holds `wanted`, or ABSENT."""
    walk = walk_from(tree, ROOT)
    while True:
        token = walk.step()
        if token in (Token.BAD, Token.FINISH):
            return ABSENT
        if token == Token.BEGIN and (after == ABSENT or walk.start > after):
            if has_text(property_of(tree, walk.start, b"compatible").data, wanted):
                return walk.start


@fn
def stdout_node(tree: Ptr[Fdt]) -> u64:
    """The node that /chosen/stdout-path names, by path or alias, or ABSENT."""
    chosen = fdt_find(tree, b"/chosen")
    if chosen == ABSENT:
        return ABSENT
    path = text(property_of(tree, chosen, b"stdout-path").data)
    path = path[:min(find_byte(path, ord(":"), 0), len(path))]
    if len(path) == 0:
        return ABSENT
    if path[0] == ord("/"):
        return fdt_find(tree, path)
    aliases = fdt_find(tree, b"/aliases")
    if aliases == ABSENT:
        return ABSENT
    alias = text(property_of(tree, aliases, path).data)
    return fdt_find(tree, alias) if len(alias) > 0 else ABSENT


@fn
def next_compatible_child(tree: Ptr[Fdt], parent: u64, after: u64, kind: Slice[u8]) -> u64:
    """The child of `parent` behind `after` (ABSENT: the first) whose `compatible` holds `kind`, or
    ABSENT."""
    node = next_child(tree, parent, after)
    while node != ABSENT and not has_text(property_of(tree, node, b"compatible").data, kind):
        node = next_child(tree, parent, node)
    return node
