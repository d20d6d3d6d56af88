"""The machines that compiled Python runs on."""

from __future__ import annotations

import platform
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of output.  `arch` is `a64` or `x64`; every target is 64-bit little endian."""

    name: str
    """What users write: `aarch64-linux`."""
    arch: str
    hosted: bool
    """Linux with a C library, as opposed to bare metal."""
    triple: str
    """LLVM's name for it."""
    zig: str
    """The cross toolchain's name for it."""
    cpu: str
    """LLVM's CPU name: what code generation may use."""
    features: tuple[str, ...] = ()
    """LLVM features of every function, with their `+` or `-`."""
    percpu: str = ""
    """The system register that holds the address of this CPU's area (bare metal)."""
    in_process: bool = False
    """Loaded into this Python process and called from it."""


HOST_ARCH = {"x86_64": "x64", "aarch64": "a64", "arm64": "a64"}
"""`platform.machine()` to architecture."""

SYSTEM_FEATURES = ("+el2vmsa", "+el3", "+ccpp", "+pan-rwv", "+tlb-rmi", "+sb", "+predres",
                   "+ssbs")
"""System instructions that the assembler shall know; none of them changes generated code."""

_BARE_METAL = ("-fp-armv8", "-neon", "+strict-align", *SYSTEM_FEATURES)
"""No vector registers, which belong to guests; no unaligned access, which faults until the MMU
is on (Arm ARM DDI 0487, B2.8.2: memory is Device-nGnRnE then)."""

TARGETS: dict[str, Target] = {t.name: t for t in (
    Target("x86_64-linux", "x64", True, "x86_64-unknown-linux-gnu", "x86_64-linux-gnu.2.28",
           "x86-64-v2"),
    Target("x86_64-linux-musl", "x64", True, "x86_64-unknown-linux-musl", "x86_64-linux-musl",
           "x86-64-v2"),
    Target("aarch64-linux", "a64", True, "aarch64-unknown-linux-gnu", "aarch64-linux-gnu.2.28",
           "generic"),
    Target("aarch64-linux-musl", "a64", True, "aarch64-unknown-linux-musl",
           "aarch64-linux-musl", "generic"),
    Target("aarch64-none", "a64", False, "aarch64-unknown-none-elf",
           "aarch64-freestanding-none", "generic", _BARE_METAL, "TPIDR_EL2"),
    Target("aarch64-none-el1", "a64", False, "aarch64-unknown-none-elf",
           "aarch64-freestanding-none", "generic", _BARE_METAL, "TPIDR_EL1"),
)}
"""Targets by name; `host()` adds the in-process one."""


def host() -> Target:
    """The target for functions called directly from this Python process.

    Raises `KeyError` on a machine that is neither x86-64 nor AArch64.
    """
    arch = HOST_ARCH[platform.machine()]
    base = TARGETS["x86_64-linux" if arch == "x64" else "aarch64-linux"]
    return replace(base, name="host", in_process=True)
