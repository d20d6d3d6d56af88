"""Listings of bytecode."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lua.front.dump.assembler import assemble, serialise
from lua.front.dump.driver import compiled, new_vm, read
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Ptr, Slice, u8
from wrought.lua.front.lister import NAME_WIDTH, list_function
from wrought.lua.vm.buffer import open_buffer
from wrought.lua.vm.bytecode import TABLE
from wrought.lua.vm.objects import Buffer, Proto, Vm
from wrought.lua.vm.strings import close_to_string, text

GOLDEN = Path(__file__).parent / "golden"


@fn
def listing(vm: Ptr[Vm], proto: Ptr[Proto]) -> Slice[u8]:
    """The listing as the bytes of a string."""
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    list_function(addr_of(b), proto)
    return text(close_to_string(addr_of(b)))


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.lua")), ids=lambda path: path.stem)
def test_golden(path: Path, golden: Callable[[Path, str], None]) -> None:
    vm = new_vm()
    proto = compiled(vm, path.read_text(encoding="latin-1"), f"@{path.name}")
    golden(path.with_suffix(".txt"), bytes(listing(vm, proto)).decode())


def test_stripped_code_has_no_names() -> None:
    vm = new_vm()
    f = assemble('KNUM 0 0.1\nRET0', framesize=1)
    lines = bytes(listing(vm, read(vm, serialise(f, strip=True), b"=x"))).decode().splitlines()
    assert lines[0] == "-- BYTECODE -- x:0-0"
    assert lines[2].split() == ["0001", "KNUM", "0", "0", ";", "0.1"]


def test_mnemonics_have_room() -> None:
    assert all(len(op.name) < NAME_WIDTH for op in TABLE if not op.name.startswith("CONT_"))
