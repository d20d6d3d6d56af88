"""What the probe takes from device trees: both versions, their variants, and what is missing."""

from __future__ import annotations

from typing import Any

import fdt as reference
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rt.device_trees import add, opened
from wrought.hv.drivers.gic.places import MAX_REGIONS, gic
from wrought.hv.drivers.gic.probe import gic_probe
from wrought.rt.fdt import Check, Fdt, open_tree


def board(**nodes: dict[str, Any]) -> bytes:
    """A tree with controllers below a bus that is at 0x1_0000_0000."""
    tree = reference.FDT()
    for name, value in (("#address-cells", 2), ("#size-cells", 2), ("interrupt-parent", 1)):
        tree.root.append(reference.PropWords(name, value))
    add(tree, "/soc", n_address_cells=[1], n_size_cells=[1], ranges=[0, 1, 0, 0x8000_0000])
    for name, properties in nodes.items():
        add(tree, f"/soc/{name}", **{"n_interrupt_cells": [3], "phandle": [1], **properties})
    return tree.to_dtb(version=17)


def probe(**nodes: dict[str, Any]) -> bool:
    tree, held = opened(board(**nodes))
    return gic_probe(tree) and held is not None


def region(name: str) -> tuple[int, int]:
    place = getattr(gic.get(), name)
    return place.start, place.size


V2 = {"compatible": "arm,gic-400", "interrupts": [1, 9, 0xF04],
      "reg": [0x1000, 0x1000, 0x2000, 0x2000, 0x4000, 0x2000, 0x6000, 0x2000]}
V3 = {"compatible": "arm,gic-v3", "interrupts": [1, 9, 4],
      "reg": [0x10_0000, 0x1_0000, 0x20_0000, 0x20_0000]}


def test_v2():
    assert probe(gic=dict(V2))
    assert gic.get().version == 2 and gic.get().maintenance == 25
    assert region("distributor") == (0x1_0000_1000, 0x1000)
    assert region("cpu_interface") == (0x1_0000_2000, 0x2000)
    assert region("hypervisor") == (0x1_0000_4000, 0x2000)
    assert region("virtual") == (0x1_0000_6000, 0x2000)


def test_v2_of_an_old_tree_has_its_second_page_all_the_same():
    reg = [0x1000, 0x1000, 0x2000, 0x100, 0x4000, 0x2000, 0x6000, 0x1000]
    assert probe(gic={**V2, "reg": reg})
    assert region("cpu_interface")[1] == region("virtual")[1] == 0x2000


def test_v2_without_its_virtualization_interface_is_none():
    assert not probe(gic={**V2, "reg": V2["reg"][:4]})


def test_v2_that_is_a_part_of_another_device_is_passed_over():
    assert not probe(gic={**V2, "status": "disabled"})
    second = {**V2, "reg": [n + 0x10_0000 * (i % 2 == 0) for i, n in enumerate(V2["reg"])]}
    assert probe(a={**V2, "status": "disabled", "phandle": [2]}, b=second)
    assert region("distributor")[0] == 0x1_0010_1000


def test_v3():
    assert probe(gic=dict(V3))
    assert gic.get().version == 3 and gic.get().maintenance == 25
    assert gic.get().redistributor_count == 1 and gic.get().stride == 0
    assert region("distributor") == (0x1_0010_0000, 0x1_0000)
    first = gic.get().redistributors[0]
    assert (first.start, first.size) == (0x1_0020_0000, 0x20_0000)


@pytest.mark.parametrize(("stride", "want"), [
    ([0x4_0000], 0x4_0000), ([0, 0x4_0000], 0x4_0000), ([0x1234], 0), ([1, 2, 3], 0)])
def test_v3_with_several_regions_and_a_stride(stride: list[int], want: int):
    regions = [x for i in range(3) for x in (0x100_0000 * (i + 1), 0x80_0000)]
    assert probe(gic={**V3, "reg": V3["reg"][:2] + regions, "n_redistributor_regions": [3],
                      "redistributor_stride": stride})
    found = gic.get()
    assert found.redistributor_count == 3 and found.stride == want
    starts = [found.redistributors[i].start for i in range(3)]
    assert starts == [0x1_0100_0000, 0x1_0200_0000, 0x1_0300_0000]


@pytest.mark.parametrize("count", [0, 2, MAX_REGIONS + 1, 0xFFFF_FFFF])
def test_v3_with_fewer_regions_than_it_says_is_none(count: int):
    assert not probe(gic={**V3, "n_redistributor_regions": [count]})


@pytest.mark.parametrize(("interrupts", "want"), [
    ([1, 8, 4], 24), ([0, 9, 4], 0), ([], 0), ([1], 0), ([1, 0xFFFF_FFF9, 4], 25)])
def test_maintenance_interrupt_is_a_ppi(interrupts: list[int], want: int):
    assert probe(gic={**V3, "interrupts": interrupts})
    assert gic.get().maintenance == want


def test_no_controller():
    assert not probe()
    assert gic.get().version == 0


BLOB = board(a={**V3, "redistributor_stride": [0, 0x4_0000], "n_redistributor_regions": [1]})


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(st.integers(0, len(BLOB) - 1), st.integers(0, 255)), max_size=6))
def test_hostile_trees_end(changes: list[tuple[int, int]]):
    blob = bytearray(BLOB)
    for at, value in changes:
        blob[at] = value
    tree = Fdt()
    if open_tree(tree, blob) == Check.OK and gic_probe(tree):
        found = gic.get()
        assert found.version == 3 and 1 <= found.redistributor_count <= MAX_REGIONS
        assert found.distributor.size and found.redistributors[0].size
