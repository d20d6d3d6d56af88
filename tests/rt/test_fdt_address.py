"""Addresses, interrupts and places in device trees: against a reader of the `fdt` package on
real boards, on small trees with every case, and on hostile blobs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fdt as reference
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rt.device_trees import build, opened, real_trees, small_tree, walk_nodes
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import ROOT, Check, Fdt, Token, open_tree
from wrought.rt.fdt_address import memreserve, reserved_regions, translate
from wrought.rt.fdt_find import fdt_find, walk_from
from wrought.rt.fdt_interrupt import interrupt, interrupt_parent
from wrought.rt.fdt_tree import (
    DEEPEST,
    Lineage,
    find_lineage,
    find_phandle,
    is_available,
    is_reachable,
    parent_of,
    path_of,
    phandle_of,
)

REAL = real_trees(every=23)


def path(tree: Any, node: int, room: int = 400) -> str:
    buffer = bytearray(room)
    return bytes(path_of(tree, node, buffer)).decode()


# The reference: the same questions answered on the package's objects, with Python's integers.

def words(node: Any, name: str) -> list[int] | None:
    found = node.get_property(name)
    return None if found is None else list(getattr(found, "data", []))


def one(node: Any, name: str, default: int) -> int:
    found = words(node, name)
    return found[0] if found and len(found) == 1 else default


def joined(cells: list[int]) -> int:
    value = 0
    for each in cells:
        value = value << 32 | each
    return value


def wanted_place(line: list[Any]) -> tuple[int, int] | None:
    """(address, size) of entry 0 of `reg` in the root's addresses."""
    parent, node = line[-2], line[-1]
    a, s = one(parent, "#address-cells", 2), one(parent, "#size-cells", 1)
    cells = words(node, "reg") or []
    if not 1 <= a <= 2 or s > 2 or len(cells) < a + s or not isinstance(cells[0], int):
        return None
    address, size = joined(cells[:a]), joined(cells[a:a + s])
    for above, bus in zip(line[-3::-1], line[-2:0:-1], strict=True):
        ranges = words(bus, "ranges")
        if ranges is None:
            return None
        if ranges:
            moved = through(above, bus, ranges, address, size)
            if moved is None:
                return None
            address = moved
    return (address, size) if address + size < 1 << 64 else None


def through(above: Any, bus: Any, ranges: list[int], address: int, size: int) -> int | None:
    a, s = one(bus, "#address-cells", 2), one(bus, "#size-cells", 1)
    up = one(above, "#address-cells", 2)
    if not (1 <= a <= 2 and 1 <= up <= 2 and 1 <= s <= 2):
        return None
    for i in range(0, len(ranges) - (a + up + s) + 1, a + up + s):
        start, length = joined(ranges[i:i + a]), joined(ranges[i + a + up:i + a + up + s])
        if start <= address < start + length and address + size <= start + length:
            return joined(ranges[i + a:i + a + up]) + address - start
    return None


def wanted_controller(line: list[Any], handles: dict[int, Any]) -> Any:
    for node in reversed(line):
        if node is not line[-1] and node.get_property("#interrupt-cells"):
            return node
        if node.get_property("interrupt-parent"):
            return handles.get(one(node, "interrupt-parent", 0))
    return None


@pytest.mark.parametrize("dtb", REAL, ids=lambda dtb: dtb.stem)
def test_real_boards(dtb: Path):
    """Every node of a real board: path, parent, phandle, status, address, interrupt parent."""
    tree, held = opened(dtb.read_bytes())
    lines = list(walk_nodes(reference.parse_dtb(bytes(held)).root))
    handles = {one(line[-1], "phandle", 0): line[-1] for line in lines}
    offsets: dict[int, int] = {}
    for line, node in zip(lines, node_offsets(tree), strict=True):
        want, want_path = line[-1], "/" + "/".join(n.name for n in line[1:])
        offsets[id(want)] = node
        assert path(tree, node) == want_path
        assert parent_of(tree, node) == (offsets[id(line[-2])] if len(line) > 1 else ABSENT)
        handle = one(want, "phandle", 0)
        assert phandle_of(tree, node) == handle
        assert handle == 0 or find_phandle(tree, handle) == node
        okay = [(n.get_property("status") is None or n.get_property("status").value
                 in ("okay", "ok")) for n in line]
        assert is_available(tree, node) == okay[-1] and is_reachable(tree, node) == all(okay)
        if len(line) > 1:
            place = translate(tree, node, 0)
            got = (place.address, place.size) if place.found else None
            assert got == wanted_place(line), want_path
    for line in lines:
        controller = wanted_controller(line, handles)
        want = ABSENT if controller is None else offsets[id(controller)]
        assert interrupt_parent(tree, offsets[id(line[-1])]) == want, line[-1].name


