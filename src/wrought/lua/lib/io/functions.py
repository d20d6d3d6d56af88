"""The functions of `io`."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import c_str
from wrought.lang.core.scalars import Ptr, u8, u64
from wrought.lua.lib.args import check_any, check_string, is_absent, opt_string
from wrought.lua.lib.io.file import (
    FILE_TYPE,
    INPUT,
    OUTPUT,
    PIPE,
    PLAIN,
    check_file,
    check_handle,
    close_file,
    default_file,
    failure,
    file_of,
    new_file,
    open_error,
    open_file,
    open_stream,
    result,
)
from wrought.lua.lib.io.read import read
from wrought.lua.lib.io.write import write
from wrought.lua.vm.objects import (
    Kind,
    Vm,
    header_of,
    string_value,
    userdata_of,
    userdata_value,
)
from wrought.lua.vm.strings import intern
from wrought.lua.vm.system import fflush, flush_all
from wrought.lua.vm.system_files import popen, tmpfile
from wrought.lua.vm.value import NIL, is_object


@fn
def is_file(v: u64) -> bool:
    """Whether a value is a file, open or closed."""
    return (is_object(v) and header_of(v).kind == Kind.USERDATA
            and userdata_of(v).type == FILE_TYPE)


@unsafe
@fn
def io_open(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """io.open(name [, mode])."""
    # SAFETY: args has n values and MIN_SLOTS free slots behind.
    name = check_string(vm, args, n, 0)
    mode = opt_string(vm, args, n, 1)
    if not open_file(vm, args, name, c_str(b"r") if mode is None else mode.bytes().ptr):
        return failure(vm, args, name)
    return 1


@unsafe
@fn
def io_popen(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """io.popen(command [, mode])."""
    # SAFETY: as in io_open.
    command = check_string(vm, args, n, 0)
    mode = opt_string(vm, args, n, 1)
    flush_all()
    args[0] = userdata_value(new_file(vm, PIPE))
    stream = popen(command.bytes().ptr, c_str(b"r") if mode is None else mode.bytes().ptr)
    if stream is None:
        return failure(vm, args, command)
    file_of(args[0]).stream = stream
    return 1


@unsafe
@fn
def io_tmpfile(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """io.tmpfile()."""
    # SAFETY: as in io_open.
    args[0] = userdata_value(new_file(vm, PLAIN))
    stream = tmpfile()
    if stream is None:
        return failure(vm, args, None)
    file_of(args[0]).stream = stream
    return 1


@unsafe
@fn
def io_close(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """io.close([file]): the default output where none is given."""
    # SAFETY: as in io_open.
    file = file_of(vm.cache[OUTPUT]) if n == 0 else check_handle(vm, args, n)
    open_stream(vm, file)
    return close_file(vm, args, file)


@unsafe
@fn
def io_read(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """io.read(…)."""
    # SAFETY: as in io_open.
    file = default_file(vm, INPUT)
    return read(vm, args, n, 0, file, open_stream(vm, file))


@unsafe
@fn
def io_write(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """io.write(…)."""
    # SAFETY: as in io_open.
    return write(vm, args, n, 0, open_stream(vm, default_file(vm, OUTPUT)))


@unsafe
@fn
def io_flush(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """io.flush()."""
    # SAFETY: as in io_open.
    stream = open_stream(vm, default_file(vm, OUTPUT))
    return result(vm, args, fflush(stream) == 0)


@unsafe
@fn
def exchange_default(vm: Ptr[Vm], args: Ptr[u64], n: u64, which: u64, mode: Ptr[u8]) -> u64:
    """Make args[0], a file or a name, a default file if it is given; return the default file."""
    # SAFETY: as in io_open.
    if not is_absent(args, n, 0):
        if is_file(args[0]):
            check_file(vm, args, n)
        else:
            name = check_string(vm, args, n, 0)
            if not open_file(vm, args, name, mode):
                open_error(vm, name)
        vm.cache[which % 32] = args[0]
    args[0] = vm.cache[which % 32]
    return 1


@unsafe
@fn
def io_input(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """io.input([file])."""
    # SAFETY: as in io_open.
    return exchange_default(vm, args, n, INPUT, c_str(b"r"))


@unsafe
@fn
def io_output(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """io.output([file])."""
    # SAFETY: as in io_open.
    return exchange_default(vm, args, n, OUTPUT, c_str(b"w"))


@unsafe
@fn
def io_type(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """io.type(x): "file", "closed file" or nil."""
    # SAFETY: as in io_open.
    v = check_any(vm, args, n, 0)
    if not is_file(v):
        args[0] = NIL
    elif file_of(v).stream is None:
        args[0] = string_value(intern(vm, b"closed file"))
    else:
        args[0] = string_value(intern(vm, b"file"))
    return 1
