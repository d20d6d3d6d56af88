"""Formatted output: every format, checked against Python's own `format`."""

from __future__ import annotations

from lang.expect import panics, prints, returns
from wrought.lang.core.decl import enum, struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, format_to, panic, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, i8, i64, u8, u32, u64
from wrought.lang.core.static import static

X, N, BIG = 0xBEEF, -42, (1 << 64) - 1
MIN64 = -(1 << 63)


@prints(f"{X} {X:x} {X:X} {X:#x} {X:b} {X:o} {X:d}\n"
        f"{X:08x}|{X:8x}|{X:08d}|{X:2x}|{X:#010x}|{X:#10x}|{X:#b}|{X:#o}|{X:#X}\n")
@fn
def unsigned() -> None:
    x: u32 = X
    print(f"{x} {x:x} {x:X} {x:#x} {x:b} {x:o} {x:d}")
    print(f"{x:08x}|{x:8x}|{x:08d}|{x:2x}|{x:#010x}|{x:#10x}|{x:#b}|{x:#o}|{x:#X}")


@prints(f"{N} {N:x} {N:#x} {N:b} {N:6} {N:06} {N:#06x} {N:#6x} {MIN64} {MIN64:x}\n")
@fn
def signed() -> None:
    n: i8 = N
    low: i64 = MIN64
    print(f"{n} {n:x} {n:#x} {n:b} {n:6} {n:06} {n:#06x} {n:#6x} {low} {low:x}")


@prints(f"{BIG} {BIG:x} {BIG:b} 0 0\n{BIG:64b}|{5:064b}\n")
@fn
def extremes() -> None:
    x: u64 = BIG
    zero: u64 = 0
    five: u64 = 5
    print(f"{x} {x:x} {x:b} {zero} {zero:x}")
    print(f"{x:64b}|{five:064b}")


@prints("True False 1 {braces} 100% é\n")
@fn
def words() -> None:
    yes = True
    no = False
    print(f"{yes} {no} {1} {{braces}} 100% é")


@prints("text: abc, b\n")
@fn
def slices() -> None:
    s = b"abc"
    print(f"text: {s}, {s[1:2]}")


@prints("a 5\nno newline.|x y 7 end\n\n")
@fn
def print_forms() -> None:
    n: u32 = 5
    print("a", n)
    print("no newline.", end="|")
    print(f"x {b'y'}", 7, "end")
    print()


@enum(u8)
class Mode:
    OFF = 0
    ON = 1


@prints("ON 2 1 0x01\n")
@fn
def enums() -> None:
    m = Mode.ON
    x: u8 = 2
    print(f"{m} {Mode(x)} {m:d} {m:#04x}")


@struct
class Sink:
    """Collects text."""

    used: u64
    data: Array[u8, 40]

    def write(self, text: Slice[u8]) -> None:
        self.data[self.used:self.used + len(text)].copy_from(text)
        self.used += len(text)


@returns((10, ord("-"), ord("1"), 5))
@fn
def into_a_sink() -> tuple[u64, u8, u8, u64]:
    s = zeroed(Sink)
    n: i64 = -17
    format_to(s, f"n={n:5} {Mode.ON}")
    t = zeroed(Sink)
    format_to(addr_of(t), f"{n:5d}")
    return s.used, s.data[4], s.data[5], t.used


@fn
def shout(sink: Ptr[Sink], n: u64) -> None:
    format_to(sink, f"{n}!")
    sink.used += 1
    format_to(sink, f"{n}")


@returns((6, ord("!"), 0, ord("2")))
@fn
def into_a_sink_behind_a_pointer() -> tuple[u64, u8, u8, u8]:
    s = zeroed(Sink)
    shout(addr_of(s), 12)
    return s.used, s.data[2], s.data[3], s.data[5]


total = static(u64)


@fn
def count(text: Slice[u8]) -> None:
    global total
    total += len(text)


@returns(8)
@fn
def into_a_function() -> u64:
    global total
    total = 0
    x: u64 = 65535
    format_to(count, f"{x:#x}, ")
    return total


@panics("n is 3, m is -1", 3, -1)
@fn
def panic_text(n: u64, m: i64) -> None:
    panic(f"n is {n}, m is {m}")


@prints("0x10 True\n")
@fn
def pointers() -> None:
    x: u32 = 16
    p: Ptr[u32] = addr_of(x)
    print(f"{p[0]:#x} {p == addr_of(x)}")
