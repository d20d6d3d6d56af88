"""The interpreter's small C library."""

from __future__ import annotations

from typing import Any

import pytest

from wrought.lang.ir.interp import InterpError, Interpreter, ProgramExit
from wrought.lang.ir.interp.libc import LIBC
from wrought.lang.ir.model import Module


@pytest.fixture
def interp() -> Interpreter:
    return Interpreter(Module("m"))


def text(i: Interpreter, data: bytes) -> int:
    p = i.alloc(len(data) + 1, 1)
    i.write(p, data)
    return p


@pytest.mark.parametrize(("form", "args", "out"), [
    (b"plain 100%%", (), b"plain 100%"),
    (b"%d %u", (2**32 - 5, 2**32 - 5), b"-5 4294967291"),
    (b"%ld %lu %lld %llu", (2**64 - 5,) * 4, b"-5 18446744073709551611 " * 2),
    (b"%x %#x %X %08x", (255,) * 4, b"ff 0xff FF 000000ff"),
    (b"[%5d|%-5d|%05d|%+d]", (42,) * 4, b"[   42|42   |00042|+42]"),
    (b"[%05d]", (2**32 - 42,), b"[-0042]"),
    (b"[%*d]", (5, 42), b"[   42]"), (b"[%.3d]", (7,), b"[007]"), (b"%hhd", (255,), b"-1"),
    (b"%c%c", (72, 105), b"Hi"),
    (b"%p %p", (0x1000, 0), b"0x1000 (nil)"),
    (b"%f %.2f %e %g", (1.5, 2.345, 1e10, 1e20), b"1.500000 2.35 1.000000e+10 1e+20"),
    (b"%g %g %.17g", (float("inf"), float("nan"), 0.1), b"inf nan 0.10000000000000001"),
    (b"[%8.3f|%-8.1f|%08.1f]", (3.14159, 2.0, -2.5), b"[   3.142|2.0     |-00002.5]"),
    (b"[%08g]", (float("inf"),), b"[     inf]"), (b"%.14g", (100.0,), b"100"),
    (b"%zu", (2**64 - 1,), b"18446744073709551615"),
])
def test_printf(interp: Interpreter, form: bytes, args: tuple[Any, ...], out: bytes):
    LIBC["printf"](interp, text(interp, form), *args)
    assert bytes(interp.stdout).strip() == out.strip()


def test_printf_of_strings(interp: Interpreter):
    s = text(interp, b"abc")
    n = LIBC["printf"](interp, text(interp, b"<%s|%5s|%-5s|%.2s|%s>"), s, s, s, s, 0)
    assert bytes(interp.stdout) == b"<abc|  abc|abc  |ab|(null)>" and n == 27


def test_printf_errors(interp: Interpreter):
    with pytest.raises(InterpError, match="printf: no argument for %d"):
        LIBC["printf"](interp, text(interp, b"%d"))
    with pytest.raises(InterpError, match="printf: bad format at"):
        LIBC["printf"](interp, text(interp, b"%y"))
    p = interp.alloc(2, 1)
    interp.write(p, b"xx")
    with pytest.raises(InterpError, match="has no end"):
        LIBC["puts"](interp, p)


def test_snprintf(interp: Interpreter):
    p = interp.alloc(4, 1)
    assert LIBC["snprintf"](interp, p, 4, text(interp, b"%d"), 123456) == 6
    assert interp.read(p, 4) == b"123\0"
    assert LIBC["snprintf"](interp, 0, 0, text(interp, b"%d"), 12) == 2


def test_output(interp: Interpreter):
    s = text(interp, b"hello")
    LIBC["puts"](interp, s)
    LIBC["putchar"](interp, 33)
    assert LIBC["write"](interp, 1, s, 2) == 2
    LIBC["dprintf"](interp, 2, s)
    assert (bytes(interp.stdout), bytes(interp.stderr)) == (b"hello\n!he", b"hello")
    assert LIBC["write"](interp, 7, s, 2) == 2**64 - 1


def test_heap(interp: Interpreter):
    p = LIBC["malloc"](interp, 4)
    interp.write(p, b"abcd")
    q = LIBC["realloc"](interp, p, 8)
    assert interp.read(q, 8) == b"abcd\0\0\0\0"
    with pytest.raises(InterpError, match="start of freed malloc block"):
        interp.read(p, 1)
    with pytest.raises(InterpError, match="not a live malloc block"):
        LIBC["free"](interp, p)
    LIBC["free"](interp, LIBC["realloc"](interp, q, 2))
    LIBC["free"](interp, 0)
    assert LIBC["calloc"](interp, 3, 5) and list(interp.heap.values()) == [15]


def test_strings(interp: Interpreter):
    a, b = text(interp, b"abc"), text(interp, b"abd")
    assert LIBC["strlen"](interp, a) == 3
    assert LIBC["strcmp"](interp, a, b) == 2**32 - 1 and LIBC["strcmp"](interp, b, a) == 1
    assert LIBC["memcmp"](interp, a, b, 2) == 0
    LIBC["memcpy"](interp, a, b, 3)
    LIBC["memset"](interp, b, 0x158, 2)
    assert interp.read(a, 3) + interp.read(b, 3) == b"abdXXd"
    assert LIBC["memmove"](interp, a + 1, a, 2) == a + 1 and interp.read(a, 3) == b"aab"
    with pytest.raises(InterpError, match="overlapping"):
        LIBC["memcpy"](interp, a + 1, a, 2)


def test_process(interp: Interpreter):
    interp.environ["HOME"] = "/x"
    assert interp.memory.read_cstring(LIBC["getenv"](interp, text(interp, b"HOME"))) == b"/x"
    assert LIBC["getenv"](interp, text(interp, b"NO")) == 0
    with pytest.raises(ProgramExit) as caught:
        LIBC["exit"](interp, 2**32 - 1)
    assert caught.value.code == -1
    with pytest.raises(ProgramExit):
        LIBC["abort"](interp)


def test_programs_find_it_by_name():
    from wrought.lang.ir.parser import parse_module

    i = Interpreter(parse_module(
        'module "m"\nglobal @s size=3 align=1 {\n b"hi\\00"\n}\n'
        "func @puts(p: ptr) -> i32 linkage=extern\n"
        "func @main() -> i32 {\n^b:\n %0: i32 = call @puts(@s)\n ret %0\n}"))
    i.call("main")
    assert bytes(i.stdout) == b"hi\n"
