"""The prompt: lines until they make a chunk, which is run, and what it returns is printed.

Where lines come from is `terminal`'s: standard input, or `wrought lua` with editing and history.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lua.command.report import program_name, report, say
from wrought.lua.command.running import load, protected
from wrought.lua.command.terminal import CANCELLED, END, open_terminal, read_line
from wrought.lua.vm.buffer import close_buffer, contents, open_buffer, put_byte, put_bytes
from wrought.lua.vm.call import pcall
from wrought.lua.vm.frame import CONT_HEAD
from wrought.lua.vm.objects import Buffer, Str, Vm, string_value
from wrought.lua.vm.stack import ensure
from wrought.lua.vm.strings import intern, text
from wrought.lua.vm.system import write_output
from wrought.lua.vm.table.lookup import get_str
from wrought.lua.vm.value import NIL, is_string
from wrought.rt.bytes import equal


@fn
def prompt_text(vm: Ptr[Vm], variable: Slice[u8], default: Slice[u8]) -> Slice[u8]:
    """A prompt: the global variable's text, if it is one."""
    own = get_str(vm.globals, intern(vm, variable))
    return text(own) if is_string(own) else default


@fn
def is_incomplete(message: Slice[u8]) -> bool:
    """Whether a syntax error says that the text ends too early."""
    end = b"'<eof>'"
    return len(message) >= len(end) and equal(message[len(message) - len(end):], end)


@fn
def returning(vm: Ptr[Vm], expression: Slice[u8]) -> Ptr[Str]:
    """A chunk that returns an expression."""
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    put_bytes(addr_of(b), b"return ")
    put_bytes(addr_of(b), expression)
    made = intern(vm, contents(addr_of(b)))
    close_buffer(addr_of(b))
    return made


@unsafe
@fn
def load_typed(vm: Ptr[Vm], b: Ptr[Buffer]) -> tuple[Ptr[u64], bool, bool]:
    """Read lines until they make a chunk, or something that can't become one.

    Where the function or the error is, whether it is a function, and whether there was any line.
    `=expression` returns the expression.
    """
    # SAFETY: the current frame is a built-in function's, with free slots above its top.
    slot = vm.current.top + 2
    prompt = prompt_text(vm, b"_PROMPT", b"> ")
    while True:
        got = read_line(vm, b, prompt)
        if got == END:
            return slot, False, False
        if got == CANCELLED:
            b.used = 0
            prompt = prompt_text(vm, b"_PROMPT", b"> ")
            continue
        typed = contents(b)
        source = intern(vm, typed)
        if len(typed) > 0 and typed[0] == ord("="):
            source = returning(vm, typed[1:])
        at, code = load(vm, string_value(source), string_value(intern(vm, b"=stdin")), slot)
        slot = at
        if code == 0:
            return at, True, True
        if not is_string(at[0]) or not is_incomplete(text(at[0])):
            return at, False, True
        put_byte(b, ord("\n"))
        prompt = prompt_text(vm, b"_PROMPT2", b">> ")


@unsafe
@fn
def call_print(vm: Ptr[Vm], at: Ptr[u64], count: u64) -> None:
    """Print values by the global print."""
    # SAFETY: `ensure` makes room; the values move up from the last one on.
    slot = ensure(vm, at, count + 64)
    i = count
    while i > 0:
        slot[CONT_HEAD + i - 1] = slot[i - 1]
        i -= 1
    slot[2] = get_str(vm.globals, intern(vm, b"print"))
    slot, _, code = pcall(vm, slot, count)
    if code != 0:
        b = zeroed(Buffer)
        open_buffer(vm, addr_of(b))
        put_bytes(addr_of(b), b"error calling 'print' (")
        put_bytes(addr_of(b), text(slot[0]) if is_string(slot[0]) else b"(null)")
        put_bytes(addr_of(b), b")")
        say(program_name(vm), contents(addr_of(b)))
        close_buffer(addr_of(b))


@unsafe
@fn
def run_prompt(vm: Ptr[Vm]) -> bool:
    """Read, run and print until the input ends.  Messages do not name the program here."""
    # SAFETY: the current frame is a built-in function's; the slot at its top keeps the name alive.
    vm.current.top[0] = vm.script_name
    vm.script_name = NIL
    open_terminal()
    while True:
        b = zeroed(Buffer)
        open_buffer(vm, addr_of(b))
        at, loaded, some = load_typed(vm, addr_of(b))
        close_buffer(addr_of(b))
        if not some:
            break
        if not loaded:
            report(vm, at[0])
            continue
        at, count, ok = protected(vm, at[0], at, 0)
        if ok and count > 0:
            call_print(vm, at, count)
    write_output(b"\n")
    vm.script_name = vm.current.top[0]
    return True
