"""The machine: instructions, tables, frames, and the step from one bytecode to the next.

Every bytecode is a `@handler`: its five parameters live in registers from one bytecode to the
next, and it leaves by a jump to the next one's handler.  Nothing is saved, nothing returns.
"""

from __future__ import annotations

from wrought.lang.core.decl import bitfield, bits, enum, struct
from wrought.lang.core.function import handler, inline
from wrought.lang.core.scalars import Array, HandlerFn, Ptr, i32, i64, u8, u16, u32, u64

OPCODES = 16
"""The opcode has 4 bits, so an index of the dispatch table needs no check."""

DEPTH = 64
"""Calls that may be open at a time."""

SLOTS = 8
"""Keys of a table."""


@bitfield(u64)
class Ins:
    """An instruction.  `d` is a number or a distance; a GET caches a shape and a slot there."""

    op: u8 = bits(3, 0)
    a: u8 = bits(15, 8)
    b: u8 = bits(23, 16)
    c: u8 = bits(31, 24)
    d: i32 = bits(63, 32)


@bitfield(u64)
class CachedGet:
    """A GET as it is after its first run: what `d` means there."""

    shape: u16 = bits(47, 32)
    slot: u64 = bits(50, 48)


@enum(u8)
class Status:
    """Why the machine stopped."""

    DONE = 0
    TOO_DEEP = 1
    NO_SUCH_KEY = 2


@struct
class Table:
    """A record: tables of one shape have the same keys in the same slots.  Shape 0 is none."""

    shape: u16
    keys: Array[u8, SLOTS]
    values: Array[i64, SLOTS]


@struct
class Frame:
    """Where a call goes back to."""

    pc: Ptr[Ins]
    base: Ptr[i64]


@struct
class Vm:
    """All of the machine that is not in registers."""

    top: Ptr[Frame]
    """The free frame."""
    limit: Ptr[Frame]
    result: i64
    overflows: u32
    misses: u32
    status: Status
    frames: Array[Frame, DEPTH]
    registers: Array[i64, 256 * (DEPTH + 1)]


@struct
class Dispatch:
    """What each opcode does."""

    handlers: Array[HandlerFn[[Ins, Ptr[Ins], Ptr[i64], Ptr[Dispatch], Ptr[Vm]], None], OPCODES]


@inline
@handler
def next_ins(ins: Ins, pc: Ptr[Ins], base: Ptr[i64], dispatch: Ptr[Dispatch],
             vm: Ptr[Vm]) -> None:
    """Go on with the instruction at `pc`; a handler gets it decoded and `pc` behind it."""
    following = pc[0]
    return dispatch.handlers[following.op](following, pc + 1, base, dispatch, vm)
