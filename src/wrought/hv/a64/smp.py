"""Physical CPUs: stacks and areas for each, and how the others are started (PSCI CPU_ON)."""

from __future__ import annotations

from wrought.hv.a64 import cpu
from wrought.hv.a64.boot_state import board
from wrought.hv.a64.context import use_stack
from wrought.hv.a64.el2 import init_el2
from wrought.hv.a64.entry import Start
from wrought.hv.a64.memory import clean
from wrought.hv.a64.mmu import map_stack
from wrought.hv.a64.table import vector_table
from wrought.hv.abi.address import PAGE
from wrought.hv.core.frames import alloc_frames
from wrought.hv.drivers.gic.host import gic_init_cpu
from wrought.hv.machine.cpu import MAX_CPUS
from wrought.hv.vdev.vtimer_host import vtimer_init_cpu
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import (
    addr_of,
    cpu_relax,
    function_address,
    isb,
    sizeof,
    slice_from,
)
from wrought.lang.core.scalars import Array, Atomic, Ptr, u8, u32, u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import MAIR_EL2, SCTLR_EL2, TCR_EL2, TTBR0_EL2, VBAR_EL2
from wrought.rt.a64.cpu import this_cpu
from wrought.rt.a64.percpu import fill_area
from wrought.rt.a64.psci import Status, cpu_on
from wrought.rt.a64.symbols import percpu_end, percpu_start

STACK_FRAMES = 2
"""8 KB a CPU, the bound that the build proves."""
SLOT = 16
"""Bytes at the top of a stack where the vectors find the vCPU."""
PATIENCE = 2
"""Seconds that a CPU may take to start."""


@struct
class CpuFrames:
    """What a CPU got."""

    stack: u64
    area: u64


@struct
class Online:
    """Raised by each CPU when it is ready."""

    mask: Atomic[u64]


starts = static(Array[Start, MAX_CPUS], align=64)
online = static(Online)
go = static(Online)
"""Raised once domains are built: CPUs may run guests."""


@unsafe
@fn
def give_frames(number: u32) -> CpuFrames:
    """A stack with holes around it, and an area for `percpu` variables."""
    stack = u64(alloc_frames(STACK_FRAMES, 1))
    size = percpu_end() - percpu_start()
    area = u64(alloc_frames((size + PAGE - 1) // PAGE, 1))
    assert stack != 0 and area != 0, "no memory for a CPU's stack"
    top = map_stack(u64(number), stack, stack + STACK_FRAMES * PAGE)
    # SAFETY: fresh frames of that size.
    fill_area(slice_from(Ptr[u8](area), size))
    return CpuFrames(top, area)


@fn
def init_cpu(number: u32, top: u64) -> None:
    """What each CPU does for itself, on its own stack and area."""
    cpu.number = number
    use_stack(top - SLOT)
    VBAR_EL2.write(function_address(vector_table))
    isb()
    init_el2()
    gic_init_cpu(number)
    vtimer_init_cpu()
    online.mask.or_(u64(1) << u64(number), Order.RELEASE)


@fn
def start_others(entry: u64) -> None:
    """Start every other CPU of the board at `entry`, one after the other."""
    for i in range(board.cpu_count):
        affinity = board.cpus[u64(i)]
        if affinity == this_cpu():
            continue
        frames = give_frames(i)
        start = addr_of(starts[u64(i)])
        start.mair = u64(MAIR_EL2.read())
        start.tcr = u64(TCR_EL2.read())
        start.ttbr0 = u64(TTBR0_EL2.read())
        start.sctlr = u64(SCTLR_EL2.read())
        start.stack = frames.stack
        start.percpu = frames.area
        start.number = u64(i)
        start.vectors = function_address(vector_table)
        clean(u64(start), sizeof(Start))
        status = cpu_on(affinity, entry, u64(start))
        if status != Status.SUCCESS or not comes_online(i):
            print(f"CPU {affinity:#x} does not start: {status}")


@fn
def comes_online(number: u32) -> bool:
    """Wait for a CPU."""
    deadline = cpu.now() + PATIENCE * cpu.frequency()
    while online.mask.load(Order.ACQUIRE) >> u64(number) & 1 == 0:
        if cpu.now() > deadline:
            return False
        cpu_relax()
    return True
