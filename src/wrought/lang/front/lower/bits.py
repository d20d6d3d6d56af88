"""Bit fields: reading and writing named bits of an integer."""

from __future__ import annotations

import ast

from wrought.lang.core import types as t
from wrought.lang.core.decl import BitfieldType, Field
from wrought.lang.core.scalars import boolean
from wrought.lang.ir import model as m

from ..values import BitsPlace, Place, Reg, Val
from .context import Lowerer
from .convert import load, store


def read_field(low: Lowerer, val: BitsPlace, node: ast.AST) -> Reg:
    """The field's bits as its declared type."""
    whole = load(low, val.whole, node)
    return Reg(val.type, extract_bits(low, whole.ir, whole.type.size * 8, val.field))


def extract_bits(low: Lowerer, raw: m.Value, width: int, f: Field) -> m.Value:
    """Bits hi..lo of `raw` as the IR type of the field."""
    e, word = low.e, f"i{width}"
    n = f.hi - f.lo + 1
    bits: m.Value = raw
    if f.lo:
        bits = e.emit("lshr", word, bits, e.const(width, f.lo))
    if f.type is boolean:
        bits = e.emit("and", word, bits, e.const(width, 1))
        return e.emit("icmp", "i1", bits, e.const(width, 0), pred="ne")
    if f.hi + 1 < width:
        bits = e.emit("and", word, bits, e.const(width, (1 << n) - 1))
    storage = f.type.storage
    assert isinstance(storage, t.IntType)
    bits = resize(low, bits, width, storage.bits)
    if storage.signed and n < storage.bits:
        gap = e.const(storage.bits, storage.bits - n)
        bits = e.emit("ashr", f"i{storage.bits}", e.emit("shl", f"i{storage.bits}", bits, gap),
                      gap)
    return bits


def resize(low: Lowerer, value: m.Value, have: int, want: int) -> m.Value:
    """Zero-extend or truncate between integer widths."""
    if have == want:
        return value
    return low.e.emit("zext" if want > have else "trunc", f"i{want}", value)


def insert_bits(low: Lowerer, raw: m.Value, width: int, f: Field, value: m.Value) -> m.Value:
    """`raw` with the field replaced; bits of `value` above the field's width are dropped."""
    e, word = low.e, f"i{width}"
    n = f.hi - f.lo + 1
    mask = ((1 << n) - 1) << f.lo
    have = 1 if f.type is boolean else f.type.storage.size * 8
    bits = resize(low, value, have, width) if have <= width else (
        e.emit("trunc", word, value))
    if f.lo:
        bits = e.emit("shl", word, bits, e.const(width, f.lo))
    if have > n or have + f.lo > width:
        bits = e.emit("and", word, bits, e.const(width, mask))
    if isinstance(raw, m.Const) and raw.value == 0:
        return bits
    cleared = e.emit("and", word, raw, e.const(width, ~mask))
    return e.emit("or", word, cleared, bits)


def write_field(low: Lowerer, place: BitsPlace, value: m.Value, node: ast.AST) -> None:
    """Assign a field of a bit field that lies in memory."""
    if not isinstance(place.whole, Place):
        raise low.fault("P06", node, what="a field of a temporary value",
                        help="x = x.with_(field=…) makes a changed copy")
    whole = load(low, place.whole, node)
    raw = insert_bits(low, whole.ir, whole.type.size * 8, place.field, value)
    store(low, Reg(whole.type, raw), place.whole, node)


def build(low: Lowerer, ty: BitfieldType, start: m.Value, fields: list[ast.keyword],
          node: ast.AST) -> Val:
    """`start` with the named fields replaced, as `ty`."""
    from .access import find_field
    from .convert import coerce

    raw, width = start, ty.size * 8
    for kw in fields:
        f = find_field(low, ty, kw.arg or "", kw)
        got = coerce(low, low.expr(kw.value, f.type), f.type, kw.value)
        check_fits(low, f, got, kw.value)
        raw = insert_bits(low, raw, width, f, load(low, got, kw.value).ir)
    return Reg(ty, raw)


def check_fits(low: Lowerer, f: Field, val: Val, node: ast.AST) -> None:
    """A constant wider than the field is an error."""
    ir = val.ir if isinstance(val, Reg) else None
    storage = f.type.storage
    if not (isinstance(ir, m.Const) and isinstance(ir.value, int)
            and isinstance(storage, t.IntType)):
        return
    n, value = f.hi - f.lo + 1, ir.value
    low_end, high_end = 0, (1 << n) - 1
    if storage.signed:
        low_end, high_end = -(1 << n - 1), (1 << n - 1) - 1
        value -= (value >> storage.bits - 1) << storage.bits
    if not low_end <= value <= high_end:
        raise low.fault("I01", node, value=hex(value), type=f"{f.name} ({n} bits)", min=low_end,
                        max=high_end)