def node_offsets(tree: Any) -> list[int]:
    """All nodes in the blob's order."""
    found, walk = [], walk_from(tree, ROOT)
    while True:
        token = walk.step()
        if token in (Token.BAD, Token.FINISH):
            return found
        if token == Token.BEGIN:
            found.append(walk.start)


def test_real_boards_are_there():
    """Else the comparison above would silently compare nothing."""
    if not REAL:
        pytest.skip("the device trees of the kernel package are not in the cache")
    assert len(REAL) > 20


def test_translation():
    tree, held = opened(small_tree())
    assert held

    def place(name: bytes, i: int = 0) -> tuple[int, int] | None:
        found = translate(tree, fdt_find(tree, name), i)
        return (found.address, found.size) if found.found else None

    assert place(b"/memory@40000000") == (0x4000_0000, 0x1000_0000)
    assert place(b"/memory@40000000", 1) is None
    assert place(b"/soc/uart@100") == (0x9000_0100, 0x80)
    assert place(b"/soc/uart@100", 1) == (0x1_2000_0000, 0x10), "by the second range"
    assert place(b"/soc/uart@100", 2) is None, "it crosses the end of the range"
    assert place(b"/soc/uart@100", 3) is None, "no range holds it"
    assert place(b"/soc/bus/dev@4") == (0x9000_1004, 4), "through an empty ranges, then another"
    assert place(b"/private/dev@1") is None, "a bus without ranges is not the CPU's"
    assert place(b"/") is None and translate(tree, ABSENT, 0).found is False


def test_places_that_wrap_around_are_none():
    tree, held = opened(build([0, 0xFFFF_FFFF, 0xFFFF_FF00, 0x1000], [0x100, 0x80]))
    assert held and not translate(tree, fdt_find(tree, b"/soc/uart@100"), 0).found


def test_interrupts():
    tree, held = opened(small_tree())
    assert held
    gic, node = fdt_find(tree, b"/gic"), fdt_find(tree, b"/soc/uart@100")

    def of(name: bytes, i: int = 0) -> tuple[int, list[int]] | None:
        found = interrupt(tree, fdt_find(tree, name), i)
        return None if found.controller == ABSENT else (
            found.controller, list(found.cells)[:found.count])

    assert interrupt_parent(tree, node) == gic
    assert of(b"/soc/uart@100") == (gic, [0, 5, 4])
    assert of(b"/soc/uart@100", 1) == (gic, [1, 6, 8])
    assert of(b"/soc/uart@100", 2) is None
    assert of(b"/soc/uart@100", 2**61) is None
    pins = fdt_find(tree, b"/soc/pins")
    assert of(b"/soc/both@200") == (gic, [0, 7, 1])
    assert of(b"/soc/both@200", 1) == (pins, [3])
    assert of(b"/soc/both@200", 2) == (gic, [0, 8, 1])
    assert of(b"/soc/both@200", 3) is None
    assert of(b"/pci/dev@800") == (gic, [0, 41, 4]), "by the map, masked"
    assert of(b"/pci/dev@1000") == (gic, [0, 42, 4])
    assert of(b"/pci/dev@1800") is None, "no row of the map"
    assert of(b"/memory@40000000") is None and of(b"/nothing") is None


