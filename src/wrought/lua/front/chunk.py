"""Loading a chunk, source text or bytecode."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lua.front.load import first_token, parse
from wrought.lua.front.undump import undump
from wrought.lua.vm.errors import ERRSYNTAX, throw_value
from wrought.lua.vm.new import new_closure, new_upvalue
from wrought.lua.vm.objects import Closure, Proto, Str, UpValue, Vm, string_value
from wrought.lua.vm.strings import intern
from wrought.lua.vm.value import NIL

TEXT, BINARY = 1, 2
NO_BYTECODE = 1
"""`Vm.options`: bytecode is refused."""


@fn
def modes(mode: Slice[u8]) -> u64:
    """What the letters of load's `mode` allow."""
    allowed: u64 = 0
    for letter in mode:
        if letter == ord("t"):
            allowed |= TEXT
        elif letter == ord("b"):
            allowed |= BINARY
    return allowed


@unsafe
@fn
def load_chunk(vm: Ptr[Vm], source: Slice[u8], name: Ptr[Str], allowed: u64) -> Ptr[Closure]:
    """A function from source text or bytecode; its environment is the globals.

    Throws syntax errors.  `source` is copied where it is needed later.
    """
    # SAFETY: a main function has no upvalues but the ones of a dump, which are nil.
    binary = len(source) > 0 and source[0] == 0x1B
    if vm.options & NO_BYTECODE != 0:
        allowed &= TEXT
    kind = u64(BINARY) if binary else u64(TEXT)
    if kind & allowed == 0:
        text = intern(vm, b"attempt to load chunk with wrong mode")
        throw_value(vm, string_value(text), ERRSYNTAX)
    if binary:
        return new_main(vm, undump(vm, source, name))
    proto = parse(vm, source[first_token(source):], name)
    return new_main(vm, proto)


@unsafe
@fn
def new_main(vm: Ptr[Vm], proto: Ptr[Proto]) -> Ptr[Closure]:
    """A closure of a prototype that no function encloses: its upvalues begin as nil."""
    # SAFETY: the closure has room for `nup` words.
    f = new_closure(vm, proto, vm.globals)
    words = f.upvalues()
    captures = proto.captures
    for i in range(len(words)):
        words[i] = NIL
        if captures is not None:
            if not captures[i].by_value and not captures[i].is_self:
                words[i] = u64(closed_upvalue(vm))
    return f


@fn
def closed_upvalue(vm: Ptr[Vm]) -> Ptr[UpValue]:
    """A variable that is on no stack; nil."""
    made = new_upvalue(vm)
    made.is_open = 0
    made.closed = NIL
    made.v = addr_of(made.closed)
    return made
