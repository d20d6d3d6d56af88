"""What the machine ops do: they ask the `Machine`, and the interpreter about its stack."""

from __future__ import annotations

from ..model import Ins
from ..types import size_align
from .pure import MASK64
from .steps import Host, Places, Regs, Step, StepMaker


def _sysread(host: Host, ins: Ins, a: Places, d: int) -> Step:
    machine, reg = host.machine, ins.attrs["reg"]

    def step(r: Regs) -> None:
        r[d] = machine.sysread(reg) & MASK64
    return step


def _syswrite(host: Host, ins: Ins, a: Places, d: int) -> Step:
    machine, reg, v = host.machine, ins.attrs["reg"], a[0]
    return lambda r: machine.syswrite(reg, r[v])


def _sysop(host: Host, ins: Ins, a: Places, d: int) -> Step:
    machine, text = host.machine, ins.attrs["text"]
    return lambda r: machine.sysop(text, r[a[0]] if a else None)


def _smccc(host: Host, ins: Ins, a: Places, d: int) -> Step:
    machine, conduit, imm = host.machine, ins.attrs["conduit"], ins.attrs["imm"]

    def step(r: Regs) -> None:
        x = machine.smccc(conduit, imm, tuple(r[i] for i in a))
        r[d] = tuple(v & MASK64 for v in x)
    return step


def _mmio_read(host: Host, ins: Ins, a: Places, d: int) -> Step:
    machine, size, p = host.machine, size_align(ins.type)[0], a[0]

    def step(r: Regs) -> None:
        r[d] = machine.mmio_read(r[p], size) & ((1 << 8 * size) - 1)
    return step


def _mmio_write(host: Host, ins: Ins, a: Places, d: int) -> Step:
    v, p = a
    machine, size = host.machine, size_align(ins.args[0].type)[0]
    return lambda r: machine.mmio_write(r[p], size, r[v])


def _read_sp(host: Host, ins: Ins, a: Places, d: int) -> Step:
    def step(r: Regs) -> None:
        r[d] = host.stack_pointer()
    return step


def _return_address(host: Host, ins: Ins, a: Places, d: int) -> Step:
    def step(r: Regs) -> None:
        r[d] = host.return_address()
    return step


MACHINE_OPS: dict[str, StepMaker] = {
    "sysread": _sysread,
    "syswrite": _syswrite,
    "sysop": _sysop,
    "smccc": _smccc,
    "mmio_read": _mmio_read,
    "mmio_write": _mmio_write,
    "read_sp": _read_sp,
    "return_address": _return_address,
}
