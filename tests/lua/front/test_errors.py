"""Syntax errors: the messages are LuaJIT's, for a few thousand texts that are not right."""

from __future__ import annotations

import random
import re

import pytest

from lua.front.chunks import error
from lua.front.oracle import messages
from lua.front.wrong import PIECES, PROGRAM, TEXTS, WORDS

TOKEN = re.compile(r"\[\[.*?\]\]|\"(?:\\.|[^\"\\])*\"|[A-Za-z_]\w*|[0-9][\w.]*|\.\.\.|\.\."
                   r"|==|~=|<=|>=|::|\s+|.", re.S)


def check(texts: list[tuple[str, str]]) -> None:
    """Ours and theirs, side by side where they differ."""
    theirs = messages(texts)
    assert len(theirs) == len(texts)
    different = [(text[:200], error(text, name), wanted)
                 for (text, name), wanted in zip(texts, theirs, strict=True)
                 if error(text, name) != wanted]
    assert not different


def test_texts():
    check([(text, "=c") for text in TEXTS])
    assert sum(bool(error(text)) for text in TEXTS) > 150


def changed(rng: random.Random, tokens: list[str]) -> str:
    """A program with a token more, less or other than it should have, or cut off."""
    at = rng.randrange(len(tokens))
    kind = rng.randrange(4)
    if kind == 0:
        return "".join(tokens[:at] + tokens[at + 1:])
    if kind == 1:
        return "".join(tokens[:at])
    new = f" {rng.choice(WORDS)} "
    return "".join([*tokens[:at], new, *tokens[at + (kind == 2):]])


@pytest.mark.parametrize("seed", range(3))
def test_changed_programs(seed: int):
    rng = random.Random(seed)
    tokens = TOKEN.findall(PROGRAM)
    assert "".join(tokens) == PROGRAM and not error(PROGRAM)
    check([(changed(rng, tokens), "=c") for _ in range(500)])


@pytest.mark.parametrize("seed", range(3))
def test_random_words(seed: int):
    rng = random.Random(seed)
    check([(" ".join(rng.choice(WORDS) for _ in range(rng.randrange(1, 9))), "=c")
           for _ in range(500)])


@pytest.mark.parametrize("seed", range(3))
def test_random_pieces(seed: int):
    rng = random.Random(seed)
    check([("".join(rng.choice(PIECES) for _ in range(rng.randrange(1, 14))), "=c")
           for _ in range(500)])


@pytest.mark.parametrize("name", ["", "=", "@", "=short", "@file.lua", "x = y y", "=" + "n" * 70,
                                  "@" + "dir/" * 20 + "f.lua", "s" * 70, "s" * 45, "s" * 48,
                                  "s" * 49, "=" + "n" * 59, "=" + "n" * 60, "@" + "n" * 59,
                                  "@" + "n" * 60, "tab\tinside", "\x7f"])
def test_chunk_names(name: str):
    check([("=", name)])


def test_first_line_of_a_source_as_its_name():
    assert error("=", "line one\nline two").startswith('[string "line one..."]:1: ')
    assert error("=", "=a\0b") == "a:1: unexpected symbol near '='"


@pytest.mark.parametrize("number", ["1LL", "0x7fULL", "2i", "1ll", "3.5I"])
def test_literals_for_the_ffi(number: str):
    assert error(f"x = {number}") == f"c:1: number with a suffix needs the FFI near '{number}'"


def test_an_error_leaves_the_parser_usable():
    assert error("x = {{{ f(function() for i = 1,") and not error("x = 1")
