"""What `io` and files have."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lua.lib.io import functions as f
from wrought.lua.lib.io import methods as m
from wrought.lua.lib.io.file import INPUT, META, OUTPUT, STANDARD, file_of, new_file
from wrought.lua.lib.io.lines import file_lines, io_lines
from wrought.lua.lib.registry import library, open_library
from wrought.lua.vm.objects import Table, Vm, table_value, userdata_value
from wrought.lua.vm.strings import intern
from wrought.lua.vm.system import standard_stream
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.insert import set_str

FILE = library("file", [
    ("close", m.file_close), ("read", m.file_read), ("write", m.file_write),
    ("flush", m.file_flush), ("seek", m.file_seek), ("setvbuf", m.file_setvbuf),
    ("lines", file_lines), ("__gc", m.file_gc), ("__tostring", m.file_tostring)])

IO = library("io", [
    ("open", f.io_open), ("popen", f.io_popen), ("tmpfile", f.io_tmpfile), ("close", f.io_close),
    ("read", f.io_read), ("write", f.io_write), ("flush", f.io_flush), ("input", f.io_input),
    ("output", f.io_output), ("lines", io_lines), ("type", f.io_type)])


@fn
def add_standard(vm: Ptr[Vm], t: Ptr[Table], name: Slice[u8], number: u64) -> u64:
    """Put a standard file into the library's table; its value."""
    value = userdata_value(new_file(vm, STANDARD))
    file_of(value).stream = standard_stream(number)
    set_str(vm, t, intern(vm, name), value)
    return value


@fn
def open_io(vm: Ptr[Vm]) -> None:
    """Put the library into a new state."""
    meta = new_table(vm, 0, 5)
    vm.cache[META] = table_value(meta)
    FILE.open(vm, meta)
    set_str(vm, meta, intern(vm, b"__index"), table_value(meta))
    t = open_library(vm, b"io", IO.open)
    vm.cache[INPUT] = add_standard(vm, t, b"stdin", 0)
    vm.cache[OUTPUT] = add_standard(vm, t, b"stdout", 1)
    add_standard(vm, t, b"stderr", 2)
