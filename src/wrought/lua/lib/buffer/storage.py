"""A string buffer: bytes that are appended at the end and taken from the front.

The buffer is a userdata; its bytes are in another one, which is field 1 of its environment, so
that the collector knows it.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, noinline, unsafe
from wrought.lang.core.intrinsics import bitcast, move_memory, sizeof, slice_from
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lua.lib.args import check_userdata
from wrought.lua.vm.memory import reserve
from wrought.lua.vm.new import new_userdata
from wrought.lua.vm.objects import (
    Kind,
    Userdata,
    Vm,
    header_of,
    table_of,
    userdata_of,
    userdata_value,
)
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.insert import set_int
from wrought.lua.vm.value import NIL, is_object

BUFFER_TYPE: u8 = 2
"""`Userdata.type`."""
META = 2
"""Slot of `Vm.cache`: the metatable of buffers."""
SMALLEST = 64


@struct
class TextBuffer:
    """What the userdata holds: the bytes in use are data[start:end]."""

    data: Ptr[u8] | None
    start: u64
    end: u64
    size: u64


@unsafe
@fn
def buffer_of(u: Ptr[Userdata]) -> Ptr[TextBuffer]:
    # SAFETY: only for userdata of BUFFER_TYPE.
    return bitcast(Ptr[TextBuffer], u.data())


@unsafe
@fn
def is_buffer(v: u64) -> bool:
    # SAFETY: the kind is tested.
    if not is_object(v) or header_of(v).kind != Kind.USERDATA:
        return False
    return userdata_of(v).type == BUFFER_TYPE


@unsafe
@fn
def new_buffer(vm: Ptr[Vm], size: u64) -> Ptr[Userdata]:
    """An empty buffer with room for `size` bytes."""
    # SAFETY: the userdata has room for a TextBuffer.
    u = new_userdata(vm, sizeof(TextBuffer), vm.globals)
    u.type = BUFFER_TYPE
    u.meta = table_of(vm.cache[META])
    u.env = new_table(vm, 2, 0)
    buffer_of(u)[0] = TextBuffer(None, 0, 0, 0)
    if size > 0:
        enlarge(vm, u, size)
    return u


@unsafe
@fn
def check_buffer(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> Ptr[Userdata]:
    """The first argument, a buffer."""
    # SAFETY: built-in functions have n arguments.
    return check_userdata(vm, args, n, 0, BUFFER_TYPE, b"buffer")


@unsafe
@fn
def bytes_of(u: Ptr[Userdata]) -> Slice[u8]:
    """The bytes in use; valid until the buffer changes."""
    # SAFETY: start <= end <= size.
    b = buffer_of(u)
    data = b.data
    if data is None:
        return b""
    return slice_from(data + b.start, b.end - b.start)


@noinline
@unsafe
@fn
def enlarge(vm: Ptr[Vm], u: Ptr[Userdata], more: u64) -> None:
    """Make room for `more` bytes behind those in use, which move to the front."""
    # SAFETY: the new bytes have the size; regions of the old ones may overlap.
    b = buffer_of(u)
    used = bytes_of(u)
    n = len(used)
    data = b.data
    if data is None or n + more > b.size:
        size = max(b.size * 2, SMALLEST)
        while size < n + more:
            size *= 2
        reserve(vm, size)
        made = new_userdata(vm, size, vm.globals)
        set_int(vm, u.env, 1, userdata_value(made))
        move_memory(made.data(), used.ptr, n)
        b.data = made.data()
        b.size = size
    else:
        move_memory(data, used.ptr, n)
    b.start = 0
    b.end = n


@unsafe
@fn
def append(vm: Ptr[Vm], u: Ptr[Userdata], text: Slice[u8]) -> None:
    """Put bytes behind those in use; a safe point."""
    # SAFETY: `enlarge` has made the room.
    b = buffer_of(u)
    if b.end + len(text) > b.size:
        enlarge(vm, u, len(text))
    data = b.data
    if data is not None:
        slice_from(data + b.end, len(text)).copy_from(text)
        b.end += len(text)


@unsafe
@fn
def reset(u: Ptr[Userdata]) -> None:
    """Forget the bytes; the room stays."""
    # SAFETY: u is a buffer.
    b = buffer_of(u)
    b.start = 0
    b.end = 0


@unsafe
@fn
def release(vm: Ptr[Vm], u: Ptr[Userdata]) -> None:
    """Forget the bytes and their room."""
    # SAFETY: u is a buffer.
    buffer_of(u)[0] = TextBuffer(None, 0, 0, 0)
    set_int(vm, u.env, 1, NIL)
