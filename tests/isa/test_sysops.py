"""System instructions, barriers and hints against LLVM's assembler."""

from __future__ import annotations

import pytest

from isa.assembler import assemble
from wrought.isa.a64.sysops import (
    BARRIERS,
    HINTS,
    PSTATE_IMMEDIATE,
    SYSOPS,
    msr_immediate,
    system_word,
)

NO_REGISTER = 31


def test_system_instructions():
    ops = list(SYSOPS.values())
    words = assemble([f"{op.text}, x7" if op.operand else op.text for op in ops])
    expected = [system_word(op.enc, 7 if op.operand else NO_REGISTER) for op in ops]
    assert [hex(word or 0) for word in words] == [hex(word) for word in expected]


def test_operands_are_required_and_forbidden_as_we_say():
    ops = list(SYSOPS.values())
    words = assemble([op.text if op.operand else f"{op.text}, x7" for op in ops])
    assert words == [None] * len(ops)


@pytest.mark.parametrize("table", [BARRIERS, HINTS], ids=["barriers", "hints"])
def test_words(table: dict[str, int]):
    assert dict(zip(table, assemble(list(table)), strict=True)) == table


def test_pstate():
    cases = [(field, value) for field in PSTATE_IMMEDIATE for value in (0, 1, 15)]
    words = assemble([f"msr {field}, #{value}" for field, value in cases])
    assert words == [msr_immediate(field, value) for field, value in cases]
    with pytest.raises(ValueError, match="16 does not fit"):
        msr_immediate("DAIFSet", 16)


def test_what_stage_2_code_needs_is_there():
    needed = {"tlbi vmalls12e1is", "tlbi ipas2e1is", "tlbi vmalle1is", "tlbi alle2is",
              "tlbi vae2is", "tlbi alle1is", "ic iallu", "ic ialluis", "ic ivau", "dc civac",
              "dc cvac", "dc cvau", "dc cisw", "dc zva", "at s1e1r", "at s12e1r", "at s1e2w"}
    assert needed <= set(SYSOPS)
