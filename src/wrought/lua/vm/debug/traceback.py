"""The text of debug.traceback."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, format_to
from wrought.lang.core.scalars import Ptr, i64, u64
from wrought.lua.lib.numbers import FIRST_HIDDEN, NOT_LISTED
from wrought.lua.vm.buffer import put_bytes
from wrought.lua.vm.chunkname import chunk_id
from wrought.lua.vm.debug.callers import call_name
from wrought.lua.vm.debug.frames import (
    Frame,
    current_line,
    depth,
    frame_at,
    frame_below,
    function_at,
    proto_at,
)
from wrought.lua.vm.objects import Buffer, Closure, Proto, Thread, Vm

FIRST_LEVELS = 12
LAST_LEVELS = 10
"""Of a deep stack the levels below the first number are shown, and so many of the last."""


@fn
def traceback(vm: Ptr[Vm], b: Ptr[Buffer], thread: Ptr[Thread], level: i64) -> None:
    """Append "stack traceback:" and a line for each level of a thread from `level` on."""
    put_bytes(b, b"stack traceback:")
    count = depth(thread)
    frame, found = frame_at(thread, level)
    at = level
    decided = False
    while found:
        if at >= FIRST_LEVELS and not decided:
            decided = True
            if count > at + LAST_LEVELS + 1:
                put_bytes(b, b"\n\t...")
                at = count - LAST_LEVELS
                frame, found = frame_at(thread, at)
                continue
        put_level(vm, b, thread, addr_of(frame))
        at += 1
        frame, found = frame_below(thread, addr_of(frame))


@unsafe
@fn
def put_level(vm: Ptr[Vm], b: Ptr[Buffer], thread: Ptr[Thread], frame: Ptr[Frame]) -> None:
    # SAFETY: names are strings.
    name = call_name(vm, thread, frame)
    text = name.text
    function = function_at(frame)
    proto = proto_at(frame)
    put_bytes(b, b"\n\t")
    if proto is not None:
        chunk_id(b, proto.chunk.bytes())
    elif text is None and function.builtin > NOT_LISTED and function.builtin < FIRST_HIDDEN:
        format_to(b, f"[builtin#{function.builtin}]")
    else:
        put_bytes(b, b"[C]")
    put_bytes(b, b":")
    line = current_line(frame)
    if line > 0:
        format_to(b, f"{line}:")
    if text is not None:
        put_bytes(b, b" in function '")
        put_bytes(b, text.bytes())
        put_bytes(b, b"'")
    elif proto is not None:
        put_nameless(b, proto)
    else:
        put_bytes(b, b" at 0x")
        format_to(b, f"{native_address(function):x}")


@unsafe
@fn
def put_nameless(b: Ptr[Buffer], proto: Ptr[Proto]) -> None:
    """A Lua function that the caller has no name for."""
    # SAFETY: a chunk's name is a string.
    if is_main(proto):
        put_bytes(b, b" in main chunk")
        return
    put_bytes(b, b" in function <")
    chunk_id(b, proto.chunk.bytes())
    format_to(b, f":{proto.first_line}>")


@fn
def is_main(proto: Ptr[Proto]) -> bool:
    """Whether this is a chunk's own function: it begins in line 0 and ends in a line."""
    return proto.first_line == 0 and proto.last_line != 0


@unsafe
@fn
def native_address(function: Ptr[Closure]) -> u64:
    # SAFETY: the address is only shown.
    native = function.native
    return u64(0) if native is None else u64(native)
