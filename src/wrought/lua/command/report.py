"""What the command says when something fails."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lua.vm.buffer import open_buffer, put_bytes
from wrought.lua.vm.call import call
from wrought.lua.vm.convert import number_to_string
from wrought.lua.vm.debug.traceback import traceback
from wrought.lua.vm.metamethods import Mm
from wrought.lua.vm.metatables import metamethod
from wrought.lua.vm.objects import Buffer, Vm, string_value
from wrought.lua.vm.strings import close_to_string, text
from wrought.lua.vm.system import flush_all, standard_stream, write_stream
from wrought.lua.vm.value import NIL, is_number, is_string


@fn
def program_name(vm: Ptr[Vm]) -> Slice[u8]:
    """What messages begin with: argv[0], and nothing at the prompt."""
    return text(vm.script_name) if is_string(vm.script_name) else b""


@fn
def say(program: Slice[u8], message: Slice[u8]) -> None:
    """Print "program: message" to standard error, or the message alone."""
    flush_all()
    error = standard_stream(2)
    if len(program) > 0:
        write_stream(error, program)
        write_stream(error, b": ")
    write_stream(error, message)
    write_stream(error, b"\n")
    flush_all()


@fn
def report(vm: Ptr[Vm], error: u64) -> None:
    """Print an error's value; nil says nothing."""
    if is_string(error):
        say(program_name(vm), text(error))
    elif is_number(error):
        say(program_name(vm), text(string_value(number_to_string(vm, error))))
    elif error != NIL:
        say(program_name(vm), b"(error object is not a string)")


@unsafe
@fn
def add_traceback(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """The message handler of everything that the command runs: the message with a traceback.

    Of an error that is no text its __tostring is taken; where that gives none, the error stays.
    """
    # SAFETY: a message handler has one argument and MIN_SLOTS free slots.
    value = args[0]
    if not is_string(value) and not is_number(value):
        f = metamethod(vm, value, Mm.TOSTRING)
        if value == NIL or f == NIL:
            return 1
        args[3] = f
        args[5] = value
        slot, _ = call(vm, args + 1, 1, 1)
        value = slot[0]
        args = slot - 1
        if not is_string(value) and not is_number(value):
            return 1
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    if is_string(value):
        put_bytes(addr_of(b), text(value))
    else:
        put_bytes(addr_of(b), text(string_value(number_to_string(vm, value))))
    put_bytes(addr_of(b), b"\n")
    traceback(vm, addr_of(b), vm.current, 1)
    args[0] = close_to_string(addr_of(b))
    return 1
