"""Syntax errors: "chunk:line: message near 'token'"."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, unsafe
from wrought.lang.core.intrinsics import addr_of, format_to, slice_from, trunc, zeroed
from wrought.lang.core.scalars import Never, Ptr, Slice, u8, u32, u64
from wrought.lua.front.state import Function, Parser
from wrought.lua.front.tokens import CONTROL, TK, is_class, token_text
from wrought.lua.vm.buffer import open_buffer
from wrought.lua.vm.chunkname import chunk_id
from wrought.lua.vm.errors import ERRSYNTAX, throw_value
from wrought.lua.vm.objects import Buffer, Str, string_of
from wrought.lua.vm.strings import close_to_string


@fn
def put_c_text(b: Ptr[Buffer], text: Slice[u8]) -> None:
    """Append a text up to its first zero byte, as C's %s shows it."""
    n: u64 = 0
    while n < len(text) and text[n] != 0:
        n += 1
    b.write(text[:n])


@fn
def begin_message(p: Ptr[Parser], b: Ptr[Buffer]) -> None:
    """Open a buffer with "chunk:line: "."""
    open_buffer(p.vm, b)
    chunk_id(b, p.chunk.bytes())
    format_to(b, f":{p.line}: ")


@cold
@fn
def throw_message(p: Ptr[Parser], b: Ptr[Buffer]) -> Never:
    """Raise what the buffer holds."""
    throw_value(p.vm, close_to_string(b), ERRSYNTAX)


@cold
@fn
def fail(p: Ptr[Parser], text: Slice[u8]) -> Never:
    """A syntax error without a token."""
    b = zeroed(Buffer)
    begin_message(p, addr_of(b))
    b.write(text)
    throw_message(p, addr_of(b))


@cold
@fn
def fail_quoted(p: Ptr[Parser], text: Slice[u8], near: Slice[u8]) -> Never:
    """A syntax error near a text."""
    b = zeroed(Buffer)
    begin_message(p, addr_of(b))
    b.write(text)
    end_near(p, addr_of(b), near)


@cold
@fn
def end_near(p: Ptr[Parser], b: Ptr[Buffer], near: Slice[u8]) -> Never:
    """Complete a message with the text that it is near to."""
    b.write(b" near '")
    put_c_text(b, near)
    b.write(b"'")
    throw_message(p, b)


@cold
@fn
def fail_here(p: Ptr[Parser], text: Slice[u8]) -> Never:
    """A syntax error near the current token."""
    b = zeroed(Buffer)
    begin_message(p, addr_of(b))
    b.write(text)
    end_here(p, addr_of(b))


@cold
@unsafe
@fn
def end_here(p: Ptr[Parser], b: Ptr[Buffer]) -> Never:
    """Complete a message with the current token."""
    # SAFETY: the token's text lies between its start and what literals find as its end.
    if p.token == TK.NONE:
        throw_message(p, b)
    if p.token == TK.NAME:
        end_near(p, b, string_of(p.value).bytes())
    if p.token == TK.STRING:
        p.at = p.start
        end_near(p, b, string_source(p))
    if p.token == TK.NUMBER:
        end_near(p, b, slice_from(p.start, u64(number_end(p.start)) - u64(p.start)))
    b.write(b" near '")
    put_token(b, p.token)
    b.write(b"'")
    throw_message(p, b)


@fn
def put_token(b: Ptr[Buffer], token: u32) -> None:
    """Append a token as messages show it."""
    if token > 256:
        b.write(token_text(token))
    elif is_class(trunc(u8, token), CONTROL):
        format_to(b, f"char({token})")
    else:
        c = trunc(u8, token)
        b.write(slice_of(addr_of(c)))


@unsafe
@fn
def slice_of(c: Ptr[u8]) -> Slice[u8]:
    # SAFETY: one byte.
    return slice_from(c, 1)


@cold
@fn
def fail_expected(p: Ptr[Parser], token: u32) -> Never:
    """"'token' expected"."""
    b = zeroed(Buffer)
    begin_message(p, addr_of(b))
    b.write(b"'")
    put_token(addr_of(b), token)
    b.write(b"' expected")
    end_here(p, addr_of(b))


@cold
@fn
def fail_match(p: Ptr[Parser], token: u32, opening: u32, line: u32) -> Never:
    """"'end' expected (to close 'if' at line 1)"."""
    if line == p.line:
        fail_expected(p, token)
    b = zeroed(Buffer)
    begin_message(p, addr_of(b))
    b.write(b"'")
    put_token(addr_of(b), token)
    b.write(b"' expected (to close '")
    put_token(addr_of(b), opening)
    format_to(addr_of(b), f"' at line {line})")
    end_here(p, addr_of(b))


@cold
@fn
def fail_limit(p: Ptr[Parser], f: Ptr[Function], limit: u32, what: Slice[u8]) -> Never:
    """"main function has more than 250 local variables"."""
    b = zeroed(Buffer)
    begin_message(p, addr_of(b))
    if f.first_line == 0:
        b.write(b"main function")
    else:
        format_to(addr_of(b), f"function at line {f.first_line}")
    format_to(addr_of(b), f" has more than {limit} {what}")
    throw_message(p, addr_of(b))


@cold
@fn
def fail_named(p: Ptr[Parser], before: Slice[u8], name: Ptr[Str], after: Slice[u8]) -> Never:
    """A syntax error that shows a name."""
    b = zeroed(Buffer)
    begin_message(p, addr_of(b))
    b.write(before)
    put_c_text(addr_of(b), name.bytes())
    b.write(after)
    throw_message(p, addr_of(b))


@cold
@fn
def fail_scope(p: Ptr[Parser], label: Ptr[Str], local: Ptr[Str]) -> Never:
    """A goto into the scope of a variable."""
    b = zeroed(Buffer)
    begin_message(p, addr_of(b))
    b.write(b"<goto ")
    put_c_text(addr_of(b), label.bytes())
    b.write(b"> jumps into the scope of local '")
    put_c_text(addr_of(b), local.bytes())
    b.write(b"'")
    throw_message(p, addr_of(b))


from wrought.lua.front.literals import number_end, string_source  # noqa: E402
