"""Reading source files, and lines of a terminal."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import c_str
from wrought.lang.core.scalars import Ptr, Slice, Void, u8, u64
from wrought.lua.vm.buffer import open_buffer, room
from wrought.lua.vm.objects import Buffer, Vm
from wrought.lua.vm.system import fclose, fopen, fread, standard_stream

BLOCK = 16384


@unsafe
@fn
def read_stream(b: Ptr[Buffer], stream: Ptr[Void]) -> None:
    """Append all that is left of a stream."""
    # SAFETY: `room` has made the space.
    while True:
        space = room(b, BLOCK)
        n = fread(space.ptr, 1, BLOCK, stream)
        b.used += n
        if n < BLOCK:
            return


@fn
def read_file(vm: Ptr[Vm], b: Ptr[Buffer], name: Ptr[u8] | None) -> bool:
    """Open a buffer with a file's contents, standard input's for None; whether it could be read.

    `name` ends with a zero byte.
    """
    open_buffer(vm, b)
    if name is None:
        read_stream(b, standard_stream(0))
        return True
    stream = fopen(name, c_str(b"rb"))
    if stream is None:
        return False
    read_stream(b, stream)
    fclose(stream)
    return True


@fn
def without_first_line(source: Slice[u8]) -> Slice[u8]:
    """A source without a first line that begins with #; its line end stays, for the count."""
    if len(source) == 0 or source[0] != ord("#"):
        return source
    i: u64 = 0
    while i < len(source) and source[i] != ord("\n"):
        i += 1
    return source[i:]
