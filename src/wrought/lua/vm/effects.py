"""What each instruction does to registers: one table for names in messages and the verifier."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline
from wrought.lang.core.scalars import Array, u8, u64
from wrought.lang.core.static import constant
from wrought.lua.vm.bytecode import TABLE, a_of, b_of, op_of

NOTHING, ONE, RANGE, METHOD, RESULTS, ABOVE, LOOP = range(7)
"""Sets no register; R(a); R(a) … R(b); R(a) … R(a+2); what a call returns from R(a) on; all from
R(a) on; R(a) … R(a+3), the numeric loop's."""

_SPECIAL = {
    "KNIL": RANGE, "SELF": METHOD, "CALL": RESULTS, "CALLM": RESULTS, "ITERCALL": RESULTS,
    "CALLT": ABOVE, "CALLMT": ABOVE, "VARG": ABOVE, "FORPREP": LOOP, "FORLOOP": LOOP,
    "FORLOOP1": LOOP,
}
_READERS = ("GSET", "TSETS", "TSETV", "TSETI", "TLIST", "TLISTM", "UCLO", "JT", "JF", "RET1", "RET",
            "RETM", "ITERPREP", "ITERLOOP", "USET")


def _effect(name: str, a: str) -> int:
    if name in _SPECIAL:
        return _SPECIAL[name]
    if a != "r" or name in _READERS:
        return NOTHING
    if name.startswith("J") and name not in ("JTC", "JFC"):
        return NOTHING
    return ONE


EFFECTS = constant(Array[u8, 256],
                   [_effect(op.name, op.a) for op in TABLE] + [NOTHING] * (256 - len(TABLE)))
"""By opcode."""


@inline
@fn
def effect_of(w: u64) -> u8:
    """How an instruction sets registers."""
    return EFFECTS[op_of(w) & 0xFF]


@fn
def sets(w: u64, register: u64) -> bool:
    """Whether an instruction changes a register, or leaves what is not to be relied on in it.

    A call may leave anything from R(a) on: the frame of what it has called was there.
    """
    a = a_of(w)
    match effect_of(w):
        case 0:
            return False
        case 1:
            return register == a
        case 2:
            return register >= a and register <= b_of(w)
        case 3:
            return register >= a and register <= a + 2
        case 6:
            return register >= a and register <= a + 3
        case _:
            return register >= a
