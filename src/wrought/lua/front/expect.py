"""Small steps of the parser: tokens that must follow, depth of nesting."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline
from wrought.lang.core.intrinsics import unlikely
from wrought.lang.core.scalars import Ptr, u32
from wrought.lua.front.lexer import next_token
from wrought.lua.front.messages import fail, fail_expected, fail_match
from wrought.lua.front.state import MAX_LEVELS, Parser
from wrought.lua.front.tokens import TK
from wrought.lua.vm.objects import Str, string_of


@inline
@fn
def enter_level(p: Ptr[Parser]) -> None:
    """One level of nesting more; the caller takes it back."""
    p.level += 1
    if unlikely(p.level >= MAX_LEVELS):
        fail(p, b"chunk has too many syntax levels")


@inline
@fn
def accept(p: Ptr[Parser], token: u32) -> bool:
    """Pass a token if it is there."""
    if p.token != token:
        return False
    next_token(p)
    return True


@fn
def expect(p: Ptr[Parser], token: u32) -> None:
    """Pass a token that must be there."""
    if unlikely(p.token != token):
        fail_expected(p, token)
    next_token(p)


@fn
def expect_match(p: Ptr[Parser], token: u32, opening: u32, line: u32) -> None:
    """The same for one that closes what was opened on a line."""
    if unlikely(p.token != token):
        fail_match(p, token, opening, line)
    next_token(p)


@fn
def expect_name(p: Ptr[Parser]) -> Ptr[Str]:
    """A name; "goto" is one too, as in LuaJIT."""
    if unlikely(p.token != TK.NAME and p.token != TK.GOTO):
        fail_expected(p, TK.NAME)
    name = string_of(p.value)
    next_token(p)
    return name


@fn
def ends_block(token: u32) -> bool:
    """Whether a block ends before the token."""
    return (token == TK.END or token == TK.ELSE or token == TK.ELSEIF or token == TK.UNTIL
            or token == TK.EOF)
