"""Loops of loaded bytecode (`verify`): pairs of instructions, hidden registers, jumps into them."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, trunc, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, u32, u64
from wrought.lua.front.verify_operands import CHECK_D, JUMP, target_of
from wrought.lua.vm.bytecode import MAX_REGISTERS, OP, a_of, b_of, op_of
from wrought.lua.vm.effects import effect_of
from wrought.lua.vm.objects import Proto

MAX_NESTED = MAX_REGISTERS // 3 + 1
"""Loops inside loops: each has three hidden registers at least."""


@struct
class Loop:
    """A loop that is open while the code is scanned."""

    first: u64
    """Of its FORPREP or ITERPREP."""
    last: u64
    """Of its FORLOOP or ITERLOOP."""
    low: u64
    """The first hidden register."""
    high: u64
    """The last one."""


@struct
class Scan:
    """The loops around the instruction that is looked at."""

    proto: Ptr[Proto]
    depth: u64
    open: Array[Loop, MAX_NESTED]
    hidden: Array[bool, MAX_REGISTERS]

    def enter(self, loop: Ptr[Loop]) -> bool:
        """Open a loop, if it lies in the innermost one and has registers above that one's."""
        if self.depth > 0:
            outer = addr_of(self.open[self.depth - 1])
            if loop.last >= outer.last or loop.low <= outer.high:
                return False
        if self.depth == len(self.open):
            return False
        self.open[self.depth] = loop[0]
        self.depth += 1
        self.hide(loop, True)
        return True

    def leave(self) -> None:
        """Close the innermost loop."""
        self.depth -= 1
        self.hide(addr_of(self.open[self.depth]), False)

    def hide(self, loop: Ptr[Loop], on: bool) -> None:
        for register in range(loop.low, loop.high + 1):
            self.hidden[register] = on

    def top(self) -> u64:
        """One above the highest hidden register."""
        return self.open[self.depth - 1].high + 1 if self.depth > 0 else u64(0)

    def last(self) -> u64:
        """Where the innermost loop ends; 0 outside loops."""
        return self.open[self.depth - 1].last if self.depth > 0 else u64(0)

    def inner(self) -> u64:
        """Where the innermost loop begins; 0 outside loops."""
        return self.open[self.depth - 1].first if self.depth > 0 else u64(0)


@fn
def loops_are_good(proto: Ptr[Proto], notes: Slice[u32]) -> bool:
    """The rules about loops.  A note per instruction is used: where its innermost loop begins."""
    scan = zeroed(Scan)
    scan.proto = proto
    return nesting_is_good(addr_of(scan), notes) and jumps_are_good(proto, notes)


@unsafe
@fn
def nesting_is_good(scan: Ptr[Scan], notes: Slice[u32]) -> bool:
    """Pair the loops' instructions, and check what is set inside."""
    # SAFETY: the index is below `ncode`.
    for i in range(1, u64(scan.proto.ncode)):
        notes[i] = trunc(u32, scan.inner())
        w = scan.proto.code[i]
        match op_of(w):
            case OP.FORPREP | OP.ITERPREP:
                loop = loop_at(scan.proto, i)
                if loop.last == 0 or not scan.enter(addr_of(loop)):
                    return False
            case OP.FORLOOP | OP.FORLOOP1 | OP.ITERLOOP:
                if scan.last() != i:
                    return False
                scan.leave()
            case OP.ITERCALL:
                if scan.last() != i + 1 or op_of(scan.proto.code[i + 1]) != OP.ITERLOOP:
                    return False
            case _:
                if not leaves_hidden(scan, w):
                    return False
    return scan.depth == 0


@unsafe
@fn
def loop_at(proto: Ptr[Proto], index: u64) -> Loop:
    """The loop that a FORPREP or ITERPREP begins; `last` is 0 if it is not complete."""
    # SAFETY: indexes are compared with `ncode`.
    w = proto.code[index]
    a = a_of(w)
    target = target_of(index, w)
    if op_of(w) == OP.FORPREP:
        last = target - 1
        end = proto.code[last]
        step = op_of(end) == OP.FORLOOP or op_of(end) == OP.FORLOOP1
        if last > index and step and a_of(end) == a and target_of(last, end) == index + 1:
            return Loop(index, last, a, a + 2)
        return Loop(index, 0, a, a + 2)
    if target + 1 < proto.ncode:
        call = proto.code[target]
        end = proto.code[target + 1]
        if (op_of(call) == OP.ITERCALL and a_of(call) == a and op_of(end) == OP.ITERLOOP
                and a_of(end) == a and target_of(target + 1, end) == index + 1):
            return Loop(index, target + 1, a - 4, a - 1)
    return Loop(index, 0, a, a)


@fn
def leaves_hidden(scan: Ptr[Scan], w: u64) -> bool:
    """Whether an instruction sets no hidden register of a loop around it."""
    a = a_of(w)
    match effect_of(w):
        case 0:
            return True
        case 1:
            if op_of(w) == OP.CAT and b_of(w) < scan.top():
                return False
            return not scan.hidden[a]
        case 2:
            return none_hidden(scan, a, b_of(w))
        case 3:
            return none_hidden(scan, a, a + 2)
        case _:
            return a >= scan.top()


@fn
def none_hidden(scan: Ptr[Scan], first: u64, last: u64) -> bool:
    for register in range(first, last + 1):
        if scan.hidden[register]:
            return False
    return True


@unsafe
@fn
def jumps_are_good(proto: Ptr[Proto], notes: Slice[u32]) -> bool:
    """Whether no jump from outside leads into a loop."""
    # SAFETY: the index is below `ncode`; notes are indexes of complete loops.
    for i in range(1, u64(proto.ncode)):
        w = proto.code[i]
        if CHECK_D[op_of(w) & 0xFF] == JUMP:
            first = u64(notes[target_of(i, w)])
            if first != 0:
                loop = loop_at(proto, first)
                # An ITERPREP jumps into its own loop.
                if i < first or i > loop.last or i == first and op_of(w) != OP.ITERPREP:
                    return False
    return True
