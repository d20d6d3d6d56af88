"""System instructions: TLB and cache maintenance, address translation, barriers, hints.

Sources: Arm ARM DDI 0487, C5.3 to C5.5 (`SYS` aliases), C6.2 (barriers and hints).
"""

from __future__ import annotations

from typing import NamedTuple

from wrought.isa.model import Encoding


class SysOp(NamedTuple):
    """One alias of the `SYS` instruction."""

    kind: str
    """`tlbi`, `ic`, `dc` or `at`."""
    name: str
    """What follows the kind in assembler text: `VAE2IS`."""
    enc: Encoding
    """op0 is 1."""
    operand: bool
    """Whether it takes a register."""
    feature: str = ""
    """The extension that brings it; "" where Armv8.0 has it."""

    @property
    def text(self) -> str:
        """The instruction without its operand, in assembler's lower case: `tlbi vae2is`."""
        return f"{self.kind} {self.name.lower()}"


# Name without shareability: (op1, op2, operand).  CRn is 8; CRm is 7 for this CPU only, 3 for the
# inner shareable and 1 for the outer shareable domain.
_TLBI = {
    "VMALLE1": (0, 0, False), "VAE1": (0, 1, True), "ASIDE1": (0, 2, True),
    "VAAE1": (0, 3, True), "VALE1": (0, 5, True), "VAALE1": (0, 7, True),
    "ALLE2": (4, 0, False), "VAE2": (4, 1, True), "ALLE1": (4, 4, False),
    "VALE2": (4, 5, True), "VMALLS12E1": (4, 6, False),
}
_DOMAIN = {"": (7, ""), "IS": (3, ""), "OS": (1, "tlb-rmi")}

# By address range: (op1, op2).  CRm is 6 for this CPU only, 2 inner and 5 outer shareable.
_TLBI_RANGE = {"RVAE1": (0, 1), "RVAAE1": (0, 3), "RVALE1": (0, 5), "RVAALE1": (0, 7),
               "RVAE2": (4, 1), "RVALE2": (4, 5)}
_RANGE_DOMAIN = {"": 6, "IS": 2, "OS": 5}

# By intermediate physical address: (op2, CRm) for each domain.
_TLBI_IPA = {
    "IPAS2E1": {"": (1, 4), "IS": (1, 0), "OS": (0, 4)},
    "IPAS2LE1": {"": (5, 4), "IS": (5, 0), "OS": (4, 4)},
    "RIPAS2E1": {"": (2, 4), "IS": (2, 0), "OS": (3, 4)},
    "RIPAS2LE1": {"": (6, 4), "IS": (6, 0), "OS": (7, 4)},
}

_CACHE = (
    SysOp("ic", "IALLUIS", (1, 0, 7, 1, 0), False),
    SysOp("ic", "IALLU", (1, 0, 7, 5, 0), False),
    SysOp("ic", "IVAU", (1, 3, 7, 5, 1), True),
    SysOp("dc", "IVAC", (1, 0, 7, 6, 1), True),
    SysOp("dc", "ISW", (1, 0, 7, 6, 2), True),
    SysOp("dc", "CSW", (1, 0, 7, 10, 2), True),
    SysOp("dc", "CISW", (1, 0, 7, 14, 2), True),
    SysOp("dc", "ZVA", (1, 3, 7, 4, 1), True),
    SysOp("dc", "CVAC", (1, 3, 7, 10, 1), True),
    SysOp("dc", "CVAU", (1, 3, 7, 11, 1), True),
    SysOp("dc", "CVAP", (1, 3, 7, 12, 1), True, "ccpp"),
    SysOp("dc", "CVADP", (1, 3, 7, 13, 1), True, "ccdp"),
    SysOp("dc", "CIVAC", (1, 3, 7, 14, 1), True),
)

