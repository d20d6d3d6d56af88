"""Addresses, raw memory, sizes, slices' own methods."""

from __future__ import annotations

from wrought.lang.core import types as t
from wrought.lang.core.decl import StructType
from wrought.lang.core.function import Compiled
from wrought.lang.core.scalars import Void, u8, u64
from wrought.lang.ir import model as m

from ..lower.access import find_field, guard, index_value
from ..lower.convert import check_aligned, coerce, load, make_slice, type_of
from ..values import Known, Place, Reg, Val
from .registry import Call, intrinsic, method


def _void(c: Call) -> Val:
    return Reg(Void, m.Undef("void"))


@intrinsic("addr_of")
def _addr_of(c: Call) -> Val:
    c.count(1)
    val = c.low.expr(c.args[0])
    if not isinstance(val, Place) or val.what == "a temporary":
        raise c.low.fault("P03", c.args[0], what=c.low.source.text(c.args[0]))
    check_aligned(c.low, val, c.args[0])
    return Reg(t.ptr(val.type), val.addr)


@intrinsic("slice_from")
def _slice_from(c: Call) -> Val:
    c.count(2)
    c.unsafe()
    p = c.val(0)
    if not isinstance(p.type, t.PtrType) or p.type.nullable:
        raise c.why(f"a pointer is needed, not {type_of(c.low, p)}", c.args[0])
    n = index_value(c.low, c.args[1], "a length")
    return Reg(t.slice_of_type(p.type.to), make_slice(c.low, load(c.low, p, c.args[0]).ir, n))


@intrinsic("c_str")
def _c_str(c: Call) -> Val:
    c.count(1)
    data = c.known(0)
    if isinstance(data, str):
        data = data.encode()
    if not isinstance(data, bytes):
        raise c.why("a constant string is needed", c.args[0])
    if 0 in data:
        raise c.why("it has a NUL inside, which would end it", c.args[0])
    return Reg(t.ptr(u8), c.low.unit.bytes_constant(data))


@intrinsic("zeroed")
def _zeroed(c: Call) -> Val:
    c.count(1)
    ty, e = c.type(0), c.low.e
    if isinstance(ty, t.PtrType | t.FnType) and not ty.nullable:
        raise c.why(f"{ty.name} is never null", c.args[0])
    place = c.low.temp(ty)
    place.what = "zeroed()"
    if ty.size:
        e.emit("memset", "void", place.addr, e.const(8, 0), e.const(64, ty.size))
    return Reg(ty, e.load(ty.ir, place.addr, ty.align)) if ty.ir is not None else place


@intrinsic("uninit")
def _uninit(c: Call) -> Val:
    c.count(1)
    c.unsafe()
    ty = c.type(0)
    return Reg(ty, m.Undef(ty.ir)) if isinstance(ty.ir, str) else c.low.temp(ty)


@intrinsic("sizeof")
def _sizeof(c: Call) -> Val:
    c.count(1)
    return Known(c.type(0).size)


@intrinsic("alignof")
def _alignof(c: Call) -> Val:
    c.count(1)
    return Known(c.type(0).align)


@intrinsic("offsetof")
def _offsetof(c: Call) -> Val:
    c.count(2)
    ty, path = c.type(0), c.known(1)
    offset = 0
    for name in str(path).split("."):
        if not isinstance(ty, StructType):
            raise c.low.fault("P08", c.args[1], type=ty.name)
        f = find_field(c.low, ty, name, c.args[1])
        offset, ty = offset + f.offset, f.type
    return Known(offset)


def _pointer(c: Call, i: int) -> tuple[m.Value, t.Type]:
    p = c.val(i)
    if not isinstance(p.type, t.PtrType):
        raise c.why(f"a pointer is needed, not {type_of(c.low, p)}", c.args[i])
    if p.type.nullable:
        raise c.low.fault("P01", c.args[i], text=c.low.source.text(c.args[i]))
    return load(c.low, p, c.args[i]).ir, p.type.to


@intrinsic("copy_memory", "move_memory")
def _copy(c: Call) -> Val:
    c.count(3)
    c.unsafe()
    dst, ty = _pointer(c, 0)
    src, other = _pointer(c, 1)
    if ty is not other:
        raise c.low.fault("T02", c.node, op=c.name, left=ty.name, right=other.name)
    n = index_value(c.low, c.args[2], "a length")
    _transfer(c, "memcpy" if c.name == "copy_memory" else "memmove", dst, src, n, ty.size)
    return _void(c)


