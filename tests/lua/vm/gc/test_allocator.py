"""Cells: sizes, alignment, no overlaps, reuse, what is given back, limits, failing allocations."""

from __future__ import annotations

import random

import pytest

from lua.vm.gc import heap, requests
from lua.vm.gc.heap import Vm
from wrought.lua.vm.gc import control
from wrought.lua.vm.memory import in_use
from wrought.lua.vm.memory_layout import (
    ARENA,
    BLOCK,
    BLOCKS,
    CLASS_OF,
    CLASSES,
    FIRST_BLOCK,
    FIRST_CELL,
    LARGE,
    SIZES,
    SMALL,
    STARTS,
)
from wrought.lua.vm.objects import CLASSES as CLASSES_OF_VM

KB = 1024
SIZES_TRIED = [*range(1, 130), *SIZES, *(n + 1 for n in SIZES), 2049, 4095, 4096, 4097, 5000, 9000,
               65_536, 100_001, LARGE - 1, LARGE, LARGE + 1, 700_000, 3_000_000]


def test_classes():
    assert CLASSES == CLASSES_OF_VM
    assert list(SIZES) == sorted(set(SIZES)) and all(size % 16 == 0 for size in SIZES)
    classes = list(CLASS_OF.get())
    starts = list(STARTS.get())
    for n in range(SMALL // 16 + 1):
        size = SIZES[classes[n]]
        assert size >= 16 * n and (classes[n] == 0 or SIZES[classes[n] - 1] < 16 * n)
    for c, size in enumerate(SIZES):
        cells = sum(word.bit_count() for word in starts[4 * c:4 * c + 4])
        assert cells == BLOCK // size


def check_apart(cells: list[tuple[int, int]]) -> None:
    ordered = sorted(cells)
    for (a, size), (b, _) in zip(ordered, ordered[1:], strict=False):
        assert a + size <= b, f"{size} bytes at {a:#x} reach into {b:#x}"


def test_cells_are_aligned_and_apart(vm: Vm):
    chance = random.Random(1)
    cells = []
    for _ in range(4000):
        size = chance.choice(SIZES_TRIED[:200])
        at = heap.cell(vm, size)
        assert at % 16 == 0 and at % ARENA >= FIRST_CELL
        heap.fill(at, size & 0x7F, size)
        cells.append((at, size))
    cells += [(heap.cell(vm, size), size) for size in SIZES_TRIED]
    check_apart(cells)
    for at, size in cells[:4000]:
        assert heap.filled(at, size & 0x7F, size)


@pytest.mark.parametrize("size", [1, 16, 40, 700, 1024, 2048, 2049, 5000, LARGE, LARGE + 1])
def test_freed_cell_is_used_again(vm: Vm, size: int):
    for _ in range(10):
        heap.cell(vm, size)
    before = in_use(vm)
    at = heap.cell(vm, size)
    if size > SMALL:
        assert in_use(vm) - before == -(-size // BLOCK) * BLOCK
    else:
        assert in_use(vm) - before == SIZES[list(CLASS_OF.get())[(size + 15) // 16]]
    heap.give_back(vm, at, size)
    assert in_use(vm) == before
    again = [heap.cell(vm, size) for _ in range(300)]
    if size <= LARGE:
        assert at in again
    check_apart([(a, size) for a in again])


def test_random_frees_keep_cells_apart(vm: Vm):
    """A cell's pattern stays as long as the cell is not freed."""
    chance = random.Random(2)
    live: dict[int, tuple[int, int]] = {}
    for turn in range(12_000):
        if live and chance.random() < 0.48:
            at = chance.choice(list(live)[:50])
            size, byte = live.pop(at)
            assert heap.filled(at, byte, size)
            heap.give_back(vm, at, size)
        else:
            size = chance.choice(SIZES_TRIED[:190] if turn % 50 else SIZES_TRIED[-6:])
            at = heap.cell(vm, size)
            assert at not in live
            live[at] = size, turn % 251
            heap.fill(at, turn % 251, size)
    check_apart([(at, size) for at, (size, _) in live.items()])


def test_unreachable_cells_are_reused(vm: Vm):
    """Cells without an owner are gone after a cycle; the heap does not grow."""
    heap.full(vm)
    base = in_use(vm)
    arenas = set()
    for _ in range(20):
        for _ in range(3000):
            arenas.add(heap.cell(vm, 100) // ARENA)
        heap.full(vm)
        assert in_use(vm) == base
    assert len(arenas) <= 2


def test_fragmented_blocks_are_filled(vm: Vm):
    """Where every third table stays, two thirds of the cells are handed out again."""
    keep = heap.make_table(vm, 1, 0)
    heap.set_slot(vm, 0, keep)
    kept = set()
    dropped = set()
    for i in range(3000):
        t = heap.make_table(vm, 0, 0)
        if i % 3 == 0:
            heap.refer(vm, keep, int_value(i + 1), t)
            kept.add(t)
        else:
            dropped.add(t)
    heap.full(vm)
    made = [heap.make_table(vm, 0, 0) for _ in range(1900)]
    assert not kept & set(made) and len(set(made)) == 1900
    assert len(dropped & set(made)) > 1800


def int_value(n: int) -> int:
    return 0xFFFF << 48 | n


def arenas_of(vm: Vm) -> int:
    return vm.gc.free_blocks // (BLOCKS - FIRST_BLOCK)


def test_empty_arenas_go_back(vm: Vm):
    """One free arena is kept, the others are unmapped; so are large mappings."""
    for _ in range(5000):
        heap.cell(vm, 2000)
    for _ in range(5):
        heap.cell(vm, 3_000_000)
    assert vm.gc.huge != 0
    heap.full(vm)
    assert vm.gc.huge == 0 and arenas_of(vm) <= 1
    before = mapped()
    big = [heap.cell(vm, 2_000_000) for _ in range(8)]
    assert mapped() - before >= 8 * 2_000_000
    for at in big:
        heap.give_back(vm, at, 2_000_000)
    assert mapped() - before <= ARENA


def mapped() -> int:
    """Bytes of this process's address space."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * 4096


def test_small_heap_touches_little():
    """A new state with some objects must not touch pages that it doesn't need."""
    def resident() -> int:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * 4096
    heap.drop_heap(heap.new_heap())
    before = resident()
    made = [heap.new_heap() for _ in range(20)]
    for vm in made:
        for _ in range(100):
            heap.make_table(vm, 2, 2)
    grown = resident() - before
    for vm in made:
        heap.drop_heap(vm)
    assert grown / 20 < 250 * KB


def test_limit_refuses_large_cells_at_once(vm: Vm):
    control.set_limit(vm, in_use(vm) + 200 * KB)
    assert requests.attempt(vm, requests.ALLOC, 300 * KB)[0] == requests.OUT_OF_MEMORY
    assert requests.attempt(vm, requests.ALLOC, 2_000_000)[0] == requests.OUT_OF_MEMORY
    assert requests.attempt(vm, requests.RAW, 300 * KB)[0] == requests.OUT_OF_MEMORY
    assert requests.attempt(vm, requests.ALLOC, 1 << 63)[0] == requests.OUT_OF_MEMORY
    assert requests.attempt(vm, requests.ALLOC, (1 << 64) - 1)[0] == requests.OUT_OF_MEMORY
    assert requests.attempt(vm, requests.ALLOC, 100 * KB)[0] == 0


def test_limit_lets_small_cells_pass_by_a_bit(vm: Vm):
    start = vm.gc.allocated
    control.set_limit(vm, start + 200 * KB)
    total = 0
    while True:
        code, _ = requests.attempt(vm, requests.ALLOC, 64)
        if code:
            break
        total += 64
    assert 200 * KB < total <= 200 * KB + 64 * KB + 8 * KB
    assert requests.attempt(vm, requests.SAFE_POINT, 0)[0] == 0, "all of it was garbage"
    assert vm.gc.allocated <= start


def test_limit_at_safe_points(vm: Vm):
    """What is alive counts: collecting does not help then."""
    control.set_limit(vm, vm.gc.allocated + 100 * KB)
    keep = heap.make_table(vm, 1, 0)
    heap.set_slot(vm, 0, keep)
    made = 0
    while requests.attempt(vm, requests.SAFE_POINT, 0)[0] == 0:
        heap.refer(vm, keep, int_value(made + 1), heap.make_table(vm, 0, 0))
        made += 1
    assert 500 < made < 100 * KB // 48
    heap.set_slot(vm, 0, NIL)
    assert requests.attempt(vm, requests.SAFE_POINT, 0)[0] == 0


NIL = 0xFFF9 << 48


def test_reserve(vm: Vm):
    control.set_limit(vm, vm.gc.allocated + 500 * KB)
    heap.cell(vm, 400 * KB)
    assert requests.attempt(vm, requests.RESERVE, 300 * KB)[0] == 0, "the cell is garbage"
    assert requests.attempt(vm, requests.ALLOC, 300 * KB)[0] == 0
    assert requests.attempt(vm, requests.RESERVE, 600 * KB)[0] == requests.OUT_OF_MEMORY
    control.set_limit(vm, control.NO_LIMIT)
    assert requests.attempt(vm, requests.RESERVE, 1 << 40)[0] == 0


@pytest.mark.parametrize("n", [1, 2, 3, 10, 60])
def test_failing_allocation(vm: Vm, n: int):
    """Exactly the n-th one fails, whatever its kind; afterwards all is as before."""
    chance = random.Random(n)
    for _ in range(10):
        requests.attempt(vm, requests.ALLOC, 48)
    control.fail_after(vm, n)
    for i in range(1, n + 20):
        what, size = chance.choice([(requests.ALLOC, 48), (requests.ALLOC, 700),
                                    (requests.ALLOC, 9000),
                                    (requests.ALLOC, 900_000), (requests.RAW, 5000)])
        assert (requests.attempt(vm, what, size)[0] != 0) == (i == n)
    assert vm.gc.fail_after == 0
    heap.full(vm)


def test_system_without_memory(vm: Vm):
    """A mapping that the system refuses is an error, not a crash."""
    assert requests.attempt(vm, requests.ALLOC, 1 << 46)[0] == requests.OUT_OF_MEMORY
    assert requests.attempt(vm, requests.RAW, 1 << 47)[0] == requests.OUT_OF_MEMORY
    assert requests.attempt(vm, requests.ALLOC, 64)[0] == 0
