"""Panics, assertions while compiling, hints, non-local exit, formatted output."""

from __future__ import annotations

from wrought.lang.core import types as t
from wrought.lang.core.function import Compiled
from wrought.lang.core.scalars import Void, boolean, i32, u8, u64
from wrought.lang.ir import model as m
from wrought.lang.ir.symbols import THROW, TRY
from wrought.lang.llvm.runtime import TRY_FRAME_SIZE

from ..lower.call import emit_call, self_value
from ..lower.conditions import condition
from ..lower.conversions import resize_int
from ..lower.convert import coerce, load, type_of, typed
from ..lower.fstring import Hole, emit_pieces, pieces
from ..values import Known, Reg, Val
from .registry import Call, intrinsic


@intrinsic("panic")
def _panic(c: Call) -> Val:
    c.count(1)
    low, text = c.low, ""
    values: list[m.Value] = []
    for part in pieces(low, c.args[0]):
        if isinstance(part, Hole):
            ty, x, whole = _number(c, part)
            if part.spec not in ("", "d"):
                raise low.fault("K05", part.node, type=whole.name, spec=part.spec,
                                help="a panic shows plain decimal numbers")
            text += "{" + str(len(values)) + "}"
            values.append(resize_int(low, u64, ty, x))
        else:
            text += part.replace("{", "(").replace("}", ")")
    if len(values) > 2:
        raise c.why("a panic shows at most two integers", c.args[0])
    low.e.loc = m.Loc(c.node.lineno, c.node.col_offset + 1)
    low.e.end("panic", *values, kind="panic", msg=text)
    low.leave()
    low.e.start(low.e.new_block("dead"))
    return Known(None)


def _number(c: Call, part: Hole) -> tuple[t.IntType, m.Value, t.Type]:
    val = typed(c.low, c.low.expr(part.node), part.node)
    assert val.type is not None
    storage = val.type.storage
    if not isinstance(storage, t.IntType):
        raise c.why(f"a panic shows integers, not {type_of(c.low, val)}", part.node)
    return storage, load(c.low, val, part.node).ir, val.type


@intrinsic("static_assert")
def _static_assert(c: Call) -> Val:
    c.count(1, 2)
    if not c.known(0):
        text = c.known(1) if len(c.args) == 2 else c.low.source.text(c.args[0])
        raise c.low.fault("K02", c.args[0], text=text)
    return Known(None)


@intrinsic("likely", "unlikely")
def _likely(c: Call) -> Val:
    c.count(1)
    cond = condition(c.low, c.args[0])
    if isinstance(cond, bool):
        return Known(cond)
    return Reg(boolean, c.low.e.emit("expect", "i1", cond, value=int(c.name == "likely")))


@intrinsic("unroll")
def _unroll(c: Call) -> Val:
    raise c.why("it stands after 'in' of a for loop: for i in unroll(range(4)): …")


@intrinsic("tail")
def _tail(c: Call) -> Val:
    raise c.low.fault("C09", c.node)


@intrinsic("assume_unreachable")
def _unreachable(c: Call) -> Val:
    c.count(0)
    c.unsafe()
    c.low.e.end("unreachable")
    c.low.leave()
    c.low.e.start(c.low.e.new_block("dead"))
    return Known(None)


@intrinsic("trust")
def _trust(c: Call) -> Val:
    c.count(1)
    c.unsafe()
    val = c.val(0)
    if not isinstance(val.type, t.UntrustedType):
        raise c.why(f"{type_of(c.low, val)} is not untrusted", c.args[0])
    return Reg(val.type.base, load(c.low, val, c.args[0]).ir)


def _frame(c: Call) -> m.Value:
    val = c.val(0)
    ty = val.type
    if not isinstance(ty, t.PtrType) or ty.nullable or ty.to.size < TRY_FRAME_SIZE or (
            ty.to.align < 16):
        raise c.why("the frame is a Ptr[TryFrame]", c.args[0])
    return load(c.low, val, c.args[0]).ir


@intrinsic("try_call")
def _try_call(c: Call) -> Val:
    c.count(3)
    frame = _frame(c)
    arg = c.val(2)
    if not isinstance(arg.type, t.PtrType):
        raise c.why("the argument is a pointer", c.args[2])
    low, want = c.low, t.fn_type((arg.type,), Void)
    f = coerce(low, low.expr(c.args[1], want), want, c.args[1])
    low.unit.runtime(TRY, ("ptr", "ptr", "ptr"), "i32")
    code = low.e.emit("call", "i32", frame, load(low, f, c.args[1]).ir,
                      load(low, arg, c.args[2]).ir, callee=TRY)
    return Reg(i32, code)


@intrinsic("throw")
def _throw(c: Call) -> Val:
    c.count(2)
    frame, code = _frame(c), c.ir(1, i32)
    low = c.low
    low.unit.runtime(THROW, ("ptr", "i32"), "void")
    low.e.emit("call", "void", frame, code, callee=THROW)
    low.e.end("unreachable")
    low.leave()
    low.e.start(low.e.new_block("dead"))
    return Known(None)


@intrinsic("format_to")
def _format_to(c: Call) -> Val:
    c.count(2)
    low, sink_node = c.low, c.args[0]
    sink = low.expr(sink_node)
    if isinstance(sink, Known) and isinstance(sink.obj, Compiled):
        def write(v: Val) -> None:
            emit_call(low, low.unit.instance(sink.obj, ()), [v], c.node)
    else:
        write = _writer(c, sink)
    emit_pieces(low, pieces(low, c.args[1]), write)
    return Reg(Void, m.Undef("void"))


def _writer(c: Call, sink: Val):
    """A function that calls `sink.write(piece)`."""
    from wrought.lang.core.decl import Declared

    low, ty = c.low, sink.type
    inner = ty.to if isinstance(ty, t.PtrType) else ty
    method = inner.methods.get("write") if isinstance(inner, Declared) else None
    if not isinstance(method, Compiled):
        raise c.why(f"{type_of(low, sink)} has no method write(self, text: Slice[u8])",
                    c.args[0])
    if isinstance(ty, t.PtrType):
        sink = load(low, sink, c.args[0])
    sig = low.unit.signature(method)
    if len(sig.params) != 2 or sig.params[1].type is not t.slice_of_type(u8):
        raise c.why("write takes self and one Slice[u8]", c.args[0])

    def write(v: Val) -> None:
        receiver = self_value(low, method, sink, c.args[0])
        emit_call(low, low.unit.instance(method, ()), [receiver, v], c.node)
    return write


