"""What is known of functions that do not run: names of registers, upvalues, lines, chunks."""

from __future__ import annotations

from typing import Any

import pytest

from lua.engines import Missing, oracle
from lua.front.dump.assembler import Captured, assemble
from lua.front.dump.driver import compiled, new_vm
from lua.vm.debug.driver import Stack, fresh, name_in
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, zeroed
from wrought.lang.core.scalars import Ptr, Slice, i32, u8, u64
from wrought.lua.front.chunk import new_main
from wrought.lua.vm.buffer import open_buffer
from wrought.lua.vm.chunkname import chunk_id
from wrought.lua.vm.debug import upvalues
from wrought.lua.vm.debug.info import active_lines
from wrought.lua.vm.debug.lines import is_new_line, line_of
from wrought.lua.vm.objects import Buffer, Closure, Proto, Vm
from wrought.lua.vm.strings import close_to_string, text
from wrought.lua.vm.table.lookup import get_int
from wrought.lua.vm.value import NIL, TAG_INT, TRUE


@fn
def shown(vm: Ptr[Vm], name: Slice[u8]) -> Slice[u8]:
    """A chunk's name as messages show it."""
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    chunk_id(addr_of(b), name)
    return text(close_to_string(addr_of(b)))


NAMES = [b"=", b"=stdin", b"=" + b"x" * 58, b"=" + b"y" * 59, b"=" + b"z" * 60, b"=a\nb", b"@",
         b"@f.lua", b"@" + b"abcdefghij" * 5 + b"123456789", b"@" + b"abcdefghij" * 6,
         b"@" + b"abcdefghij" * 9, b"return 1", b"x" * 44, b"x" * 45, b"x" * 46, b"x" * 47,
         b"x" * 48, b"x" * 49, b"x" * 300, b"a\nb", b"\nb", b"a\tb", b"x" * 45 + b"\n",
         b"x" * 47 + b"\n", b"", b"a\x80b", b"a\x7fb"]


def test_names_of_chunks() -> None:
    try:
        engine = oracle()
    except Missing as missing:
        pytest.fail(str(missing), pytrace=False)
    written = ",".join('"' + "".join(f"\\{byte:03}" for byte in name) + '"' for name in NAMES)
    script = (f"for _, name in ipairs {{ {written} }} do\n"
              "  io.write(debug.getinfo(loadstring('', name)).short_src, '\\0')\nend")
    expected = engine.run_text(script).stdout.split(b"\0")[:-1]
    vm = new_vm()
    assert [bytes(shown(vm, name)) for name in NAMES] == expected


@unsafe
@fn
def child(proto: Ptr[Proto], k: u64) -> Ptr[Proto]:
    # SAFETY: the test's constant is a prototype.
    return bitcast(Ptr[Proto], proto.k[k] & 0xFFFF_FFFF_FFFF)


@fn
def has_line(vm: Ptr[Vm], proto: Ptr[Proto], line: i32) -> bool:
    return get_int(active_lines(vm, proto), line) == TRUE


def lines_with_code(vm: Any, proto: Any) -> list[int]:
    return [line for line in range(-1, 20) if line >= 0 and has_line(vm, proto, line)]


def test_active_lines() -> None:
    vm = new_vm()
    proto = compiled(vm, "local a = 1\n\nlocal b = function(x,\n  y)\n  return a\n\nend\nreturn b")
    assert lines_with_code(vm, proto) == [1, 7, 8]
    assert lines_with_code(vm, child(proto, 0)) == [5]


def test_new_lines() -> None:
    proto = compiled(new_vm(), "local a = 1\nlocal b = a + a\nlocal c = b")
    assert [line_of(proto, i) for i in range(5)][1:] == [1, 2, 3, 3]
    assert [is_new_line(proto, i, i - 1) for i in range(2, 5)] == [True, True, False]
    assert is_new_line(proto, 3, 3) and is_new_line(proto, 2, 4)
    assert is_new_line(proto, 4, 99) and line_of(proto, 99) == 0


