"""What x86-64 can do of the machine ops: device access as memory, barriers; the rest is refused."""

from __future__ import annotations

from ..ir.model import Ins
from ..ir.types import size_align
from .context import FunctionContext, ir_type_of
from .text import llvm_type


def sysread(f: FunctionContext, ins: Ins) -> None:
    """Refused: there are no Arm system registers here."""
    raise f.error(f"system register {ins.attrs['reg']} does not exist on x86-64")


syswrite = sysread


def sysop(f: FunctionContext, ins: Ins) -> None:
    """Barriers become a full fence and `yield` a pause; other instructions are refused."""
    text = str(ins.attrs["text"])
    word = text.split()[0].lower() if text.split() else ""
    if word in ("dmb", "dsb", "isb"):
        name = "mfence"
    elif word == "yield":
        name = "pause"
    else:
        raise f.error(f"instruction '{text}' does not exist on x86-64")
    f.out(f"call void {f.module.declare(f'llvm.x86.sse2.{name}', 'void', '')}()")


def smccc(f: FunctionContext, ins: Ins) -> None:
    """Refused: there is no firmware to call."""
    raise f.error(f"{ins.attrs['conduit']} does not exist on x86-64")


def mmio_read(f: FunctionContext, ins: Ins) -> None:
    """A volatile load."""
    t = ins.type
    f.result(ins, f"load volatile {llvm_type(t)}, ptr {f.ref(ins.args[0])}, "
             f"align {size_align(t)[0]}")


def mmio_write(f: FunctionContext, ins: Ins) -> None:
    """A volatile store."""
    value, p = ins.args
    f.out(f"store volatile {f.typed(value)}, ptr {f.ref(p)}, "
          f"align {size_align(ir_type_of(value))[0]}")
