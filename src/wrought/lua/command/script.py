"""What the command does, in its order: environment, options, script or standard input, prompt."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, c_str, slice_from, trunc, zeroed
from wrought.lang.core.scalars import Ptr, Slice, i32, u8, u64
from wrought.lua.command.files import read_file, without_first_line
from wrought.lua.command.options import Options, value_of
from wrought.lua.command.prompt import run_prompt
from wrought.lua.command.report import add_traceback, say
from wrought.lua.front.chunk import BINARY, TEXT, load_chunk
from wrought.lua.lib.version import VERSION
from wrought.lua.vm.buffer import close_buffer, contents, open_buffer, put_bytes
from wrought.lua.vm.call import pcall, xpcall
from wrought.lua.vm.frame import CONT_HEAD
from wrought.lua.vm.heads import FUNCB, head
from wrought.lua.vm.new import new_builtin
from wrought.lua.vm.objects import (
    Buffer,
    Str,
    Vm,
    function_value,
    string_value,
    table_of,
    table_value,
)
from wrought.lua.vm.stack import ensure
from wrought.lua.vm.strings import intern, text
from wrought.lua.vm.system import getenv, isatty, last_error, strlen, write_output
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.insert import set_int, set_str
from wrought.lua.vm.table.lookup import get_str
from wrought.lua.vm.value import NIL, boolean, is_function, is_string, is_table


@unsafe
@fn
def protected(vm: Ptr[Vm], f: u64, slot: Ptr[u64], n: u64) -> bool:
    """Call f with the n arguments from slot[5] on, errors with traceback; print what went wrong.

    Whether it went well.
    """
    # SAFETY: the slots above are free.
    slot[0] = function_value(new_builtin(vm, add_traceback, 0, vm.globals, head(FUNCB)))
    slot[3] = f
    at, _, code = xpcall(vm, slot + 1, n)
    if code == 0:
        return True
    if is_string(at[0]):
        say(program_name(vm), text(at[0]))
    elif at[0] != NIL:
        say(program_name(vm), b"(error object is not a string)")
    return False


@fn
def program_name(vm: Ptr[Vm]) -> Slice[u8]:
    """What messages begin with: argv[0]."""
    return text(vm.script_name) if is_string(vm.script_name) else b"lua"


@unsafe
@fn
def load_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """load_chunk as a built-in function: source, name; the function, or an error."""
    # SAFETY: two strings are given.
    bytes = text(args[0])
    f = load_chunk(vm, bytes, bitcast(Ptr[Str], args[1] & 0xFFFF_FFFF_FFFF), TEXT | BINARY)
    args[0] = function_value(f)
    return 1


@unsafe
@fn
def run_text(vm: Ptr[Vm], source: Slice[u8], name: Slice[u8], slot: Ptr[u64], n: u64) -> bool:
    """Load and run a chunk with the n arguments from slot[5] on; errors are printed."""
    # SAFETY: the slots from slot[6 + n] on are free.
    above = slot + (CONT_HEAD + 1 + n)
    above[2] = function_value(new_builtin(vm, load_native, 0, vm.globals, head(FUNCB)))
    above[CONT_HEAD] = string_value(intern(vm, source))
    above[CONT_HEAD + 1] = string_value(intern(vm, name))
    at, _, code = pcall(vm, above, 2)
    if code != 0:
        say(program_name(vm), text(at[0]) if is_string(at[0]) else b"?")
        return False
    return protected(vm, at[0], at - (CONT_HEAD + 1 + n), n)


@unsafe
@fn
def run_file(vm: Ptr[Vm], name: Ptr[u8] | None, slot: Ptr[u64], n: u64) -> bool:
    """Run a file, standard input for None, with the arguments from slot[5] on."""
    # SAFETY: the buffer is closed before it is left.
    b = zeroed(Buffer)
    chunk = zeroed(Buffer)
    shown = slice_from(name, strlen(name)) if name is not None else b"stdin"
    if not read_file(vm, addr_of(b), name):
        open_buffer(vm, addr_of(chunk))
        put_bytes(addr_of(chunk), b"cannot open ")
        put_bytes(addr_of(chunk), shown)
        put_bytes(addr_of(chunk), b": ")
        put_bytes(addr_of(chunk), last_error())
        say(program_name(vm), contents(addr_of(chunk)))
        close_buffer(addr_of(chunk))
        close_buffer(addr_of(b))
        return False
    open_buffer(vm, addr_of(chunk))
    put_bytes(addr_of(chunk), b"@" if name is not None else b"=")
    put_bytes(addr_of(chunk), shown)
    ok = run_text(vm, without_first_line(contents(addr_of(b))), contents(addr_of(chunk)), slot, n)
    close_buffer(addr_of(chunk))
    close_buffer(addr_of(b))
    return ok


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
    init = getenv(c_str(b"LUA_INIT"))
    if init is None:
        return True
    if init[0] == ord("@"):
        return run_file(vm, init + 1, slot, 0)
    return run_text(vm, slice_from(init, strlen(init)), b"=LUA_INIT", slot, 0)


@unsafe
@fn
def require(vm: Ptr[Vm], name: Slice[u8], slot: Ptr[u64]) -> bool:
    """-l: call the global `require`; its result becomes a global where there is none yet."""
    # SAFETY: the slots above are free.
    slot[CONT_HEAD + 1] = string_value(intern(vm, name))
    return protected(vm, get_str(vm.globals, intern(vm, b"require")), slot, 1)


@fn
def run_actions(vm: Ptr[Vm], o: Ptr[Options], slot: Ptr[u64]) -> bool:
    """-e, -l and -j in their order."""
    i: u64 = 1
    while i < o.script:
        option = o.arg(i)
        if len(option) < 2:
            return True
        if option[1] == ord("e") or option[1] == ord("l") or option[1] == ord("j"):
            value, last = value_of(o, i)
            ok = True
            if option[1] == ord("e"):
                ok = run_text(vm, value, b"=(command line)", slot, 0)
            elif option[1] == ord("l"):
                ok = require(vm, value, slot)
            else:
                ok = control(vm, value, slot)
            if not ok:
                return False
            i = last
        elif option[1] == ord("M") or option[1] == ord("B"):
            _, i = value_of(o, i)
        i += 1
    return True


@fn
def control(vm: Ptr[Vm], command: Slice[u8], slot: Ptr[u64]) -> bool:
    """-j: a function of `jit` as on, off, flush, version; anything else is a jit.* module."""
    jit = get_str(vm.globals, intern(vm, b"jit"))
    if is_table(jit):
        n: u64 = 0
        while n < len(command) and command[n] != ord("="):
            n += 1
        f = get_str(table_of(jit), intern(vm, command[:n]))
        if is_function(f):
            return protected(vm, f, slot, 0)
    say(program_name(vm), b"unknown luaJIT command or jit.* modules not installed")
    return False


@unsafe
@fn
def main_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """The whole command as a built-in function: args[0] holds the address of its Options.

    The result says whether all went well.
    """
    # SAFETY: the options live in the native frame below.
    o = bitcast(Ptr[Options], args[0])
    slot = args + 1
    args[0] = boolean(run_all(vm, o, slot))
    return 1


@unsafe
@fn
def run_all(vm: Ptr[Vm], o: Ptr[Options], slot: Ptr[u64]) -> bool:
    # SAFETY: argv's strings end with zero bytes.
    make_arg(vm, o)
    if not o.no_environment:
        if not run_environment(vm, slot):
            return False
    if o.version:
        write_output(VERSION)
        write_output(b"\n")
    if not run_actions(vm, o, vm.current.base + 1):
        return False
    at = vm.current.base + 1
    if o.script < o.argc:
        count = o.argc - o.script - 1
        at = ensure(vm, at, count + 64)
        for i in range(count):
            at[CONT_HEAD + 1 + i] = string_value(intern(vm, o.arg(o.script + 1 + i)))
        is_input = len(o.arg(o.script)) == 1 and o.arg(o.script)[0] == ord("-")
        if not run_file(vm, None if is_input else o.argv[o.script], at, count):
            return False
    if o.interactive:
        return run_prompt(vm)
    if o.script >= o.argc and not o.execute and not o.version:
        if isatty(0) != 0:
            write_output(VERSION)
            write_output(b"\n")
            return run_prompt(vm)
        return run_file(vm, None, vm.current.base + 1, 0)
    return True
