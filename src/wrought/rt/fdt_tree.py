"""Moving about a device tree: ancestors, paths, phandles, status (Devicetree Specification 0.4,
2.2 and 2.3).  A node knows only what is below it, so what is above it is found by a walk."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u32, u64
from wrought.rt.bytes import ABSENT, be32, equal
from wrought.rt.fdt import ROOT, Fdt, Token
from wrought.rt.fdt_find import node_name, property_of, walk_from
from wrought.rt.fdt_values import equal_text

DEEPEST = 32
"""Levels of a tree that are read; nodes below are not found.  Real trees have about ten."""


@struct
class Lineage:
    """A node under all its ancestors: `nodes[0]` is the root, `nodes[depth - 1]` the node."""

    depth: u64
    """0 where there is no such node."""
    nodes: Array[u64, DEEPEST]

    def parent(self) -> u64:
        """The node's parent; ABSENT for the root."""
        return self.nodes[self.depth - 2] if self.depth >= 2 else ABSENT


@fn
def find_lineage(tree: Ptr[Fdt], node: u64, line: Ptr[Lineage]) -> bool:
    """Fill `line` for `node`; False where it is no node's offset or too deep."""
    line.depth = 0
    walk = walk_from(tree, ROOT)
    token = walk.step()
    while token not in (Token.BAD, Token.FINISH) and walk.start <= node:
        if token == Token.BEGIN and walk.depth <= DEEPEST:
            line.nodes[walk.depth - 1] = walk.start
            if walk.start == node:
                line.depth = walk.depth
                return True
        token = walk.step()
    return False


@fn
def parent_of(tree: Ptr[Fdt], node: u64) -> u64:
    """The parent of `node`, or ABSENT."""
    line = zeroed(Lineage)
    find_lineage(tree, node, addr_of(line))
    return line.parent()


@fn
def path_of(tree: Ptr[Fdt], node: u64, into: Slice[u8]) -> Slice[u8]:
    """The path of `node`, written into `into`; cut off where that is too short, and empty where
    there is no such node."""
    line = zeroed(Lineage)
    if not find_lineage(tree, node, addr_of(line)):
        return into[:0]
    used: u64 = 0
    for level in range(1, max(line.depth, 2)):
        if used < len(into):
            into[used] = ord("/")
            used += 1
        if level < line.depth:
            name = node_name(tree, line.nodes[level])
            n = min(len(name), len(into) - used)
            into[used:used + n].copy_from(name[:n])
            used += n
    return into[:used]


@fn
def is_available(tree: Ptr[Fdt], node: u64) -> bool:
    """Whether `status` is absent or "okay" (2.3.4; "ok" is seen as well)."""
    status = property_of(tree, node, b"status")
    return (not status.found or equal_text(status.data, b"okay")
            or equal_text(status.data, b"ok"))


@fn
def is_reachable(tree: Ptr[Fdt], node: u64) -> bool:
    """Whether `node` and all above it are available: nothing works on a bus that is off."""
    line = zeroed(Lineage)
    if not find_lineage(tree, node, addr_of(line)):
        return False
    for level in range(line.depth):
        if not is_available(tree, line.nodes[level]):
            return False
    return True


@fn
def cell(value: Slice[u8], i: u64) -> u32:
    """Cell `i` of a property; 0 where there are fewer."""
    return be32(value, i * 4) if i < len(value) // 4 else u32(0)


@fn
def phandle_of(tree: Ptr[Fdt], node: u64) -> u32:
    """The phandle of `node` (2.3.3), or 0, which is none."""
    value = property_of(tree, node, b"phandle")
    if not value.found:
        value = property_of(tree, node, b"linux,phandle")
    return cell(value.data, 0) if len(value.data) == 4 else u32(0)


@fn
def find_phandle(tree: Ptr[Fdt], phandle: u32) -> u64:
    """The node of that phandle, or ABSENT."""
    if phandle == 0 or phandle == 0xFFFF_FFFF:
        return ABSENT
    walk = walk_from(tree, ROOT)
    node: u64 = ROOT
    while True:
        token = walk.step()
        if token in (Token.BAD, Token.FINISH):
            return ABSENT
        if token == Token.BEGIN:
            node = walk.start
        elif token == Token.PROPERTY and len(walk.value) == 4 and be32(walk.value, 0) == phandle:
            if equal(walk.name, b"phandle") or equal(walk.name, b"linux,phandle"):
                return node


@fn
def damage(tree: Ptr[Fdt]) -> u64:
    """Where in the structure block reading ends because it is malformed; ABSENT where it is
    whole."""
    walk = walk_from(tree, ROOT)
    while True:
        at = walk.at
        token = walk.step()
        if token == Token.FINISH:
            return ABSENT
        if token == Token.BAD:
            return at
