"""debug.debug: a prompt on standard input and error."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, slice_from, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u64
from wrought.lua.front.chunk import BINARY, TEXT, load_chunk
from wrought.lua.lib.base.text import to_text
from wrought.lua.vm.call import call, pcall
from wrought.lua.vm.heads import FUNCB, head
from wrought.lua.vm.new import new_builtin
from wrought.lua.vm.objects import Vm, function_value, string_value
from wrought.lua.vm.strings import intern, text
from wrought.lua.vm.system import fgets, flush_all, standard_stream, strlen, write_stream
from wrought.lua.vm.value import is_string
from wrought.rt.bytes import equal

LINE = 250
"""Bytes of a line, its end included; a longer one is read in parts."""


@fn
def say(line: Slice[u8]) -> None:
    """Print to standard error."""
    write_stream(standard_stream(2), line)
    flush_all()


@unsafe
@fn
def run_line(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Load and run the text args[0]."""
    # SAFETY: `debug` gives a string; built-in functions have MIN_SLOTS free slots, here and below.
    f = load_chunk(vm, text(args[0]), intern(vm, b"=(debug command)"), TEXT | BINARY)
    args[2] = function_value(f)
    call(vm, args, 0, 0)
    return 0


@unsafe
@fn
def debug(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Run each line as a chunk until one is "cont"; errors are printed."""
    # SAFETY: as in run_line; fgets leaves a zero byte behind what it has read.
    line = zeroed(Array[u8, LINE])
    slot = args
    while True:
        say(b"lua_debug> ")
        got = fgets(addr_of(line[0]), LINE, standard_stream(0))
        if got is None:
            return 0
        typed = slice_from(got, strlen(got))
        if equal(typed, b"cont\n"):
            return 0
        slot[2] = function_value(new_builtin(vm, run_line, 0, vm.globals, head(FUNCB)))
        slot[4] = string_value(intern(vm, typed))
        slot, _, code = pcall(vm, slot, 1)
        if code != 0:
            slot, message = to_text(vm, slot, 0, 1)
            say(text(message) if is_string(message) else b"(error object is not a string)")
            say(b"\n")
