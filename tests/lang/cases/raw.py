"""Volatile, unaligned and raw accesses, which need @unsafe."""

from __future__ import annotations

from lang.expect import gives, prints, returns
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import (
    addr_of,
    bitcast,
    c_str,
    copy_memory,
    fill_memory,
    move_memory,
    slice_from,
    unaligned_load,
    unaligned_store,
    volatile_load,
    volatile_store,
    zeroed,
)
from wrought.lang.core.scalars import Array, Ptr, Slice, Void, u8, u16, u32, u64


@returns((7, 8))
@fn
def volatile() -> tuple[u32, u32]:
    x: u32 = 7
    p = addr_of(x)
    a = volatile_load(p)
    volatile_store(p, 8)
    return a, volatile_load(p)


@gives(((b"\x01\x02\x03\x04\x05\x06\x07\x08\x09",), (0x05040302, 0x0807)))
@unsafe
@fn
def unaligned(s: Slice[u8]) -> tuple[u32, u16]:
    # SAFETY: the callers pass nine bytes.
    p = s.ptr
    return unaligned_load(bitcast(Ptr[u32], p + 1)), unaligned_load(Ptr[u16](p + 6))


@returns((0, 0x44, 0x33, 0x22, 0x11, 0))
@unsafe
@fn
def unaligned_write() -> tuple[u8, u8, u8, u8, u8, u8]:
    # SAFETY: the array has six bytes.
    a = zeroed(Array[u8, 6])
    unaligned_store(bitcast(Ptr[u32], addr_of(a[1])), 0x11223344)
    return a[0], a[1], a[2], a[3], a[4], a[5]


@returns((3, 5, 2, 12, 4))
@unsafe
@fn
def raw_pointers() -> tuple[u32, u32, u64, u32, u64]:
    # SAFETY: all accesses stay inside the array of five.
    a: Array[u32, 5] = (1, 2, 3, 4, 5)
    p = addr_of(a[0])
    q = p + 4
    p[1] = 12
    r = q - 2
    s = slice_from(p + 1, 4)
    return r[0], q[0], bitcast(u64, q - r), s[0], len(s)


@prints("abcabcab\nababcabc\n--abcabc\n")
@unsafe
@fn
def raw_copies() -> None:
    # SAFETY: lengths are below the array's.
    a = zeroed(Array[u8, 8])
    p = addr_of(a[0])
    copy_memory(p, c_str(b"abcabcab"), 8)
    print(f"{a}")
    move_memory(p + 2, p, 6)
    print(f"{a}")
    fill_memory(p, 45, 2)
    print(f"{a}")


@returns((104, 0))
@unsafe
@fn
def c_string() -> tuple[u8, u8]:
    # SAFETY: the text has two bytes and its NUL.
    p = c_str(b"hi")
    return p[0], p[2]


@returns(7)
@unsafe
@fn
def void_pointer() -> u32:
    # SAFETY: it points at a u32.
    x: u32 = 7
    p: Ptr[Void] = addr_of(x)
    return Ptr[u32](p)[0]


@returns(True)
@unsafe
@fn
def address_round_trip() -> bool:
    # SAFETY: the address is that of x.
    x: u32 = 7
    a = bitcast(u64, addr_of(x))
    return Ptr[u32](a)[0] == 7 and a % 4 == 0
