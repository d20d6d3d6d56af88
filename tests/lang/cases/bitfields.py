"""Bit fields and newtypes."""

from __future__ import annotations

from lang.expect import gives, prints, returns
from wrought.lang.core.decl import bit, bitfield, bits, enum, struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, bitcast, sizeof, trunc, zeroed
from wrought.lang.core.scalars import Array, Ptr, i8, i32, newtype, u8, u16, u32, u64
from wrought.lang.core.static import static

Gpa = newtype("Gpa", u64)
Hpa = newtype("Hpa", u64)


@enum(u8)
class Ec:
    UNKNOWN = 0
    HVC = 0x16
    ABORT = 0x24


@bitfield(u64)
class Esr:
    iss: u32 = bits(24, 0)
    il: bool = bit(25)
    ec: Ec = bits(31, 26)
    top: u8 = bits(63, 60)

    def is_call(self) -> bool:
        return self.ec == Ec.HVC


@bitfield(u32)
class Ins:
    offset: i32 = bits(31, 16)
    low: i8 = bits(15, 12)
    a: u8 = bits(7, 0)


@bitfield(u8)
class Flags:
    ready: bool = bit(0)
    level: u8 = bits(3, 1)
    all_top: u8 = bits(7, 4)


@gives(((0x5A00_0000 | 0x1FF,), (0x1FF, True, 0x16, 0, True)),
       ((0xF000_0000_9000_0001,), (1, False, 0x24, 15, False)))
@fn
def read(raw: u64) -> tuple[u32, bool, u8, u8, bool]:
    e = Esr(raw)
    return e.iss, e.il, u8(e.ec), e.top, e.is_call()


@gives(((0xFFFF_F000,), (-1, -1, 0)), ((0x7FFF_7012,), (32767, 7, 0x12)),
       ((0x8000_8000,), (-32768, -8, 0)))
@fn
def signed_fields(raw: u32) -> tuple[i32, i8, u8]:
    w = Ins(raw)
    return w.offset, w.low, w.a


@returns(0xFFFE_F0FF)
@fn
def write_signed() -> u32:
    w = Ins(a=255)
    w.offset = -2
    w.low = -1
    return u32(w)


@gives(((0,), 0x5A00_0005), (((1 << 64) - 1,), 0xFFFF_FFFF_5A00_0005))
@fn
def write(raw: u64) -> u64:
    e = Esr(raw)
    e.iss = 5
    e.il = True
    e.ec = Ec.HVC
    return u64(e)


@returns((0x0200_0003, 0x9000_0007, 3))
@fn
def copies() -> tuple[u64, u64, u32]:
    e = Esr(iss=3, il=True)
    f = e.with_(il=False, ec=Ec.ABORT, iss=7)
    return u64(e), u64(f), e.iss


@gives(((0xFFFF_FFFF,), 0x01FF_FFFF), ((5,), 5))
@fn
def wide_value_is_cut(x: u32) -> u64:
    """A variable's bits above the field are dropped."""
    return u64(Esr(iss=x))


@gives(((9,), (2, 0)), ((3,), (6, 0)))
@fn
def cut_small(x: u8) -> tuple[u8, u8]:
    f = Flags()
    f.level = x
    return u8(f), f.all_top


@returns((7, 0b0011_0101, 0b0100_0101))
@fn
def augmented() -> tuple[u8, u8, u8]:
    f = Flags(ready=True, level=1, all_top=3)
    f.level += 1
    before = u8(f)
    f.all_top += 1
    f.level |= 2
    a = u8(f)
    f.level += 5
    return f.level, before, a


@struct
class Device:
    flags: Flags
    n: u32
    words: Array[Ins, 2]


device = static(Device)


@fn
def raise_level(p: Ptr[Device]) -> None:
    p.flags.level += 1
    p.words[1].offset = -1


@returns((1, -1, 0xFFFF_0000, 0, 2))
@fn
def in_memory() -> tuple[u8, i32, u32, i32, u8]:
    d = zeroed(Device)
    raise_level(addr_of(d))
    device.flags = Flags(level=1)
    raise_level(addr_of(device))
    return d.flags.level, d.words[1].offset, u32(d.words[1]), d.words[0].offset, (
        device.flags.level)


@gives(((0x16 << 26, 0x16 << 26), (True, False)), ((1, 2), (False, True)))
@fn
def equality(a: u64, b: u64) -> tuple[bool, bool]:
    return Esr(a) == Esr(b), Esr(a) != Esr(b)


@gives(((0b1100, 0b1010), (0b1000, 0b1110, 0b0110)))
@fn
def logic(a: u8, b: u8) -> tuple[u8, u8, u8]:
    return u8(Flags(a) & Flags(b)), u8(Flags(a) | Flags(b)), u8(Flags(a) ^ Flags(b))


@prints("Flags(ready=True, level=5, all_top=2)\n"
        "Esr(iss=0x12, il=False, ec=HVC, top=0)\n"
        "Esr(iss=0x0, il=False, ec=63, top=0) 0xfc000000\n"
        "Ins(offset=-0x2, low=-1, a=0x0)\n")
@fn
def decoded() -> None:
    f = Flags(ready=True, level=5, all_top=2)
    print(f"{f}")
    e = Esr(iss=0x12, ec=Ec.HVC)
    print(f"{e}")
    x: u64 = 63 << 26
    y = Esr(x)
    print(f"{y} {y:#x}")
    print(f"{Ins(offset=-2, low=-1)}")


@gives(((0x1000, 0x20), (0x1020, 0xFE0, 0x1000, True)))
@fn
def newtypes(a: u64, n: u64) -> tuple[u64, u64, u64, bool]:
    g = Gpa(a)
    h = g + n
    down = g - n
    return u64(h), u64(down), u64(h & ~u64(0xFF)), h > g


@gives(((0x3000, 0x1000), 0x2000))
@fn
def difference(a: u64, b: u64) -> u64:
    """The difference of two addresses is a number."""
    return Gpa(a) - Gpa(b)


@fn
def translate(g: Gpa) -> Hpa:
    return Hpa(u64(g) + 0x8000_0000)


@returns((0x8000_1000, 8))
@fn
def newtype_parameters() -> tuple[u64, u64]:
    h = translate(Gpa(0x1000))
    return u64(h), sizeof(Hpa)


@gives(((0x0123_4567_89AB_CDEF,), (0xCDEF, 0x89AB_CDEF)))
@fn
def trunc_of_newtype(x: u64) -> tuple[u16, u32]:
    return trunc(u16, u64(Gpa(x))), trunc(u32, bitcast(u64, Gpa(x)))
