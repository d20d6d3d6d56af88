"""The prompt of the executable: lines from standard input, without editing.

`wrought lua` runs the same machine with line editing and a history.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, slice_from, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u64
from wrought.lua.command.report import say
from wrought.lua.vm.buffer import close_buffer, contents, open_buffer, put_bytes
from wrought.lua.vm.call import call, pcall
from wrought.lua.vm.heads import FUNCB, head
from wrought.lua.vm.new import new_builtin
from wrought.lua.vm.objects import Buffer, Vm, function_value, string_value
from wrought.lua.vm.stack import ensure
from wrought.lua.vm.strings import close_to_string, intern, text
from wrought.lua.vm.system import fgets, flush_all, standard_stream, strlen, write_output
from wrought.lua.vm.table.lookup import get_str
from wrought.lua.vm.value import NIL, is_function, is_string

LINE = 4096


@unsafe
@fn
def read_line(b: Ptr[Buffer], prompt: Slice[u8]) -> bool:
    """Append a line, its end included; False at the end of the input."""
    # SAFETY: fgets leaves a zero byte behind what it has read.
    write_output(prompt)
    flush_all()
    line = zeroed(Array[u8, LINE])
    while True:
        got = fgets(addr_of(line[0]), LINE, standard_stream(0))
        if got is None:
            return False
        n = strlen(got)
        put_bytes(b, slice_from(got, n))
        if n > 0 and line[(n - 1) % LINE] == ord("\n"):
            return True
        if n < LINE - 1:
            return True


@fn
def is_incomplete(message: Slice[u8]) -> bool:
    """Whether a syntax error says that the text ends too early."""
    end = b"'<eof>'"
    if len(message) < len(end):
        return False
    at = len(message) - len(end)
    for i in range(len(end)):
        if message[at + i] != end[i]:
            return False
    return True


@unsafe
@fn
def put_line(b: Ptr[Buffer], first: bool, line: Slice[u8]) -> None:
    """Append what was typed: `=expression` returns it."""
    # SAFETY: none needed; the pieces are slices.
    if first and len(line) > 0 and line[0] == ord("="):
        put_bytes(b, b"return ")
        put_bytes(b, line[1:])
    else:
        put_bytes(b, line)


@unsafe
@fn
def load_typed(vm: Ptr[Vm], b: Ptr[Buffer], slot: Ptr[u64]) -> tuple[u64, bool]:
    """Read lines until they make a chunk: the function, or an error's value; and whether there was
    anything to read."""
    # SAFETY: the slots from `slot` on are free.
    first = True
    while True:
        line = zeroed(Buffer)
        open_buffer(vm, addr_of(line))
        more = read_line(addr_of(line), b"> " if first else b">> ")
        if not more:
            close_buffer(addr_of(line))
            return NIL, False
        typed = close_to_string(addr_of(line))
        put_line(b, first, text(typed))
        first = False
        slot[2] = function_value(new_builtin(vm, script.load_native, 0, vm.globals, head(FUNCB)))
        slot[4] = string_value(intern(vm, contents(b)))
        slot[5] = string_value(intern(vm, b"=stdin"))
        at, _, code = pcall(vm, slot, 2)
        if code == 0:
            return at[0], True
        if not is_string(at[0]) or not is_incomplete(text(at[0])):
            return at[0], True


@unsafe
@fn
def show_results(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Call args[0] and print what it returns, by the global print."""
    # SAFETY: MIN_SLOTS slots are free; `call` finds room for more.
    args[3] = args[0]
    slot, count = call(vm, args + 1, 0, -1)
    if count == 0:
        return 0
    slot = ensure(vm, slot, count + 64)
    i = count
    while i > 0:
        slot[3 + i] = slot[i - 1]
        i -= 1
    slot[2] = get_str(vm.globals, intern(vm, b"print"))
    call(vm, slot, count, 0)
    return 0


@unsafe
@fn
def run_prompt(vm: Ptr[Vm]) -> bool:
    """Read, run and print until the input ends."""
    # SAFETY: the current frame is a built-in function's.
    while True:
        b = zeroed(Buffer)
        open_buffer(vm, addr_of(b))
        slot = vm.current.top + 2
        value, more = load_typed(vm, addr_of(b), slot)
        close_buffer(addr_of(b))
        if not more:
            write_output(b"\n")
            return True
        if is_function(value):
            slot[5] = value
            f = function_value(new_builtin(vm, show_results, 0, vm.globals, head(FUNCB)))
            script.protected(vm, f, slot, 1)
        elif is_string(value):
            say(script.program_name(vm), text(value))


from wrought.lua.command import script  # noqa: E402
