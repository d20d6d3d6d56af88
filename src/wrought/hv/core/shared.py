"""A domain's `shared_info` frame, and where its vCPUs' `vcpu_info` lie, as the hypervisor reaches
them.  The guest writes there too: what is read is never trusted."""

from __future__ import annotations

from wrought.hv.abi.shared_info import SharedInfo, VcpuInfo
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.machine.memory import address_of
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Ptr


@unsafe
@fn(inline=True)
def shared_info(domain: Ptr[Domain]) -> Ptr[SharedInfo]:
    """Of a domain that has one."""
    # SAFETY: `events_init` took the frame, which the domain keeps to its end.
    return Ptr[SharedInfo](address_of(domain.shared_info))


@unsafe
@fn(inline=True)
def vcpu_info(vcpu: Ptr[Vcpu]) -> Ptr[VcpuInfo]:
    """Of a vCPU that has one: `vcpu.events.info` is not 0."""
    # SAFETY: it lies in shared_info, or registration looked at it.
    return Ptr[VcpuInfo](address_of(vcpu.events.info))