def _transfer(c: Call, op: str, dst: m.Value, src: m.Value, n: m.Value, size: int) -> None:
    e = c.low.e
    total = n if size == 1 else e.emit("mul", "i64", n, e.const(64, size))
    e.emit(op, "void", dst, src, total)


@intrinsic("fill_memory")
def _fill(c: Call) -> Val:
    c.count(3)
    c.unsafe()
    dst, ty = _pointer(c, 0)
    byte = c.ir(1, u8)
    n, e = index_value(c.low, c.args[2], "a length"), c.low.e
    if ty.size not in (0, 1):
        raise c.why("it fills bytes: the pointer is Ptr[u8]", c.args[0])
    e.emit("memset", "void", dst, byte, n)
    return _void(c)


@method(t.SliceType, "copy_from")
def _copy_from(c: Call) -> Val:
    c.count(1)
    assert c.receiver is not None and isinstance(c.receiver.type, t.SliceType)
    ty, e = c.receiver.type, c.low.e
    dst = load(c.low, c.receiver, c.node).ir
    src = load(c.low, coerce(c.low, c.low.expr(c.args[0], ty), ty, c.args[0]), c.args[0]).ir
    have, want = (e.emit("extract", "i64", s, index=1) for s in (src, dst))
    guard(c.low, e.emit("icmp", "i1", have, want, pred="eq"), "index",
          "copy of {0} elements into {1}", have, want)
    _transfer(c, "memmove", e.emit("extract", "ptr", dst, index=0),
              e.emit("extract", "ptr", src, index=0), have, ty.elem.size)
    return _void(c)


@method(t.SliceType, "fill")
def _slice_fill(c: Call) -> Val:
    c.count(1)
    assert c.receiver is not None and isinstance(c.receiver.type, t.SliceType)
    ty, e = c.receiver.type, c.low.e
    if ty.elem.size != 1 or not isinstance(ty.elem.storage, t.IntType):
        raise c.why("fill() works on bytes; write the loop")
    dst = load(c.low, c.receiver, c.node).ir
    byte = c.ir(0, ty.elem)
    e.emit("memset", "void", e.emit("extract", "ptr", dst, index=0), byte,
           e.emit("extract", "i64", dst, index=1))
    return _void(c)


@intrinsic("volatile_load", "unaligned_load")
def _special_load(c: Call) -> Val:
    c.count(1)
    addr, ty = _pointer(c, 0)
    if not isinstance(ty.ir, str) or ty.is_place_type:
        raise c.why(f"a pointer to a scalar is needed, not to {ty.name}", c.args[0])
    if c.name == "unaligned_load":
        c.unsafe()
        return Reg(ty, c.low.e.load(ty.ir, addr, 1))
    return Reg(ty, c.low.e.load(ty.ir, addr, ty.align, volatile=True))


@intrinsic("volatile_store", "unaligned_store")
def _special_store(c: Call) -> Val:
    c.count(2)
    addr, ty = _pointer(c, 0)
    if not isinstance(ty.ir, str) or ty.is_place_type:
        raise c.why(f"a pointer to a scalar is needed, not to {ty.name}", c.args[0])
    x = c.ir(1, ty)
    if c.name == "unaligned_store":
        c.unsafe()
        c.low.e.store(x, addr, 1)
    else:
        c.low.e.store(x, addr, ty.align, volatile=True)
    return _void(c)


@intrinsic("prefetch", "prefetch_write")
def _prefetch(c: Call) -> Val:
    c.count(1)
    addr, _ = _pointer(c, 0)
    c.low.e.emit("prefetch", "void", addr, write=c.name == "prefetch_write")
    return _void(c)


@intrinsic("function_address")
def _function_address(c: Call) -> Val:
    c.count(1)
    f = c.known(0)
    if not isinstance(f, Compiled):
        raise c.why("a compiled function is needed", c.args[0])
    return Reg(u64, c.low.e.emit("ptrtoint", "i64", c.low.unit.function_value(f)))
