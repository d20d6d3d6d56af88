"""Arenas and their blocks: free ones are found by their state bytes, eight at a time."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, noinline, unsafe
from wrought.lang.core.intrinsics import (
    addr_of,
    bitcast,
    count_trailing_zeros,
    fill_memory,
    throw,
    trunc,
)
from wrought.lang.core.scalars import Never, Ptr, i32, u8, u32, u64
from wrought.lua.vm.memory_layout import (
    ARENA,
    BLOCK,
    BLOCKS,
    CLAIMED,
    FIRST_BLOCK,
    FIRST_CELL,
    FREE,
    HEADER,
    LARGE_HEAD,
    LARGE_REST,
    RESERVED,
    Arena,
    start_of,
)
from wrought.lua.vm.system_memory import map_pages, unmap_pages

ONES = 0x0101_0101_0101_0101
HIGHS = 0x8080_8080_8080_8080
NO_MEMORY: i32 = 4
"""LUA_ERRMEM."""


@cold
@fn
def out_of_memory(vm: Ptr[Vm]) -> Never:
    """Raise "not enough memory", whose text exists already.  No message handler is asked."""
    vm.error = vm.memory_error
    vm.error_code = NO_MEMORY
    vm.error_handled = 1
    throw(vm.frame, NO_MEMORY)


@unsafe
@fn
def find_state(arena: Ptr[Arena], start: u64, wanted: u8) -> u64:
    """The first block from `start` on in this state; `BLOCKS` where there is none."""
    # SAFETY: the states are 256 bytes, 8-aligned.
    states = bitcast(Ptr[u64], addr_of(arena.state[0]))
    skip = (u64(1) << ((start & 7) * 8)) - 1
    for word in range(start >> 3, BLOCKS // 8):
        other = (states[word] ^ (u64(wanted) * ONES)) | skip
        equal = (other - ONES) & ~other & HIGHS
        if equal != 0:
            return word * 8 + u64(count_trailing_zeros(equal)) // 8
        skip = 0
    return BLOCKS


@unsafe
@fn
def header_at(address: u64) -> Ptr[Arena] | None:
    """A header by its address, None for 0."""
    # SAFETY: the address is of a mapped header.
    return None if address == 0 else bitcast(Ptr[Arena], address)


@unsafe
@fn
def new_mapping(vm: Ptr[Vm], size: u64) -> Ptr[Arena]:
    """A mapping with a header, aligned as arenas are; it counts its own size only."""
    # SAFETY: the header lies inside the fresh mapping.
    start = map_pages(size, ARENA)
    if start is None:
        out_of_memory(vm)
    arena = bitcast(Ptr[Arena], start + HEADER)
    arena.size = size
    return arena


@noinline
@unsafe
@fn
def add_arena(vm: Ptr[Vm]) -> Ptr[Arena]:
    """A fresh arena, all of whose blocks are free, in front of the others."""
    # SAFETY: states of the blocks that hold bitmaps and header are below FIRST_BLOCK.
    arena = new_mapping(vm, ARENA)
    fill_memory(addr_of(arena.state[0]), RESERVED, FIRST_BLOCK)
    arena.free_blocks = BLOCKS - FIRST_BLOCK
    arena.longest = arena.free_blocks
    arena.first_free = FIRST_BLOCK
    arena.next = header_at(vm.gc.arenas)
    vm.gc.arenas = u64(arena)
    vm.gc.free_blocks += BLOCKS - FIRST_BLOCK
    vm.gc.block_arena = u64(arena)
    return arena


@fn
def search(first: u64, n: u32) -> Ptr[Arena] | None:
    """The first arena of a list that may have a run of n free blocks."""
    at = header_at(first)
    while at is not None:
        if at.free_blocks >= n and at.longest >= n:
            return at
        at = at.next
    return None


@fn
def arena_with(vm: Ptr[Vm], n: u32) -> Ptr[Arena]:
    """An arena that may have a run of n free blocks; a new one where none does."""
    if vm.gc.free_blocks < n:
        return add_arena(vm)
    found = search(vm.gc.block_arena, n)
    if found is None:
        found = search(vm.gc.arenas, n)
    if found is None:
        return add_arena(vm)
    vm.gc.block_arena = u64(found)
    return found


@fn
def take_block(vm: Ptr[Vm], state: u8) -> u64:
    """The address of a free block, now in this state and claimed."""
    arena = arena_with(vm, 1)
    block = find_state(arena, u64(arena.first_free), FREE)
    arena.state[block] = state | CLAIMED
    arena.first_free = trunc(u32, block + 1)
    arena.free_blocks -= 1
    vm.gc.free_blocks -= 1
    return start_of(arena) + block * BLOCK


@fn
def free_run(arena: Ptr[Arena], n: u64) -> u64:
    """The first of n free blocks in a row, or `BLOCKS`."""
    block = find_state(arena, u64(arena.first_free), FREE)
    while block + n <= BLOCKS:
        end = block + 1
        while end < block + n and arena.state[end] == FREE:
            end += 1
        if end == block + n:
            return block
        block = find_state(arena, end, FREE)
    return BLOCKS


@fn
def take_blocks(vm: Ptr[Vm], n: u64) -> u64:
    """The address of n blocks in a row, a large cell's now."""
    while True:
        arena = arena_with(vm, trunc(u32, n))
        block = free_run(arena, n)
        if block < BLOCKS:
            break
        arena.longest = trunc(u32, n - 1)
    arena.state[block] = LARGE_HEAD | CLAIMED
    for i in range(block + 1, block + n):
        arena.state[i] = LARGE_REST
    arena.free_blocks -= trunc(u32, n)
    vm.gc.free_blocks -= n
    return start_of(arena) + block * BLOCK


@fn
def drop_blocks(vm: Ptr[Vm], arena: Ptr[Arena], block: u64, n: u64) -> None:
    """Make n blocks free; no bit of their cells is set in either bitmap."""
    for i in range(block, block + n):
        arena.state[i] = FREE
    arena.free_blocks += trunc(u32, n)
    arena.longest = BLOCKS
    if block < arena.first_free:
        arena.first_free = trunc(u32, block)
    vm.gc.free_blocks += n


@fn
def add_huge(vm: Ptr[Vm], size: u64) -> u64:
    """The address of a cell with a mapping of its own, of `size` bytes in whole pages."""
    arena = new_mapping(vm, size + FIRST_CELL)
    first = header_at(vm.gc.huge)
    arena.next = first
    if first is not None:
        first.before = arena
    vm.gc.huge = u64(arena)
    return start_of(arena) + FIRST_CELL


@unsafe
@fn
def drop_huge(vm: Ptr[Vm], arena: Ptr[Arena]) -> None:
    """Unmap a large mapping."""
    # SAFETY: its cell is dead or the caller's alone.
    after = arena.next
    before = arena.before
    if after is not None:
        after.before = before
    if before is None:
        vm.gc.huge = 0 if after is None else u64(after)
    else:
        before.next = after
    unmap_pages(bitcast(Ptr[u8], start_of(arena)), arena.size)


from wrought.lua.vm.objects import Vm  # noqa: E402
