"""What a handler does rarely costs nothing where it does not: no frame on the hot path."""

from __future__ import annotations

import re

import pytest

from wrought.lang.build.dump import disassemble, functions
from wrought.lang.build.program import Program
from wrought.lang.core.decl import struct
from wrought.lang.core.function import cold, export, fn, handler, noinline
from wrought.lang.core.intrinsics import addr_of, unlikely
from wrought.lang.core.scalars import Array, HandlerFn, Ptr, u64
from wrought.lang.core.static import static


@struct
class Dispatch:
    """What each opcode does."""

    handlers: Array[HandlerFn[[u64, Ptr[Array[u64, 8]], Ptr[Dispatch]], None], 256]


@noinline
@cold
@fn
def helper(x: u64) -> u64:
    """An ordinary function, which may use any register."""
    return x * x + 1


@handler
def checks(ins: u64, base: Ptr[Array[u64, 8]], d: Ptr[Dispatch]) -> None:
    """A bounds check that may panic."""
    base[0][ins >> 8] = ins
    return d.handlers[ins & 255](ins, base, d)


@handler
def calls(ins: u64, base: Ptr[Array[u64, 8]], d: Ptr[Dispatch]) -> None:
    """A call that is rarely made."""
    if unlikely(base[0][0] > 100):
        base[0][2] = helper(base[0][0])
    base[0][1] = ins
    return d.handlers[ins & 255](ins, base, d)


table = static(Dispatch)
words = static(Array[u64, 8])


@export
@fn
def begin() -> None:
    """Both can be reached through the table."""
    table.handlers[0] = calls
    table.handlers[1] = checks
    calls(0, addr_of(words), addr_of(table))


STACK = re.compile(r"\b(sp|rsp|push|pop|call|bl)\b")
JUMP = re.compile(r"(br x\d+|jmp (r\w\w?|qword ptr .*))$")
PANIC = re.compile(r"__wrought_panic")


@pytest.mark.parametrize("target", ["aarch64-linux", "x86_64-linux"])
def test_hot_paths(target: str) -> None:
    data = Program("handlers", target=target, roots=[begin], debug=False).object()
    for name in ("checks", "calls"):
        code = disassemble(data, next(s for s in functions(data) if s.endswith(f".{name}")))
        end = next(i for i, text in enumerate(code) if JUMP.match(text))
        assert not [text for text in code[:end] if STACK.search(text)], "\n".join(code)
        assert len(code[:end + 1]) <= 9, "\n".join(code)
