"""The frames of a thread, as levels that the debug library counts.

A level is a frame with a function: that of a vararg function counts once, though it lies on the
stack twice; the main thread's first frame, which is there for the embedding program, does not.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast
from wrought.lang.core.scalars import Ptr, i64, u64
from wrought.lua.vm.bytecode import OP, a_of
from wrought.lua.vm.debug.lines import holds, index_before, line_of
from wrought.lua.vm.frame import CONT, CONT_HEAD, HEAD, LUA, VARARG
from wrought.lua.vm.objects import Closure, Proto, Status, Thread, function_of
from wrought.lua.vm.value import is_function

NO_INDEX = (1 << 64) - 1
"""Of the instruction where none runs: in a built-in function."""


@struct
class Frame:
    """A level of a thread.  It is valid until the thread runs on or its stack moves."""

    base: Ptr[u64]
    """The first register, or the first argument of a built-in function."""
    head: Ptr[u64]
    """The base with the link to the frame below; `base`, except where varargs lie between."""
    end: Ptr[u64]
    """Past the last slot that is the frame's own."""
    index: u64
    """Of the instruction that runs, or NO_INDEX."""


@unsafe
@fn
def function_at(frame: Ptr[Frame]) -> Ptr[Closure]:
    # SAFETY: only frames with a function are levels.
    return function_of(frame.base[-2])


@fn
def proto_at(frame: Ptr[Frame]) -> Ptr[Proto] | None:
    """The prototype of a Lua function; None for a built-in one."""
    return function_at(frame).proto


@unsafe
@fn
def place(thread: Ptr[Thread], base: Ptr[u64], end: Ptr[u64], pc: u64) -> tuple[Frame, bool]:
    """The frame with a base, whose next instruction is at `pc` if that is one of its code's.

    False where there is none: the bottom of the stack.
    """
    # SAFETY: the bases of frames lie on the stack, their heads below them.
    frame = Frame(base, base, end, NO_INDEX)
    if u64(base) < u64(thread.stack) + 8 * HEAD or not is_function(base[-2]):
        return frame, False
    if base[-1] == CONT and base[-4] == OP.CONT_EXIT:
        return frame, False
    if base[-1] & 7 == VARARG:
        frame.head = base - (base[-1] >> 3)
    proto = function_of(base[-2]).proto
    if proto is not None:
        if holds(proto, pc):
            frame.index = index_before(proto, bitcast(Ptr[u64], pc))
    return frame, True


@unsafe
@fn
def top_frame(thread: Ptr[Thread]) -> tuple[Frame, bool]:
    """Level 0: what runs, or was running last.  A thread that was never resumed has none."""
    # SAFETY: `base` is that of a frame, once the thread has run.
    base = thread.base
    if thread.status == Status.FRESH or u64(base) < u64(thread.stack) + 8 * HEAD:
        return Frame(base, base, base, NO_INDEX), False
    end = thread.top
    if is_function(base[-2]):
        proto = function_of(base[-2]).proto
        if proto is not None:
            end = base + proto.framesize
    return place(thread, base, end, u64(thread.pc))


@unsafe
@fn
def frame_below(thread: Ptr[Thread], frame: Ptr[Frame]) -> tuple[Frame, bool]:
    """The level below; false at the bottom."""
    # SAFETY: head[-1] is a link to a frame of the same stack (`frame`).
    head = frame.head
    link = head[-1]
    if link & 7 == LUA:
        caller = head - (a_of(bitcast(Ptr[u64], link)[-1]) + HEAD)
        return place(thread, caller, head - HEAD, link)
    if link >> 3 == 0:
        return frame[0], False
    return place(thread, head - (link >> 3), head - CONT_HEAD, head[-3])


@fn
def frame_at(thread: Ptr[Thread], level: i64) -> tuple[Frame, bool]:
    """The frame of a level, 0 being what runs; false where there is none."""
    frame, found = top_frame(thread)
    left = level
    while found and left > 0:
        frame, found = frame_below(thread, addr_of(frame))
        left -= 1
    return frame, found and level >= 0


@fn
def depth(thread: Ptr[Thread]) -> i64:
    """The number of levels."""
    count: i64 = 0
    frame, found = top_frame(thread)
    while found:
        count += 1
        frame, found = frame_below(thread, addr_of(frame))
    return count


@fn
def runs_native(thread: Ptr[Thread]) -> bool:
    """Whether the running function is a built-in one."""
    frame, found = top_frame(thread)
    return found and proto_at(addr_of(frame)) is None


@fn
def current_line(frame: Ptr[Frame]) -> i64:
    """The line that runs; -1 in a built-in function, 0 where the code is stripped."""
    proto = proto_at(frame)
    if proto is None or frame.index == NO_INDEX:
        return -1
    return i64(line_of(proto, frame.index))