@fn
def main_of(vm: Ptr[Vm], proto: Ptr[Proto]) -> Ptr[Closure]:
    return new_main(vm, proto)


def test_upvalues() -> None:
    vm = new_vm()
    captures = (Captured(0), Captured(1, local=True, by_value=True), Captured(2))
    proto = Stack(vm).load(assemble("UGET 0 0\nUVAL 0 1\nRET0", framesize=1, captures=captures,
                                    names=("shared", "held", "other")))
    f, g = main_of(vm, proto), main_of(vm, proto)
    names = [bytes(upvalues.name_of_upvalue(f, i)) for i in range(4)]
    assert names == [b"shared", b"held", b"other", b""]
    assert [upvalues.upvalue(f, i) for i in range(3)] == [NIL] * 3
    for i in range(3):
        upvalues.set_upvalue(vm, f, i, TAG_INT | i)
    assert [upvalues.upvalue(f, i) for i in range(3)] == [TAG_INT, TAG_INT | 1, TAG_INT | 2]
    assert [upvalues.upvalue(g, i) for i in range(3)] == [NIL] * 3
    assert len({upvalues.upvalue_identity(x, i) for x in (f, g) for i in range(3)}) == 6
    upvalues.join_upvalues(vm, g, 0, f, 2)
    upvalues.join_upvalues(vm, g, 1, f, 1)
    assert upvalues.upvalue_identity(g, 0) == upvalues.upvalue_identity(f, 2)
    upvalues.set_upvalue(vm, g, 0, TAG_INT | 9)
    upvalues.set_upvalue(vm, g, 1, TAG_INT | 8)
    assert [upvalues.upvalue(f, i) for i in range(3)] == [TAG_INT, TAG_INT | 1, TAG_INT | 9]
    assert upvalues.upvalue(g, 1) == TAG_INT | 8


@pytest.mark.parametrize(("text", "register", "kind", "name"), [
    ('GGET 1 "print"', 1, "global", "print"), ('TGETS 1 0 "f"', 1, "field", "f"),
    ('SELF 1 0 "m"', 1, "method", "m"), ('SELF 1 0 "m"', 3, "", ""),
    ('GGET 5 "o"\nSELF 1 5 "m"', 3, "global", "o"), ('SELF 1 0 "m"', 2, "", ""),
    ("UGET 1 0", 1, "upvalue", "u"), ("UVAL 1 1", 1, "upvalue", "v"), ("MOVE 1 7", 1, "local", "l"),
    ("KINT 1 1", 1, "", ""), ('GGET 2 "a"\nMOVE 1 2', 1, "global", "a"), ("KNIL 0 3", 2, "", ""),
    ('GGET 3 "a"\nCALL 2 0 1', 3, "", ""), ('GGET 1 "a"\nCALL 2 0 1', 1, "global", "a"),
    ('GGET 1 "a"\nTSETS 1 2 "k"\nJT 1 x\nx: UCLO 1 y\ny: USET 0 1', 1, "global", "a"),
    ('GGET 1 "a"\nFORPREP 0 x\ny: FORLOOP 0 y\nx: KINT 6 1', 1, "", ""),
    ('GGET 1 "a"\nJTC 1 2 x\nx: KINT 6 1', 1, "", ""), ("KINT 6 1", 5, "", "")])
def test_names_of_registers(text: str, register: int, kind: str, name: str) -> None:
    f = assemble(f"{text}\nRET0", framesize=8, names=("u", "v"),
                 captures=(Captured(0), Captured(1, by_value=True)))
    stack = fresh()
    index = len(f.code) - 1
    if kind == "local":
        f.variables = tuple((f"r{i}", 1, 2) for i in range(7)) + (("l", 1, 2),)
    assert tuple(map(bytes, name_in(stack.load(f), index, register))) == (
        kind.encode(), name.encode())
