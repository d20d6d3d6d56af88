"""IOMMUs of this machine: none is driven."""

from __future__ import annotations

from wrought.hv.core.domain import Domain
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u64
from wrought.rt.fdt import Fdt


@fn
def iommu_protects(tree: Ptr[Fdt], node: u64) -> bool:
    """No device is protected."""
    return False


@fn
def iommu_attach(domain: Ptr[Domain], tree: Ptr[Fdt], node: u64) -> bool:
    """Nothing to attach to."""
    return False


@fn
def iommu_detach(domain: Ptr[Domain]) -> None:
    """Nothing was attached."""
