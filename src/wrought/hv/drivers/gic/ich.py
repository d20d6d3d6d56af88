"""GICv3's list registers and virtual interface control: ICH_* (Arm IHI 0069, 12.4)."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import likely, trunc, unroll
from wrought.lang.core.scalars import u32, u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import (
    ICH_EISR_EL2,
    ICH_ELRSR_EL2,
    ICH_HCR_EL2,
    ICH_LR0_EL2,
    ICH_MISR_EL2,
    ICH_VMCR_EL2,
    ICH_VTR_EL2,
    sysreg,
)

LISTS = tuple((n, sysreg(f"ICH_LR{n}_EL2")) for n in range(16))
PRIORITIES = tuple((n, sysreg(f"ICH_AP{1 - n // 4}R{n % 4}_EL2")) for n in range(8))
"""Active priorities of group 1, then of group 0."""

count = static(u32)
"""List registers that there are."""
priority_words = static(u32, 1)
"""Words of active priorities in each group."""


@fn
def look() -> None:
    """Read the sizes from ICH_VTR_EL2."""
    global count, priority_words
    vtr = ICH_VTR_EL2.read()
    count = u32(vtr.listregs) + 1
    priority_words = u32(1) << (u32(vtr.prebits) - 4)


@fn
def init() -> None:
    """Look, and leave nothing that the firmware had."""
    look()
    ICH_HCR_EL2.write(0)
    for n, list_register in unroll(LISTS):
        if n < count:
            list_register.write(0)
    for n in unroll(range(8)):
        apr_write(n, 0)
    ICH_VMCR_EL2.write(u64(vmcr_reset()))


@fn
def vmcr_reset() -> u32:
    """Nothing enabled, all masked, the smallest binary points; FIQ enable is one (12.4.13)."""
    smallest = u32(7) - (u32(ICH_VTR_EL2.read().prebits) + 1)
    return smallest << 21 | (smallest + 1) << 18 | 1 << 3


@fn
def lr_read(i: u32) -> u64:
    """ICH_LR<i>_EL2: a switch, for the number is part of the instruction, and the first before it,
    for that is the one in use nearly always."""
    if likely(i == 0):
        return u64(ICH_LR0_EL2.read())
    for n, list_register in unroll(LISTS):
        if i == n:
            return u64(list_register.read())
    return 0


@fn
def lr_write(i: u32, value: u64) -> None:
    """The same for writing."""
    if likely(i == 0):
        ICH_LR0_EL2.write(value)
        return
    for n, list_register in unroll(LISTS):
        if i == n:
            list_register.write(value)
            return


@fn(inline=True)
def lr_empty() -> u64:
    """A bit for each list register that holds no interrupt."""
    return u64(ICH_ELRSR_EL2.read()) & (u64(1) << u64(count)) - 1


@fn(inline=True)
def hcr_read() -> u32:
    """ICH_HCR_EL2."""
    return trunc(u32, u64(ICH_HCR_EL2.read()))


@fn(inline=True)
def hcr_write(value: u32) -> None:
    """ICH_HCR_EL2."""
    ICH_HCR_EL2.write(u64(value))


@fn(inline=True)
def vmcr_read() -> u32:
    """ICH_VMCR_EL2."""
    return trunc(u32, u64(ICH_VMCR_EL2.read()))


@fn(inline=True)
def vmcr_write(value: u32) -> None:
    """ICH_VMCR_EL2."""
    ICH_VMCR_EL2.write(u64(value))


@fn(inline=True)
def misr_read() -> u32:
    """ICH_MISR_EL2."""
    return trunc(u32, u64(ICH_MISR_EL2.read()))


@fn(inline=True)
def eisr_read() -> u64:
    """ICH_EISR_EL2."""
    return u64(ICH_EISR_EL2.read())


@fn
def apr_read(i: u32) -> u32:
    """Active priorities, words 0 to 3 of group 1, 4 to 7 of group 0; those that are not there
    are zero."""
    if i & 3 < priority_words:
        for n, priorities in unroll(PRIORITIES):
            if i == n:
                return trunc(u32, u64(priorities.read()))
    return 0


@fn
def apr_write(i: u32, value: u32) -> None:
    """Set them, where they are."""
    if i & 3 < priority_words:
        for n, priorities in unroll(PRIORITIES):
            if i == n:
                priorities.write(u64(value))
                return
