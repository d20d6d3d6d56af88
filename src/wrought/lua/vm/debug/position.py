"""The position that stands before a message: "chunk:line: "."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, format_to
from wrought.lang.core.scalars import Ptr, i64
from wrought.lua.vm.buffer import put_bytes
from wrought.lua.vm.chunkname import chunk_id
from wrought.lua.vm.debug.frames import NO_INDEX, frame_at, proto_at
from wrought.lua.vm.debug.lines import line_of
from wrought.lua.vm.objects import Buffer, Thread, Vm


@unsafe
@fn
def position_of(thread: Ptr[Thread], b: Ptr[Buffer], level: i64) -> bool:
    """Append "chunk:line:" of a level, and whether there was one: built-in functions have none."""
    # SAFETY: a chunk's name is a string.
    frame, found = frame_at(thread, level)
    if not found or frame.index == NO_INDEX:
        return False
    proto = proto_at(addr_of(frame))
    if proto is None:
        return False
    chunk_id(b, proto.chunk.bytes())
    line = line_of(proto, frame.index)
    format_to(b, f":{line}:")
    return True


@fn
def position_prefix(vm: Ptr[Vm], b: Ptr[Buffer], level: i64) -> None:
    """Append "chunk:line: " of a level of the running thread, or nothing.

    Level 0 is what runs: the Lua function whose bytecode has failed, or a built-in one; level 1
    is what has called that.
    """
    if position_of(vm.current, b, level):
        put_bytes(b, b" ")
