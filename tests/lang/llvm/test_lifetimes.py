"""Lifetime markers: which slots get them, and where."""

from __future__ import annotations

import pytest

from wrought.lang.ir.parser import parse_module
from wrought.lang.llvm.emit import emit_module
from wrought.lang.targets import TARGETS

HEAD = """module "m"
func @take(p: ptr) -> void linkage=extern
func @f(p: ptr, n: i64) -> void linkage=export {
  slot $s size=32 align=8
"""

CASES = {
    "copied in and out": ("""
^e:
  copy $s, p, size=32, align=8
  %0: ptr = ptradd p, 32:i64
  copy %0, $s, size=32, align=8
  ret
""", "start copy copy end"),
    "read in one branch only": ("""
^e:
  copy $s, p, size=32, align=8
  %0: i1 = icmp n, 0:i64, pred=eq
  cbr %0 -> ^a, ^b
^a:
  %1: i64 = load $s, align=8
  ret
^b:
  ret
""", "start copy load end"),
    "written part by part": ("""
^e:
  store n, $s, align=8
  %0: i64 = load $s, align=8
  ret
""", "store load"),
    "its address is passed on": ("""
^e:
  copy $s, p, size=32, align=8
  call $s, callee=take
  ret
""", "copy call"),
    "its address is kept in memory": ("""
^e:
  memset $s, 0:i8, 32:i64
  store $s, p, align=8
  ret
""", "memset store"),
    "filled in each turn of a loop": ("""
^e:
  br -> ^loop
^loop:
  memset $s, 0:i8, 32:i64
  %0: ptr = elem $s, n, size=8
  store n, %0, align=8
  copy p, $s, size=32, align=8
  br -> ^loop
""", "start memset store copy end"),
    "kept from turn to turn": ("""
^e:
  memset $s, 0:i8, 32:i64
  br -> ^loop
^loop:
  %0: i64 = load $s, align=8
  copy p, $s, size=32, align=8
  br -> ^loop
""", "start memset load copy"),
}
WORDS = {"llvm.lifetime.start": "start", "llvm.lifetime.end": "end", "llvm.memcpy": "copy",
         "llvm.memset": "memset", "@take(": "call", " load ": "load", " store ": "store"}


def events(text: str) -> str:
    """The accesses and markers of @f in the order of the text."""
    body = text[text.index("define"):text.index("\n}")]
    return " ".join(word for line in body.splitlines()
                    for part, word in WORDS.items() if part in line)


@pytest.mark.parametrize("name", CASES)
def test_markers(name: str) -> None:
    source, expected = CASES[name]
    text = emit_module(parse_module(HEAD + source.lstrip("\n") + "}\n"),
                       TARGETS["aarch64-linux"], debug=False)
    assert events(text) == expected
