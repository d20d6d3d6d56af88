"""The generic timer (Arm ARM DDI 0487, D12): times are ticks of the virtual counter."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import cpu_relax, isb
from wrought.lang.core.scalars import u64
from wrought.lang.core.sysreg import (
    CNTFRQ_EL0,
    CNTP_CTL_EL0,
    CNTP_CVAL_EL0,
    CNTPCT_EL0,
    CNTV_CTL_EL0,
    CNTV_CVAL_EL0,
    CNTVCT_EL0,
)

ENABLE, IMASK, ISTATUS = 1, 2, 4
"""CNTV_CTL_EL0 and CNTP_CTL_EL0 (D24.10.21)."""


@fn
def now() -> u64:
    """The virtual counter."""
    isb()
    return u64(CNTVCT_EL0.read())


@fn
def physical_now() -> u64:
    """The physical counter."""
    isb()
    return u64(CNTPCT_EL0.read())


@fn
def milliseconds(n: u64) -> u64:
    """That many milliseconds in ticks."""
    return u64(CNTFRQ_EL0.read()) * n // 1000


@fn
def arm_virtual(when: u64) -> None:
    """Interrupt when the virtual counter reaches `when`."""
    CNTV_CVAL_EL0.write(when)
    CNTV_CTL_EL0.write(ENABLE)
    isb()


@fn
def stop_virtual() -> None:
    """No interrupt any more."""
    CNTV_CTL_EL0.write(0)
    isb()


@fn
def arm_physical(when: u64) -> None:
    """Interrupt when the physical counter reaches `when`."""
    CNTP_CVAL_EL0.write(when)
    CNTP_CTL_EL0.write(ENABLE)
    isb()


@fn
def stop_physical() -> None:
    """No interrupt any more."""
    CNTP_CTL_EL0.write(0)
    isb()


@fn
def delay(ticks: u64) -> None:
    """Spin for that long."""
    end = now() + ticks
    while now() < end:
        cpu_relax()
