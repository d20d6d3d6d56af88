"""Where the prompt's lines come from.

That is standard input; or the program that started this one, edits lines and keeps a history.  It
says so by WROUGHT_LUA_PROMPT=IN,OUT, two open files.  To OUT each prompt is written, with a zero
byte behind it; a line of IN is the answer.  A line of only CANCEL gives up what was typed so far;
a line that begins with COMPLETE asks how a name may go on (`complete`), answered by names, one a
line, and a zero byte.
"""

from __future__ import annotations

from wrought.lang.core.function import extern, fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, c_str, slice_from, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, Void, i32, i64, u8, u32, u64
from wrought.lang.core.static import static
from wrought.lua.command.complete import put_completions
from wrought.lua.command.interrupt import ignore_interrupts
from wrought.lua.vm.buffer import close_buffer, contents, open_buffer, put_bytes
from wrought.lua.vm.objects import Buffer, Vm
from wrought.lua.vm.system import (
    fflush,
    fgets,
    flush_all,
    getenv,
    standard_stream,
    strlen,
    write_output,
    write_stream,
)

END, TYPED, CANCELLED = range(3)
COMPLETE, CANCEL = 2, 3
LINE = 4096
F_SETFD = 2
FD_CLOEXEC = 1
VARIABLE = b"WROUGHT_LUA_PROMPT"

lines = static(u64)
"""The FILE that lines come from, 0 for standard input."""
prompts = static(u64)
"""The FILE that prompts go to."""


@extern
def fdopen(number: i32, mode: Ptr[u8]) -> Ptr[Void] | None: ...


@extern
def fcntl(number: i32, command: i32, argument: i64) -> i32: ...


@extern
def unsetenv(name: Ptr[u8]) -> i32: ...


@unsafe
@fn
def parse_number(text: Ptr[u8]) -> tuple[i32, Ptr[u8]]:
    """A decimal number, and what follows it; -1 where there is none."""
    # SAFETY: the text ends with a zero byte, which is no digit.
    n: u32 = 0
    at = text
    while at[0] >= ord("0") and at[0] <= ord("9") and n < 1 << 20:
        n = n * 10 + (at[0] - ord("0"))
        at = at + 1
    return bitcast(i32, n) if u64(at) != u64(text) else i32(-1), at


@fn
def open_file(number: i32, mode: Ptr[u8]) -> u64:
    """A FILE over an open file that programs started from here don't get; 0 where it is none."""
    if fcntl(number, F_SETFD, FD_CLOEXEC) < 0:
        return 0
    stream = fdopen(number, mode)
    return u64(0) if stream is None else u64(stream)


@unsafe
@fn
def open_terminal() -> None:
    """Take over what WROUGHT_LUA_PROMPT names, if it does."""
    # SAFETY: getenv gives a text that ends with a zero byte.
    global lines, prompts
    files = getenv(c_str(VARIABLE))
    if files is None:
        return
    source, rest = parse_number(files)
    if rest[0] != ord(","):
        return
    target, _ = parse_number(rest + 1)
    unsetenv(c_str(VARIABLE))
    input = open_file(source, c_str(b"rb"))
    output = open_file(target, c_str(b"wb"))
    if input != 0 and output != 0:
        lines = input
        prompts = output


@unsafe
@fn
def take_line(b: Ptr[Buffer]) -> bool:
    """Append a line without its end; False at the end of the input."""
    # SAFETY: fgets leaves a zero byte behind what it has read; `lines` is a FILE.
    stream = bitcast(Ptr[Void], lines) if lines != 0 else standard_stream(0)
    line = zeroed(Array[u8, LINE])
    some = False
    while True:
        got = fgets(addr_of(line[0]), LINE, stream)
        if got is None:
            return some
        some = True
        n = strlen(got)
        if n > 0 and got[n - 1] == ord("\n"):
            put_bytes(b, slice_from(got, n - 1))
            return True
        put_bytes(b, slice_from(got, n))
        if n < LINE - 1:
            return True


@unsafe
@fn
def send(text: Slice[u8]) -> None:
    """Write a text with a zero byte behind it to whoever edits lines."""
    # SAFETY: `prompts` is a FILE.
    stream = bitcast(Ptr[Void], prompts)
    write_stream(stream, text)
    write_stream(stream, b"\0")
    fflush(stream)


@fn
def answer(vm: Ptr[Vm], name: Slice[u8]) -> None:
    """Send how a name may go on."""
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    put_completions(vm, addr_of(b), name)
    send(contents(addr_of(b)))
    close_buffer(addr_of(b))


@fn
def read_line(vm: Ptr[Vm], b: Ptr[Buffer], prompt: Slice[u8]) -> u64:
    """Show a prompt and append the line that is typed, without its end: TYPED; END at the end of
    the input, CANCELLED where it was given up."""
    flush_all()
    if prompts == 0:
        write_output(prompt)
        flush_all()
        return TYPED if take_line(b) else END
    ignore_interrupts()
    send(prompt)
    start = b.used
    while take_line(b):
        typed = contents(b)[start:]
        if len(typed) == 1 and typed[0] == CANCEL:
            return CANCELLED
        if len(typed) == 0 or typed[0] != COMPLETE:
            return TYPED
        answer(vm, typed[1:])
        b.used = start
    return END
