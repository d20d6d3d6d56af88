"""Runs of free cells: where the allocator goes on when a size class has used up its run."""

from __future__ import annotations

from wrought.lang.core.function import fn, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, count_trailing_zeros, fill_memory, trunc
from wrought.lang.core.scalars import Ptr, u8, u64
from wrought.lua.vm.memory_layout import (
    BITMAP,
    BLOCK,
    BLOCKS,
    CLAIMED,
    CLASSES,
    FIRST_BLOCK,
    GRANULE,
    STARTS,
    cell_size,
    drop_bit,
    put_bit,
    start_of,
    word_of,
)

POISON: u8 = 0xDB
"""What free cells hold in stress mode."""
GRANULES = BLOCK // GRANULE


@fn
def count_down(vm: Ptr[Vm]) -> None:
    """Fail where a test asked for it."""
    if vm.gc.fail_after != 0:
        vm.gc.fail_after -= 1
        if vm.gc.fail_after == 0:
            out_of_memory(vm)


@unsafe
@fn
def first_bit(words: Ptr[u64], flip: u64, starts: Ptr[u64], at: u64) -> u64:
    """The first of a block's granules from `at` on with a bit in `words ^ flip` and in `starts`."""
    # SAFETY: both are four words.
    keep = ~u64(0) << (at & 63)
    for word in range(at >> 6, GRANULES // 64):
        found = (words[word] ^ flip) & starts[word] & keep
        if found != 0:
            return word * 64 + u64(count_trailing_zeros(found))
        keep = ~u64(0)
    return GRANULES


@unsafe
@fn
def next_run(vm: Ptr[Vm], c: u64) -> tuple[u64, u64]:
    """Start and end of the next free cells in the class's block; (0, 0) where there are none."""
    # SAFETY: the block has this class, and survivors have bits at starts of cells only.
    block = vm.gc.run_block[c]
    if block == 0:
        return 0, 0
    words = word_of(block, vm.gc.live_offset)
    starts = addr_of(STARTS[c * 4])
    first = first_bit(words, ~u64(0), starts, vm.gc.run_at[c])
    if first == GRANULES:
        vm.gc.run_block[c] = 0
        return 0, 0
    size = cell_size(c)
    end = first_bit(words, 0, starts, first + 1)
    if vm.gc.single != 0:
        end = first + size // GRANULE
    elif end == GRANULES:
        end = BLOCK // size * size // GRANULE
    vm.gc.run_at[c] = end
    return block + first * GRANULE, block + end * GRANULE


@fn
def next_block(vm: Ptr[Vm], c: u64) -> None:
    """Go on with the next block of this class, with a free one where all were searched."""
    vm.gc.run_at[c] = 0
    arena = header_at(vm.gc.scan_arena[c])
    state = trunc(u8, c + 1)
    while arena is not None:
        block = find_state(arena, vm.gc.scan_block[c], state)
        if block < BLOCKS:
            arena.state[block] |= CLAIMED
            vm.gc.scan_arena[c] = u64(arena)
            vm.gc.scan_block[c] = block + 1
            vm.gc.run_block[c] = start_of(arena) + block * BLOCK
            return
        vm.gc.scan_block[c] = FIRST_BLOCK
        arena = arena.next
    vm.gc.scan_arena[c] = 0
    vm.gc.run_block[c] = take_block(vm, state)


@unsafe
@fn
def pop_recycled(vm: Ptr[Vm], c: u64) -> tuple[u64, u64]:
    """A cell that was freed, as a run; (0, 0) where there is none."""
    # SAFETY: the chain links freed cells by their first words.
    cell = vm.gc.recycled[c]
    if cell == 0:
        return 0, 0
    vm.gc.recycled[c] = bitcast(Ptr[u64], cell)[0]
    return cell, cell + cell_size(c)


@fn
def mark_run(vm: Ptr[Vm], start: u64, end: u64, size: u64) -> None:
    """Mark all cells of a run that is claimed after marking, so that they outlive this cycle."""
    offset = vm.gc.live_offset ^ BITMAP
    cell = start
    while cell < end:
        put_bit(cell, offset)
        cell += size


@fn
def premark_runs(vm: Ptr[Vm]) -> None:
    """Mark what is left of the runs, whose cells will be handed out after marking."""
    for c in range(len(vm.bump)):
        mark_run(vm, vm.bump[c], vm.bump_end[c], cell_size(c))


@fn
def unmark_runs(vm: Ptr[Vm]) -> None:
    """Take the marks from what is left of the runs, which are given up."""
    for c in range(len(vm.bump)):
        cell = vm.bump[c]
        while cell < vm.bump_end[c]:
            drop_bit(cell, vm.gc.live_offset ^ BITMAP)
            cell += cell_size(c)


@fn
def drop_runs(vm: Ptr[Vm]) -> None:
    """Give up what is left of the runs."""
    for c in range(len(vm.bump)):
        vm.gc.allocated -= vm.bump_end[c] - vm.bump[c]
        vm.bump[c] = 0
        vm.bump_end[c] = 0


@fn
def search_from_start(vm: Ptr[Vm]) -> None:
    """After the bitmaps have changed places: look for free cells everywhere again."""
    for c in range(len(vm.bump)):
        vm.gc.scan_arena[c] = vm.gc.arenas
        vm.gc.scan_block[c] = FIRST_BLOCK
        vm.gc.run_block[c] = 0
        vm.gc.recycled[c] = 0
    vm.gc.block_arena = vm.gc.arenas


@noinline
@unsafe
@fn
def refill(vm: Ptr[Vm], c: u64) -> Ptr[u8]:
    """The first cell of the class's next run, which becomes the current one."""
    # SAFETY: the run's cells are free, and the old run is used up.
    count_down(vm)
    assert c < CLASSES
    size = cell_size(c)
    if vm.gc.hard_limit < size or vm.gc.allocated > vm.gc.hard_limit - size:
        out_of_memory(vm)
    start, end = pop_recycled(vm, c)
    while start == 0:
        start, end = next_run(vm, c)
        if start == 0:
            next_block(vm, c)
    vm.gc.allocated += end - start
    if vm.gc.premark != 0:
        mark_run(vm, start, end, size)
    if vm.gc.stress != 0:
        fill_memory(bitcast(Ptr[u8], start), POISON, end - start)
    vm.bump[c] = start + size
    vm.bump_end[c] = end
    return bitcast(Ptr[u8], start)


from wrought.lua.vm.memory_arena import (  # noqa: E402
    find_state,
    header_at,
    out_of_memory,
    take_block,
)
from wrought.lua.vm.objects import Vm  # noqa: E402
