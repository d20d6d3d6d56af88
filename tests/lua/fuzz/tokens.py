"""Lua text cut into tokens, for the mutation of programs and for shrinking."""

from __future__ import annotations

import re
from dataclasses import dataclass

KEYWORDS = frozenset(
    "and break do else elseif end false for function goto if in local nil not or repeat return "
    "then true until while".split())

_TOKEN = re.compile(r"""
    (?P<space>[ \t\r\n\f\v]+)
  | (?P<comment>--\[(?P<c>=*)\[.*?\](?P=c)\] | --[^\n]*)
  | (?P<string>\[(?P<s>=*)\[.*?\](?P=s)\]
              | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*')
  | (?P<number>0[xX][0-9a-fA-F.]+(?:[pP][+-]?[0-9]+)?
     | (?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<name>[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)
  | (?P<operator>\.\.\.|\.\.|==|~=|<=|>=|::|.)
""", re.VERBOSE | re.DOTALL)


@dataclass(frozen=True)
class Token:
    """A token, white space and comments too; `kind` is a group of the expression above."""

    kind: str
    text: str

    @property
    def blank(self) -> bool:
        """Whether it only separates."""
        return self.kind in ("space", "comment")


def tokenize(text: str) -> list[Token]:
    """All of a text; joined again, the tokens give the text.  Nothing is an error."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = next(name for name in ("space", "comment", "string", "number", "name", "operator")
                    if match[name] is not None)
        if kind == "name" and match[0] in KEYWORDS:
            kind = "keyword"
        found.append(Token(kind, match[0]))
    return found
