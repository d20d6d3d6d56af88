"""EL2's own tables, built in this process and read back in Python as the MMU reads them."""

from __future__ import annotations

from typing import Any

import pytest

from wrought.lang.build.errors import Panic
from wrought.rt.a64.descriptors import Stage1
from wrought.rt.a64.mmu import Access, map_range, pool, taken
from wrought.rt.a64.mmu import tables as static_tables

PAGE, BLOCK = 1 << 12, 1 << 21


@pytest.fixture(autouse=True)
def empty() -> None:
    """No mappings."""
    taken.set(1)
    pages = static_tables.get()
    for page in list(pages):
        page.assign([0] * 512)


def walk(address: int) -> Any:
    """The descriptor that maps an address and the bytes it covers, or None."""
    tables, table, span = static_tables.get(), 0, 1 << 30
    while True:
        entry = Stage1(tables[table][address // span % 512])
        if not entry.valid:
            return None
        if span == PAGE or not entry.table:
            return entry, span
        table, span = entry.frame - pool() // PAGE, span // 512


def test_pages_and_blocks_one_to_one():
    map_range(BLOCK - PAGE, 2 * BLOCK + 1, Access.WRITE)
    spans = {a: walk(a)[1] for a in (BLOCK - PAGE, BLOCK, 2 * BLOCK - 1, 2 * BLOCK)}
    assert list(spans.values()) == [PAGE, BLOCK, BLOCK, PAGE]
    for address, span in spans.items():
        assert walk(address)[0].frame * PAGE == address & -span
    assert walk(BLOCK - PAGE - 1) is None and walk(2 * BLOCK + PAGE) is None


@pytest.mark.parametrize("access", list(Access), ids=str)
def test_nothing_is_writable_and_executable(access: Any):
    map_range(0, PAGE, access)
    entry, _ = walk(0)
    assert entry.accessed and entry.user
    assert entry.read_only == (access in (Access.READ, Access.EXECUTE))
    assert entry.execute_never == (access != Access.EXECUTE)
    assert entry.attribute == (access == Access.DEVICE)
    assert entry.read_only or entry.execute_never


def test_overlaps_are_refused():
    map_range(BLOCK, 2 * BLOCK, Access.READ)
    with pytest.raises(Panic, match="mapped here already"):
        map_range(BLOCK + PAGE, BLOCK + 2 * PAGE, Access.WRITE)
    with pytest.raises(Panic, match="mapped twice"):
        map_range(BLOCK, 2 * BLOCK, Access.WRITE)


def test_running_out_is_a_panic():
    with pytest.raises(Panic, match="no translation table is left"):
        for n in range(32):
            map_range(n << 30, (n << 30) + PAGE, Access.READ)
