"""The methods of files."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, format_to, to_int_raw, zeroed
from wrought.lang.core.scalars import Ptr, f64, i32, i64, u32, u64
from wrought.lua.lib.args import check_int, check_option, is_absent, type_error
from wrought.lua.lib.io.file import (
    STANDARD,
    check_file,
    check_handle,
    close_file,
    close_stream,
    failure,
    open_stream,
    result,
)
from wrought.lua.lib.io.read import read
from wrought.lua.lib.io.write import write
from wrought.lua.vm.buffer import open_buffer, put_bytes
from wrought.lua.vm.objects import Buffer, Vm
from wrought.lua.vm.strings import close_to_string
from wrought.lua.vm.system import fflush
from wrought.lua.vm.system_files import fseeko, ftello, setvbuf
from wrought.lua.vm.value import is_number, normal_number, number_of

BUFFER_SIZE: i32 = 8192
"""Of setvbuf where none is given."""


@unsafe
@fn
def file_close(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """file:close()."""
    # SAFETY: args has n values and MIN_SLOTS free slots behind.
    file = check_handle(vm, args, n)
    open_stream(vm, file)
    return close_file(vm, args, file)


@unsafe
@fn
def file_read(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """file:read(…)."""
    # SAFETY: as in file_close.
    file = check_handle(vm, args, n)
    return read(vm, args, n, 1, file, open_stream(vm, file))


@unsafe
@fn
def file_write(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """file:write(…)."""
    # SAFETY: as in file_close.
    return write(vm, args, n, 1, check_file(vm, args, n))


@unsafe
@fn
def file_flush(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """file:flush()."""
    # SAFETY: as in file_close.
    return result(vm, args, fflush(check_file(vm, args, n)) == 0)


@unsafe
@fn
def file_seek(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """file:seek([whence [, offset]]): the position from the start, in bytes."""
    # SAFETY: as in file_close.
    stream = check_file(vm, args, n)
    whence = check_option(vm, args, n, 1, 1, b"set cur end")
    offset: i64 = 0
    if not is_absent(args, n, 2):
        if not is_number(args[2]):
            type_error(vm, args, n, 2, b"number")
        offset = to_int_raw(i64, number_of(args[2]))
    if fseeko(stream, offset, whence) != 0:
        return failure(vm, args, None)
    args[0] = normal_number(f64(ftello(stream)))
    return 1


@unsafe
@fn
def file_setvbuf(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """file:setvbuf(mode [, size])."""
    # SAFETY: as in file_close.
    stream = check_file(vm, args, n)
    mode = check_option(vm, args, n, 1, -1, b"full line no")
    size = BUFFER_SIZE if is_absent(args, n, 2) else check_int(vm, args, n, 2)
    return result(vm, args, setvbuf(stream, None, mode, u64(bitcast(u32, size))) == 0)


@unsafe
@fn
def file_gc(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """The finaliser: close what is open, except for the standard files."""
    # SAFETY: as in file_close.
    file = check_handle(vm, args, n)
    if file.kind != STANDARD:
        close_stream(file)
    return 0


@unsafe
@fn
def file_tostring(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """__tostring: "file (0x…)", "file (closed)"."""
    # SAFETY: as in file_close.
    stream = check_handle(vm, args, n).stream
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    if stream is None:
        put_bytes(addr_of(b), b"file (closed)")
    else:
        at = u64(stream)
        format_to(addr_of(b), f"file ({at:#x})")
    args[0] = close_to_string(addr_of(b))
    return 1
