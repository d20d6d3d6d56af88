"""Raising virtual interrupts (xen/public/xen.h, VIRQ_…)."""

from __future__ import annotations

from wrought.hv.abi.event import VIRQS, Virq
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.core.event_pending import set_pending
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u32, u64


@fn
def event_send_virq(vcpu: Ptr[Vcpu], virq: u32) -> None:
    """Raise a virtual interrupt that is a vCPU's own, if it has bound it."""
    domain = vcpu.domain
    with domain.events.lock:
        port = vcpu.events.virqs[u64(virq) % VIRQS]
        if port != 0:
            set_pending(domain, port)


@fn
def event_send_global(domain: Ptr[Domain], virq: Virq) -> None:
    """Raise a virtual interrupt of the whole domain, such as VIRQ_CONSOLE."""
    vcpu = domain.vcpus[0]
    if vcpu is not None:
        event_send_virq(vcpu, u32(virq))
