"""A device tree file as the hypervisor's own compiled reader sees it, for the tools.

A node is its offset, as in `wrought.rt.fdt`; None is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wrought.errors import WroughtError
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import ROOT, Check, Fdt, Token, open_tree
from wrought.rt.fdt_find import fdt_find, next_child, node_name, property_of, walk_from
from wrought.rt.fdt_tree import damage, is_reachable, path_of
from wrought.rt.fdt_values import find_compatible

MAX_FILE = 16 << 20
"""Bytes; a blob is at most 2 MB where boot loaders place it."""
CHECKS = {
    Check.SHORT: "it is truncated: fewer bytes than its header says",
    Check.NO_TREE: "it is no flattened device tree: the magic number d00dfeed is missing; "
                   "compile a source with dtc -O dtb",
    Check.VERSION: "its format is older than version 16 or newer than 17",
    Check.LAYOUT: "its header is damaged: a block lies outside the file",
}


class BoardError(WroughtError):
    """A file is no device tree that can be read."""


class Tree:
    """An opened device tree.  Raises `BoardError` for what is not one, OSError for no file."""

    def __init__(self, path: Path) -> None:
        with open(path, "rb") as file:
            data = file.read(MAX_FILE + 1)
        if len(data) > MAX_FILE:
            raise BoardError(f"{path}: more than {MAX_FILE >> 20} MB are no device tree")
        self.blob: Any = bytearray(data)
        self.fdt: Any = Fdt()
        check = open_tree(self.fdt, self.blob)
        if check != Check.OK:
            raise BoardError(f"{path}: {CHECKS[check]}")
        at = damage(self.fdt)
        if at != ABSENT:
            raise BoardError(f"{path}: it is damaged: the structure block makes no sense at its "
                             f"byte {at:#x}")

    def find(self, path: str) -> int | None:
        """The node at a path."""
        return _node(fdt_find(self.fdt, path.encode()))

    def path(self, node: int) -> str:
        """The path of a node."""
        room: Any = bytearray(1024)
        return bytes(path_of(self.fdt, node, room)).decode("latin-1")

    def name(self, node: int) -> str:
        """The name of a node, with its unit address."""
        return bytes(node_name(self.fdt, node)).decode("latin-1")

    def children(self, node: int) -> Iterator[int]:
        """The nodes right below a node."""
        child = next_child(self.fdt, node, ABSENT)
        while child != ABSENT:
            yield int(child)
            child = next_child(self.fdt, node, child)

    def nodes(self) -> Iterator[int]:
        """All nodes, in the blob's order."""
        walk: Any = walk_from(self.fdt, ROOT)
        token = walk.step()
        while token not in (Token.BAD, Token.FINISH):
            if token == Token.BEGIN:
                yield int(walk.start)
            token = walk.step()

    def texts(self, node: int, name: str) -> tuple[str, ...]:
        """A property that is a list of strings; empty where there is none."""
        data = bytes(property_of(self.fdt, node, name.encode()).data)
        return tuple(data.decode("latin-1").rstrip("\0").split("\0")) if data else ()

    def text(self, node: int, name: str) -> str:
        """The first string of a property, or ""."""
        return next(iter(self.texts(node, name)), "")

    def compatible(self, *wanted: str) -> Iterator[int]:
        """The nodes that are on and compatible with one of these, those of the first first."""
        seen: set[int] = set()
        for each in wanted:
            node = find_compatible(self.fdt, each.encode(), ABSENT)
            while node != ABSENT:
                if node not in seen and is_reachable(self.fdt, node):
                    seen.add(node)
                    yield int(node)
                node = find_compatible(self.fdt, each.encode(), node)


def _node(offset: Any) -> int | None:
    return None if offset == ABSENT else int(offset)
