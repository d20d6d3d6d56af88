"""What the command does, in its order: environment, options, script or standard input, prompt."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import bitcast, c_str, slice_from, trunc
from wrought.lang.core.scalars import Ptr, i32, u64
from wrought.lua.command.actions import run_actions
from wrought.lua.command.bytecode import save_bytecode
from wrought.lua.command.options import Options
from wrought.lua.command.prompt import run_prompt
from wrought.lua.command.running import run_file, run_text
from wrought.lua.lib.version import VERSION
from wrought.lua.vm.frame import CONT_HEAD
from wrought.lua.vm.objects import Vm, string_value, table_value
from wrought.lua.vm.stack import ensure
from wrought.lua.vm.strings import intern
from wrought.lua.vm.system import getenv, isatty, strlen, write_output
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.insert import set_int, set_str
from wrought.lua.vm.value import boolean
from wrought.rt.bytes import equal


@fn
def make_arg(vm: Ptr[Vm], o: Ptr[Options]) -> None:
    """The global `arg`: the script is arg[0], what stands before it has negative indices."""
    t = new_table(vm, 0, 0)
    for i in range(o.argc):
        set_int(vm, t, trunc(i32, i) - trunc(i32, o.script), string_value(intern(vm, o.arg(i))))
    set_str(vm, vm.globals, intern(vm, b"arg"), table_value(t))


@unsafe
@fn
def run_environment(vm: Ptr[Vm], slot: Ptr[u64]) -> bool:
    """LUA_INIT: a chunk, or a file's name after @."""
    # SAFETY: what getenv gives ends with a zero byte.
    variable = getenv(c_str(b"LUA_INIT"))
    if variable is None:
        return True
    init = slice_from(variable, strlen(variable))
    if len(init) > 0 and init[0] == ord("@"):
        return run_file(vm, intern(vm, init[1:]), slot, 0)
    return run_text(vm, init, b"=LUA_INIT", slot)


@unsafe
@fn
def run_script(vm: Ptr[Vm], o: Ptr[Options], slot: Ptr[u64]) -> bool:
    """Run the script with the arguments behind it; "-" is standard input, but for "-- -"."""
    # SAFETY: `ensure` makes room for the arguments.
    count = o.argc - o.script - 1
    at = ensure(vm, slot, count + 64)
    for i in range(count):
        at[CONT_HEAD + 1 + i] = string_value(intern(vm, o.arg(o.script + 1 + i)))
    if equal(o.arg(o.script), b"-") and not equal(o.arg(o.script - 1), b"--"):
        return run_file(vm, None, at, count)
    return run_file(vm, intern(vm, o.arg(o.script)), at, count)


@unsafe
@fn
def main_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """The whole command as a built-in function: args[0] holds the address of its Options.

    The result says whether all went well.
    """
    # SAFETY: the options live in the native frame below; the stack may have moved.
    done = run_all(vm, bitcast(Ptr[Options], args[0]))
    vm.current.base[0] = boolean(done)
    return 1


@fn
def show_version() -> None:
    write_output(VERSION)
    write_output(b"\n")


@unsafe
@fn
def run_all(vm: Ptr[Vm], o: Ptr[Options]) -> bool:
    """Everything that the options ask for; whether it went well."""
    # SAFETY: the frame's first slot is main_native's argument, those above are free.
    make_arg(vm, o)
    if not o.no_environment:
        if not run_environment(vm, vm.current.base + 1):
            return False
    if o.bytecode != 0:
        return save_bytecode(vm, o, vm.current.base + 1)
    if o.version:
        show_version()
    if not run_actions(vm, o, vm.current.base + 1):
        return False
    if o.script < o.argc:
        if not run_script(vm, o, vm.current.base + 1):
            return False
    if o.interactive:
        return run_prompt(vm)
    if o.script >= o.argc and not o.execute and not o.version:
        if isatty(0) != 0:
            show_version()
            return run_prompt(vm)
        return run_file(vm, None, vm.current.base + 1, 0)
    return True
