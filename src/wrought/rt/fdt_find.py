"""Finding nodes and properties in a device tree; every search is a walk, nothing is indexed."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.rt.bytes import ABSENT, equal, find_byte
from wrought.rt.fdt import ROOT, Fdt, Token, Walk


@struct
class Value:
    """A property's bytes; `found` is False and `data` empty where there is none."""

    data: Slice[u8]
    found: bool


@fn
def walk_from(tree: Ptr[Fdt], node: u64) -> Walk:
    """A walk whose first step is the BEGIN of `node`."""
    return Walk(tree=tree, at=node, start=node, depth=0, name=b"", value=b"")


@fn
def next_child(tree: Ptr[Fdt], parent: u64, previous: u64) -> u64:
    """The child of `parent` after the child `previous` (ABSENT: the first), or ABSENT."""
    walk = walk_from(tree, parent if previous == ABSENT else previous)
    outside: u64 = 1 if previous == ABSENT else 0
    token = walk.step()
    if token != Token.BEGIN:
        return ABSENT
    while True:
        token = walk.step()
        if token == Token.BEGIN and walk.depth == outside + 1:
            return walk.start
        if token in (Token.BAD, Token.FINISH) or walk.depth < outside:
            return ABSENT


@fn
def node_name(tree: Ptr[Fdt], node: u64) -> Slice[u8]:
    """The node's name with its unit address; empty for the root."""
    walk = walk_from(tree, node)
    walk.step()
    return walk.name


@fn
def find_child(tree: Ptr[Fdt], parent: u64, name: Slice[u8]) -> u64:
    """The child of that name, or the first that has it before its '@', or ABSENT."""
    child = next_child(tree, parent, ABSENT)
    while child != ABSENT:
        have = node_name(tree, child)
        if equal(have, name) or equal(have[:min(find_byte(have, ord("@"), 0), len(have))], name):
            return child
        child = next_child(tree, parent, child)
    return ABSENT


@fn
def fdt_find(tree: Ptr[Fdt], path: Slice[u8]) -> u64:
    """The node of a path such as `/soc/serial@9000000`, or ABSENT."""
    node: u64 = ROOT
    at: u64 = 0
    while node != ABSENT and at < len(path):
        end = min(find_byte(path, ord("/"), at), len(path))
        if end > at:
            node = find_child(tree, node, path[at:end])
        at = end + 1
    return node


@fn
def property_of(tree: Ptr[Fdt], node: u64, name: Slice[u8]) -> Value:
    """The property `name` of `node`."""
    walk = walk_from(tree, node)
    token = walk.step()
    while token == Token.BEGIN and walk.step() == Token.PROPERTY:
        if equal(walk.name, name):
            return Value(data=walk.value, found=True)
    return Value(data=b"", found=False)
