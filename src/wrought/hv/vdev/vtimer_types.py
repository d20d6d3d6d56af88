"""What vCPUs hold for timers."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import u64


@struct
class VTimer:
    """Both timers of a vCPU; the virtual one's registers are here while it is not `loaded`."""

    offset: u64
    """CNTVOFF_EL2: ticks that the guest's virtual counter is behind the machine's."""
    ctl: u64
    """CNTV_CTL_EL0."""
    cval: u64
    """CNTV_CVAL_EL0, in the guest's virtual ticks."""
    physical_ctl: u64
    """CNTP_CTL_EL0 without ISTATUS: ENABLE and IMASK."""
    physical_cval: u64
    """CNTP_CVAL_EL0, in the machine's ticks."""
    loaded: bool
    """The virtual timer's registers are in this physical CPU."""
    line: bool
    """Level of the physical timer's interrupt."""
