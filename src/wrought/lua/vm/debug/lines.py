"""Instructions and lines of the source."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.lua.vm.objects import Proto


@unsafe
@fn
def line_of(proto: Ptr[Proto], index: u64) -> u32:
    """The line of an instruction by its index; 0 where the code is stripped."""
    # SAFETY: there is a line for each of the `ncode` instructions.
    lines = proto.lines
    if lines is None or index >= proto.ncode:
        return 0
    return lines[index]


@fn
def holds(proto: Ptr[Proto], pc: u64) -> bool:
    """Whether an address is that of the instruction after one of this code."""
    start = u64(proto.code)
    return pc > start and pc <= start + 8 * u64(proto.ncode) and pc % 8 == 0


@fn
def index_before(proto: Ptr[Proto], pc: Ptr[u64]) -> u64:
    """The index of the instruction before `pc`, which is the one that runs."""
    return (u64(pc) - u64(proto.code)) // 8 - 1


@fn
def is_new_line(proto: Ptr[Proto], index: u64, previous: u64) -> bool:
    """Whether the line hook is due: another line begins, the code has jumped backward, or it has
    just been entered.

    `previous` is the index of the instruction that ran before in the same function; anything from
    `ncode` on says that there was none.
    """
    if previous >= proto.ncode or index <= previous:
        return True
    return line_of(proto, index) != line_of(proto, previous)
