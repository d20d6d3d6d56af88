"""What the collector and the allocator keep of a state: the field `gc` of `objects.Vm`."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import Array, Fn, Ptr, u8, u32, u64

CLASSES = 24
"""Size classes of small cells, `memory`."""


@struct
class Vector:
    """Words in raw memory (`gc.vector`), most often addresses of objects."""

    items: u64
    """Their address, 0 while there is no memory."""
    used: u64
    size: u64


@struct
class Gc:
    """The collector's state (`gc.cycle`) and the allocator's (`memory`)."""

    phase: u8
    """`gc.phase`."""
    stopped: u8
    """collectgarbage("stop")."""
    stress: u8
    """Testing: 1 collects at every safe point, 2 does a tiny step."""
    in_step: u8
    """The collector runs: it does not run inside itself."""
    pause: u32
    """Per cent, as collectgarbage("setpause") has it."""
    step_multiplier: u32
    cycles: u32
    """Cycles that were completed."""
    allocated: u64
    """Bytes in claimed runs, large cells and raw memory."""
    threshold: u64
    """The collector works when `allocated` passes it."""
    limit: u64
    """The memory limit in bytes, or all ones."""
    hard_limit: u64
    """Where small cells are refused as well: the limit and a bit."""
    estimate: u64
    """`allocated` after the last cycle."""
    live_offset: u64
    """Where the bitmap of the last cycle's survivors lies in every arena; the other is `mark`."""
    arenas: u64
    """Addresses: the first arena's header, 0 if there is none; the first large mapping's."""
    huge: u64
    block_arena: u64
    """The arena that the search for a free block begins at, or 0."""
    free_blocks: u64
    """In all arenas."""
    scan_arena: Array[u64, CLASSES]
    """By class: where the search for free cells goes on, an arena's header or 0."""
    scan_block: Array[u64, CLASSES]
    run_block: Array[u64, CLASSES]
    """By class: the address of the block that runs are taken from, or 0."""
    run_at: Array[u64, CLASSES]
    """Granules of that block that were looked at."""
    recycled: Array[u64, CLASSES]
    """By class: addresses of a chain of freed cells."""
    single: u8
    """Claim one cell at a time: stress and failing allocations."""
    premark: u8
    """Mark what is claimed: set after marking, before the bitmaps change places."""
    fail_after: u64
    """Testing: the allocation that is made to fail, counted down; 0 is none."""
    due: Fn[[Ptr[Vm], u64], None] | None
    """`gc.cycle.collector_due`, what safe points call."""
    give_up: Fn[[Ptr[Vm]], None] | None
    """`gc.cycle.give_up`."""
    grey: Vector
    """Objects to traverse."""
    again: Vector
    """Tables to traverse again in the atomic phase."""
    threads: Vector
    """The threads that were reached in this cycle."""
    weak: Vector
    """The weak tables that were reached."""
    finalisable: Vector
    """Userdata (and tables with a finaliser) whose finaliser may come, by age."""
    pending: Vector
    """Objects whose finaliser is due, from `pending_at` on."""
    pending_at: u64
    big_table: u64
    """A large table whose traversal is under way, or 0, and how far it got."""
    big_at: u64
    sweep_at: u64
    """The next bucket of the intern table to sweep, while there are `sweep_mask` + 1."""
    sweep_mask: u64
    raw_bytes: u64
    """Of `allocated`: raw memory."""
    checked: u64
    """`allocated` at the end of the last step."""


from wrought.lua.vm.objects import Vm  # noqa: E402
