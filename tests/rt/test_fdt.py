"""The device-tree reader: against the `fdt` package on QEMU's trees, and against hostile blobs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import fdt as reference
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u64
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import ROOT, Check, Fdt, Token, open_tree, total_size
from wrought.rt.fdt_find import fdt_find, next_child, node_name, property_of, walk_from
from wrought.rt.fdt_values import find_compatible, has_text, reg, stdout_node, text

MACHINES = ("virt", "virt,virtualization=on,gic-version=3", "virt,secure=on,iommu=smmuv3")


def dump(folder: Path, machine: str) -> bytes:
    """The tree that QEMU makes for a machine."""
    path = folder / "tree.dtb"
    subprocess.run(["qemu-system-aarch64", "-machine", f"{machine},dumpdtb={path}", "-cpu",
                    "cortex-a57", "-smp", "4", "-m", "512", "-nodefaults", "-display", "none"],
                   check=True, capture_output=True)
    return path.read_bytes()


@pytest.fixture(scope="module", params=MACHINES)
def blob(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    if shutil.which("qemu-system-aarch64") is None:
        pytest.skip("QEMU is not installed")
    return dump(tmp_path_factory.mktemp("dtb"), request.param)


def opened(blob: bytes) -> tuple[Any, Any]:
    """(tree, the buffer that it reads)."""
    tree, held = Fdt(), bytearray(blob)
    assert open_tree(tree, held) == Check.OK
    return tree, held


def children(tree: Any, node: int) -> list[int]:
    """All children."""
    found, child = [], next_child(tree, node, ABSENT)
    while child != ABSENT:
        found.append(child)
        child = next_child(tree, node, child)
    return found


def compare(tree: Any, node: int, want: Any) -> None:
    """A node, its properties and all below it."""
    assert bytes(node_name(tree, node)).decode() == ("" if want.name == "/" else want.name)
    for p in want.props:
        got = property_of(tree, node, p.name.encode())
        assert got.found
        assert bytes(got.data) == raw(p), p.name
    assert not property_of(tree, node, b"no-such-property").found
    below = children(tree, node)
    assert len(below) == len(want.nodes)
    for child, wanted in zip(below, want.nodes, strict=True):
        compare(tree, child, wanted)


def raw(prop: Any) -> bytes:
    """A property's bytes, from the reference's decoded form."""
    if isinstance(prop, reference.PropStrings):
        return b"".join(s.encode() + b"\0" for s in prop.data)
    if isinstance(prop, reference.PropWords):
        return b"".join(w.to_bytes(4, "big") for w in prop.data)
    return bytes(prop.data) if isinstance(prop, reference.PropBytes) else b""


def test_every_node_and_property(blob: bytes):
    tree, held = opened(blob)
    compare(tree, ROOT, reference.parse_dtb(blob).root)
    assert total_size(held) == len(blob)


def test_lookups(blob: bytes):
    tree, held = opened(blob)
    assert held
    cpu = fdt_find(tree, b"/cpus/cpu@2")
    assert reg(tree, fdt_find(tree, b"/cpus"), cpu, 0).address == 2
    assert not reg(tree, fdt_find(tree, b"/cpus"), cpu, 1).found
    memory = fdt_find(tree, b"/memory@40000000")
    assert memory == fdt_find(tree, b"//memory/") != ABSENT
    place = reg(tree, ROOT, memory, 0)
    assert (place.address, place.size) == (0x4000_0000, 512 << 20)
    uart = stdout_node(tree)
    assert bytes(node_name(tree, uart)) == b"pl011@9000000"
    assert has_text(property_of(tree, uart, b"compatible").data, b"arm,primecell")
    first = find_compatible(tree, b"virtio,mmio", ABSENT)
    assert find_compatible(tree, b"virtio,mmio", first) > first
    assert find_compatible(tree, b"nobody,nothing", ABSENT) == ABSENT
    for path in (b"/nothing", b"/cpus/cpu@9", b"/cpus/cpu@2/none"):
        assert fdt_find(tree, path) == ABSENT
    assert fdt_find(tree, b"/") == fdt_find(tree, b"") == ROOT


@fn
def exercise(tree: Ptr[Fdt]) -> u64:
    """Read everything in every way; ends on any blob, without a panic."""
    seen: u64 = 0
    walk = walk_from(tree, ROOT)
    while True:
        token = walk.step()
        if token in (Token.BAD, Token.FINISH):
            break
        seen += 1 + len(walk.name) + len(walk.value)
    node = next_child(tree, ROOT, ABSENT)
    while node != ABSENT:
        seen += len(node_name(tree, node)) + len(property_of(tree, node, b"reg").data)
        seen += len(text(property_of(tree, node, b"compatible").data))
        seen += reg(tree, ROOT, node, 0).size & 1
        node = next_child(tree, ROOT, node)
    seen += fdt_find(tree, b"/cpus/cpu@0") & 1
    seen += find_compatible(tree, b"arm,pl011", ABSENT) & 1
    return seen + (stdout_node(tree) & 1)


@pytest.fixture(scope="module")
def small() -> bytes:
    """A tree in which a random byte hits something that matters."""
    tree = reference.FDT()
    tree.root.append(reference.PropWords("#address-cells", 2))
    tree.root.append(reference.PropWords("#size-cells", 2))
    for path, name in (("/cpus", "cpu@0"), ("/", "serial@9000"), ("/", "memory@0")):
        node = reference.Node(name)
        node.append(reference.PropStrings("compatible", "arm,pl011", "x"))
        node.append(reference.PropWords("reg", 0, 0x9000, 0, 0x1000))
        tree.add_item(node, path, create=True)
    chosen = reference.Node("chosen")
    chosen.append(reference.PropStrings("stdout-path", "/serial@9000:115200"))
    tree.add_item(chosen)
    return tree.to_dtb(version=17)


def test_small_tree_is_whole(small: bytes):
    tree, held = opened(small)
    assert held and bytes(node_name(tree, stdout_node(tree))) == b"serial@9000"


def read_all(blob: bytes) -> None:
    tree, held = Fdt(), bytearray(blob)
    if open_tree(tree, held) == Check.OK:
        exercise(tree)


@settings(deadline=None, max_examples=400)
@given(data=st.data())
def test_mutated_blobs_end(small: bytes, data: st.DataObject):
    blob = bytearray(small)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(blob) - 1))
        blob[at] = data.draw(st.sampled_from([0, 1, 2, 3, 4, 9, 0x7F, 0x80, 0xFF]))
    read_all(bytes(blob))


@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_mutated_words_end(small: bytes, data: st.DataObject):
    blob = bytearray(small)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(blob) // 4 - 1)) * 4
        value = data.draw(st.sampled_from([0, 3, 4, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFC,
                                           0xFFFFFFFF, len(blob), len(blob) - 1]))
        blob[at:at + 4] = value.to_bytes(4, "big")
    read_all(bytes(blob))


def test_truncated_blobs_end(small: bytes):
    for n in range(len(small)):
        assert open_tree(Fdt(), bytearray(small[:n])) == Check.SHORT
        cut = bytearray(small[:n])
        cut[4:8] = n.to_bytes(4, "big")
        read_all(bytes(cut))


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_noise(noise: bytes):
    assert open_tree(Fdt(), noise) in (Check.SHORT, Check.NO_TREE)
    assert total_size(noise) == 0


def test_header_checks(small: bytes):
    def changed(at: int, value: int) -> Any:
        blob = bytearray(small)
        blob[at:at + 4] = value.to_bytes(4, "big")
        return open_tree(Fdt(), blob)
    assert changed(0, 0) == Check.NO_TREE
    assert changed(4, len(small) + 1) == changed(4, 39) == Check.SHORT
    assert changed(20, 15) == changed(24, 18) == Check.VERSION
    assert changed(8, len(small)) == changed(8, 57) == changed(36, 0xFFFFFFFF) == Check.LAYOUT
