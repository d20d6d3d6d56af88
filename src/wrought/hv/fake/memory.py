"""The fake machine's memory: a window of this process's, given by the test or tool."""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Array, Ptr, u16, u64
from wrought.lang.core.static import static

MAX_FLUSHES = 64


@struct
class Flush:
    """A TLB invalidation that was asked for."""

    ipa: u64
    pages: u64
    """0 for all of the guest."""
    vmid: u16
    mapped: bool
    """The tables still translated the address then; looked up only with `start_level` set."""
    written: u64
    """What `barriers` was."""


@struct
class Window:
    """Machine addresses `start` … `start + size` are this process's memory from `base` on."""

    start: u64
    size: u64
    base: u64


window = static(Window)
flushes = static(u64)
"""Invalidations so far; the last MAX_FLUSHES are in `flush_log`."""
barriers = static(u64)
"""Calls of `tables_written` so far."""
first_scrubbed = static(u64)
"""Frames that `scrub_first` was called for."""
start_level = static(u64, 4)
"""Level of the tables' roots, set by tests that want `Flush.mapped`."""
flush_log = static(Array[Flush, MAX_FLUSHES])


@fn
def set_window(start: u64, size: u64, base: u64) -> None:
    """Make the memory at process address `base` the machine's."""
    global window
    window = Window(start, size, base)


@fn
def address_of(at: Hpa) -> u64:
    """Where a machine address lies in this process; a panic outside the window."""
    offset = u64(at) - window.start
    assert offset < window.size, "no such machine memory"
    return window.base + offset


@fn
def note_written() -> None:
    """Record that the tables are to be visible."""
    global barriers
    barriers += 1


@unsafe
@fn
def still_mapped(root: Hpa, ipa: u64) -> bool:
    """Whether the tables at `root` lead somewhere: a walk that shares nothing with `core`."""
    # SAFETY: tests have valid tables in the window.
    index = ipa >> (39 - 9 * start_level)
    table = root
    for level in range(start_level, u64(4)):
        entry = Ptr[u64](address_of(table) + index * 8)[0]
        if entry & 3 != 3 or level == 3:
            return entry & 1 != 0
        table = Hpa(entry & 0xFFFF_FFFF_F000)
        index = ipa >> (30 - 9 * level) & 511
    return False


@fn
def note_flush(vmid: u16, root: Hpa, ipa: u64, pages: u64) -> None:
    """Record an invalidation for the test."""
    global flushes
    flush_log[flushes % MAX_FLUSHES] = Flush(
        ipa, pages, vmid, start_level < 4 and pages != 0 and still_mapped(root, ipa), barriers)
    flushes += 1
