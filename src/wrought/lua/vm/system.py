"""All that the VM asks of the operating system, but for pages (`system_memory`): the hosted half,
over C's standard library.  A machine without one has its own module with these functions."""

from __future__ import annotations

from wrought.lang.core.function import extern, fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, function_address, slice_from
from wrought.lang.core.scalars import Never, Ptr, Slice, Void, i32, i64, u8, u32, u64


@extern
def stdin() -> None: ...


@extern
def stdout() -> None: ...


@extern
def stderr() -> None: ...


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


@unsafe
@fn
def standard_stream(number: u64) -> Ptr[Void]:
    """The FILE of a standard stream: 0 input, 1 output, 2 error."""
    # SAFETY: C's stdin, stdout and stderr are variables, whose addresses the linker puts in.
    variable = function_address(stdin)
    if number == 1:
        variable = function_address(stdout)
    elif number == 2:
        variable = function_address(stderr)
    return bitcast(Ptr[Ptr[Void]], variable)[0]


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


@extern
def fopen(name: Ptr[u8], mode: Ptr[u8]) -> Ptr[Void] | None: ...


@extern
def fclose(stream: Ptr[Void]) -> i32: ...


@extern
def fread(data: Ptr[u8], size: u64, count: u64, stream: Ptr[Void]) -> u64: ...


@extern
def fgets(data: Ptr[u8], size: i32, stream: Ptr[Void]) -> Ptr[u8] | None: ...


@extern
def isatty(number: i32) -> i32: ...


@extern
def strerror(number: i32) -> Ptr[u8]: ...


@extern
def __errno_location() -> Ptr[i32]: ...


@unsafe
@fn
def last_error_number() -> i32:
    """`errno` of the last call that failed."""
    # SAFETY: as in last_error.
    return __errno_location()[0]


@unsafe
@fn
def last_error() -> Slice[u8]:
    """What C says about the last call that failed."""
    # SAFETY: both functions give addresses that are valid until the next call.
    text = strerror(__errno_location()[0])
    return slice_from(text, strlen(text))


@unsafe
@fn
def random_word() -> u64:
    """A word that nobody can guess, where the system has such."""
    # SAFETY: the word has eight bytes.
    word: u64 = 0
    if getrandom(bitcast(Ptr[u8], addr_of(word)), 8, 1) != 8:
        return u64(addr_of(word)) * 0x9E37_79B9_7F4A_7C15
    return word
