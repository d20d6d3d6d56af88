"""What the atomic ops do.  One thread runs, so orders and weakness have nothing to show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..model import Ins
from ..types import size_align, type_bits
from .codec import reader, writer
from .ints import to_signed
from .mem_ops import MEMORY_OPS, scalar_place
from .steps import Host, Places, Regs, Step, StepMaker


def _load(host: Host, ins: Ins, a: Places, d: int) -> Step:
    memory, t, read, p = host.memory, ins.type, reader(ins.type), a[0]

    def step(r: Regs) -> None:
        r[d] = read(*scalar_place(memory, t, r[p], "atomic load", write=False))
    return step


def _store(host: Host, ins: Ins, a: Places, d: int) -> Step:
    t = ins.args[0].type
    memory, write, (v, p) = host.memory, writer(t), a

    def step(r: Regs) -> None:
        write(*scalar_place(memory, t, r[p], "atomic store", write=True), r[v])
    return step


def combine(kind: str, bits: int) -> Callable[[Any, Any], Any]:
    """What an `atomic_rmw` of `kind` writes, given the old value and the operand."""
    mask, signed = (1 << bits) - 1, to_signed(bits)
    table: dict[str, Callable[[Any, Any], Any]] = {
        "xchg": lambda old, new: new,
        "add": lambda old, new: (old + new) & mask,
        "sub": lambda old, new: (old - new) & mask,
        "and": lambda old, new: old & new,
        "or": lambda old, new: old | new,
        "xor": lambda old, new: old ^ new,
        "umin": min,
        "umax": max,
        "smin": lambda old, new: min(old, new, key=signed),
        "smax": lambda old, new: max(old, new, key=signed),
    }
    return table[kind]


def _rmw(host: Host, ins: Ins, a: Places, d: int) -> Step:
    memory, t, (p, v) = host.memory, ins.type, a
    read, write = reader(t), writer(t)
    result = combine(ins.attrs["kind"], type_bits.get(str(t), 64))

    def step(r: Regs) -> None:
        data, at = scalar_place(memory, t, r[p], "atomic_rmw", write=True)
        old = read(data, at)
        write(data, at, result(old, r[v]))
        r[d] = old
    return step


def _cas(host: Host, ins: Ins, a: Places, d: int) -> Step:
    t = ins.args[1].type
    memory, read, write, (p, expected, new) = host.memory, reader(t), writer(t), a

    size = size_align(t)[0]

    def step(r: Regs) -> None:
        data, at = scalar_place(memory, t, r[p], "atomic_cas", write=True)
        old, bits = read(data, at), data[at:at + size]
        wanted = bytearray(size)
        write(wanted, 0, r[expected])
        if bits == wanted:
            write(data, at, r[new])
        r[d] = (old, int(bits == wanted))
    return step


ATOMIC_OPS: dict[str, StepMaker] = {
    "atomic_load": _load,
    "atomic_store": _store,
    "atomic_rmw": _rmw,
    "atomic_cas": _cas,
    "fence": MEMORY_OPS["prefetch"],
    "compiler_fence": MEMORY_OPS["prefetch"],
}
