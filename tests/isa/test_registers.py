"""Register roles: the sets that calling conventions are made of are consistent."""

from __future__ import annotations

from isa.assembler import assemble
from wrought.isa.a64 import registers as a64
from wrought.isa.x64 import registers as x64


def test_a64_every_register_has_one_owner():
    kept = set(a64.CALLEE_SAVED)
    free = set(a64.CALLER_SAVED)
    assert not kept & free
    assert kept | free | {a64.PLATFORM} == set(a64.GENERAL)
    assert set(a64.ARGUMENTS) | set(a64.INTRA_CALL) | {a64.INDIRECT_RESULT} < free


def test_x64_every_register_has_one_owner():
    kept = set(x64.CALLEE_SAVED)
    free = set(x64.CALLER_SAVED)
    assert not kept & free
    assert kept | free | {x64.STACK_POINTER} == set(x64.GENERAL)
    assert len(x64.GENERAL) == len(x64.GENERAL_32) == len(x64.GENERAL_16) == 16


def test_a64_order_is_the_encoding():
    words = assemble([f"mov {name}, x1" for name in a64.GENERAL])
    assert [(word or 0) & 31 for word in words] == list(range(31))


def test_dwarf_numbers():
    """Known points of both tables (AADWARF64 4.1; AMD64 ABI figure 3.36)."""
    assert (a64.DWARF["x30"], a64.DWARF["sp"], a64.DWARF["v0"]) == (30, 31, 64)
    assert (x64.DWARF["rdx"], x64.DWARF["rsp"], x64.DWARF["r8"]) == (1, 7, 8)
    assert (x64.DWARF["rip"], x64.DWARF["xmm0"], x64.DWARF["xmm15"]) == (16, 17, 32)