def test_reserved_memory():
    tree, held = opened(small_tree())
    assert held
    walk, found = reserved_regions(tree), []
    while True:
        region = walk.step()
        if not region.place.found:
            break
        found.append((region.place.address, region.place.size, region.no_map))
    assert found == [(0x4100_0000, 0x1000, True), (0x4200_0000, 0x2000, False),
                     (0x4300_0000, 0x3000, False)]
    entries = [memreserve(tree, i) for i in range(3)]
    assert [(e.address, e.size, e.found) for e in entries] == [
        (0x4000_0000, 0x1_0000, True), (0x1_0000_0000, 0x2000, True), (0, 0, False)]
    assert not memreserve(tree, 2**61).found


def test_paths_and_handles():
    tree, held = opened(small_tree())
    assert held
    node = fdt_find(tree, b"/soc/bus/dev@4")
    assert path(tree, node) == "/soc/bus/dev@4" and path(tree, ROOT) == "/"
    assert path(tree, node, 9) == "/soc/bus/" and path(tree, node, 0) == ""
    assert path(tree, node + 4) == path(tree, ABSENT) == ""
    assert parent_of(tree, node) == fdt_find(tree, b"/soc/bus")
    assert parent_of(tree, ROOT) == parent_of(tree, 3) == ABSENT
    for none in (0, 0xFFFF_FFFF, 77):
        assert find_phandle(tree, none) == ABSENT
    off = fdt_find(tree, b"/off/dev@1")
    assert is_available(tree, off) and not is_reachable(tree, off)
    assert not is_reachable(tree, ABSENT)


def test_depth_is_limited():
    tree = reference.FDT()
    where = "/".join("n" for _ in range(DEEPEST + 2))
    tree.add_item(reference.Node("leaf"), f"/{where}", create=True)
    view, held = opened(tree.to_dtb(version=17))
    assert held
    nodes, line = node_offsets(view), Lineage()
    assert len(nodes) == DEEPEST + 4
    assert find_lineage(view, nodes[DEEPEST - 1], line) and line.depth == DEEPEST
    assert not find_lineage(view, nodes[DEEPEST], line) and line.depth == 0


@fn
def exercise(tree: Ptr[Fdt], buffer: Slice[u8]) -> u64:
    """Ask everything about every node; ends on any blob, without a panic."""
    seen: u64 = 0
    walk = walk_from(tree, ROOT)
    line = zeroed(Lineage)
    while True:
        token = walk.step()
        if token in (Token.BAD, Token.FINISH):
            break
        if token == Token.BEGIN:
            node = walk.start
            find_lineage(tree, node, addr_of(line))
            seen += len(path_of(tree, node, buffer)) + line.depth + u64(phandle_of(tree, node))
            seen += 1 if is_reachable(tree, node) else 0
            for i in range(u64(3)):
                seen += translate(tree, node, i).size & 1
                seen += interrupt(tree, node, i).count
    regions = reserved_regions(tree)
    while regions.step().place.found:
        seen += 1
    while memreserve(tree, seen & 1).found and seen & 1 == 0:
        seen += 1
    return seen


def read_all(blob: bytes) -> None:
    tree, held = Fdt(), bytearray(blob)
    if open_tree(tree, held) == Check.OK:
        exercise(tree, bytearray(64))


SMALL = small_tree()
WORDS = [0, 1, 2, 3, 4, 5, 9, 0x3FFF_FFFF, 0x4000_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFC,
         0xFFFF_FFFF]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(SMALL) // 4 - 1), st.sampled_from(WORDS)
                          | st.integers(0, 0xFFFF_FFFF)), min_size=1, max_size=6))
def test_mutated_words_end(changes: list[tuple[int, int]]):
    blob = bytearray(SMALL)
    for at, value in changes:
        blob[4 * at:4 * at + 4] = value.to_bytes(4, "big")
    read_all(bytes(blob))


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), min_size=1,
                max_size=6))
def test_mutated_bytes_end(changes: list[tuple[int, int]]):
    blob = bytearray(SMALL)
    for at, value in changes:
        blob[at] = value
    read_all(bytes(blob))


def test_truncated_blobs_end():
    for n in range(40, len(SMALL), 3):
        cut = bytearray(SMALL[:n])
        cut[4:8] = n.to_bytes(4, "big")
        read_all(bytes(cut))
