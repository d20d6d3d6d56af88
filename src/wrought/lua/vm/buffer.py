"""Texts under construction.

    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    b.write(b"abc"); format_to(addr_of(b), f"{n}")
    v = close_to_string(addr_of(b))          # or close_buffer
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import copy_memory, slice_from, unlikely
from wrought.lang.core.scalars import Ptr, Slice, u8, u64

SMALLEST = 128


@struct
class Buffer:
    """A text under construction.  It stands on the native stack.

    Its bytes are a cell that the collector finds through `Vm.buffers`; after an error the chain is
    cut where it was at the `try_call`, so nothing leaks.
    """

    vm: Ptr[Vm]
    data: Ptr[u8] | None
    used: u64
    size: u64
    next: Ptr[Buffer] | None

    def write(self, text: Slice[u8]) -> None:
        """For `format_to`."""
        put_bytes(self, text)


@fn
def open_buffer(vm: Ptr[Vm], b: Ptr[Buffer]) -> None:
    """Make a zeroed buffer known to the collector.  Buffers are closed in reverse order."""
    b.vm = vm
    b.data = None
    b.used = 0
    b.size = 0
    b.next = vm.buffers
    vm.buffers = b


@fn
def close_buffer(b: Ptr[Buffer]) -> None:
    """Forget a buffer, the innermost, and give back its memory."""
    vm = b.vm
    vm.buffers = b.next
    data = b.data
    if data is not None:
        free(vm, data, b.size)
        b.data = None


@noinline
@unsafe
@fn
def grow(b: Ptr[Buffer], more: u64) -> None:
    """Make room for `more` bytes behind those in use."""
    # SAFETY: `used` bytes of the old cell are copied into one that is larger.
    size = max(b.size * 2, SMALLEST)
    while size < b.used + more:
        size *= 2
    cell = alloc(b.vm, size)
    old = b.data
    if old is not None:
        copy_memory(cell, old, b.used)
        free(b.vm, old, b.size)
    b.data = cell
    b.size = size


@inline
@unsafe
@fn
def room(b: Ptr[Buffer], n: u64) -> Slice[u8]:
    """Space for n bytes behind those in use; the caller adds to `b.used` what it has written."""
    # SAFETY: `grow` has made the room.
    if unlikely(b.used + n > b.size):
        grow(b, n)
    data = b.data
    assert data is not None
    return slice_from(data + b.used, n)


@fn
def put_bytes(b: Ptr[Buffer], text: Slice[u8]) -> None:
    """Append a text."""
    if len(text) > 0:
        room(b, len(text)).copy_from(text)
        b.used += len(text)


@inline
@fn
def put_byte(b: Ptr[Buffer], byte: u8) -> None:
    """Append a byte."""
    room(b, 1)[0] = byte
    b.used += 1


@unsafe
@fn
def contents(b: Ptr[Buffer]) -> Slice[u8]:
    """The bytes so far; valid until the next that is appended."""
    # SAFETY: `used` bytes have been written.
    data = b.data
    if data is None:
        return b""
    return slice_from(data, b.used)


from wrought.lua.vm.memory import alloc, free  # noqa: E402
from wrought.lua.vm.objects import Vm  # noqa: E402
