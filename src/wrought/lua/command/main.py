"""Where the `lua` executable starts."""

from __future__ import annotations

from wrought.lang.core.function import export, fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, c_str, zeroed
from wrought.lang.core.scalars import Ptr, i32, u8, u32, u64
from wrought.lua.command.options import USAGE, Options, read_options
from wrought.lua.command.report import report
from wrought.lua.command.running import native
from wrought.lua.command.script import main_native
from wrought.lua.lib.open import open_libraries
from wrought.lua.vm.budget import set_budget, was_exceeded
from wrought.lua.vm.call import pcall
from wrought.lua.vm.charge import EXCEEDED
from wrought.lua.vm.gc.control import set_limit, set_step_stress, set_stress
from wrought.lua.vm.metatables import TABLE_FINALISERS
from wrought.lua.vm.objects import Vm, string_value
from wrought.lua.vm.state import close_state, new_state
from wrought.lua.vm.strings import intern
from wrought.lua.vm.system import (
    flush_all,
    getenv,
    random_word,
    standard_stream,
    write_stream,
)
from wrought.lua.vm.table.insert import set_str
from wrought.lua.vm.value import FALSE, TRUE


@unsafe
@fn
def open_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Opening the libraries as a built-in function, for it may run out of memory."""
    # SAFETY: nothing of the arguments is used.
    open_libraries(vm)
    return 0


@unsafe
@fn
def set_mood(vm: Ptr[Vm]) -> None:
    """Testing: WROUGHT_LUA_GC_STRESS=step takes a tiny step of the collector at every safe point;
    with a value that does not begin with s it collects everything there."""
    # SAFETY: what getenv gives ends with a zero byte.
    how = getenv(c_str(b"WROUGHT_LUA_GC_STRESS"))
    if how is None:
        return
    if how[0] == ord("s"):
        set_step_stress(vm)
    else:
        set_stress(vm, True)


@unsafe
@fn
def run(vm: Ptr[Vm], o: Ptr[Options]) -> i32:
    """Do all that the options ask; the exit status."""
    # SAFETY: the main thread's first frame has MIN_SLOTS free slots.
    name = o.arg(0)
    vm.script_name = string_value(intern(vm, name if len(name) > 0 else b"lua"))
    if o.no_environment:
        set_str(vm, vm.registry, intern(vm, b"LUA_NOENV"), TRUE)
    slot = vm.current.top
    slot[2] = native(vm, open_native)
    slot, _, code = pcall(vm, slot, 0)
    if code == 0:
        if o.memory != 0:
            set_limit(vm, o.memory)
        if o.table_finalisers:
            vm.options |= TABLE_FINALISERS
        set_mood(vm)
        if o.budget != 0:
            set_budget(vm, o.budget)
        slot[2] = native(vm, main_native)
        slot[4] = u64(o)
        slot, _, code = pcall(vm, slot, 1)
    if code != 0:
        report(vm, slot[0])
        return 1
    if slot[0] != FALSE and was_exceeded(vm):
        # The script has caught the error and then come to its end.
        report(vm, string_value(intern(vm, EXCEEDED)))
        return 1
    return 1 if slot[0] == FALSE else 0


@export("main")
@unsafe
@fn
def lua_main(argc: i32, argv: Ptr[Ptr[u8]]) -> i32:
    """C's main."""
    # SAFETY: argv has argc strings, as C says.
    o = zeroed(Options)
    o.argv = argv
    o.argc = u64(bitcast(u32, argc))
    read_options(addr_of(o))
    if o.wrong:
        write_stream(standard_stream(2), USAGE)
        flush_all()
        return 1
    vm = new_state(random_word(), random_word())
    if vm is None:
        write_stream(standard_stream(2), b"lua: not enough memory\n")
        flush_all()
        return 1
    code = run(vm, addr_of(o))
    close_state(vm)
    flush_all()
    return code
