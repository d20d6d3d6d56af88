"""Frames on a thread's stack.

    base[-2]  the function
    base[-1]  the link, whose low three bits are its type:
              LUA     the address of the instruction after the call; that CALL's a and c say
                      where the caller's base is (base - (a + 2)) and how many results it wants
              VARARG  slots << 3: this frame was moved up by so many, past its varargs; the frame
                      below has the same function and the true link
              CONT    slots << 3: the distance to the frame below.  base[-4] is the opcode CONT_…
                      that takes the results, base[-3] a word of its own: most often the pc

A continuation is entered as a bytecode handler: `w` is the address of the first result, `n` their
number, `base` still the frame that returned.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.vm.bytecode import a_of

LUA, VARARG, CONT = 0, 1, 2

HEAD = 2
"""Slots between the function and its first argument, the function's own included."""
CONT_HEAD = 4
"""The same where a continuation lies below."""

EXTRA = 64
"""Slots beyond a thread's limit: for built-in functions, metamethod calls, error handling."""
MIN_SLOTS = 40
"""Slots that a built-in function may use from its arguments' end on without asking."""
MAX_SLOTS = 1_000_000
"""Of a thread's stack; more is "stack overflow"."""


@inline
@fn
def link_type(link: u64) -> u64:
    return link & 7


@unsafe
@fn
def below(base: Ptr[u64]) -> Ptr[u64]:
    """The base of the frame below, whatever its link."""
    # SAFETY: base[-1] is a link; a Lua link points behind the call instruction.
    link = base[-1]
    if link & 7 == LUA:
        return base - (a_of(bitcast(Ptr[u64], link)[-1]) + HEAD)
    return base - (link >> 3)
