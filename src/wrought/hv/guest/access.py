"""Loads and stores of one known instruction, so that what traps is what the test says."""

from __future__ import annotations

from wrought.lang.core.function import Compiled, asm
from wrought.lang.core.intrinsics import a64
from wrought.lang.core.scalars import u8, u16, u32, u64


def load(name: str, instruction: str) -> Compiled:
    """A function of an address that returns what `instruction` puts into x0 (or w0)."""
    text = f"{instruction}\n ret\n"

    @asm
    def load_one(address: u64) -> u64:
        a64(text)
    load_one.label = name
    return load_one


def store(name: str, instruction: str) -> Compiled:
    """A function of an address and a value in x1, which `instruction` stores."""
    text = f"{instruction}\n ret\n"

    @asm
    def store_one(address: u64, value: u64) -> None:
        a64(text)
    store_one.label = name
    return store_one


@asm
def read8(address: u64) -> u8:
    """LDRB."""
    a64("""
        ldrb w0, [x0]
        ret
    """)


@asm
def read16(address: u64) -> u16:
    """LDRH."""
    a64("""
        ldrh w0, [x0]
        ret
    """)


@asm
def read32(address: u64) -> u32:
    """LDR of a word."""
    a64("""
        ldr w0, [x0]
        ret
    """)


@asm
def read64(address: u64) -> u64:
    """LDR of a doubleword."""
    a64("""
        ldr x0, [x0]
        ret
    """)


@asm
def write8(address: u64, value: u8) -> None:
    """STRB."""
    a64("""
        strb w1, [x0]
        ret
    """)


@asm
def write16(address: u64, value: u16) -> None:
    """STRH."""
    a64("""
        strh w1, [x0]
        ret
    """)


@asm
def write32(address: u64, value: u32) -> None:
    """STR of a word."""
    a64("""
        str w1, [x0]
        ret
    """)


@asm
def write64(address: u64, value: u64) -> None:
    """STR of a doubleword."""
    a64("""
        str x1, [x0]
        ret
    """)
