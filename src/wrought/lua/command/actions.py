"""The options that do something, in their order: -e, -l, -j and -O."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lua.command.options import Options, value_of
from wrought.lua.command.report import program_name, report, say
from wrought.lua.command.running import protected, run_text
from wrought.lua.lib.registry import loaded
from wrought.lua.vm.buffer import open_buffer, put_bytes
from wrought.lua.vm.call import pcall
from wrought.lua.vm.frame import CONT_HEAD
from wrought.lua.vm.objects import Buffer, Vm, string_value, table_of
from wrought.lua.vm.strings import close_to_string, intern, text
from wrought.lua.vm.table.lookup import get_str
from wrought.lua.vm.value import NIL, is_function, is_string, is_table
from wrought.rt.bytes import equal


@fn
def run_actions(vm: Ptr[Vm], o: Ptr[Options], slot: Ptr[u64]) -> bool:
    """All of them, until one fails."""
    i: u64 = 1
    while i < o.script:
        option = o.arg(i)
        if len(option) < 2:
            return True
        value, last = value_of(o, i)
        ok = True
        match option[1]:
            case 101:                           # e
                ok = run_text(vm, value, b"=(command line)", slot)
            case 108:                           # l
                ok = require(vm, value, slot)
            case 106:                           # j
                ok = control(vm, value, slot)
            case 79:                            # O
                ok = optimise(vm, option[2:], slot)
                last = i
            case 77 | 66:                       # M B
                pass
            case _:
                last = i
        if not ok:
            return False
        i = last + 1
    return True


@unsafe
@fn
def require(vm: Ptr[Vm], name: Slice[u8], slot: Ptr[u64]) -> bool:
    """-l: call the global `require`."""
    # SAFETY: the slots above are free.
    slot[CONT_HEAD + 1] = string_value(intern(vm, name))
    _, _, ok = protected(vm, get_str(vm.globals, intern(vm, b"require")), slot, 1)
    return ok


@fn
def index_of(text: Slice[u8], byte: u8) -> u64:
    """Where a byte is found first; the length where it is not."""
    n: u64 = 0
    while n < len(text) and text[n] != byte:
        n += 1
    return n


@unsafe
@fn
def call_with(vm: Ptr[Vm], f: u64, options: Slice[u8], slot: Ptr[u64]) -> bool:
    """Call f with the texts between commas as arguments; none of an empty text."""
    # SAFETY: a line of more options than MOST is refused, so that the slots suffice.
    rest = options
    n: u64 = 0
    while len(rest) > 0:
        end = index_of(rest, ord(","))
        if n == MOST:
            say(program_name(vm), b"too many options for a JIT command")
            return False
        slot[CONT_HEAD + n] = string_value(intern(vm, rest[:end]))
        n += 1
        rest = rest[min(end + 1, len(rest)):]
    slot[2] = f
    at, _, code = pcall(vm, slot, n)
    if code != 0:
        report(vm, at[0])
    return code == 0


MOST = 24
"""Options of a JIT command."""


@unsafe
@fn
def control(vm: Ptr[Vm], command: Slice[u8], slot: Ptr[u64]) -> bool:
    """-j: a function of `jit` as on, off, flush; else `start` of the module jit.NAME.

    What follows "=" are the arguments, between commas.
    """
    # SAFETY: the tag is tested.
    end = index_of(command, ord("="))
    options = command[min(end + 1, len(command)):]
    jit = get_str(loaded(vm), intern(vm, b"jit"))
    if is_table(jit):
        f = get_str(table_of(jit), intern(vm, command[:end]))
        if is_function(f):
            return call_with(vm, f, options, slot)
    f, ok = start_of_module(vm, command[:end], slot)
    if not ok:
        return False
    if f == NIL:
        say(program_name(vm), b"unknown JIT command, or there is no such jit.* module")
        return False
    return call_with(vm, f, options, slot)


@unsafe
@fn
def start_of_module(vm: Ptr[Vm], name: Slice[u8], slot: Ptr[u64]) -> tuple[u64, bool]:
    """The function `start` of the module jit.NAME, nil where there is none; False where the module
    has raised an error, which is printed."""
    # SAFETY: tags are tested; the slots above are free.
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    put_bytes(addr_of(b), b"jit.")
    put_bytes(addr_of(b), name)
    slot[CONT_HEAD] = close_to_string(addr_of(b))
    slot[2] = get_str(vm.globals, intern(vm, b"require"))
    at, _, code = pcall(vm, slot, 1)
    if code != 0:
        missing = b"module "
        if is_string(at[0]):
            said = text(at[0])
            if len(said) > len(missing) and equal(said[:len(missing)], missing):
                return NIL, True
        report(vm, at[0])
        return NIL, False
    if is_table(at[0]):
        return get_str(table_of(at[0]), intern(vm, b"start")), True
    return NIL, True


@unsafe
@fn
def optimise(vm: Ptr[Vm], options: Slice[u8], slot: Ptr[u64]) -> bool:
    """-O: what `jit.opt.start` does with the options between commas."""
    # SAFETY: the tag is tested.
    opt = get_str(loaded(vm), intern(vm, b"jit.opt"))
    if not is_table(opt):
        return True
    return call_with(vm, get_str(table_of(opt), intern(vm, b"start")), options, slot)
