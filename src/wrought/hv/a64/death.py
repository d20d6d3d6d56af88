"""An exception of the hypervisor's own: a defect.  Print all there is to know, and stop."""

from __future__ import annotations

from wrought.hv.a64.context import current
from wrought.hv.a64.vectors import FaultFrame, Vector
from wrought.hv.core.debug_keys import show_vcpu
from wrought.hv.machine.cpu import cpu_number
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import panic
from wrought.lang.core.scalars import Never, Ptr, u64
from wrought.rt.a64.symbols import image_start
from wrought.rt.a64.syndrome import Esr


@fn
def on_own_fault(frame: Ptr[FaultFrame], vector: Vector) -> Never:
    """Who, where, why."""
    esr = Esr(frame.esr)
    print(f"{vector} on CPU {cpu_number()}: {esr} at image+{frame.elr - image_start():#x}, "
          f"address {frame.far:#x}, sp {frame.sp:#x}")
    vcpu = current
    if vcpu is not None:
        print(f"running {vcpu.domain.label()} vCPU {vcpu.id} at {vcpu.regs.pc:#x}, last exit "
              f"{Esr(vcpu.crumb)}")
        show_vcpu(vcpu)
    for i in range(u64(31)):
        print(f"x{i}={frame.x[i]:#x} ", end="")
        if i % 4 == 3 or i == 30:
            print("")
    panic("an exception in the hypervisor")
