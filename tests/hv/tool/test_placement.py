"""Files never overlap each other, what is taken, or the end of memory."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hv.tool.conftest import board
from wrought.hv.tool.placement import PlacementError, Request, banks_of, place, reserved_of
from wrought.hv.tool.quantities import Range

MB = 1 << 20
pieces = st.builds(Range, st.integers(0, 300).map(lambda n: n * MB),
                   st.integers(1, 40 * MB))
requests = st.builds(Request, st.just("x"), st.integers(1, 30 * MB),
                     st.sampled_from((4096, 2 * MB)), st.sampled_from((0, 0x1000, 0x80000)))


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.lists(requests, max_size=6), st.lists(pieces, max_size=4))
def test_no_overlap(wanted: list[Request], taken: list[Range]):
    banks = [Range(16 * MB, 128 * MB), Range(256 * MB, 64 * MB)]
    try:
        starts = place(wanted, banks, taken)
    except PlacementError:
        # There is a bank that is not empty, so something is asked for that is large.
        assert sum(request.size for request in wanted) + sum(piece.size for piece in taken) > 2 * MB
        return
    placed = [Range(start, request.size) for start, request in zip(starts, wanted, strict=True)]
    for i, one in enumerate(placed):
        assert (one.start - wanted[i].offset) % wanted[i].align == 0
        assert any(bank.holds(one) for bank in banks)
        assert not any(one.overlaps(other) for other in [*taken, *placed[:i]])


def test_a_kernel_has_its_blocks_for_itself():
    kernel, small = Request("kernel", 3 * MB), Request("file", 100, 4096)
    assert place([kernel, small], [Range(MB, 64 * MB)], []) == [2 * MB, MB]
    assert place([small, kernel, small], [Range(0, 64 * MB)], [])[1:] == [2 * MB, 4096]


def test_everything_that_fits_is_placed():
    assert place([Request("x", 2 * MB)] * 3, [Range(0, 8 * MB)], [Range(2 * MB, MB)]) == [
        0, 4 * MB, 6 * MB]


def test_no_room():
    with pytest.raises(PlacementError, match='the kernel: 6 MiB have no room.*bank: 4 MiB'):
        place([Request("the kernel", 5 * MB)], [Range(0, 4 * MB)], [])


def test_memory_of_a_tree():
    tree = board()
    assert banks_of(tree) == [Range(0x4000_0000, 0x4000_0000)]
    assert reserved_of(tree) == [Range(0x4000_0000, 0x1000)]
