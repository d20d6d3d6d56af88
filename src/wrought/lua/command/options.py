"""The command line: LuaJIT's options, read as it reads them."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import slice_from
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lua.vm.system import strlen

USAGE = b"""\
usage: lua [options]... [script [args]...].
Available options are:
  -e chunk  Execute string 'chunk'.
  -l name   Require library 'name'.
  -b ...    Save or list bytecode.
  -j cmd    Perform JIT control command.
  -O[opt]   Control JIT optimizations.
  -i        Enter interactive mode after executing 'script'.
  -v        Show version information.
  -E        Ignore environment variables.
  -F        Call the __gc of tables, too.
  -M size   Limit memory to so many bytes (K, M, G).
  -B count  Limit the instructions that are executed (K, M, G).
  --        Stop handling options.
  -         Execute stdin and stop handling options.
"""


@struct
class Options:
    """What the command line says.  Actions (-e, -l, -j, -O) are done in their order later."""

    argv: Ptr[Ptr[u8]]
    argc: u64
    script: u64
    """Index of the script's name, `argc` where there is none."""
    interactive: bool
    version: bool
    execute: bool
    no_environment: bool
    table_finalisers: bool
    acts: bool
    """There is one of -e, -l, -j, -i or -v."""
    bytecode: u64
    """Index of -b, or 0."""
    wrong: bool
    memory: u64
    """Bytes, or 0."""
    budget: u64
    """Instructions, or 0."""

    @unsafe
    def arg(self, i: u64) -> Slice[u8]:
        """An argument; "" beyond the last."""
        # SAFETY: argv has argc strings.
        if i >= self.argc:
            return b""
        return slice_from(self.argv[i], strlen(self.argv[i]))


@fn
def unit_shift(letter: u8) -> u64:
    """The power of two that K, M or G stands for; 0 for other letters."""
    match letter | 0x20:
        case 107:                               # k
            return 10
        case 109:                               # m
            return 20
        case 103:                               # g
            return 30
        case _:
            return 0


@fn
def parse_size(text: Slice[u8]) -> u64:
    """A number with K, M or G behind it, below 2^62; 0 where it is none."""
    n: u64 = 0
    for i in range(len(text)):
        c = text[i]
        if c >= ord("0") and c <= ord("9"):
            n = n * 10 + (c - ord("0"))
            if n >> 58 != 0:
                return 0
        else:
            shift = unit_shift(c)
            if i == 0 or i + 1 != len(text) or shift == 0 or n >> (58 - shift) != 0:
                return 0
            return n << shift
    return n


@fn
def value_of(o: Ptr[Options], i: u64) -> tuple[Slice[u8], u64]:
    """The value of the option at i, which may be in the next argument; and the last index used."""
    own = o.arg(i)
    if len(own) > 2:
        return own[2:], i
    return o.arg(i + 1), i + 1


@fn
def read_options(o: Ptr[Options]) -> None:
    """Fill in everything from `argv` and `argc`."""
    i: u64 = 1
    while i < o.argc:
        text = o.arg(i)
        if len(text) == 0 or text[0] != ord("-"):
            break
        if len(text) == 1:
            break
        if text[1] == ord("-"):
            if len(text) > 2:
                o.wrong = True
            i += 1
            break
        if text[1] == ord("b"):
            o.bytecode = i
            o.script = o.argc
            o.wrong = o.acts or o.no_environment
            return
        i = read_option(o, text, i) + 1
        if o.wrong:
            return
    o.script = i


@fn
def read_option(o: Ptr[Options], text: Slice[u8], i: u64) -> u64:
    """One option; returns the last index that it uses."""
    match text[1]:
        case 105 if len(text) == 2:             # i
            o.interactive = True
            o.version = True
            o.acts = True
        case 118 if len(text) == 2:             # v
            o.version = True
            o.acts = True
        case 69 if len(text) == 2:              # E
            o.no_environment = True
        case 70 if len(text) == 2:              # F
            o.table_finalisers = True
        case 79:                                # O
            pass
        case 101 | 108 | 106:                   # e l j
            _, last = value_of(o, i)
            o.wrong = last >= o.argc
            o.execute = o.execute or text[1] == ord("e")
            o.acts = True
            return last
        case 77 | 66:                           # M B
            return read_limit(o, text[1], i)
        case _:
            o.wrong = True
    return i


@fn
def read_limit(o: Ptr[Options], letter: u8, i: u64) -> u64:
    """-M or -B at i; returns the last index that it uses."""
    value, last = value_of(o, i)
    limit = parse_size(value)
    o.wrong = last >= o.argc or limit == 0
    if letter == ord("M"):
        o.memory = limit
    else:
        o.budget = limit
    return last
