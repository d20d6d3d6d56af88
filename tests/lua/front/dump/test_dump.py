"""Dumps are read and written as the independent writer has them."""

from __future__ import annotations

import random
import struct
from typing import Any

import pytest

from lua.front.dump.assembler import Captured, Function, Template, assemble, serialise
from lua.front.dump.driver import code_word, constant_word, dumped, new_vm, note, read
from lua.front.dump.parsed import parse
from wrought.lua.vm.bytecode import NUMBER


@pytest.fixture(scope="module")
def vm() -> Any:
    return new_vm()


def sample() -> Function:
    """A function with one of everything."""
    inner = assemble("UGET 0 0\nUVAL 1 1\nADD_RR 0 0 1\nRET1 0", framesize=2, first_line=3,
                     last_line=4, names=("x", "y"),
                     captures=(Captured(0, local=True), Captured(1, local=True, by_value=True)))
    return assemble('''
        VARG 0 3            ; 2
        KNUM 2 0.5          ; 2
        KSTR 3 "text\\0more" ; 3
        KINT 4 -7
        TDUP 5 &t           ; 5
        JEQK 2 0.5 over     ; 1
        KPRI 2 2
        over: FNEW 6 &inner ; 6
        CALL 6 0 0
        UCLO 0 next
        next: RETM 6 0      ; 9
    ''', children={"inner": inner},
                    templates={"t": Template((None, 1, "a"), (("k", True), (1.5, None), (99, -1)))},
                    framesize=9, parameters=1, vararg=True, first_line=1, last_line=9,
                    variables=(("x", 1, 11), ("y", 2, 9)))


@pytest.mark.parametrize("strip", [False, True])
def test_round_trip(vm: Any, strip: bool) -> None:
    data = serialise(sample(), strip=strip)
    proto = read(vm, data)
    again = bytes(dumped(vm, proto, False))
    assert parse(again) == parse(data)
    assert len(again) == len(data)


def test_strip_leaves_the_code(vm: Any) -> None:
    stripped = bytes(dumped(vm, read(vm, serialise(sample())), True))
    chunk, f = parse(stripped)
    assert chunk is None
    assert f.code == sample().code and f.lines == [] and f.variables == ()


def test_names_of_chunks(vm: Any) -> None:
    f = assemble("RET0", framesize=1)
    assert bytes(read(vm, serialise(f), b"=given").chunk.bytes()) == b"@test.lua"
    assert bytes(read(vm, serialise(f, strip=True), b"=given").chunk.bytes()) == b"=given"


def test_notes_of_the_interpreter_are_not_dumped(vm: Any) -> None:
    data = serialise(assemble('TGETS 0 0 "x"\nGGET 0 "y"\nRET0', framesize=1))
    proto = read(vm, data)
    note(proto, 1, 0x1234 << 48)
    note(proto, 2, 0x123 << 20)
    assert code_word(proto, 1) >> 48 == 0x1234
    assert bytes(dumped(vm, proto, False)) == data


@pytest.mark.parametrize("value", [0, -1, 2**31 - 1, -2**31, 0.1, -0.0, 1e308, float("inf"),
                                   "", "a", "\0" * 300, None, True, False])
def test_constants(vm: Any, value: object) -> None:
    f = assemble("RET0", framesize=1, constants=[value])
    data = serialise(f)
    assert bytes(dumped(vm, read(vm, data), False)) == data


def test_any_nan_becomes_the_canonical_one(vm: Any) -> None:
    nan = struct.unpack("<d", struct.pack("<Q", 0xFFFE_0000_DEAD_BEE0))[0]
    data = serialise(assemble("RET0", framesize=1, constants=[nan]))
    assert struct.pack("<Q", 0xFFFE_0000_DEAD_BEE0) in data
    assert constant_word(read(vm, data), 0) == 0x7FF8 << 48


def test_templates_keep_reserved_keys(vm: Any) -> None:
    pairs = tuple((f"key{i}", None if i % 2 else i) for i in range(20))
    data = serialise(assemble("RET0", framesize=1, constants=[Template((), pairs)]))
    _, f = parse(bytes(dumped(vm, read(vm, data), False)))
    assert set(f.constants[0].pairs) == set(pairs)


@pytest.mark.parametrize(("head", "why"), [
    (b"\x1bLJ\x02", "incompatible"), (b"\x1bLua", "incompatible"), (b"\x1bWLC", "incompatible"),
    (b"\x1b", "incompatible"), (b"\x1bWLB\x00", "malformed"), (b"\x1bWLB", "malformed")])
def test_foreign_bytecode(vm: Any, head: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=f"^given: cannot load {why} bytecode$"):
        read(vm, head)


def test_other_versions_are_incompatible(vm: Any) -> None:
    good = serialise(assemble("RET0", framesize=1))
    for at in range(4, 10):
        bad = bytearray(good)
        bad[at] ^= 0x40
        with pytest.raises(ValueError, match="incompatible"):
            read(vm, bytes(bad))


@pytest.mark.parametrize(("name", "shown"), [
    (b"@file.lua", "file.lua"), (b"=stdin", "stdin"), (b"\x1bWLB", r"\(binary\)"), (b"x", "x")])
def test_names_in_messages(vm: Any, name: bytes, shown: str) -> None:
    with pytest.raises(ValueError, match=f"^{shown}: cannot load malformed bytecode$"):
        read(vm, serialise(assemble("RET0", framesize=1))[:-1], name)


def test_every_prefix_is_refused(vm: Any) -> None:
    data = serialise(sample())
    for n in range(len(data)):
        with pytest.raises(ValueError, match="cannot load"):
            read(vm, data[:n])
    with pytest.raises(ValueError, match="malformed"):
        read(vm, data + b"\0")


def nested(depth: int) -> Function:
    f = assemble("RET0", framesize=1)
    for _ in range(depth - 1):
        f = assemble("FNEW 0 &f\nRET0", children={"f": f}, framesize=1)
    return f


def test_depth_is_bounded(vm: Any) -> None:
    read(vm, serialise(nested(200)))
    with pytest.raises(ValueError, match="malformed"):
        read(vm, serialise(nested(201)))


def mutant(data: bytes, rng: random.Random) -> bytes:
    """A dump with a few bytes changed, removed, added or repeated."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        at = rng.randrange(10, len(out))
        match rng.randrange(6):
            case 0:
                out[at] ^= 1 << rng.randrange(8)
            case 1:
                out[at] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
            case 2:
                del out[at:at + rng.randrange(1, 9)]
            case 3:
                out[at:at] = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 9)))
            case 4:
                out[at] = rng.randrange(len(NUMBER))
            case _:
                out[at:at + 8] = out[(other := rng.randrange(10, len(out))):other + 8]
        if len(out) < 12:
            break
    return bytes(out)
