"""What keeps a device's DMA inside the memory of the domain that has it."""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.hv.core.domain import Domain
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u16, u64
from wrought.lang.core.target import target
from wrought.rt.fdt import Fdt


@fn
def iommu_protects(tree: Ptr[Fdt], node: u64) -> bool:
    """Whether the device `node` of the board's tree is behind an IOMMU that the hypervisor
    drives."""
    if target.hosted:
        return fake.iommu_protects(tree, node)
    return a64.iommu_protects(tree, node)


@fn
def iommu_attach(domain: Ptr[Domain], tree: Ptr[Fdt], node: u64) -> bool:
    """Let the DMA of a device that is protected reach the domain's memory and no other; False
    where it is another domain's or there is no room."""
    if target.hosted:
        return fake.iommu_attach(domain, tree, node)
    return a64.iommu_attach(domain, tree, node)


@fn
def iommu_detach(domain: Ptr[Domain]) -> None:
    """Stop the DMA of all devices of a domain that has ended, before its memory is freed."""
    if target.hosted:
        fake.iommu_detach(domain)
    else:
        a64.iommu_detach(domain)


@fn
def iommu_flush_page(vmid: u16, root: Hpa, ipa: u64) -> None:
    """The entry for an address in the stage 2 tables at `root` was made invalid: devices are to
    forget it, too.  The tables' lock is held."""
    if target.hosted:
        fake.iommu_flush_page(vmid, root, ipa)
    else:
        a64.iommu_flush_page(vmid, root, ipa)


@fn
def iommu_flush_guest(root: Hpa) -> None:
    """Many entries were made invalid, likewise."""
    if target.hosted:
        fake.iommu_flush_guest(root)
    else:
        a64.iommu_flush_guest(root)


@fn
def iommu_changed(root: Hpa, gpa: u64, size: u64) -> None:
    """The stage 2 tables at `root` say something new of a range where nothing was mapped; their
    lock is held."""
    if target.hosted:
        fake.iommu_changed(root, gpa, size)
    else:
        a64.iommu_changed(root, gpa, size)


# Last, since both call parts of `core` that import this module.
from wrought.hv.a64 import iommu as a64  # noqa: E402
from wrought.hv.fake import iommu as fake  # noqa: E402
