"""A small C library for interpreted programs: Python functions `f(interpreter, *args)`.

Output goes to the interpreter's `stdout` and `stderr`; `malloc` gives memory whose bounds are
checked like all other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from .errors import InterpError, ProgramExit
from .ints import to_signed
from .memory import Memory
from .printf import format_c

_i32 = to_signed(32)
_NUMBER = re.compile(r"\s*[-+]?(inf(inity)?|nan|(\d+\.?\d*|\.\d+)(e[-+]?\d+)?)", re.IGNORECASE)


class Process(Protocol):
    """What the library needs of the interpreter."""

    memory: Memory
    stdout: bytearray
    stderr: bytearray
    environ: dict[str, str]
    heap: dict[int, int]


def malloc(p: Process, size: int) -> int:
    """New memory, zeroed here so that runs are reproducible."""
    address = p.memory.alloc(size, 16, "malloc block")
    p.heap[address] = size
    return address


def calloc(p: Process, count: int, size: int) -> int:
    """New zeroed memory for an array."""
    return malloc(p, count * size)


def free(p: Process, address: int) -> None:
    """End a block; nothing for null."""
    if address == 0:
        return
    if p.heap.pop(address, None) is None:
        raise InterpError(f"free of {p.memory.describe(address)}, not a live malloc block")
    p.memory.free(address)


def realloc(p: Process, address: int, size: int) -> int:
    """A block of another size with the old one's bytes; it always moves."""
    new = malloc(p, size)
    if address:
        if address not in p.heap:
            raise InterpError(f"realloc of {p.memory.describe(address)}, not a live malloc block")
        p.memory.write(new, p.memory.read(address, min(size, p.heap[address])))
        free(p, address)
    return new


def memcpy(p: Process, to: int, source: int, size: int) -> int:
    """Copy between disjoint memory."""
    if size and abs(to - source) < size:
        raise InterpError("memcpy between overlapping memory")
    return memmove(p, to, source, size)


def memmove(p: Process, to: int, source: int, size: int) -> int:
    """Copy."""
    p.memory.write(to, p.memory.read(source, size))
    return to


def memset(p: Process, to: int, value: int, size: int) -> int:
    """Fill with one byte."""
    p.memory.write(to, bytes([value & 255]) * size)
    return to


def memcmp(p: Process, a: int, b: int, size: int) -> int:
    """-1, 0 or 1 (as an i32) by the first bytes that differ."""
    return _order(p.memory.read(a, size), p.memory.read(b, size))


def strlen(p: Process, text: int) -> int:
    """Bytes before the zero."""
    return len(p.memory.read_cstring(text))


def strtod(p: Process, text: int, end: int) -> float:
    """The decimal number, nan or infinity at the start of a string; `end` gets where it stops."""
    data = p.memory.read_cstring(text).decode("latin-1")
    found = _NUMBER.match(data)
    if end:
        p.memory.write(end, (text + (found.end() if found else 0)).to_bytes(8, "little"))
    return float(found[0]) if found else 0.0


def strcmp(p: Process, a: int, b: int) -> int:
    """-1, 0 or 1 (as an i32)."""
    return _order(p.memory.read_cstring(a), p.memory.read_cstring(b))


def _order(a: bytes, b: bytes) -> int:
    return ((a > b) - (a < b)) & 0xFFFF_FFFF


def puts(p: Process, text: int) -> int:
    """Write a line."""
    p.stdout += p.memory.read_cstring(text) + b"\n"
    return 1


def putchar(p: Process, char: int) -> int:
    """Write one byte."""
    p.stdout.append(char & 255)
    return char & 255


def printf(p: Process, text: int, *args: Any) -> int:
    """Write formatted text; its length."""
    out = format_c(p.memory, p.memory.read_cstring(text), args)
    p.stdout += out
    return len(out)


def snprintf(p: Process, to: int, size: int, text: int, *args: Any) -> int:
    """Format into memory, cut to `size` with its zero; the uncut length."""
    out = format_c(p.memory, p.memory.read_cstring(text), args)
    if size:
        p.memory.write(to, out[:size - 1] + b"\0")
    return len(out)


def dprintf(p: Process, fd: int, text: int, *args: Any) -> int:
    """Write formatted text to a file descriptor."""
    return _output(p, fd, format_c(p.memory, p.memory.read_cstring(text), args)) & 0xFFFF_FFFF


def write(p: Process, fd: int, data: int, size: int) -> int:
    """Write bytes to file descriptor 1 or 2; -1 (as an i64) for any other."""
    return _output(p, fd, p.memory.read(data, size)) & ((1 << 64) - 1)


def _output(p: Process, fd: int, data: bytes) -> int:
    if fd not in (1, 2):
        return -1
    target = p.stdout if fd == 1 else p.stderr
    target += data
    return len(data)


def exit_(p: Process, code: int) -> NoReturn:
    """End the program."""
    raise ProgramExit(_i32(code))


def abort(p: Process) -> NoReturn:
    """End the program as a shell shows SIGABRT."""
    raise ProgramExit(134)


def getenv(p: Process, name: int) -> int:
    """The address of a variable's value, or null."""
    value = p.environ.get(p.memory.read_cstring(name).decode("utf-8", "surrogateescape"))
    if value is None:
        return 0
    data = value.encode() + b"\0"
    address = p.memory.alloc(len(data), 1, "environment")
    p.memory.write(address, data)
    return address


LIBC: dict[str, Callable[..., Any]] = {
    f.__name__.rstrip("_"): f for f in (
        malloc, calloc, free, realloc, memcpy, memmove, memset, memcmp, strlen, strcmp, puts,
        putchar, printf, snprintf, strtod, dprintf, write, exit_, abort, getenv)}
"""By C name."""
