"""List registers and the virtual CPU interface's control, the same for GICv2 and GICv3 hosts.

All of it is this physical CPU's.  In a hosted process it works on `fake_lists`.
"""

from __future__ import annotations

from wrought.hv.drivers.gic import fake_lists as fake
from wrought.hv.drivers.gic import gich, host, ich
from wrought.hv.drivers.gic.list_register import LR_EOI, LR_HW, ListRegister
from wrought.hv.drivers.gic.places import cpu_ready, gic
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import u32, u64
from wrought.lang.core.target import target

__all__ = ["LR_EOI", "LR_HW", "ListRegister"]

HCR_EN, HCR_UIE, HCR_LRENPIE, HCR_NPIE = 1 << 0, 1 << 1, 1 << 2, 1 << 3
"""ICH_HCR_EL2 and GICH_HCR agree on bits 7:0 and 31:27: enable; maintenance interrupts at
underflow, at an end of interrupt that no list register holds, and when none is pending."""
HCR_EOI_COUNT = 0xF800_0000
MISR_EOI, MISR_U, MISR_LRENP, MISR_NP = 1 << 0, 1 << 1, 1 << 2, 1 << 3
"""What raised the maintenance interrupt, in ICH_MISR_EL2 and GICH_MISR."""
GROUP_0 = 4
"""`apr_read(GROUP_0 + n)`: active priorities of group 0, GICv3 only."""
LR_GROUP_1 = 1 << 60


@fn(inline=True)
def lr_count() -> u32:
    """How many list registers this CPU has."""
    if target.hosted:
        return fake.count
    return ich.count if gic.version == 3 else gich.count


@fn(inline=True)
def lr_read(i: u32) -> u64:
    """List register `i` as a `ListRegister`."""
    if target.hosted:
        return fake.lists.lr[i]
    return ich.lr_read(i) if gic.version == 3 else gich.lr_read(i)


@fn(inline=True)
def lr_write(i: u32, value: u64) -> None:
    """Set list register `i`, which exists."""
    if target.hosted:
        fake.write(i, value)
    elif gic.version == 3:
        ich.lr_write(i, value)
    else:
        gich.lr_write(i, value)


@fn(inline=True)
def lr_empty() -> u64:
    """A bit for each list register that holds no interrupt."""
    if target.hosted:
        return fake.empty()
    return ich.lr_empty() if gic.version == 3 else gich.lr_empty()


@fn(inline=True)
def lr_group() -> u64:
    """What to or into list registers: guests of a GICv3 get group 1, of a GICv2 group 0."""
    if target.hosted:
        return LR_GROUP_1 if fake.version == 3 else 0
    return LR_GROUP_1 if gic.version == 3 else 0


@fn(inline=True)
def hcr_read() -> u32:
    """ICH_HCR_EL2 or GICH_HCR: `HCR_…`."""
    if target.hosted:
        return fake.lists.hcr
    return ich.hcr_read() if gic.version == 3 else gich.hcr_read()


@fn(inline=True)
def hcr_write(value: u32) -> None:
    """Set it; at EL2 and EL1 in effect at the latest with the ERET."""
    if target.hosted:
        fake.lists.hcr = value
    elif gic.version == 3:
        ich.hcr_write(value)
    else:
        gich.hcr_write(value)


@fn(inline=True)
def vmcr_read() -> u32:
    """The guest's CPU interface registers (ICH_VMCR_EL2 or GICH_VMCR, each in its own form)."""
    if target.hosted:
        return fake.lists.vmcr
    return ich.vmcr_read() if gic.version == 3 else gich.vmcr_read()


@fn(inline=True)
def vmcr_write(value: u32) -> None:
    """Set them."""
    if target.hosted:
        fake.lists.vmcr = value
    elif gic.version == 3:
        ich.vmcr_write(value)
    else:
        gich.vmcr_write(value)


@fn
def vmcr_reset() -> u32:
    """What they are for a vCPU that starts."""
    if target.hosted:
        return gich.VMCR_RESET | (1 << 3 if fake.version == 3 else 0)
    return ich.vmcr_reset() if gic.version == 3 else u32(gich.VMCR_RESET)


@fn(inline=True)
def apr_count() -> u32:
    """Words of active priorities in a group that exist: 1, 2 or 4."""
    if target.hosted:
        return 1
    return ich.priority_words if gic.version == 3 else u32(1)


@fn(inline=True)
def apr_read(i: u32) -> u32:
    """Active priorities, word `i` of group 1 (of both groups on GICv2)."""
    if target.hosted:
        return fake.lists.apr[i]
    return ich.apr_read(i) if gic.version == 3 else gich.apr_read(i)


@fn(inline=True)
def apr_write(i: u32, value: u32) -> None:
    """Set them."""
    if target.hosted:
        fake.lists.apr[i] = value
    elif gic.version == 3:
        ich.apr_write(i, value)
    else:
        gich.apr_write(i, value)


@fn(inline=True)
def misr_read() -> u32:
    """Why the maintenance interrupt is raised: `MISR_…`."""
    if target.hosted:
        return fake.lists.misr
    return ich.misr_read() if gic.version == 3 else gich.misr_read()


@fn(inline=True)
def eisr_read() -> u64:
    """A bit for each list register with LR_EOI whose interrupt the guest has ended."""
    if target.hosted:
        return fake.lists.eisr
    return ich.eisr_read() if gic.version == 3 else gich.eisr_read()


@fn(inline=True)
def deactivate_host(intid: u32) -> None:
    """End a physical interrupt whose priority was dropped."""
    if target.hosted:
        fake.deactivate(intid)
    else:
        host.deactivate(intid)


@fn
def mask_host(intid: u32) -> None:
    """Disable a physical interrupt; a PPI's is this CPU's."""
    if target.hosted:
        fake.lists.masked[intid] = 1
    else:
        host.disable(intid)


@fn
def unmask_host(intid: u32) -> None:
    """Enable it again."""
    if target.hosted:
        fake.lists.masked[intid] = 0
    else:
        host.enable(intid)


@fn
def host_set_active(intid: u32) -> None:
    """Make a physical interrupt active, as if this CPU had acknowledged it: it does not fire
    until the guest ends it."""
    if target.hosted:
        fake.lists.active[intid] = 1
    else:
        host.set_active(intid, True)


@fn
def host_clear_active(intid: u32) -> None:
    """Take its active state away, so that it can fire for another vCPU."""
    if target.hosted:
        fake.lists.active[intid] = 0
    else:
        host.set_active(intid, False)


@fn
def configure_host(intid: u32, edge: bool) -> None:
    """Set how a physical SPI is triggered."""
    if target.hosted:
        fake.edges[intid] = 1 if edge else 0
    else:
        host.set_config(intid, edge)


@fn
def aim_host(intid: u32, cpu: u32) -> None:
    """Send a physical SPI to a CPU; to one that did not start nothing can be sent."""
    if target.hosted:
        fake.aimed[intid] = cpu
    elif cpu_ready[cpu]:
        host.set_target(intid, cpu)
