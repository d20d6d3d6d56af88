"""Further vCPUs: stacks for them, and their way into compiled code."""

from __future__ import annotations

from wrought.hv.guest.board import CPUS, mpidrs
from wrought.hv.guest.entry import Start, later
from wrought.hv.guest.space import clean
from wrought.lang.core.function import Compiled, fn
from wrought.lang.core.intrinsics import addr_of, function_address, sizeof
from wrought.lang.core.scalars import Array, u8, u32, u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import MAIR_EL1, SCTLR_EL1, TCR_EL1, TTBR0_EL1
from wrought.rt.a64.psci import Status, cpu_on

STACK = 8 << 10
stacks = static(Array[Array[u8, STACK], CPUS], align=16)
exception_stacks = static(Array[Array[u8, STACK], CPUS], align=16)
starts = static(Array[Start, CPUS], align=64)


@fn
def prepare(cpu: u32, argument: u64) -> u64:
    """Fill a vCPU's `Start`; its address."""
    start = addr_of(starts[cpu])
    start.mair = u64(MAIR_EL1.read())
    start.tcr = u64(TCR_EL1.read())
    start.ttbr0 = u64(TTBR0_EL1.read())
    start.sctlr = u64(SCTLR_EL1.read())
    start.stack = u64(addr_of(stacks[cpu])) + STACK
    start.exception_stack = u64(addr_of(exception_stacks[cpu])) + STACK
    start.argument = argument
    clean(u64(start), sizeof(Start))
    return u64(start)


def starter(main: Compiled) -> Compiled:
    """A function of vCPU index and argument that starts `main(argument: u64) -> Never` there."""
    entry = later(main)

    @fn
    def start_cpu(cpu: u32, argument: u64) -> Status:
        return cpu_on(mpidrs[cpu], function_address(entry), prepare(cpu, argument))
    return start_cpu
