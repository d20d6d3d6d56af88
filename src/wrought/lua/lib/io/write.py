"""Writing strings and numbers."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import zeroed
from wrought.lang.core.scalars import Array, Ptr, Void, u8, u64
from wrought.lua.lib.args import type_error
from wrought.lua.lib.io.file import result
from wrought.lua.vm.convert import write_number
from wrought.lua.vm.numbers.general import NUMBER_BUFFER
from wrought.lua.vm.objects import Vm
from wrought.lua.vm.strings import text
from wrought.lua.vm.system import write_stream
from wrought.lua.vm.value import is_number, is_string


@unsafe
@fn
def write(vm: Ptr[Vm], args: Ptr[u64], n: u64, first: u64, stream: Ptr[Void]) -> u64:
    """Write the arguments from args[first] on."""
    # SAFETY: there are n arguments.
    ok = True
    for i in range(first, n):
        value = args[i]
        if is_string(value):
            ok = write_stream(stream, text(value)) and ok
        elif is_number(value):
            digits = zeroed(Array[u8, NUMBER_BUFFER])
            ok = write_stream(stream, digits[:write_number(digits[:], value)]) and ok
        else:
            type_error(vm, args, n, i, b"string")
    return result(vm, args, ok)
