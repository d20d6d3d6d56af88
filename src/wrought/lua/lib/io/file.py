"""Files as userdata, and what their functions return."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import cold, fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, sizeof, zeroed
from wrought.lang.core.scalars import Ptr, Void, u8, u64
from wrought.lua.lib.args import arg_error, check_userdata
from wrought.lua.vm.buffer import contents, open_buffer, put_bytes
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.new import new_userdata
from wrought.lua.vm.objects import (
    Buffer,
    Str,
    Userdata,
    Vm,
    string_value,
    table_of,
    userdata_of,
    userdata_value,
)
from wrought.lua.vm.strings import close_to_string, intern
from wrought.lua.vm.system import fclose, fopen, last_error, last_error_number
from wrought.lua.vm.system_files import free, pclose
from wrought.lua.vm.value import NIL, TRUE, int_value

FILE_TYPE: u8 = 1
"""`Userdata.type` of files."""

PLAIN, PIPE, STANDARD = 0, 1, 2
"""`File.kind`: how it is closed."""

META, INPUT, OUTPUT = 28, 29, 30
"""Slots of `Vm.cache`: the metatable of files; the default files."""


@struct
class File:
    """The bytes of a file's userdata."""

    stream: Ptr[Void] | None
    """C's FILE; None when it is closed."""
    kind: u64
    line: Ptr[u8] | None
    """The memory that lines are read into, and its size: C's `getdelim` sees to it."""
    line_size: u64
    closes: bool
    """`io.lines` closes it at its end."""


@unsafe
@fn
def file_of(v: u64) -> Ptr[File]:
    """The file of a value that is one."""
    # SAFETY: userdata of this type are made here only.
    return bitcast(Ptr[File], userdata_of(v).data())


@unsafe
@fn
def new_file(vm: Ptr[Vm], kind: u64) -> Ptr[Userdata]:
    """A closed file."""
    # SAFETY: the userdata has room for a File.
    u = new_userdata(vm, sizeof(File), vm.globals)
    u.type = FILE_TYPE
    u.meta = table_of(vm.cache[META])
    file = bitcast(Ptr[File], u.data())
    file.stream = None
    file.kind = kind
    file.line = None
    file.line_size = 0
    file.closes = False
    return u


@unsafe
@fn
def check_handle(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> Ptr[File]:
    """The first argument, a file, open or closed."""
    # SAFETY: as in file_of.
    return bitcast(Ptr[File], check_userdata(vm, args, n, 0, FILE_TYPE, b"FILE*").data())


@unsafe
@fn
def check_file(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> Ptr[Void]:
    """The stream of the first argument, an open file."""
    # SAFETY: as in file_of.
    return open_stream(vm, check_handle(vm, args, n))


@fn
def open_stream(vm: Ptr[Vm], file: Ptr[File]) -> Ptr[Void]:
    """A file's stream, if it is open."""
    stream = file.stream
    if stream is None:
        error_text(vm, b"attempt to use a closed file")
    return stream


@fn
def default_file(vm: Ptr[Vm], which: u64) -> Ptr[File]:
    """The default file INPUT or OUTPUT, if it is open."""
    file = file_of(vm.cache[which % 32])
    if file.stream is None:
        error_text(vm, b"standard file is closed")
    return file


@unsafe
@fn
def failure(vm: Ptr[Vm], args: Ptr[u64], name: Ptr[Str] | None) -> u64:
    """The results of what failed: nil, what C says with the file's name if there is one, errno."""
    # SAFETY: there are MIN_SLOTS slots.
    number = last_error_number()
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    put_failure(addr_of(b), name)
    args[0] = NIL
    args[1] = close_to_string(addr_of(b))
    args[2] = int_value(number)
    return 3


@fn
def put_failure(b: Ptr[Buffer], name: Ptr[Str] | None) -> None:
    """Append "name: what C says"."""
    if name is not None:
        put_bytes(b, name.bytes())
        put_bytes(b, b": ")
    put_bytes(b, last_error())


@unsafe
@fn
def result(vm: Ptr[Vm], args: Ptr[u64], ok: bool) -> u64:
    """The results of an operation on a file: true, or those of `failure`."""
    # SAFETY: as in failure.
    if not ok:
        return failure(vm, args, None)
    args[0] = TRUE
    return 1


@unsafe
@fn
def open_file(vm: Ptr[Vm], args: Ptr[u64], name: Ptr[Str], mode: Ptr[u8]) -> bool:
    """Open a file into args[0]; whether that could be done.  `mode` ends with a zero byte."""
    # SAFETY: a zero byte follows the name.
    u = new_file(vm, PLAIN)
    args[0] = userdata_value(u)
    file = file_of(args[0])
    file.stream = fopen(name.bytes().ptr, mode)
    return file.stream is not None


@cold
@fn
def open_error(vm: Ptr[Vm], name: Ptr[Str]) -> None:
    """Raise that the file named by the first argument can't be opened."""
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    put_failure(addr_of(b), name)
    arg_error(vm, 0, contents(addr_of(b)))


@fn
def close_stream(file: Ptr[File]) -> bool:
    """Close an open file; whether all could be written."""
    stream = file.stream
    if stream is None:
        return True
    file.stream = None
    free(file.line)
    file.line = None
    file.line_size = 0
    if file.kind == PIPE:
        return pclose(stream) != -1
    return fclose(stream) == 0


@unsafe
@fn
def close_file(vm: Ptr[Vm], args: Ptr[u64], file: Ptr[File]) -> u64:
    """Close a file, with the results that `close` has."""
    # SAFETY: as in failure.
    if file.kind == STANDARD:
        args[0] = NIL
        args[1] = string_value(intern(vm, b"cannot close standard file"))
        return 2
    return result(vm, args, close_stream(file))
