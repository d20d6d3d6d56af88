"""Loading and running chunks and files so that whatever goes wrong is printed."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Fn, Ptr, Slice, i32, u8, u64
from wrought.lua.command.interrupt import catch_interrupts, leave_interrupts
from wrought.lua.command.report import add_traceback, program_name, report, say
from wrought.lua.front.chunk import BINARY, TEXT, load_chunk
from wrought.lua.lib.base.chunks import read_source
from wrought.lua.vm.call import pcall, xpcall
from wrought.lua.vm.frame import CONT_HEAD
from wrought.lua.vm.heads import FUNCB, head
from wrought.lua.vm.new import new_builtin
from wrought.lua.vm.objects import Str, Vm, function_value, string_of, string_value
from wrought.lua.vm.strings import intern, text


@fn
def native(vm: Ptr[Vm], f: Fn[[Ptr[Vm], Ptr[u64], u64], u64]) -> u64:
    """A built-in function as a value."""
    return function_value(new_builtin(vm, f, 0, vm.globals, head(FUNCB)))


@unsafe
@fn
def protected(vm: Ptr[Vm], f: u64, slot: Ptr[u64], n: u64) -> tuple[Ptr[u64], u64, bool]:
    """Call f with the n arguments from slot[5] on; print what goes wrong, with a traceback.

    Where the results are, how many, and whether it went well.
    """
    # SAFETY: the slots above are free.
    slot[0] = native(vm, add_traceback)
    slot[3] = f
    catch_interrupts(vm)
    at, count, code = xpcall(vm, slot + 1, n)
    leave_interrupts()
    if code == 0:
        return at, count, True
    report(vm, at[0])
    return at, 0, False


@unsafe
@fn
def load_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """load_chunk as a built-in function: source, name; the function, or an error."""
    # SAFETY: two strings are given.
    f = load_chunk(vm, text(args[0]), string_of(args[1]), TEXT | BINARY)
    args[0] = function_value(f)
    return 1


@unsafe
@fn
def load(vm: Ptr[Vm], source: u64, name: u64, slot: Ptr[u64]) -> tuple[Ptr[u64], i32]:
    """Load a source: the function, or the error's value, is at the address; the error's code."""
    # SAFETY: the slots from `slot` on are free.
    slot[2] = native(vm, load_native)
    slot[CONT_HEAD] = source
    slot[CONT_HEAD + 1] = name
    at, _, code = pcall(vm, slot, 2)
    return at, code


@unsafe
@fn
def run_source(vm: Ptr[Vm], source: u64, name: u64, slot: Ptr[u64], n: u64) -> bool:
    """Load and run a source with the n arguments from slot[5] on; errors are printed."""
    # SAFETY: the slots from slot[5 + n] on are free.
    at, code = load(vm, source, name, slot + (CONT_HEAD + 1 + n))
    if code != 0:
        report(vm, at[0])
        return False
    _, _, ok = protected(vm, at[0], at - (CONT_HEAD + 1 + n), n)
    return ok


@unsafe
@fn
def run_text(vm: Ptr[Vm], source: Slice[u8], name: Slice[u8], slot: Ptr[u64]) -> bool:
    """`run_source` of texts, without arguments."""
    # SAFETY: as there.
    return run_source(vm, string_value(intern(vm, source)), string_value(intern(vm, name)),
                      slot, 0)


@unsafe
@fn
def run_file(vm: Ptr[Vm], name: Ptr[Str] | None, slot: Ptr[u64], n: u64) -> bool:
    """Run a file, standard input for None, with the arguments from slot[5] on."""
    # SAFETY: as in run_source; the message is a string.
    source, chunk, ok = read_source(vm, name)
    if not ok:
        say(program_name(vm), text(source))
        return False
    return run_source(vm, source, chunk, slot, n)
