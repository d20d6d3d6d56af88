"""Time and locale, over C's standard library."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import extern
from wrought.lang.core.scalars import Ptr, i32, i64, u8, u64

CLOCKS_PER_SEC = 1_000_000
"""Of `clock`, as POSIX has it."""


@struct(size=56)
class Tm:
    """A broken-down time: C's struct tm, as both C libraries for Linux lay it out."""

    sec: i32
    min: i32
    hour: i32
    mday: i32
    mon: i32
    """From 0 on."""
    year: i32
    """Since 1900."""
    wday: i32
    """From Sunday on."""
    yday: i32
    """From 0 on."""
    isdst: i32
    """Negative where it is not known."""
    pad: i32
    gmtoff: i64
    zone: Ptr[u8] | None


@extern
def clock() -> i64: ...


@extern
def time(result: Ptr[i64] | None) -> i64: ...


@extern
def gmtime_r(time: Ptr[i64], result: Ptr[Tm]) -> Ptr[Tm] | None: ...


@extern
def localtime_r(time: Ptr[i64], result: Ptr[Tm]) -> Ptr[Tm] | None: ...


@extern
def mktime(time: Ptr[Tm]) -> i64: ...


@extern
def strftime(text: Ptr[u8], size: u64, format: Ptr[u8], time: Ptr[Tm]) -> u64: ...


@extern
def setlocale(category: i32, locale: Ptr[u8] | None) -> Ptr[u8] | None: ...
