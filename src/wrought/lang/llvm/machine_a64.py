"""A64 system registers, system instructions, firmware calls, device access and per-CPU data.

Each is one `asm` expression whose text is fixed here: a device access must be a single load or
store without write-back, or the hypervisor above cannot tell what was accessed (Arm ARM
DDI 0487, D24.2.42: ISV is 0 for write-back forms).
"""

from __future__ import annotations

from ..ir.model import Ins, Sym
from ..ir.types import size_align
from .context import FunctionContext, ir_type_of
from .text import llvm_type, quote

_LOADS = {1: "ldrb ${0:w}, [$1]", 2: "ldrh ${0:w}, [$1]", 4: "ldr ${0:w}, [$1]",
          8: "ldr ${0:x}, [$1]"}
_STORES = {1: "strb ${0:w}, [$1]", 2: "strh ${0:w}, [$1]", 4: "str ${0:w}, [$1]",
           8: "str ${0:x}, [$1]"}


def register_name(ins: Ins) -> str:
    """The generic name `S3_4_C1_C1_0` if the encoding is known, which every assembler takes."""
    enc = ins.attrs.get("enc")
    if not enc:
        return str(ins.attrs["reg"])
    op0, op1, crn, crm, op2 = enc
    return f"S{op0}_{op1}_C{crn}_C{crm}_{op2}"


def sysread(f: FunctionContext, ins: Ins) -> None:
    """`mrs`."""
    f.result(ins, f'call i64 asm sideeffect "mrs $0, {register_name(ins)}", "=r"()')


def syswrite(f: FunctionContext, ins: Ins) -> None:
    """`msr`; a memory clobber, since the register may change what memory means."""
    f.out(f'call void asm sideeffect "msr {register_name(ins)}, $0", "r,~{{memory}}"'
          f"(i64 {f.ref(ins.args[0])})")


def sysop(f: FunctionContext, ins: Ins) -> None:
    """The instruction's text as given, its operand as `${0}`."""
    operands = ", ".join([f.typed(a) for a in ins.args])
    constraints = ",".join(["r"] * len(ins.args) + ["~{memory}"])
    text = str(ins.attrs["text"])
    if ins.args and "${0}" not in text:
        text += ", ${0}"
    f.out(f'call void asm sideeffect {quote(text)}, "{constraints}"({operands})')


def smccc(f: FunctionContext, ins: Ins) -> None:
    """SMC Calling Convention (Arm DEN 0028): x0-x7 in, x0-x3 out, x4-x17 not preserved."""
    given = len(ins.args)
    outputs = [f"={{x{i}}}" for i in range(8)]
    inputs = [str(i) for i in range(given)]
    clobbers = [f"~{{x{i}}}" for i in range(8, 18)] + ["~{memory}", "~{cc}"]
    raw = "{ " + ", ".join(["i64"] * 8) + " }"
    constraints = ",".join(outputs + inputs + clobbers)
    whole = f.let(f'call {raw} asm sideeffect "{ins.attrs["conduit"]} #{ins.attrs["imm"]}", '
                  f'"{constraints}"({", ".join([f.typed(a) for a in ins.args])})')
    result, t = "poison", llvm_type(ins.type)
    for i in range(4):
        part = f.let(f"extractvalue {raw} {whole}, {i}")
        result = f.let(f"insertvalue {t} {result}, i64 {part}, {i}")
    f.alias(ins, result)


def mmio_read(f: FunctionContext, ins: Ins) -> None:
    """Exactly one `ldrb`, `ldrh` or `ldr` with a plain base register."""
    size, p = size_align(ins.type)[0], f.ref(ins.args[0])
    register = "i64" if size == 8 else "i32"
    text = f'call {register} asm sideeffect "{_LOADS[size]}", "=r,r"(ptr {p})'
    if size >= 4:
        f.result(ins, text)
    else:
        f.result(ins, f"trunc i32 {f.let(text)} to {llvm_type(ins.type)}")


def mmio_write(f: FunctionContext, ins: Ins) -> None:
    """Exactly one `strb`, `strh` or `str` with a plain base register."""
    value, p = ins.args
    size = size_align(ir_type_of(value))[0]
    wide = f.typed(value) if size >= 4 else f"i32 {f.let(f'zext {f.typed(value)} to i32')}"
    f.out(f'call void asm sideeffect "{_STORES[size]}", "r,r"({wide}, ptr {f.ref(p)})')


def percpu(f: FunctionContext, ins: Ins) -> None:
    """This CPU's area, whose address is in the target's register, plus the variable's offset.

    The read has no side effect: the register is constant while compiled code runs.
    """
    variable = ins.args[0]
    pure = f.module.group("nounwind willreturn memory(none)")
    base = f.let(f'call ptr asm "mrs $0, {f.target.percpu}", "=r"() {pure}')
    place = f.module.percpu.get(variable.name) if isinstance(variable, Sym) else None
    if place is not None and isinstance(variable, Sym):
        f.result(ins, f"getelementptr i8, ptr {base}, i64 {place + variable.offset}")
        return
    start = f.module.declare_global("__percpu_start")
    template = f.let(f"ptrtoint ptr {f.ref(variable)} to i64")
    offset = f.let(f"sub i64 {template}, ptrtoint (ptr {start} to i64)")
    f.result(ins, f"getelementptr i8, ptr {base}, i64 {offset}")
