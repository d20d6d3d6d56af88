"""-b: save a chunk's bytecode to a file, or list it.

    lua -b[l][s][g] [-e text | input] [output]

What is saved is a dump as `string.dump` makes it, which can be run like a script.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, c_str, zeroed
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lua.command.options import Options
from wrought.lua.command.report import program_name, report, say
from wrought.lua.command.running import load
from wrought.lua.front.dump import dump
from wrought.lua.front.lister import list_function
from wrought.lua.lib.base.chunks import read_source
from wrought.lua.vm.buffer import close_buffer, contents, open_buffer, put_bytes
from wrought.lua.vm.objects import Buffer, Proto, Vm, function_of, string_value
from wrought.lua.vm.strings import intern
from wrought.lua.vm.system import (
    fclose,
    flush_all,
    fopen,
    last_error,
    standard_stream,
    write_stream,
)
from wrought.rt.bytes import equal

USAGE = b"""\
Save bytecode: lua -b[options] input output
  -l        Only list bytecode; the output is optional.
  -s        Strip debug info (default).
  -g        Keep debug info.
  -t type   Type of the output file: raw is the only one.
  -e chunk  Use chunk string as input.
  -n -a -o  Names, machines and systems for other types: accepted, without effect.
  --        Stop handling options.
  -         Use stdin as input, or stdout as output.
"""


@struct
class Saving:
    """What the arguments from -b on say.  Files are indices into the arguments, or 0."""

    listing: bool
    keep: bool
    """Debug information is kept."""
    is_text: bool
    """The input is the text of -e."""
    wrong: bool
    files: u64
    """Inputs and outputs that were named."""
    input: u64
    output: u64
    type: u64


@fn
def add_file(s: Ptr[Saving], i: u64) -> None:
    if s.files == 0:
        s.input = i
    else:
        s.output = i
    s.files += 1


@fn
def read_letters(o: Ptr[Options], s: Ptr[Saving], letters: Slice[u8], i: u64) -> u64:
    """The options of one argument; returns the last index that it uses."""
    for m in range(len(letters)):
        letter = letters[m]
        if letter == ord("l"):
            s.listing = True
        elif letter == ord("s") or letter == ord("g"):
            s.keep = letter == ord("g")
        elif i + 1 >= o.argc or m + 1 != len(letters):
            s.wrong = True
        elif letter == ord("e"):
            s.wrong = s.wrong or s.files != 0
            s.is_text = True
            add_file(s, i + 1)
            return i + 1
        elif letter == ord("t"):
            s.type = i + 1
            return i + 1
        elif letter == ord("n") or letter == ord("a") or letter == ord("o"):
            return i + 1
        else:
            s.wrong = True
    return i


@fn
def read_arguments(o: Ptr[Options], s: Ptr[Saving]) -> None:
    """Fill in everything from the arguments from -b on."""
    i = read_letters(o, s, o.arg(o.bytecode)[2:], o.bytecode) + 1
    options = True
    while i < o.argc:
        argument = o.arg(i)
        if options and equal(argument, b"--"):
            options = False
        elif options and len(argument) > 1 and argument[0] == ord("-"):
            i = read_letters(o, s, argument[1:], i)
        else:
            add_file(s, i)
        i += 1
    if s.files == 0 or s.files > 2 or s.files == 1 and not s.listing:
        s.wrong = True


@fn
def extension(name: Slice[u8]) -> Slice[u8]:
    """What follows the last full stop of a file's name."""
    i = len(name)
    while i > 0:
        if name[i - 1] == ord("."):
            return name[i:]
        i -= 1
    return b""


@fn
def is_raw(o: Ptr[Options], s: Ptr[Saving]) -> bool:
    """Whether the output is to be the dump itself, by -t or by the output's name."""
    if s.listing:
        return True
    if s.type != 0:
        return equal(o.arg(s.type), b"raw")
    kind = extension(o.arg(s.output))
    return not (equal(kind, b"c") or equal(kind, b"h") or equal(kind, b"o") or equal(kind, b"obj"))


@unsafe
@fn
def load_input(vm: Ptr[Vm], o: Ptr[Options], s: Ptr[Saving], slot: Ptr[u64]) -> Ptr[Proto] | None:
    """The chunk; None where something went wrong, which is printed.  `slot` keeps it alive."""
    # SAFETY: names and messages are strings, what was loaded is a Lua function.
    argument = intern(vm, o.arg(s.input))
    source, chunk, ok = string_value(argument), string_value(argument), True
    if not s.is_text:
        is_input = equal(argument.bytes(), b"-")
        source, chunk, ok = read_source(vm, None if is_input else argument)
    if not ok:
        report(vm, source)
        return None
    at, code = load(vm, source, chunk, slot)
    if code != 0:
        report(vm, at[0])
        return None
    return function_of(at[0]).proto


@unsafe
@fn
def write_result(vm: Ptr[Vm], name: Slice[u8], bytes: Slice[u8]) -> bool:
    """Write to a file, standard output for "-" or no name; failures are printed."""
    # SAFETY: a zero byte follows the bytes of a string.
    if len(name) == 0 or equal(name, b"-"):
        ok = write_stream(standard_stream(1), bytes)
        flush_all()
        return ok
    stream = fopen(intern(vm, name).bytes().ptr, c_str(b"wb"))
    if stream is not None:
        written = write_stream(stream, bytes)
        if fclose(stream) == 0 and written:
            return True
    reason = last_error()
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    put_bytes(addr_of(b), b"cannot write ")
    put_bytes(addr_of(b), name)
    put_bytes(addr_of(b), b": ")
    put_bytes(addr_of(b), reason)
    say(program_name(vm), contents(addr_of(b)))
    close_buffer(addr_of(b))
    return False


@unsafe
@fn
def save_bytecode(vm: Ptr[Vm], o: Ptr[Options], slot: Ptr[u64]) -> bool:
    """Do what -b and the arguments behind it ask; failures are printed.  Whether it went well."""
    # SAFETY: the slots from `slot` on are free.
    s = zeroed(Saving)
    read_arguments(o, addr_of(s))
    if s.wrong:
        write_stream(standard_stream(2), USAGE)
        flush_all()
        return False
    if not is_raw(o, addr_of(s)):
        say(program_name(vm), b"bytecode can only be saved as raw (-t raw), "
                              b"not as a C header, a C source or an object file")
        return False
    proto = load_input(vm, o, addr_of(s), slot)
    if proto is None:
        return False
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    if s.listing:
        list_function(addr_of(b), proto)
    else:
        dump(addr_of(b), proto, not s.keep)
    ok = write_result(vm, o.arg(s.output) if s.output != 0 else b"-", contents(addr_of(b)))
    close_buffer(addr_of(b))
    return ok
