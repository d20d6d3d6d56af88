"""System registers, barriers, cache and TLB maintenance, hypercalls."""

from __future__ import annotations

from wrought.isa.a64 import sysops
from wrought.lang.core import types as t
from wrought.lang.core.decl import BitfieldType
from wrought.lang.core.scalars import Void, u64
from wrought.lang.core.sysreg import Access, Register
from wrought.lang.ir import model as m

from ..lower.bits import build
from ..lower.convert import coerce, load
from ..report import nearest
from ..values import Parts, Reg, Val
from .registry import Call, intrinsic, known_object

_NOTHING = Reg(Void, m.Undef("void"))


def _a64_only(c: Call, what: str) -> None:
    if c.low.arch != "a64":
        raise c.low.fault("M04", c.node, what=what, arch="x86-64")


@known_object(Access)
def _access(c: Call) -> Val:
    reg: Register = c.obj.register
    verb = c.obj.verb
    _a64_only(c, reg.name)
    row = reg.row
    if verb != "write" and row.access == "WO":
        raise c.low.fault("M03", c.node, name=reg.name)
    if verb != "read" and row.access == "RO":
        raise c.low.fault("M02", c.node, name=reg.name)
    e = c.low.e
    if verb == "read":
        c.count(0)
        return Reg(reg.bits, e.emit("sysread", "i64", reg=reg.name, enc=row.enc))
    if verb == "modify":
        if c.args:
            raise c.why("fields are named: REG.modify(field=value)")
        old: m.Value = e.emit("sysread", "i64", reg=reg.name, enc=row.enc)
        value = load(c.low, build(c.low, reg.bits, old, c.node.keywords, c.node), c.node).ir
    elif c.node.keywords:
        start = e.const(64, 0)
        value = load(c.low, build(c.low, reg.bits, start, c.node.keywords, c.node), c.node).ir
    else:
        c.count(1)
        value = _register_value(c, reg)
    e.emit("syswrite", "void", value, reg=reg.name, enc=row.enc)
    return _NOTHING


def _register_value(c: Call, reg: Register) -> m.Value:
    """u64, the register's own type, or a 64-bit bit field or newtype declared elsewhere."""
    val = c.low.expr(c.args[0], u64)
    ty = val.type
    if isinstance(ty, BitfieldType | t.NewType) and ty.storage is u64:
        return load(c.low, val, c.args[0]).ir
    return load(c.low, coerce(c.low, val, u64, c.args[0]), c.args[0]).ir


@intrinsic("dmb", "dsb")
def _barrier(c: Call) -> Val:
    c.count(1)
    option = str(c.known(0)).lower()
    if option not in sysops.BARRIER_DOMAINS:
        raise c.low.fault("M05", c.args[0], kind="barrier option", name=option,
                          help=nearest(option, sysops.BARRIER_DOMAINS))
    c.low.e.emit("sysop", "void", text=f"{c.name} {option}")
    return _NOTHING


@intrinsic("isb", "wfi", "wfe", "sev", "sevl", "cpu_relax")
def _plain(c: Call) -> Val:
    c.count(0)
    text = "yield" if c.name == "cpu_relax" else c.name
    if text not in ("yield", "isb"):
        _a64_only(c, text)
    c.low.e.emit("sysop", "void", text=text)
    return _NOTHING


@intrinsic("tlbi", "dc", "ic", "at_op")
def _maintenance(c: Call) -> Val:
    c.count(1, 2)
    kind = "at" if c.name == "at_op" else c.name
    name = str(c.known(0)).lower()
    op = sysops.SYSOPS.get(f"{kind} {name}")
    if op is None:
        known = [k.split()[1] for k in sysops.SYSOPS if k.startswith(kind + " ")]
        raise c.low.fault("M05", c.args[0], kind=f"{kind} operation", name=name,
                          help=nearest(name, known))
    _a64_only(c, f"{kind} {name}")
    if op.operand != (len(c.args) == 2):
        needs = "takes an address or number: give it" if op.operand else "takes no operand"
        raise c.low.fault("M06", c.node, name=f"{kind} {name}", needs=needs)
    args = (_word(c, 1),) if op.operand else ()
    c.low.e.emit("sysop", "void", *args, text=f"{kind} {name}")
    return _NOTHING


def _word(c: Call, i: int) -> m.Value:
    """A u64, a newtype over it, or a pointer's address."""
    val = c.low.expr(c.args[i], u64)
    if isinstance(val.type, t.PtrType):
        return c.low.e.emit("ptrtoint", "i64", load(c.low, val, c.args[i]).ir)
    if isinstance(val.type, t.NewType | BitfieldType) and val.type.storage is u64:
        return load(c.low, val, c.args[i]).ir
    return load(c.low, coerce(c.low, val, u64, c.args[i]), c.args[i]).ir


@intrinsic("hvc", "smc")
def _conduit(c: Call) -> Val:
    _a64_only(c, c.name)
    if not 1 <= len(c.args) <= 9 or c.node.keywords:
        raise c.low.fault("C01", c.node, name=c.name, want="1 to 9", got=len(c.args))
    imm = c.known(0)
    if not isinstance(imm, int) or not 0 <= imm < 1 << 16:
        raise c.why("the immediate is 0 … 65535", c.args[0])
    words = [_word(c, i) for i in range(1, len(c.args))] or [c.low.e.const(64, 0)]
    four = ("i64",) * 4
    result = c.low.e.emit("smccc", four, *words, conduit=c.name, imm=imm)
    items: list[Val] = [Reg(u64, c.low.e.emit("extract", "i64", result, index=i))
                        for i in range(4)]
    return Parts(t.tuple_type((u64,) * 4), items)


def _daif(c: Call, write: m.Value | None) -> m.Value:
    from wrought.isa.a64.sysregs import lookup

    row = lookup("DAIF")
    if write is not None:
        return c.low.e.emit("syswrite", "void", write, reg=row.name, enc=row.enc)
    return c.low.e.emit("sysread", "i64", reg=row.name, enc=row.enc)


@intrinsic("mask_irqs")
def _mask(c: Call) -> Val:
    c.count(0)
    _a64_only(c, "interrupt masking")
    old = _daif(c, None)
    c.low.e.emit("sysop", "void", text="msr daifset, #15")
    return Reg(u64, old)


@intrinsic("restore_irqs")
def _restore(c: Call) -> Val:
    c.count(1)
    _a64_only(c, "interrupt masking")
    _daif(c, c.ir(0, u64))
    return _NOTHING


@intrinsic("stack_pointer", "return_address")
def _where(c: Call) -> Val:
    c.count(0)
    op = "read_sp" if c.name == "stack_pointer" else "return_address"
    return Reg(u64, c.low.e.emit(op, "i64"))


@intrinsic("a64", "x64")
def _text(c: Call) -> Val:
    raise c.low.fault("M10", c.node)


