"""The fake machine's IOMMU: protects the devices whose node has `iommus`, where a test wants it."""

from __future__ import annotations

from wrought.hv.core.domain import Domain
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


present = static(bool)
"""There is an IOMMU."""
attached = static(Array[Attached, MAX_ATTACHED])


@fn
def iommu_protects(tree: Ptr[Fdt], node: u64) -> bool:
    """By its `iommus` or `iommu-map`."""
    return present and (property_of(tree, node, b"iommus").found
                        or property_of(tree, node, b"iommu-map").found)


@fn
def iommu_attach(domain: Ptr[Domain], tree: Ptr[Fdt], node: u64) -> bool:
    """Note it; a device is one domain's."""
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
    for each in attached[:]:
        if each.domain == domain.id:
            each.used = False
