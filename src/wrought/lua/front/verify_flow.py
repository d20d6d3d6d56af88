"""Open lists and captured variables along the flow of loaded bytecode (`verify`)."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import slice_from, trunc
from wrought.lang.core.scalars import Ptr, Slice, u32, u64
from wrought.lua.front.verify_operands import CHECK_D, JUMP, target_of
from wrought.lua.vm.bytecode import OP, a_of, b_of, c_of, d_of, op_of
from wrought.lua.vm.objects import Proto, proto_of

ONCE, AGAIN = 1 << 16, 1 << 17
"""In a note: a jump leads here; more than one does."""
CLOSED = 0xFFFF
"""In the low half of a note: no variable can be open when this instruction is reached; else the
lowest register that may be captured."""
MAX_ROUNDS = 1000
"""Rounds of the flow analysis.  A round more is needed for each jump backward that nests."""

NOT_OPEN = 0xFFFF_FFFF
"""No open list; else the register where it begins."""


@fn
def flow_is_good(proto: Ptr[Proto], notes: Slice[u32]) -> bool:
    """The rules about open lists and about closing variables."""
    mark_targets(proto, notes)
    if not lists_are_good(proto, notes):
        return False
    if lowest_captured(proto) == CLOSED:
        return True
    changed = True
    for _ in range(MAX_ROUNDS):
        if not changed:
            return returns_are_good(proto, notes)
        changed = flow_once(proto, notes)
    return False


@unsafe
@fn
def mark_targets(proto: Ptr[Proto], notes: Slice[u32]) -> None:
    # SAFETY: the index is below `ncode`, here and below.
    for i in range(len(notes)):
        notes[i] = CLOSED
    for i in range(1, u64(proto.ncode)):
        w = proto.code[i]
        if CHECK_D[op_of(w) & 0xFF] == JUMP:
            target = target_of(i, w)
            notes[target] |= AGAIN if notes[target] & ONCE != 0 else ONCE


@fn
def jumps_to(note: u32) -> u32:
    """How many jumps lead to an instruction: 0, 1, or more as 2."""
    return 2 if note & AGAIN != 0 else note >> 16 & 1


@fn
def list_made(w: u64) -> u64:
    """Where the open list begins that an instruction leaves."""
    op = op_of(w)
    if op == OP.VARG and b_of(w) == 0:
        return a_of(w)
    if (op == OP.CALL or op == OP.CALLM) and c_of(w) == 0:
        return a_of(w)
    return NOT_OPEN


@fn
def list_taken(w: u64) -> u64:
    """Where the open list begins that an instruction expects."""
    match op_of(w):
        case OP.CALLM | OP.CALLMT:
            return a_of(w) + 2 + b_of(w)
        case OP.TLISTM:
            return a_of(w) + 1 + b_of(w)
        case OP.RETM:
            return a_of(w) + b_of(w)
        case _:
            return NOT_OPEN


@unsafe
@fn
def is_carried(proto: Ptr[Proto], notes: Slice[u32], at: u64, target: u64) -> bool:
    """Whether the UCLO at an index takes the open list made just before it to an instruction that
    nothing else leads to.  So does a return of a list from where variables are open."""
    # SAFETY: as in mark_targets; the target is an index, and not the head's.
    if list_taken(proto.code[target]) != list_made(proto.code[at - 1]):
        return False
    return jumps_to(notes[target]) == 1 and not goes_on(proto.code[target - 1])


@unsafe
@fn
def is_landing(proto: Ptr[Proto], notes: Slice[u32], target: u64) -> bool:
    """Whether an instruction that takes an open list gets it from a UCLO further up."""
    # SAFETY: as in mark_targets.
    for i in range(2, target):
        w = proto.code[i]
        if op_of(w) == OP.UCLO and d_of(w) != 0 and target_of(i, w) == target:
            return is_carried(proto, notes, i, target)
    return False


@unsafe
@fn
def lists_are_good(proto: Ptr[Proto], notes: Slice[u32]) -> bool:
    # SAFETY: as in mark_targets.
    made: u64 = NOT_OPEN
    for i in range(1, u64(proto.ncode)):
        w = proto.code[i]
        closing = op_of(proto.code[i - 1]) == OP.UCLO and d_of(proto.code[i - 1]) == 0
        if made != NOT_OPEN and jumps_to(notes[i]) > u32(closing):
            return False
        if made != NOT_OPEN and op_of(w) == OP.UCLO:
            if d_of(w) == 0:
                continue
            if not is_carried(proto, notes, i, target_of(i, w)):
                return False
            made = NOT_OPEN
            continue
        taken = list_taken(w)
        if taken != made:
            if made != NOT_OPEN or not is_landing(proto, notes, i):
                return False
        made = list_made(w)
    return made == NOT_OPEN


@unsafe
@fn
def flow_once(proto: Ptr[Proto], notes: Slice[u32]) -> bool:
    """Carry what may be open from each instruction to those after it; whether anything was new."""
    # SAFETY: as in mark_targets; the last instruction does not go on with the next.
    changed = False
    for i in range(1, u64(proto.ncode)):
        w = proto.code[i]
        after = open_after(proto, w, u64(notes[i] & CLOSED))
        if goes_on(w):
            changed = lower(notes, i + 1, after) or changed
        if CHECK_D[op_of(w) & 0xFF] == JUMP:
            changed = lower(notes, target_of(i, w), after) or changed
    return changed


@fn
def lower(notes: Slice[u32], index: u64, register: u64) -> bool:
    """Let a note say that variables from a register on may be open."""
    if u64(notes[index] & CLOSED) <= register:
        return False
    notes[index] = notes[index] & (ONCE | AGAIN) | trunc(u32, register)
    return True


@fn
def goes_on(w: u64) -> bool:
    """Whether the next instruction may follow."""
    match op_of(w):
        case OP.JMP | OP.LOOP | OP.UCLO | OP.ITERPREP:
            return False
        case _:
            return not returns(w)


@fn
def returns(w: u64) -> bool:
    """Whether the function ends here."""
    match op_of(w):
        case OP.RET0 | OP.RET1 | OP.RET | OP.RETM | OP.CALLT | OP.CALLMT:
            return True
        case _:
            return False


@unsafe
@fn
def open_after(proto: Ptr[Proto], w: u64, before: u64) -> u64:
    """The lowest register that may be captured after an instruction."""
    # SAFETY: FNEW's constant is a prototype.
    if op_of(w) == OP.UCLO and before >= a_of(w):
        return CLOSED
    if op_of(w) == OP.FNEW:
        return min(before, lowest_of(proto_of(proto.k[d_of(w)])))
    return before


@unsafe
@fn
def lowest_of(child: Ptr[Proto]) -> u64:
    """The lowest register of the enclosing function whose variable a closure shares."""
    # SAFETY: there is a capture for each upvalue.
    lowest: u64 = CLOSED
    captures = child.captures
    if captures is None:
        return lowest
    for capture in slice_from(captures, child.nup):
        if capture.is_local and not capture.by_value:
            lowest = min(lowest, u64(capture.index))
    return lowest


@unsafe
@fn
def lowest_captured(proto: Ptr[Proto]) -> u64:
    """The same of all closures that the code makes."""
    # SAFETY: as in mark_targets.
    lowest: u64 = CLOSED
    for i in range(1, u64(proto.ncode)):
        lowest = min(lowest, open_after(proto, proto.code[i], CLOSED))
    return lowest


@unsafe
@fn
def returns_are_good(proto: Ptr[Proto], notes: Slice[u32]) -> bool:
    """Whether every variable is closed where the function ends."""
    # SAFETY: as in mark_targets.
    for i in range(1, u64(proto.ncode)):
        if returns(proto.code[i]) and notes[i] & CLOSED != CLOSED:
            return False
    return True
