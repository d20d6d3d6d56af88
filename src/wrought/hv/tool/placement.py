"""Where files are put in memory before the hypervisor starts: in RAM, apart from each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from wrought.errors import WroughtError
from wrought.hv.tool.devicetree import Node, Tree
from wrought.hv.tool.quantities import Range, show_size

BLOCK = 2 << 20
"""Bytes: kernels begin and end at such boundaries, so that a block can map them in place."""


class PlacementError(WroughtError):
    """There is no room."""


class Request(NamedTuple):
    """Something that needs a place."""

    what: str
    """For messages."""
    size: int
    """Bytes."""
    align: int = BLOCK
    offset: int = 0
    """Bytes behind the boundary: an Image's text offset."""


def place(requests: Iterable[Request], banks: Sequence[Range], taken: Iterable[Range]) -> list[int]:
    """The address of each request, in their order, from the lowest free place on.

    Each begins `offset` behind a multiple of `align`, and has whole units of `align` for itself.
    Raises `PlacementError`.
    """
    used = sorted(taken)
    found: list[int] = []
    for request in requests:
        size = _up(request.offset + request.size, request.align)
        start = _lowest(size, request.align, banks, used)
        if start is None:
            free = max((bank.size for bank in banks), default=0)
            raise PlacementError(f"{request.what}: {show_size(size)} have no room next to the "
                                 "other files in the machine's memory (largest bank: "
                                 f"{show_size(free)}); give the machine more memory")
        found.append(start + request.offset)
        used = sorted([*used, Range(start, size)])
    return found


def _lowest(size: int, align: int, banks: Sequence[Range], used: list[Range]) -> int | None:
    """The lowest aligned start of `size` free bytes; `used` is sorted."""
    for bank in sorted(banks):
        start = _up(bank.start, align)
        for region in used:
            if Range(start, size).overlaps(region):
                start = _up(region.end, align)
        if start + size <= bank.end and not any(Range(start, size).overlaps(r) for r in used):
            return start
    return None


def _up(value: int, align: int) -> int:
    return (value + align - 1) // align * align


def banks_of(tree: Tree) -> list[Range]:
    """RAM, by the nodes with device_type "memory" (Devicetree Specification v0.4, 3.4)."""
    return [Range(*pair) for node in tree.root.children.values()
            if node.text("device_type") == "memory"
            for pair in node.ranges(tree.root) if pair[1]]


def reserved_of(tree: Tree) -> list[Range]:
    """What of RAM is taken: the reservation block and /reserved-memory (3.5)."""
    found = [Range(*pair) for pair in tree.reserved]
    parent = tree.root.children.get("reserved-memory", Node())
    return found + [Range(*pair) for node in parent.children.values()
                    for pair in node.ranges(parent) if pair[1]]
