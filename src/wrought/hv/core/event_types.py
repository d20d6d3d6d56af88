"""What domains and vCPUs hold for event channels."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import u64


@struct
class DomainEvents:
    """A domain's event channels."""

    spare: u64


@struct
class VcpuEvents:
    """A vCPU's side of them."""

    info: u64
    """Machine address of its `vcpu_info`, 0 before there is one."""
