"""The bitmaps change places, and blocks in which nothing survived are free again.

Cells inside other blocks need no work: the allocator finds them by the bitmap (`memory_runs`).
"""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, noinline, unsafe
from wrought.lang.core.intrinsics import bitcast, fill_memory, popcount, trunc
from wrought.lang.core.scalars import Ptr, u8, u32, u64
from wrought.lua.vm.gc.phase import NOT_MARKING, PAUSE
from wrought.lua.vm.memory_layout import (
    ARENA,
    BITMAP,
    BLOCK,
    BLOCKS,
    CLAIMED,
    CLASSES,
    FIRST_BLOCK,
    FIRST_CELL,
    FREE,
    LARGE_HEAD,
    LARGE_REST,
    Arena,
    cell_size,
    drop_bit,
    has_bit,
    start_of,
    word_of,
)
from wrought.lua.vm.system_memory import unmap_pages

LEAST_GROWTH = 256 * 1024
"""Bytes by which the heap grows at least before the next cycle, where `pause` is above 100."""


@unsafe
@fn
def clear_marks(vm: Ptr[Vm]) -> None:
    """Make the bitmap that is to be built empty."""
    # SAFETY: each arena begins with the bitmaps.
    offset = vm.gc.live_offset ^ BITMAP
    at = header_at(vm.gc.arenas)
    while at is not None:
        if at.dirty[offset // BITMAP] != 0:
            fill_memory(bitcast(Ptr[u8], start_of(at) + offset), 0, BITMAP)
            at.dirty[offset // BITMAP] = 0
        at = at.next
    at = header_at(vm.gc.huge)
    while at is not None:
        drop_bit(start_of(at) + FIRST_CELL, offset)
        at = at.next


@fn
def spoil_marks(vm: Ptr[Vm]) -> None:
    """Note that the bitmap being built may have bits everywhere: the cycle is given up."""
    at = header_at(vm.gc.arenas)
    while at is not None:
        at.dirty[(vm.gc.live_offset ^ BITMAP) // BITMAP] = 1
        at = at.next


@cold
@fn
def give_up(vm: Ptr[Vm]) -> None:
    """Forget a cycle whose marking is not complete."""
    vm.gc.grey.used = 0
    vm.gc.again.used = 0
    vm.gc.threads.used = 0
    vm.gc.weak.used = 0
    vm.gc.big_table = 0
    vm.gc.phase = PAUSE
    vm.gc.in_step = 0
    vm.black = NOT_MARKING
    spoil_marks(vm)


@unsafe
@fn
def survivors(block: u64, offset: u64) -> u64:
    """How many cells of a block survived."""
    # SAFETY: a block has four words of the bitmap.
    words = word_of(block, offset)
    if words[0] | words[1] | words[2] | words[3] == 0:
        return 0
    return u64(popcount(words[0])) + u64(popcount(words[1])) + u64(
        popcount(words[2])) + u64(popcount(words[3]))


@fn
def end_of_large(arena: Ptr[Arena], block: u64) -> u64:
    """The block after a large cell."""
    end = block + 1
    while end < BLOCKS and arena.state[end] == LARGE_REST:
        end += 1
    return end


@fn
def sweep_arena(arena: Ptr[Arena], offset: u64) -> u64:
    """Free the blocks without survivors; returns the bytes of the survivors' cells."""
    start = start_of(arena)
    live: u64 = 0
    block: u64 = FIRST_BLOCK
    while block < BLOCKS:
        state = arena.state[block] & ~CLAIMED
        end = end_of_large(arena, block) if state == LARGE_HEAD else block + 1
        kept: u64 = 0
        if state == LARGE_HEAD:
            if has_bit(start + block * BLOCK, offset):
                kept = (end - block) * BLOCK
        elif state != FREE:
            kept = survivors(start + block * BLOCK, offset) * cell_size(u64(state - 1) % CLASSES)
        if kept > 0:
            arena.state[block] = state
        else:
            for i in range(block, end):
                arena.state[i] = FREE
        live += kept
        block = end
    recount(arena)
    arena.dirty[offset // BITMAP] = 1 if live > 0 else 0
    return live


@fn
def recount(arena: Ptr[Arena]) -> None:
    """Count the free blocks of an arena."""
    free: u32 = 0
    first: u32 = BLOCKS
    for block in range(FIRST_BLOCK, BLOCKS):
        if arena.state[block] == FREE:
            if free == 0:
                first = trunc(u32, block)
            free += 1
    arena.free_blocks = free
    arena.first_free = first
    arena.longest = free


@fn
def sweep_arenas(vm: Ptr[Vm]) -> u64:
    """Sweep all arenas; returns the bytes of the survivors' cells."""
    live: u64 = 0
    free: u64 = 0
    at = header_at(vm.gc.arenas)
    while at is not None:
        live += sweep_arena(at, vm.gc.live_offset)
        free += u64(at.free_blocks)
        at = at.next
    vm.gc.free_blocks = free
    return live


@unsafe
@fn
def unmap_free(vm: Ptr[Vm], keep: u64) -> None:
    """Unmap arenas that are free as a whole, but for `keep` of them."""
    # SAFETY: in an arena whose blocks are all free nobody has a cell.
    before: Ptr[Arena] | None = None
    at = header_at(vm.gc.arenas)
    while at is not None:
        following = at.next
        if at.free_blocks != BLOCKS - FIRST_BLOCK:
            before = at
        elif keep > 0:
            keep -= 1
            before = at
        else:
            if before is None:
                vm.gc.arenas = 0 if following is None else u64(following)
            else:
                before.next = following
            vm.gc.free_blocks -= u64(at.free_blocks)
            unmap_pages(bitcast(Ptr[u8], start_of(at)), at.size)
        at = following


@fn
def sweep_huge(vm: Ptr[Vm]) -> u64:
    """Unmap the large mappings whose cell is dead; returns the bytes of the others."""
    live: u64 = 0
    at = header_at(vm.gc.huge)
    while at is not None:
        following = at.next
        if has_bit(start_of(at) + FIRST_CELL, vm.gc.live_offset):
            live += at.size - FIRST_CELL
        else:
            drop_huge(vm, at)
        at = following
    return live


@noinline
@fn
def sweep(vm: Ptr[Vm]) -> None:
    """Make the cells that were not marked free."""
    unmark_runs(vm)
    drop_runs(vm)
    vm.gc.premark = 0
    vm.gc.live_offset ^= BITMAP
    live = sweep_arenas(vm) + sweep_huge(vm)
    vm.gc.allocated = live + vm.gc.raw_bytes
    vm.gc.estimate = vm.gc.allocated
    unmap_free(vm, (next_cycle(vm) - vm.gc.estimate) // ARENA + 1)
    search_from_start(vm)


@fn
def next_cycle(vm: Ptr[Vm]) -> u64:
    """How many bytes the heap has when the next cycle begins, at least what it has now."""
    size = vm.gc.estimate // 100 * u64(vm.gc.pause)
    if vm.gc.pause > 100:
        size = max(size, vm.gc.estimate + LEAST_GROWTH)
    return max(size, vm.gc.estimate)


from wrought.lua.vm.memory_arena import drop_huge, header_at  # noqa: E402
from wrought.lua.vm.memory_runs import drop_runs, search_from_start, unmark_runs  # noqa: E402
from wrought.lua.vm.objects import Vm  # noqa: E402
