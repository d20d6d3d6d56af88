"""Formatted output, taken apart while compiling: print(f"…"), format_to(sink, f"…")."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass

from wrought.lang.core import types as t
from wrought.lang.core.decl import BitfieldType, EnumType, EnumValue
from wrought.lang.core.scalars import boolean, u8, u64

from ..values import BitsPlace, Known, Reg, Val
from .context import Lowerer
from .conversions import resize_int
from .convert import coerce, load, type_of, typed
from .order import detach, freeze, writes

_SPEC = re.compile(r"(?P<fill0>0?)(?P<width>\d*)(?P<kind>[xXbod]?)$")
MAX_WIDTH = 64
_FLOAT_SPEC = re.compile(r"0?\d{0,2}(\.\d{1,2})?[eEfFgG]$")
FLOAT_TEXT = 512
"""Bytes that the longest formatted float takes: 1.8e308 with 99 places."""
_BASE = {"": 10, "d": 10, "x": 16, "X": 16, "b": 2, "o": 8}


@dataclass
class Hole:
    """A value with its format."""

    node: ast.expr
    spec: str


Piece = str | Hole


def pieces(low: Lowerer, node: ast.expr) -> list[Piece]:
    """A string literal or f-string as texts and holes."""
    if isinstance(node, ast.JoinedStr):
        out: list[Piece] = []
        for part in node.values:
            if isinstance(part, ast.Constant):
                out.append(str(part.value))
            elif isinstance(part, ast.FormattedValue):
                out.append(Hole(part.value, _spec(low, part)))
        return out
    val = low.expr(node)
    if isinstance(val, Known) and isinstance(val.obj, str | bytes):
        return [val.obj if isinstance(val.obj, str) else val.obj.decode("latin-1")]
    return [Hole(node, "")]


def _spec(low: Lowerer, part: ast.FormattedValue) -> str:
    if part.conversion != -1:
        raise low.fault("X01", part.value, what="!r, !s and !a",
                        instead="use a format such as {x:#x}")
    if part.format_spec is None:
        return ""
    texts = part.format_spec.values if isinstance(part.format_spec, ast.JoinedStr) else []
    if not all(isinstance(v, ast.Constant) for v in texts):
        raise low.fault("K01", part, what="a format specification")
    return "".join(str(v.value) for v in texts if isinstance(v, ast.Constant))


Write = Callable[[Val], None]


def emit_pieces(low: Lowerer, parts: list[Piece], write: Write) -> None:
    """Send every piece to `write`, which takes a Slice[u8] value.

    All values are worked out before the first piece is written, as in Python.
    """
    holes = [part.node for part in parts if isinstance(part, Hole)]
    vals = iter([detach(low, low.expr(n), n) if writes(holes[i + 1:]) else
                 freeze(low, low.expr(n), n) for i, n in enumerate(holes)])
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        val = next(vals)
        if isinstance(val, Known) and not isinstance(val.obj, bytes):
            text += _known(low, val, part)
            continue
        if text:
            write(_literal(low, text))
            text = ""
        _emit_hole(low, val, part, write)
    if text:
        write(_literal(low, text))


def _literal(low: Lowerer, text: str) -> Val:
    data = text.encode()
    return coerce(low, Known(data), t.slice_of_type(u8), ast.Pass())


def _known(low: Lowerer, val: Known, part: Hole) -> str:
    if isinstance(val.obj, EnumValue) and not part.spec:
        return val.obj.name
    try:
        return format(val.obj, part.spec)
    except (TypeError, ValueError):
        raise low.fault("K05", part.node, type=type_of(low, val), spec=part.spec) from None


def _emit_hole(low: Lowerer, val: Val, part: Hole, write: Write) -> None:
    val = typed(low, val, part.node)
    ty = val.type.base if isinstance(val.type, t.UntrustedType) else val.type
    if isinstance(ty, EnumType) and not part.spec:
        _enum(low, ty, load(low, val, part.node), write)
    elif isinstance(ty, BitfieldType) and not part.spec:
        _bitfield(low, ty, load(low, val, part.node), part, write)
    elif ty is boolean and not part.spec:
        _choice(low, load(low, val, part.node), write)
    elif isinstance(ty, t.SliceType) and ty.elem is u8 and not part.spec:
        write(Reg(ty, load(low, val, part.node).ir))
    elif isinstance(ty, t.ArrayType) and ty.elem is u8 and not part.spec:
        write(coerce(low, val, t.slice_of_type(u8), part.node))
    elif isinstance(ty, t.FloatType) and low.unit.target.hosted:
        _float(low, load(low, val, part.node), part, write)
    elif ty is not None and isinstance(ty.storage, t.IntType | t.PtrType | t.FnType):
        _integer(low, ty, load(low, val, part.node), part, write)
    else:
        raise low.fault("K05", part.node, type=type_of(low, val), spec=part.spec)


def _float(low: Lowerer, reg: Reg, part: Hole, write: Write) -> None:
    """Digits by `wrought.rt.hosted.fmt_float`: shortest, or by a format such as `.3f`."""
    from wrought.rt.hosted import fmt_float

    if part.spec and _FLOAT_SPEC.match(part.spec) is None:
        raise low.fault("K05", part.node, type=reg.type.name, spec=part.spec)
    e = low.e
    x = reg.ir if reg.type.size == 8 else e.emit("fext", "f64", reg.ir)
    buffer = low.temp(t.array_type(u8, FLOAT_TEXT))
    whole = e.emit("make", ("ptr", "i64"), buffer.addr, e.const(64, FLOAT_TEXT))
    if part.spec:
        inst = low.unit.instance(fmt_float.format_with, ())
        given = low.unit.bytes_constant(f"%{part.spec}".encode())
        result = e.emit("call", ("ptr", "i64"), whole, given, x, callee=inst.symbol)
    else:
        inst = low.unit.instance(fmt_float.format_float, ())
        result = e.emit("call", ("ptr", "i64"), whole, x, callee=inst.symbol)
    write(Reg(t.slice_of_type(u8), result))


def _integer(low: Lowerer, ty: t.Type, reg: Reg, part: Hole, write: Write) -> None:
    """Digits by `wrought.rt.fmt`, into a buffer of this function."""
    from wrought.rt import fmt

    spec = part.spec or ("#x" if isinstance(ty.storage, t.PtrType | t.FnType) else "")
    prefixed = spec.startswith("#")
    found = _SPEC.match(spec.removeprefix("#"))
    if found is None or int(found["width"] or 0) > MAX_WIDTH:
        raise low.fault("K05", part.node, type=ty.name, spec=part.spec)
    kind, width = found["kind"], int(found["width"] or 0)
    storage = ty.storage
    signed = isinstance(storage, t.IntType) and storage.signed
    x = reg.ir
    if isinstance(storage, t.IntType):
        x = resize_int(low, u64, storage, x)
    else:
        x = low.e.emit("ptrtoint", "i64", x)
    buffer = low.temp(t.array_type(u8, fmt.BUFFER))
    e = low.e
    flags = ((fmt.SIGNED if signed else 0) | (fmt.UPPER if kind == "X" else 0)
             | (fmt.ZEROS if found["fill0"] else 0) | (fmt.PREFIX if prefixed else 0))
    inst = low.unit.instance(fmt.format_integer, ())
    result = e.emit("call", ("ptr", "i64"),
                    e.emit("make", ("ptr", "i64"), buffer.addr, e.const(64, fmt.BUFFER)), x,
                    e.const(64, _BASE[kind]), e.const(64, width), e.const(64, flags),
                    callee=inst.symbol)
    write(Reg(t.slice_of_type(u8), result))


def _choice(low: Lowerer, reg: Reg, write: Write) -> None:
    e = low.e
    yes, no = (load(low, _literal(low, w), ast.Pass()).ir for w in ("True", "False"))
    both = [e.emit("select", p, reg.ir, e.emit("extract", p, yes, index=i),
                   e.emit("extract", p, no, index=i)) for i, p in enumerate(("ptr", "i64"))]
    write(Reg(t.slice_of_type(u8), e.emit("make", ("ptr", "i64"), *both)))


def _enum(low: Lowerer, ty: EnumType, reg: Reg, write: Write) -> None:
    """The member's name, or its number where it has none."""
    e = low.e
    end, other = e.new_block("named"), e.new_block("unnamed")
    slot = low.temp(t.slice_of_type(u8))
    members = {int(mem): mem.name for mem in reversed(list(ty))}
    blocks = [e.new_block("name") for _ in members]
    bits = ty.size * 8
    e.end("switch", reg.ir, blocks=(other, *blocks),
          values=tuple(v & ((1 << bits) - 1) for v in members))
    for name, block in zip(members.values(), blocks, strict=True):
        e.start(block)
        e.store(load(low, _literal(low, name), ast.Pass()).ir, slot.addr, 8)
        e.br(end)
    e.start(other)

    def keep(val: Val) -> None:
        e.store(load(low, val, ast.Pass()).ir, slot.addr, 8)
    _integer(low, ty, reg, Hole(ast.Constant(0), ""), keep)
    e.br(end)
    e.start(end)
    write(Reg(t.slice_of_type(u8), e.load(("ptr", "i64"), slot.addr, 8)))


def _bitfield(low: Lowerer, ty: BitfieldType, reg: Reg, part: Hole, write: Write) -> None:
    """`Name(field=value, …)`, each field by its own type."""
    write(_literal(low, f"{ty.name}("))
    for i, f in enumerate(ty.fields.values()):
        write(_literal(low, (", " if i else "") + f"{f.name}="))
        wide = f.hi - f.lo >= 4 and isinstance(f.type, t.IntType)
        field = load(low, BitsPlace(reg, f), part.node)
        _emit_hole(low, field, Hole(part.node, "#x" if wide else ""), write)
    write(_literal(low, ")"))
