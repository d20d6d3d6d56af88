"""Cells of the collector: allocation, and giving back what has one owner.

Each size class has a run of free cells, `Vm.bump` to `Vm.bump_end`, so that most allocations are a
load, a comparison and a store (`try_bump`).  `memory_runs` finds the next run: sweeping is nothing
but this search in the bitmap of the last cycle's survivors.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, unlikely
from wrought.lang.core.scalars import Ptr, u8, u64
from wrought.lua.vm.memory_layout import (
    BITMAP,
    BLOCK,
    LARGE,
    SMALL,
    arena_of,
    cell_size,
    class_of,
    drop_bit,
    put_bit,
)
from wrought.lua.vm.system_memory import PAGE, map_pages, unmap_pages


@inline
@unsafe
@fn
def try_bump(vm: Ptr[Vm], c: u64, size: u64) -> Ptr[u8] | None:
    """A cell of class c, whose cells have `size` bytes, or None when the run is used up.

    `try_bump(vm, class_of(n), cell_size(class_of(n)))` folds where n is known.
    """
    # SAFETY: a run has whole cells, and c is a class.
    bumps = addr_of(vm.bump[0])
    cell = bumps[c]
    if unlikely(cell == addr_of(vm.bump_end[0])[c]):
        return None
    bumps[c] = cell + size
    return bitcast(Ptr[u8], cell)


@inline
@fn
def alloc(vm: Ptr[Vm], size: u64) -> Ptr[u8]:
    """A cell of `size` bytes, 16-aligned, contents unspecified.  It never collects.

    Throws "not enough memory" where the limit is passed by far or the system has no more.
    """
    if size > SMALL:
        return alloc_large(vm, size)
    c = class_of(size)
    cell = try_bump(vm, c, cell_size(c))
    if cell is None:
        return refill(vm, c)
    return cell


@inline
@fn
def rounded(size: u64, unit: u64) -> u64:
    """The next multiple of a power of two."""
    return (size + unit - 1) & ~(unit - 1)


@noinline
@unsafe
@fn
def alloc_large(vm: Ptr[Vm], size: u64) -> Ptr[u8]:
    """`alloc` of a cell above `SMALL`: whole blocks, or a mapping of its own."""
    # SAFETY: the cell's address is of fresh memory.
    count_down(vm)
    whole = rounded(size, BLOCK)
    bound = vm.gc.limit if whole > BLOCK else vm.gc.hard_limit
    if whole < size or whole > bound or vm.gc.allocated > bound - whole:
        out_of_memory(vm)
    cell = take_blocks(vm, whole // BLOCK) if whole <= LARGE else add_huge(vm, whole)
    vm.gc.allocated += whole
    if vm.gc.premark != 0:
        put_bit(cell, vm.gc.live_offset ^ BITMAP)
    return bitcast(Ptr[u8], cell)


@unsafe
@fn
def free(vm: Ptr[Vm], cell: Ptr[u8], size: u64) -> None:
    """Give back a cell to which the caller holds the only reference.

    `size` is what it was allocated with, or anything else of the same class.
    """
    # SAFETY: the first word of the dead cell links the chain; no mark bit is left, so that who
    # gets the cell in this cycle is not taken for marked.
    at = u64(cell)
    if size > SMALL:
        free_large(vm, at, rounded(size, BLOCK))
        return
    c = class_of(size)
    vm.gc.allocated -= cell_size(c)
    drop_bit(at, vm.gc.live_offset ^ BITMAP)
    chain = addr_of(vm.gc.recycled[0]) + c
    bitcast(Ptr[u64], cell)[0] = chain[0]
    chain[0] = at


@noinline
@fn
def free_large(vm: Ptr[Vm], cell: u64, whole: u64) -> None:
    """Give back the blocks or the mapping of a large cell."""
    vm.gc.allocated -= whole
    arena = arena_of(cell)
    if whole > LARGE:
        drop_huge(vm, arena)
        return
    drop_bit(cell, 0)
    drop_bit(cell, BITMAP)
    vm.gc.block_arena = u64(arena)
    drop_blocks(vm, arena, (cell - (u64(arena) & ~(1024 * 1024 - 1))) // BLOCK, whole // BLOCK)


@fn
def raw_alloc(vm: Ptr[Vm], size: u64) -> Ptr[u8]:
    """Zeroed memory outside the collector's heap, in whole pages, for `raw_free`."""
    count_down(vm)
    pages = try_raw_alloc(vm, size)
    if pages is None:
        out_of_memory(vm)
    return pages


@fn
def try_raw_alloc(vm: Ptr[Vm], size: u64) -> Ptr[u8] | None:
    """`raw_alloc` for who can do without, as the collector must: None where there is no more."""
    whole = rounded(size, PAGE)
    if whole > vm.gc.limit or vm.gc.allocated > vm.gc.limit - whole:
        return None
    pages = map_pages(whole, PAGE)
    if pages is None:
        return None
    vm.gc.allocated += whole
    vm.gc.raw_bytes += whole
    return pages


@fn
def raw_free(vm: Ptr[Vm], at: Ptr[u8], size: u64) -> None:
    """Give back what `raw_alloc` gave for this size."""
    whole = rounded(size, PAGE)
    unmap_pages(at, whole)
    vm.gc.allocated -= whole
    vm.gc.raw_bytes -= whole


@fn
def in_use(vm: Ptr[Vm]) -> u64:
    """Bytes of cells and raw memory; what is left of the runs is not in use."""
    spare: u64 = 0
    for c in range(len(vm.bump)):
        spare += vm.bump_end[c] - vm.bump[c]
    return vm.gc.allocated - spare


@noinline
@fn
def reserve(vm: Ptr[Vm], size: u64) -> None:
    """A safe point: make sure that `size` bytes can be had, collecting in need, or throw.

    All that is alive must be on the stack or otherwise reachable.
    """
    due = vm.gc.due
    if due is not None and (vm.gc.allocated >= vm.gc.threshold or not fits(vm, size)):
        due(vm, size)
    if not fits(vm, size):
        out_of_memory(vm)


@inline
@fn
def fits(vm: Ptr[Vm], size: u64) -> bool:
    """Whether the limit allows so many bytes more."""
    return size <= vm.gc.limit and vm.gc.allocated <= vm.gc.limit - size


@inline
@fn
def safe_point(vm: Ptr[Vm]) -> None:
    """Let the collector work if it is due.  The same condition as for `reserve`.

    Finalisers may be called, above the current thread's top; its stack may have moved then.
    """
    if unlikely(vm.gc.allocated >= vm.gc.threshold):
        due = vm.gc.due
        if due is not None:
            due(vm, 0)


from wrought.lua.vm.memory_arena import (  # noqa: E402
    add_huge,
    drop_blocks,
    drop_huge,
    out_of_memory,
    take_blocks,
)
from wrought.lua.vm.memory_runs import count_down, refill  # noqa: E402
from wrought.lua.vm.objects import Vm  # noqa: E402
