"""Reading by formats."""

from __future__ import annotations

from wrought.lang.core.function import fn, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, c_str, slice_from, zeroed
from wrought.lang.core.scalars import Ptr, Void, i32, i64, u8, u32, u64
from wrought.lua.lib.args import arg_error, check_int
from wrought.lua.lib.io.file import File, failure
from wrought.lua.vm.buffer import close_buffer, open_buffer, room
from wrought.lua.vm.errors import memory_error
from wrought.lua.vm.objects import Buffer, Vm, string_value
from wrought.lua.vm.strings import close_to_string, intern, text
from wrought.lua.vm.system import fread
from wrought.lua.vm.system_files import EOF, clearerr, ferror, fgetc, fscanf, getdelim, ungetc
from wrought.lua.vm.value import NIL, is_number, is_string, normal_number

BLOCK = 4096
"""Bytes that are read at once at first when all of a file is read."""
LARGEST_BLOCK = 1 << 20

NEWLINE: i32 = ord("\n")


@unsafe
@fn
def read_line(vm: Ptr[Vm], file: Ptr[File], stream: Ptr[Void], keep: bool) -> u64:
    """The next line, with its end if `keep`; nil at the end of the file."""
    # SAFETY: getdelim gives the memory and says how much of it is read.
    length = bitcast(u64, getdelim(addr_of(file.line), addr_of(file.line_size), NEWLINE, stream))
    line = file.line
    if bitcast(i64, length) <= 0 or line is None:
        return NIL
    if not keep and line[length - 1] == ord("\n"):
        length -= 1
    return string_value(intern(vm, slice_from(line, length)))


@unsafe
@fn
def read_number(stream: Ptr[Void]) -> u64:
    """The next number, as C reads it; nil where there is none."""
    # SAFETY: the format is of one double.
    x = 0.0
    if fscanf(stream, c_str(b"%lf"), addr_of(x)) == 1:
        return normal_number(x)
    return NIL


@noinline
@unsafe
@fn
def read_all(vm: Ptr[Vm], stream: Ptr[Void]) -> u64:
    """All that is left."""
    # SAFETY: `room` has made the space.
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    size: u64 = BLOCK
    while True:
        n = fread(room(addr_of(b), size).ptr, 1, size, stream)
        b.used += n
        if n < size:
            return close_to_string(addr_of(b))
        size = min(size * 2, LARGEST_BLOCK)


@noinline
@unsafe
@fn
def read_bytes(vm: Ptr[Vm], stream: Ptr[Void], count: i32) -> u64:
    """Up to so many bytes; nil at the end of the file, for none of them as well."""
    # SAFETY: as in read_all.
    if count < 0:
        memory_error(vm)
    if count == 0:
        byte = fgetc(stream)
        ungetc(byte, stream)
        return NIL if byte == EOF else string_value(intern(vm, b""))
    left = u64(bitcast(u32, count))
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    while left > 0:
        size = min(left, LARGEST_BLOCK)
        n = fread(room(addr_of(b), size).ptr, 1, size, stream)
        b.used += n
        left -= n
        if n < size:
            break
    if b.used == 0:
        close_buffer(addr_of(b))
        return NIL
    return close_to_string(addr_of(b))


@unsafe
@fn
def read_format(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64, file: Ptr[File],
                stream: Ptr[Void]) -> u64:
    """What the format in args[i] asks for, or nil."""
    # SAFETY: i is below n.
    format = args[i]
    if is_number(format):
        return read_bytes(vm, stream, check_int(vm, args, n, i))
    if not is_string(format):
        arg_error(vm, i, b"invalid option")
    name = text(format)
    at: u64 = 1 if len(name) > 0 and name[0] == ord("*") else 0
    letter = name[at] if at < len(name) else u8(0)
    if letter == ord("l") or letter == ord("L"):
        return read_line(vm, file, stream, letter == ord("L"))
    if letter == ord("n"):
        return read_number(stream)
    if letter == ord("a"):
        return read_all(vm, stream)
    arg_error(vm, i, b"invalid format")


@unsafe
@fn
def read(vm: Ptr[Vm], args: Ptr[u64], n: u64, first: u64, file: Ptr[File],
         stream: Ptr[Void]) -> u64:
    """Read what the formats from args[first] on ask for, a line where there are none.

    The results, up to the first nil, are left from args[0] on.
    """
    # SAFETY: there are n arguments, and no more results.
    clearerr(stream)
    count: u64 = 0
    if n <= first:
        args[0] = read_line(vm, file, stream, False)
        count = 1
    else:
        for i in range(first, n):
            got = read_format(vm, args, n, i, file, stream)
            args[i - first] = got
            count += 1
            if got == NIL:
                break
    if ferror(stream) != 0:
        return failure(vm, args, None)
    return count
