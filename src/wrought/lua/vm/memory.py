"""Cells of the collector: allocation, and giving back what has one owner."""

from __future__ import annotations

from wrought.lang.core.function import extern, fn, unsafe
from wrought.lang.core.scalars import Ptr, u8, u64
from wrought.lua.vm.objects import Vm


@extern
def malloc(size: u64) -> Ptr[u8]: ...


@unsafe
@fn
def alloc(vm: Ptr[Vm], size: u64) -> Ptr[u8]:
    """A cell of `size` bytes, 16-aligned, contents unspecified.  It never collects.

    Throws "not enough memory" where the limit is passed by far or the system has no more.
    """
    # SAFETY: to be replaced by the arenas.
    return malloc(size)


@fn
def free(vm: Ptr[Vm], cell: Ptr[u8], size: u64) -> None:
    """Give back a cell to which the caller holds the only reference."""


@fn
def reserve(vm: Ptr[Vm], size: u64) -> None:
    """A safe point: make sure that `size` bytes can be had, collecting in need, or throw.

    All that is alive must be on the stack or otherwise reachable.
    """


@fn
def safe_point(vm: Ptr[Vm]) -> None:
    """Let the collector work if it is due.  The same condition as for `reserve`."""
