"""The fake machine's IOMMU: protects the devices whose node has `iommus`, where a test wants it;
or the real driver of an SMMUv3 whose registers are a model's."""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.hv.core.domain import Domain
from wrought.hv.drivers.smmu import host as smmu
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Array, Ptr, u16, u64
from wrought.lang.core.static import static
from wrought.rt.fdt import Fdt
from wrought.rt.fdt_find import property_of

MAX_ATTACHED = 64


@struct
class Attached:
    """A device and its domain."""

    node: u64
    domain: u16
    used: bool


driven = static(bool)
"""The driver is asked: a model stands behind the registers."""
present = static(bool)
"""There is an IOMMU."""
attached = static(Array[Attached, MAX_ATTACHED])


@fn
def iommu_protects(tree: Ptr[Fdt], node: u64) -> bool:
    """By its `iommus` or `iommu-map`."""
    if driven:
        return smmu.smmu_protects(tree, node)
    return present and (property_of(tree, node, b"iommus").found
                        or property_of(tree, node, b"iommu-map").found)


@fn
def iommu_attach(domain: Ptr[Domain], tree: Ptr[Fdt], node: u64) -> bool:
    """Note it; a device is one domain's."""
    if driven and not smmu.smmu_attach(domain, tree, node):
        return False
    for each in attached[:]:
        if each.used and each.node == node:
            return each.domain == domain.id
    for each in attached[:]:
        if not each.used:
            each.node = node
            each.domain = domain.id
            each.used = True
            return True
    return False


@fn
def iommu_detach(domain: Ptr[Domain]) -> None:
    """Forget a domain's."""
    if driven:
        smmu.smmu_detach(domain)
    for each in attached[:]:
        if each.domain == domain.id:
            each.used = False


@fn
def iommu_flush_page(vmid: u16, root: Hpa, ipa: u64) -> None:
    """The driver's affair."""
    if driven:
        smmu.smmu_flush_page(vmid, root, ipa)


@fn
def iommu_flush_guest(root: Hpa) -> None:
    """Likewise."""
    if driven:
        smmu.smmu_flush_guest(root)


@fn
def iommu_changed(root: Hpa, gpa: u64, size: u64) -> None:
    """Likewise."""
    if driven:
        smmu.smmu_changed(root, gpa, size)


@fn
def forget_devices() -> None:
    """Nothing is attached, and no driver asked."""
    global driven
    driven = False
    for each in attached[:]:
        each.used = False
