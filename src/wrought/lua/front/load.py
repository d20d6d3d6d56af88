"""From source text to a prototype."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, copy_memory, zeroed
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lua.front.captures import settle_code
from wrought.lua.front.constants import FIRST_SLOTS, close_slots, open_slots
from wrought.lua.front.functions import close_function, drop_functions, new_function, open_function
from wrought.lua.front.growable import close_growable, open_growable
from wrought.lua.front.lexer import next_token
from wrought.lua.front.messages import fail_expected
from wrought.lua.front.scopes import open_block
from wrought.lua.front.state import Block, Parser
from wrought.lua.front.statements import chunk
from wrought.lua.front.tokens import TK
from wrought.lua.vm.memory import alloc, free
from wrought.lua.vm.objects import Proto, Str, Vm


@unsafe
@fn
def open_parser(p: Ptr[Parser], vm: Ptr[Vm], source: Slice[u8], chunkname: Ptr[Str]) -> None:
    """Make a parser ready to read a copy of the source, which ends with a zero byte."""
    # SAFETY: the copy has room for that byte.
    text = alloc(vm, len(source) + 1)
    copy_memory(text, source.ptr, len(source))
    text[len(source)] = 0
    p.vm = vm
    p.at = text
    p.start = text
    p.ahead_start = text
    # A zero byte in the source is a token too, so that 0 cannot say that none was read.
    p.ahead = TK.NOT_READ
    p.end = text + len(source)
    p.line = 1
    p.last_line = 1
    p.chunk = chunkname
    open_growable(vm, addr_of(p.text), 256)
    open_growable(vm, addr_of(p.labels), 16)
    open_growable(vm, addr_of(p.gotos), 16)
    open_growable(vm, addr_of(p.items), 64)
    open_slots(p, FIRST_SLOTS)


@fn
def close_parser(p: Ptr[Parser], text: Ptr[u8]) -> None:
    """Give the working memory back."""
    drop_functions(p, p.f)
    close_growable(p.vm, addr_of(p.text))
    close_growable(p.vm, addr_of(p.labels))
    close_growable(p.vm, addr_of(p.gotos))
    close_growable(p.vm, addr_of(p.items))
    close_slots(p, p.slots, p.slot_mask + 1)
    free(p.vm, text, u64(p.end) - u64(text) + 1)


@fn
def main_function(p: Ptr[Parser]) -> Ptr[Proto]:
    """The prototype of the whole source: a function with varargs."""
    f = new_function(p, None)
    open_function(p, f, 0)
    f.has_varargs = True
    block = zeroed(Block)
    open_block(p, addr_of(block), False)
    next_token(p)
    chunk(p)
    if p.token != TK.EOF:
        fail_expected(p, TK.EOF)
    proto = close_function(p)
    settle_code(proto)
    return proto


@unsafe
@fn
def parse(vm: Ptr[Vm], source: Slice[u8], chunkname: Ptr[Str]) -> Ptr[Proto]:
    """Compile a source text: the prototype of its main function.

    Throws syntax errors as ERRSYNTAX.  The collector does not run meanwhile, for `vm.front` is
    set; whoever catches an error has to reset it to what it was.
    """
    # SAFETY: the parser outlives its use; after an error nobody looks at it.
    p = zeroed(Parser)
    outer = vm.front
    open_parser(addr_of(p), vm, source, chunkname)
    vm.front = u64(addr_of(p))
    text = p.at
    proto = main_function(addr_of(p))
    close_parser(addr_of(p), text)
    vm.front = outer
    return proto


@fn
def first_token(source: Slice[u8]) -> u64:
    """Where a chunk's program begins: behind a byte order mark and a first line with "#".

    The line's end is left, so that lines are counted right.
    """
    at: u64 = 0
    if len(source) >= 3 and source[0] == 0xEF and source[1] == 0xBB and source[2] == 0xBF:
        at = 3
    if at < len(source) and source[at] == ord("#"):
        while at < len(source) and source[at] != ord("\n") and source[at] != ord("\r"):
            at += 1
    return at
