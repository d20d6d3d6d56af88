"""How a running function was called: the name that its caller has for it."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Array, Ptr, u8, u64
from wrought.lang.core.static import constant
from wrought.lua.vm.bytecode import ARITHMETIC, OP, TABLE, a_of, op_of
from wrought.lua.vm.debug.frames import NO_INDEX, Frame, frame_below, proto_at
from wrought.lua.vm.debug.slots import Name, NameKind, slot_name
from wrought.lua.vm.metamethods import Mm
from wrought.lua.vm.objects import Thread, Vm, string_of

CALLS = 254
UNNAMED = 255

_EVENTS = {"GGET": Mm.INDEX, "GSET": Mm.NEWINDEX, "SELF": Mm.INDEX, "UNM": Mm.UNM, "LEN": Mm.LEN,
           "CAT": Mm.CONCAT}


def _event(name: str) -> int:
    """The metamethod that an instruction may call, CALLS, or UNNAMED."""
    stem = name.partition("_")[0]
    if name.startswith("CALL") or name == "ITERCALL":
        return CALLS
    if name.startswith(("TGET", "TSET")):
        return int(Mm.INDEX if name[1] == "G" else Mm.NEWINDEX)
    if stem in ARITHMETIC:
        return int(getattr(Mm, stem))
    if name in _EVENTS:
        return int(_EVENTS[name])
    for letters, event in (("LT", Mm.LT), ("GT", Mm.LT), ("LE", Mm.LE), ("GE", Mm.LE),
                           ("EQ", Mm.EQ), ("NE", Mm.EQ)):
        if name.startswith((f"J{letters}", f"JN{letters}")) and name not in ("JT", "JF"):
            return int(event)
    return UNNAMED


EVENTS = constant(Array[u8, 256],
                  [_event(op.name) for op in TABLE] + [UNNAMED] * (256 - len(TABLE)))
"""By opcode."""


@unsafe
@fn
def call_name(vm: Ptr[Vm], thread: Ptr[Thread], frame: Ptr[Frame]) -> Name:
    """The name by which the frame below has called the function of `frame`.

    For a metamethod it is the event's, "__add" and so on.
    """
    # SAFETY: the index is that of an instruction of the caller's code.
    caller, found = frame_below(thread, frame)
    if found and caller.index != NO_INDEX:
        proto = proto_at(addr_of(caller))
        if proto is not None:
            w = proto.code[caller.index]
            event = EVENTS[op_of(w) & 0xFF]
            if event == CALLS:
                # An ITERCALL calls a copy of what lies three slots below.
                slot = a_of(w) - 3 if op_of(w) == OP.ITERCALL else a_of(w)
                return slot_name(proto, caller.index, slot)
            if event != UNNAMED:
                return Name(NameKind.METAMETHOD,
                            string_of(vm.mm_names[u64(event) % len(vm.mm_names)]))
    return Name(NameKind.NONE, None)
