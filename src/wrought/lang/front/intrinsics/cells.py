"""Methods of `Mmio[T]`, `Atomic[T]` and bit fields; fences."""

from __future__ import annotations

from wrought.lang.core import types as t
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import BitfieldType
from wrought.lang.core.scalars import Void, boolean
from wrought.lang.ir import model as m

from ..lower.bits import build
from ..lower.convert import coerce, load
from ..values import Known, Parts, Place, Reg, Val
from .registry import Call, intrinsic, method

_NOTHING = m.Undef("void")


def _cell(c: Call) -> tuple[t.Type, m.Value]:
    assert isinstance(c.receiver, Place) and isinstance(c.receiver.type, t.CellType)
    return c.receiver.type.elem, c.receiver.addr


def _memory_ir(elem: t.Type) -> str:
    """Device registers and atomics hold a bool as a byte."""
    return "i8" if elem.ir == "i1" else str(elem.ir)


def _given(c: Call, i: int, elem: t.Type) -> m.Value:
    """Argument `i` as the cell holds it."""
    x = c.ir(i, elem)
    return c.low.e.emit("zext", "i8", x) if elem.ir == "i1" else x


def _got(c: Call, elem: t.Type, x: m.Value) -> Reg:
    """What the cell held, as a value."""
    if elem.ir == "i1":
        x = c.low.e.emit("icmp", "i1", x, c.low.e.const(8, 0), pred="ne")
    return Reg(elem, x)


@method(t.CellType, "Mmio.read")
def _mmio_read(c: Call) -> Val:
    c.count(0)
    elem, addr = _cell(c)
    return _got(c, elem, c.low.e.emit("mmio_read", _memory_ir(elem), addr))


@method(t.CellType, "Mmio.write")
def _mmio_write(c: Call) -> Val:
    c.count(1)
    elem, addr = _cell(c)
    c.low.e.emit("mmio_write", "void", _given(c, 0, elem), addr)
    return Reg(Void, _NOTHING)


@method(t.CellType, "Mmio.modify")
def _mmio_modify(c: Call) -> Val:
    elem, addr = _cell(c)
    if not isinstance(elem, BitfieldType) or c.args or not c.node.keywords:
        raise c.why("modify(field=value) is for registers with bit fields")
    old = c.low.e.emit("mmio_read", str(elem.ir), addr)
    new = build(c.low, elem, old, c.node.keywords, c.node)
    c.low.e.emit("mmio_write", "void", load(c.low, new, c.node).ir, addr)
    return Reg(Void, _NOTHING)


def _order(c: Call, position: int, allowed: tuple[str, ...]) -> str:
    """The required ordering argument."""
    if len(c.args) <= position:
        raise c.low.fault("M07", c.node, method=c.name)
    val = c.low.expr(c.args[position])
    if not (isinstance(val, Known) and isinstance(val.obj, Order)):
        raise c.low.fault("M07", c.args[position], method=c.name)
    if val.obj.value not in allowed:
        raise c.low.fault("M08", c.args[position], order=val.obj.name, method=c.name)
    return val.obj.value


_ALL = ("relaxed", "acquire", "release", "acq_rel", "seq_cst")


@method(t.CellType, "Atomic.load")
def _load(c: Call) -> Val:
    order = _order(c, 0, ("relaxed", "acquire", "seq_cst"))
    c.count(1)
    elem, addr = _cell(c)
    return _got(c, elem, c.low.e.emit("atomic_load", _memory_ir(elem), addr, order=order))


@method(t.CellType, "Atomic.store")
def _store(c: Call) -> Val:
    order = _order(c, 1, ("relaxed", "release", "seq_cst"))
    c.count(2)
    elem, addr = _cell(c)
    c.low.e.emit("atomic_store", "void", _given(c, 0, elem), addr, order=order)
    return Reg(Void, _NOTHING)


_RMW = {"swap": "xchg", "add": "add", "sub": "sub", "and_": "and", "or_": "or", "xor": "xor",
        "min": "min", "max": "max"}


@method(t.CellType, *(f"Atomic.{n}" for n in _RMW))
def _rmw(c: Call) -> Val:
    order = _order(c, 1, _ALL)
    c.count(2)
    elem, addr = _cell(c)
    kind = _RMW[c.name]
    storage = elem.storage
    if kind in ("min", "max"):
        if not isinstance(storage, t.IntType):
            raise c.why("min and max need an integer")
        kind = ("s" if storage.signed else "u") + kind
    if kind != "xchg" and not isinstance(storage, t.IntType):
        raise c.why(f"{c.name} needs an integer, this holds {elem.name}")
    return _got(c, elem, c.low.e.emit("atomic_rmw", _memory_ir(elem), addr, _given(c, 0, elem),
                                      kind=kind, order=order))


@method(t.CellType, "Atomic.compare_exchange", "Atomic.compare_exchange_weak")
def _cas(c: Call) -> Val:
    order = _order(c, 2, _ALL)
    c.count(3)
    elem, addr = _cell(c)
    word = _memory_ir(elem)
    both = c.low.e.emit("atomic_cas", (word, "i1"), addr, _given(c, 0, elem),
                        _given(c, 1, elem), order=order, weak=c.name.endswith("weak"))
    parts: list[Val] = [_got(c, elem, c.low.e.emit("extract", word, both, index=0)),
                        Reg(boolean, c.low.e.emit("extract", "i1", both, index=1))]
    return Parts(t.tuple_type((elem, boolean)), parts)


@intrinsic("fence")
def _fence(c: Call) -> Val:
    order = _order(c, 0, _ALL[1:])
    c.count(1)
    c.low.e.emit("fence", "void", order=order)
    return Reg(Void, _NOTHING)


@intrinsic("compiler_fence")
def _compiler_fence(c: Call) -> Val:
    c.count(0)
    c.low.e.emit("compiler_fence", "void")
    return Reg(Void, _NOTHING)


@method(BitfieldType, "with_")
def _with(c: Call) -> Val:
    assert c.receiver is not None and isinstance(c.receiver.type, BitfieldType)
    if c.args:
        raise c.why("fields are named: x.with_(field=value)")
    ty = c.receiver.type
    start = load(c.low, coerce(c.low, c.receiver, ty, c.node), c.node).ir
    return build(c.low, ty, start, c.node.keywords, c.node)