_TRANSLATE = (
    SysOp("at", "S1E1R", (1, 0, 7, 8, 0), True),
    SysOp("at", "S1E1W", (1, 0, 7, 8, 1), True),
    SysOp("at", "S1E0R", (1, 0, 7, 8, 2), True),
    SysOp("at", "S1E0W", (1, 0, 7, 8, 3), True),
    SysOp("at", "S1E1RP", (1, 0, 7, 9, 0), True, "pan-rwv"),
    SysOp("at", "S1E1WP", (1, 0, 7, 9, 1), True, "pan-rwv"),
    SysOp("at", "S1E2R", (1, 4, 7, 8, 0), True),
    SysOp("at", "S1E2W", (1, 4, 7, 8, 1), True),
    SysOp("at", "S12E1R", (1, 4, 7, 8, 4), True),
    SysOp("at", "S12E1W", (1, 4, 7, 8, 5), True),
    SysOp("at", "S12E0R", (1, 4, 7, 8, 6), True),
    SysOp("at", "S12E0W", (1, 4, 7, 8, 7), True),
)

_ALL = (
    *(SysOp("tlbi", name + domain, (1, op1, 8, crm, op2), operand, feature)
      for name, (op1, op2, operand) in _TLBI.items()
      for domain, (crm, feature) in _DOMAIN.items()),
    *(SysOp("tlbi", name + domain, (1, op1, 8, crm, op2), True, "tlb-rmi")
      for name, (op1, op2) in _TLBI_RANGE.items()
      for domain, crm in _RANGE_DOMAIN.items()),
    *(SysOp("tlbi", name + domain, (1, 4, 8, crm, op2), True,
            "tlb-rmi" if name.startswith("R") or domain == "OS" else "")
      for name, domains in _TLBI_IPA.items() for domain, (op2, crm) in domains.items()),
    *_CACHE,
    *_TRANSLATE,
)

SYSOPS: dict[str, SysOp] = {op.text: op for op in _ALL}
"""By assembler text without the operand: `dc civac`."""

BARRIER_DOMAINS = {
    "oshld": 1, "oshst": 2, "osh": 3, "nshld": 5, "nshst": 6, "nsh": 7,
    "ishld": 9, "ishst": 10, "ish": 11, "ld": 13, "st": 14, "sy": 15,
}
"""Operand of `dmb` and `dsb` to its CRm: which accesses, and up to whom they are ordered."""

BARRIERS: dict[str, int] = {
    **{f"dmb {domain}": 0xD50330BF | crm << 8 for domain, crm in BARRIER_DOMAINS.items()},
    **{f"dsb {domain}": 0xD503309F | crm << 8 for domain, crm in BARRIER_DOMAINS.items()},
    "isb": 0xD5033FDF,
    "ssbb": 0xD503309F,
    "pssbb": 0xD503349F,
    "sb": 0xD50330FF,
    "clrex": 0xD5033F5F,
}
"""Assembler text to instruction word."""

HINTS: dict[str, int] = {
    text: 0xD503201F | number << 5 for text, number in {
        "nop": 0, "yield": 1, "wfe": 2, "wfi": 3, "sev": 4, "sevl": 5, "dgh": 6, "esb": 16,
        "psb csync": 17, "tsb csync": 18, "csdb": 20}.items()}
"""Assembler text to instruction word; CPUs that do not know one take it as `nop`."""

PSTATE_IMMEDIATE: dict[str, tuple[int, int]] = {
    "UAO": (0, 3), "PAN": (0, 4), "SPSel": (0, 5), "SSBS": (3, 1), "DIT": (3, 2), "TCO": (3, 4),
    "DAIFSet": (3, 6), "DAIFClr": (3, 7)}
"""Field of `MSR field, #imm4` to (op1, op2); the word is made by `msr_immediate`."""


def msr_immediate(field: str, value: int) -> int:
    """The word of `msr field, #value`; ValueError for a value beyond four bits."""
    if not 0 <= value <= 15:
        raise ValueError(f"{value} does not fit the four bits of msr {field}")
    op1, op2 = PSTATE_IMMEDIATE[field]
    return 0xD500401F | op1 << 16 | value << 8 | op2 << 5


def system_word(enc: Encoding, register: int, read: bool = False) -> int:
    """The word of `MRS`, `MSR` or `SYS` with this encoding and general register (31: none)."""
    op0, op1, crn, crm, op2 = enc
    return (0xD5000000 | int(read) << 21 | op0 << 19 | op1 << 16 | crn << 12 | crm << 8
            | op2 << 5 | register)
