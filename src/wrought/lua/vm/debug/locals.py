"""Local variables, as debug.getlocal and debug.setlocal reach them."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, slice_from
from wrought.lang.core.scalars import Ptr, Slice, i64, u8, u64
from wrought.lua.vm.debug.frames import NO_INDEX, Frame, proto_at
from wrought.lua.vm.debug.slots import SCRATCH
from wrought.lua.vm.frame import HEAD
from wrought.lua.vm.objects import Proto, VarInfo
from wrought.rt.bytes import equal


@struct
class Local:
    """A variable of a level."""

    found: bool
    writable: bool
    """False for loops' hidden variables and for temporaries, which running code relies on."""
    name: Slice[u8]
    slot: Ptr[u64]
    """Its value; meaningless unless `found`."""


@unsafe
@fn
def local_at(frame: Ptr[Frame], number: i64) -> Local:
    """The variable with a number: from 1 on parameters, locals, then temporaries; below 0
    varargs."""
    # SAFETY: slots below the frame's end are on the stack.
    missing = Local(False, False, b"", frame.base)
    proto = proto_at(frame)
    if number < 0:
        return vararg_at(frame, proto, bitcast(u64, -number))
    if number == 0:
        return missing
    left = bitcast(u64, number - 1)
    register: u64 = 0
    size = (u64(frame.end) - u64(frame.base)) // 8
    if proto is not None and frame.index != NO_INDEX:
        # Where a function is just being entered it has its parameters.
        at = max(frame.index, 1)
        for variable in variables_of(proto):
            # A dump may claim more variables than there are registers.
            if variable.first > at or register >= size:
                break
            if at < variable.last:
                name = variable.name.bytes()
                hidden = len(name) != 0 and name[0] == ord("(")
                if not equal(name, SCRATCH):
                    if left == 0:
                        return Local(True, not hidden, name, frame.base + register)
                    left -= 1
                register += 1
    if left < size - register:
        return Local(True, False, b"(*temporary)", frame.base + (register + left))
    return missing


@unsafe
@fn
def variables_of(proto: Ptr[Proto]) -> Slice[VarInfo]:
    """The descriptions of local variables; none where the code is stripped."""
    # SAFETY: `vars` holds `nvars` of them.
    variables = proto.vars
    if variables is None:
        return slice_from(bitcast(Ptr[VarInfo], u64(addr_of(proto.kind))), 0)
    return slice_from(variables, proto.nvars)


@unsafe
@fn
def vararg_at(frame: Ptr[Frame], proto: Ptr[Proto] | None, number: u64) -> Local:
    """The extra argument with a number from 1 on.  They lie behind the parameters' first place."""
    # SAFETY: `head` is the base of the arguments, which end HEAD slots below the moved frame.
    missing = Local(False, False, b"", frame.base)
    if proto is None or frame.head == frame.base:
        return missing
    given = (u64(frame.base) - u64(frame.head)) // 8 - HEAD
    if number > given or proto.numparams + number > given:
        return missing
    return Local(True, True, b"(*vararg)", frame.head + (proto.numparams + number - 1))
