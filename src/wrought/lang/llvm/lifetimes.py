"""Where the larger stack slots begin and cease to hold a value, for LLVM's lifetime markers.

With them a slot's stores after its last read are dead, and slots that are never alive together
share a place in the frame.  A slot whose address goes anywhere but into a memory access of this
function has none: somebody may keep it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..ir.model import Block, Const, Function, Ins, Slot, Value
from ..ir.types import size_align
from .context import ir_type_of

LEAST = 17
"""Bytes of the smallest slot that gets markers; LLVM keeps smaller ones in registers."""

_ADDRESSES = {"load": (0,), "store": (1,), "copy": (0, 1), "memcpy": (0, 1), "memmove": (0, 1),
              "memset": (0,)}
"""Operands that are only accessed, by op."""


@dataclass
class Markers:
    """Slots that begin to live before an instruction, and that end after one."""

    before: dict[Ins, list[Slot]] = field(default_factory=dict[Ins, list[Slot]])
    after: dict[Ins, list[Slot]] = field(default_factory=dict[Ins, list[Slot]])


def lifetimes(f: Function) -> Markers:
    """The markers of all slots that can have them."""
    markers = Markers()
    large = [s for s in f.slots if s.size >= LEAST]
    if large:
        for slot, accesses in _accesses(f, large).items():
            _mark(f, slot, accesses, markers)
    return markers


def root(v: Value) -> Slot | None:
    """The slot that an address lies in, if that can be seen."""
    while isinstance(v, Ins) and v.op in ("ptradd", "elem"):
        v = v.args[0]
    return v if isinstance(v, Slot) else None


def _accesses(f: Function, slots: list[Slot]) -> dict[Slot, dict[Block, list[Ins]]]:
    """Each slot's accesses by block, without slots whose address goes elsewhere."""
    found: dict[Slot, dict[Block, list[Ins]]] = {s: {} for s in slots}
    for block in f.blocks:
        for ins in block.body:
            if ins.op in ("ptradd", "elem"):
                continue
            addresses = _ADDRESSES.get(ins.op, ())
            for i, arg in enumerate(ins.args):
                slot = root(arg)
                if slot is None or slot not in found:
                    continue
                if i not in addresses:
                    del found[slot]
                elif ins not in (here := found[slot].setdefault(block, [])):
                    here.append(ins)
    return found


def _overwrites(ins: Ins, slot: Slot) -> bool:
    """Whether the access writes all of the slot and reads none of it."""
    if ins.op == "store":
        return ins.args[1] is slot and size_align(ir_type_of(ins.args[0]))[0] == slot.size
    if ins.op == "copy":
        return ins.args[0] is slot and ins.attrs["size"] == slot.size and (
            root(ins.args[1]) is not slot)
    if ins.op == "memset":
        n = ins.args[2]
        return ins.args[0] is slot and isinstance(n, Const) and n.value == slot.size
    return False


def _mark(f: Function, slot: Slot, accesses: dict[Block, list[Ins]], markers: Markers) -> None:
    live_in = _live(f, slot, accesses)
    if f.blocks[0] in live_in:
        return
    for block, found in accesses.items():
        if block not in live_in:
            markers.before.setdefault(found[0], []).append(slot)
        if not any(s in live_in for s in block.body[-1].blocks):
            markers.after.setdefault(found[-1], []).append(slot)


def _live(f: Function, slot: Slot, accesses: dict[Block, list[Ins]]) -> set[Block]:
    """The blocks at whose start the slot holds something that may be read."""
    ends = {b for b, found in accesses.items() if _overwrites(found[0], slot)}
    live = {b for b in accesses if b not in ends}
    preds: dict[Block, list[Block]] = {}
    for b in f.blocks:
        for s in b.body[-1].blocks:
            preds.setdefault(s, []).append(b)
    work = list(live)
    while work:
        for p in preds.get(work.pop(), []):
            if p not in live and p not in ends:
                live.add(p)
                work.append(p)
    return live
