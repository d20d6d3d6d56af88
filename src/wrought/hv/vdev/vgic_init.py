"""Making and ending a domain's virtual interrupt controller."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.core.frames import alloc_frames, free_scrubbed
from wrought.hv.drivers.gic.lists import mask_host, vmcr_reset
from wrought.hv.machine.memory import address_of, zero_frames
from wrought.hv.vdev.vgic_banks import bank_of, dist_of, exists, vgic
from wrought.hv.vdev.vgic_lists import pull_set, release_host
from wrought.hv.vdev.vgic_sgi import sgi_to_self
from wrought.hv.vdev.vgic_types import (
    FEW_BANKS,
    MAX_BANKS,
    MAX_SPIS,
    PRIVATE,
    Bank,
    VgicCpu,
    VgicDist,
)
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import (
    addr_of,
    count_trailing_zeros,
    sizeof,
    slice_from,
    trunc,
    zeroed,
)
from wrought.lang.core.scalars import Ptr, u16, u32, u64

ALL = 0xFFFF_FFFF
SGI_MASK = 0xFFFF
LAST_VALID = 0x0FFF_FFFF
"""Of interrupts 992 to 1023: the last four are special numbers."""


@fn
def vgic_init_domain(domain: Ptr[Domain], version: u32, spis: u32) -> bool:
    """A distributor with `spis` shared interrupts at least (up to MAX_SPIS, in steps of 32), that
    a guest sees as GICv`version`, 2 or 3.  All are disabled, level-triggered, to vCPU 0.  False
    when memory is out or the numbers are wrong."""
    if spis > MAX_SPIS or version != 2 and version != 3:
        return False
    d = dist_of(domain)
    d[0] = zeroed(VgicDist)
    d.version = version
    d.banks = (spis + 31) // 32
    if not find_banks(d):
        d.banks = 0
        return False
    for n in range(u64(d.banks)):
        bank = addr_of(d.bank[n])
        bank.valid = LAST_VALID if n == MAX_BANKS - 1 else ALL
        bank.group = ALL if version == 3 else 0
        for i in range(32):
            bank.route[i] = 0 if version == 3 else 1
    return True


@unsafe
@fn
def find_banks(d: Ptr[VgicDist]) -> bool:
    """Zeroed memory for the banks, in the domain itself where it is enough."""
    if d.banks <= FEW_BANKS:
        d.bank = d.few[:d.banks]
        return True
    d.frame_count = (u64(d.banks) * sizeof(Bank) + PAGE - 1) // PAGE
    d.frames = alloc_frames(d.frame_count, 1)
    if u64(d.frames) == 0:
        return False
    zero_frames(d.frames, d.frame_count)
    # SAFETY: the frames are ours, mapped, page-aligned, and hold that many banks.
    d.bank = slice_from(Ptr[Bank](address_of(d.frames)), u64(d.banks))
    return True


@fn
def vgic_init_vcpu(vcpu: Ptr[Vcpu]) -> None:
    """Private interrupts and CPU interface as at reset: before the vCPU's first run, and before
    each later start through PSCI.  It is not loaded.  Mappings stay."""
    v = vgic(vcpu)
    d = dist_of(vcpu.domain)
    assert v.loaded_on == 0, "a vCPU that is loaded can't be reset"
    with d.lock:
        pull_set(vcpu, v.used)
    mapped = v.own.mapped
    physical = v.own.physical
    parked = v.parked_banks.load(Order.RELAXED)
    waiting = v.spi_banks.load(Order.RELAXED)
    v[0] = zeroed(VgicCpu)
    v.vmcr = vmcr_reset()
    v.self_sgi = sgi_to_self(vcpu.id)
    v.asleep = d.version == 3
    v.parked_banks.store(parked, Order.RELAXED)
    v.spi_banks.store(waiting, Order.RELAXED)
    v.own.mapped = mapped
    v.own.physical = physical
    v.own.valid = ALL
    v.own.edge = SGI_MASK
    v.own.enabled.store(SGI_MASK, Order.RELAXED)
    v.own.group = ALL if d.version == 3 else 0


@fn
def vgic_map_hw(vcpu: Ptr[Vcpu], vintid: u32, pintid: u32) -> bool:
    """Let the host's interrupt `pintid` stand behind the guest's `vintid`: the guest's end of
    interrupt deactivates it.  For a PPI of this vCPU (its timer), or an SPI of its domain.  The
    host's SPI is enabled while the guest's is.  Before the domain runs; False where there is no
    such interrupt."""
    d = dist_of(vcpu.domain)
    if vintid < 16 or not exists(d, vintid):
        return False
    map_in(bank_of(vcpu, vintid), vintid, pintid)
    return True


@fn
def vgic_map_spi(domain: Ptr[Domain], vintid: u32, pintid: u32) -> bool:
    """`vgic_map_hw` of an SPI, for a domain that may have no vCPU yet."""
    d = dist_of(domain)
    if vintid < PRIVATE or not exists(d, vintid):
        return False
    map_in(addr_of(d.bank[u64(vintid // 32 - 1)]), vintid, pintid)
    return True


@fn
def map_in(bank: Ptr[Bank], vintid: u32, pintid: u32) -> None:
    """Note the mapping."""
    bank.mapped |= u32(1) << vintid % 32
    bank.physical[vintid % 32] = trunc(u16, pintid)


@fn
def vgic_destroy(domain: Ptr[Domain]) -> None:
    """Give back memory and the host's SPIs, disabled.  Its vCPUs are loaded nowhere and do not
    run again."""
    d = dist_of(domain)
    for n in range(u64(d.banks)):
        bank = addr_of(d.bank[n])
        rest = bank.mapped
        while rest != 0:
            i = count_trailing_zeros(rest)
            mask_host(u32(bank.physical[i]))
            release_host(bank, u32(1) << i, i)
            rest &= rest - 1
    if u64(d.frames) != 0:
        free_scrubbed(d.frames, d.frame_count)
    d[0] = zeroed(VgicDist)
