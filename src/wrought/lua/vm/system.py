"""All that the VM asks of the operating system, but for pages (`system_memory`): the hosted half,
over C's standard library.  A machine without one has its own module with these functions."""

from __future__ import annotations

from wrought.lang.core.function import extern, fn, unsafe
from wrought.lang.core.intrinsics import bitcast, c_str, panic, trunc
from wrought.lang.core.scalars import Array, Never, Ptr, Slice, Void, i32, i64, u8, u32, u64
from wrought.lang.core.static import static


@extern
def fdopen(number: i32, mode: Ptr[u8]) -> Ptr[Void] | None: ...


@extern
def fwrite(data: Ptr[u8], size: u64, count: u64, stream: Ptr[Void]) -> u64: ...


@extern
def fflush(stream: Ptr[Void] | None) -> i32: ...


@extern
def exit(code: i32) -> Never: ...


@extern
def getenv(name: Ptr[u8]) -> Ptr[u8] | None: ...


@extern
def strlen(text: Ptr[u8]) -> u64: ...


@extern
def getrandom(data: Ptr[u8], size: u64, flags: u32) -> i64: ...


streams = static(Array[u64, 3])
"""FILE addresses of standard input, output and error, 0 until they are used."""


@unsafe
@fn
def standard_stream(number: u64) -> Ptr[Void]:
    """The FILE of a standard stream: 0 input, 1 output, 2 error."""
    # SAFETY: what fdopen gave is a FILE; the streams are never closed.
    at = streams[number % 3]
    if at != 0:
        return bitcast(Ptr[Void], at)
    made = fdopen(trunc(i32, number), c_str(b"r") if number == 0 else c_str(b"w"))
    if made is None:
        panic("a standard stream is closed")
    streams[number % 3] = u64(made)
    return made


@fn
def write_stream(stream: Ptr[Void], data: Slice[u8]) -> bool:
    """Write to a FILE; whether all of it could be written."""
    return fwrite(data.ptr, 1, len(data), stream) == len(data)


@fn
def write_output(data: Slice[u8]) -> bool:
    """Write to standard output, buffered."""
    return write_stream(standard_stream(1), data)


@fn
def flush_all() -> None:
    """Write out what all FILEs hold back."""
    fflush(None)
