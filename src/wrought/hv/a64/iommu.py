"""IOMMUs of this machine: SMMUv3."""

from __future__ import annotations

from wrought.hv.a64.mmu import Access, map_range
from wrought.hv.abi.address import Hpa
from wrought.hv.core.domain import Domain
from wrought.hv.drivers.gic.host import enable, set_config, set_target
from wrought.hv.drivers.smmu import host as smmu
from wrought.hv.drivers.smmu.registers import REGISTERS
from wrought.hv.drivers.smmu.units import Mode, unit_count, units
from wrought.hv.machine.cpu import cpu_number
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u16, u32, u64
from wrought.rt.fdt import Fdt


@fn
def iommu_start(tree: Ptr[Fdt]) -> None:
    """Stop all DMA behind SMMUs until devices are given; memory has been handed out."""
    smmu.smmu_probe(tree)
    for unit in units[:unit_count]:
        map_range(unit.base, unit.base + REGISTERS, Access.DEVICE)
    smmu.smmu_start_all()


@fn
def iommu_listen() -> None:
    """Take the SMMUs' interrupts on this CPU."""
    for unit in units[:unit_count]:
        if unit.mode != Mode.OFF:
            listen_to(unit.event_line, unit.edge)
            listen_to(unit.error_line, unit.edge)


@fn
def listen_to(line: u32, edge: bool) -> None:
    """One interrupt, if it is wired."""
    if line != 0:
        set_config(line, edge)
        set_target(line, cpu_number())
        enable(line)


@fn
def iommu_protects(tree: Ptr[Fdt], node: u64) -> bool:
    """Whether a unit that runs confines all of its DMA."""
    return smmu.smmu_protects(tree, node)


@fn
def iommu_attach(domain: Ptr[Domain], tree: Ptr[Fdt], node: u64) -> bool:
    """Give the device the domain's memory."""
    return smmu.smmu_attach(domain, tree, node)


@fn
def iommu_detach(domain: Ptr[Domain]) -> None:
    """Take everything from its devices."""
    smmu.smmu_detach(domain)


@fn
def iommu_flush_page(vmid: u16, root: Hpa, ipa: u64) -> None:
    """Devices forget an address."""
    smmu.smmu_flush_page(vmid, root, ipa)


@fn
def iommu_flush_guest(root: Hpa) -> None:
    """Devices forget a guest."""
    smmu.smmu_flush_guest(root)


@fn
def iommu_changed(root: Hpa, gpa: u64, size: u64) -> None:
    """Stage 2 maps something new."""
    smmu.smmu_changed(root, gpa, size)
