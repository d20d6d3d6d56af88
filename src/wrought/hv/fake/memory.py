"""The fake machine's memory: a window of this process's, given by the test or tool."""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Array, u16, u64
from wrought.lang.core.static import static

MAX_FLUSHES = 64


@struct
class Flush:
    """A TLB invalidation that was asked for."""

    ipa: u64
    pages: u64
    """0 for all of the guest."""
    vmid: u16


@struct
class Window:
    """Machine addresses `start` … `start + size` are this process's memory from `base` on."""

    start: u64
    size: u64
    base: u64


window = static(Window)
flushes = static(u64)
"""Invalidations so far; the last MAX_FLUSHES are in `flush_log`."""
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
def note_flush(vmid: u16, ipa: u64, pages: u64) -> None:
    """Record an invalidation for the test."""
    global flushes
    entry = flush_log[flushes % MAX_FLUSHES]
    entry.ipa = ipa
    entry.pages = pages
    entry.vmid = vmid
    flushes += 1
