"""What the functions of the debug library are asked about: a thread, a level, a function."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Ptr, Slice, i64, u8, u64
from wrought.lua.lib.args import arg_error, check_int
from wrought.lua.vm.debug.frames import Frame, frame_at
from wrought.lua.vm.interp.coroutine import is_thread
from wrought.lua.vm.objects import Table, Thread, Vm, string_value, thread_of
from wrought.lua.vm.strings import intern
from wrought.lua.vm.table.insert import set_str


@unsafe
@fn
def thread_argument(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> tuple[Ptr[Thread], u64]:
    """The thread that may be the first argument, else the running one; how many arguments it took.
    """
    # SAFETY: built-in functions have n arguments, here and below.
    if n > 0 and is_thread(args[0]):
        return thread_of(args[0]), 1
    return vm.current, 0


@unsafe
@fn
def level_argument(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64, thread: Ptr[Thread]) -> Frame:
    """The frame of the level that an argument counts."""
    # SAFETY: as in thread_argument.
    frame, found = frame_at(thread, i64(check_int(vm, args, n, i)))
    if not found:
        arg_error(vm, i, b"level out of range")
    return frame


@fn
def put(vm: Ptr[Vm], t: Ptr[Table], name: Slice[u8], value: u64) -> None:
    """Set a field."""
    set_str(vm, t, intern(vm, name), value)


@fn
def text_value(vm: Ptr[Vm], text: Slice[u8]) -> u64:
    """A text as a string value."""
    return string_value(intern(vm, text))
