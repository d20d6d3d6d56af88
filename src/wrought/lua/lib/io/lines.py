"""Iterators over the lines of a file."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import c_str
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.lib.args import check_string, is_absent
from wrought.lua.lib.io.file import (
    INPUT,
    check_file,
    close_stream,
    file_of,
    open_error,
    open_file,
    open_stream,
)
from wrought.lua.lib.io.read import read
from wrought.lua.lib.registry import builtin_word, make_function
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.frame import MIN_SLOTS
from wrought.lua.vm.objects import Vm, function_of, function_value
from wrought.lua.vm.stack import ensure
from wrought.lua.vm.strings import text
from wrought.lua.vm.system_files import ferror
from wrought.lua.vm.value import NIL

MOST_FORMATS = 59
"""The iterator keeps them, and the file, as upvalues."""

LINES_NEXT = builtin_word("io.lines()")


@unsafe
@fn
def lines_next(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """What the iterator does: read by its formats; at the end close the file if that is asked."""
    # SAFETY: the upvalues are a file and formats; `ensure` has made room for them.
    args = ensure(vm, args, MOST_FORMATS + MIN_SLOTS)
    kept = function_of(args[-2]).upvalues()
    file = file_of(kept[0])
    stream = open_stream(vm, file)
    count = len(kept) - 1
    for i in range(count):
        args[i] = kept[i + 1]
    vm.current.top = args + count
    got = read(vm, args, count, 0, file, stream)
    if ferror(stream) != 0:
        error_text(vm, text(args[1]))
    if args[0] == NIL and file.closes:
        close_stream(file)
        return 0
    return got


@unsafe
@fn
def make_iterator(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Leave an iterator over the file in args[0], with the formats behind it, in args[0]."""
    # SAFETY: there are n arguments.
    if n > MOST_FORMATS + 1:
        error_text(vm, b"too many results to unpack")
    f = make_function(vm, lines_next, n, LINES_NEXT)
    kept = f.upvalues()
    for i in range(n):
        kept[i] = args[i]
    args[0] = function_value(f)
    return 1


@unsafe
@fn
def file_lines(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """file:lines(…)."""
    # SAFETY: args has n values and MIN_SLOTS free slots behind.
    check_file(vm, args, n)
    return make_iterator(vm, args, n)


@unsafe
@fn
def io_lines(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """io.lines([name, …]): of a file that is closed at its end, or of the default input."""
    # SAFETY: as in file_lines.
    if is_absent(args, n, 0):
        args[0] = vm.cache[INPUT]
        return make_iterator(vm, args, max(n, 1))
    name = check_string(vm, args, n, 0)
    if not open_file(vm, args, name, c_str(b"r")):
        open_error(vm, name)
    file_of(args[0]).closes = True
    return make_iterator(vm, args, n)
