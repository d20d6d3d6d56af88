"""Storms inside one domain: registers of devices, power, SGIs, timers, memory."""

from __future__ import annotations

from hv.guests.hostile import value
from hv.guests.storm import begin, below, blows, enter, nap, random, report, storm
from wrought.hv.abi.memory import MemoryOp, Reservation, Space
from wrought.hv.abi.xen import DOMID_SELF
from wrought.hv.guest import gic, gicv3
from wrought.hv.guest.access import read8, read16, read32, read64, write8, write16, write32, write64
from wrought.hv.guest.board import board, mpidrs
from wrought.hv.guest.calls import PAGE, add_to_physmap, memory_op
from wrought.hv.guest.interrupts import unmask
from wrought.hv.guest.report import check
from wrought.hv.guest.smp import starter
from wrought.hv.guest.timer import arm_physical, milliseconds, now
from wrought.lang.core.function import asm, fn
from wrought.lang.core.intrinsics import a64, addr_of, cpu_relax, hvc, isb, mask_irqs, trunc, wfi
from wrought.lang.core.scalars import Array, Never, u8, u16, u32, u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import (
    CNTP_CTL_EL0,
    CNTP_CVAL_EL0,
    CNTV_CTL_EL0,
    CNTV_CVAL_EL0,
    ICC_SGI1R_EL1,
)
from wrought.rt.a64.cpu import this_cpu
from wrought.rt.a64.psci import Function, call

UARTCR = 0x30
"""PL011's control register: transmitter, receiver and all of it on (Arm DDI 0183, 3.3.8)."""


@asm
def store_pair(address: u64) -> None:
    """STP, which no hypervisor emulates."""
    a64("""
        stp x0, x1, [x0]
        ret
    """)


@asm
def load_back(address: u64) -> None:
    """LDR with write-back."""
    a64("""
        ldr w1, [x0], #4
        ret
    """)


@fn
def device() -> u64:
    """An address in a device, mostly in its first, busiest part."""
    near = below(4) != 0
    match below(3):
        case 0:
            return board.distributor + (below(0x1000) if near else below(0x1_0000))
        case 1:
            if board.gic == 3:
                return board.redistributors + (below(0x2000) if near else below(4 * gicv3.FRAME))
            return board.cpu_interface + below(0x2000)
        case _:
            # Not its data register: what would be printed.
            return board.uart + 8 + below(0xFF0)


@fn
def touch_device() -> None:
    """An access of any width, aligned or not, that a device may get or not."""
    at = device()
    if below(8) != 0:
        at &= ~u64(7) if below(2) == 0 else ~u64(3)
    match below(10):
        case 0:
            write8(at, trunc(u8, value()))
        case 1:
            write16(at, trunc(u16, value()))
        case 2 | 3:
            write32(at, trunc(u32, value()))
        case 4:
            write64(at, value())
        case 5:
            read8(at)
        case 6:
            read16(at)
        case 7:
            read64(at)
        case 8:
            if below(2) == 0:
                store_pair(at)
            else:
                load_back(at)
        case _:
            read32(at)


touch_devices = storm(touch_device, masked=True)


@fn
def mmio_storm() -> Never:
    """All vCPUs write and read the registers of all devices at random."""
    touch_devices()
    write32(board.uart + UARTCR, 0x301)
    report(b"mmio_storm")


@fn
def send_any() -> None:
    """An SGI to one, some, all others, oneself or nobody; now and then a sleep."""
    if board.gic == 3:
        ICC_SGI1R_EL1.write(below(16) | below(16) << 24 | (1 << 40 if below(8) == 0 else u64(0))
                            | (random() & 0xFF_00FF_F0FF_0000 if below(8) == 0 else u64(0)))
        isb()
    else:
        write32(board.distributor + 0xF00,
                trunc(u32, below(16) | below(256) << 16 | below(4) << 24 | below(2) << 15))
    if below(16) == 0:
        nap(8)


send_all = storm(send_any)


@fn
def sgi_storm() -> Never:
    """All vCPUs send SGIs to each other."""
    send_all()
    report(b"sgi_storm")


@fn
def program_timers() -> None:
    """Deadlines before and after now, switched on, off and masked; and sleep until one."""
    when = now() + below(milliseconds(1) // 4) - milliseconds(1) // 16
    if below(8) == 0:
        when = value()
    match below(6):
        case 0:
            CNTV_CVAL_EL0.write(when)
        case 1:
            CNTP_CVAL_EL0.write(when)
        case 2:
            CNTV_CTL_EL0.write(below(4))
        case 3:
            CNTP_CTL_EL0.write(below(4))
        case 4:
            CNTV_CVAL_EL0.write(when)
            CNTV_CTL_EL0.write(1)
        case _:
            if below(2) == 0:
                nap(below(4))
                return
            mask_irqs()
            arm_physical(now() + below(milliseconds(1) // 4))
            wfi()
            unmask()
    isb()


program_all = storm(program_timers)


@fn
def timer_storm() -> Never:
    """All vCPUs program both timers and sleep."""
    program_all()
    report(b"timer_storm")


@fn
def switch_others() -> None:
    """Start, ask about and wake others."""
    other = trunc(u32, below(u64(board.cpus)))
    match below(4):
        case 0 | 1:
            start_gust(other, 0)
        case 2:
            call(Function.AFFINITY_INFO, mpidrs[other], below(2), 0)
        case _:
            gic.send_sgi(1, other)


@fn
def gust(argument: u64) -> Never:
    """A vCPU that comes, switches others for a while, and goes."""
    enter()
    unmask()
    for _ in range(below(20)):
        if blows():
            switch_others()
        if below(4) == 0:
            nap(1)
    call(Function.CPU_OFF, 0, 0, 0)
    while True:
        cpu_relax()


start_gust = starter(gust)


@fn
def power_storm() -> Never:
    """vCPUs start each other all the time, and switch themselves off."""
    begin(3000)
    unmask()
    n: u64 = 0
    while blows():
        switch_others()
        n += 1
    # All of the others come to their end.
    end = now() + milliseconds(3000)
    for cpu in range(u32(1), board.cpus):
        while is_on(cpu) and now() < end:
            gic.send_sgi(1, cpu)
            cpu_relax()
        check(not is_on(cpu), b"a vCPU does not come to its end")
    report(b"power_storm")


@fn
def is_on(cpu: u32) -> bool:
    """What AFFINITY_INFO says."""
    result, _, _, _ = hvc(0, u64(u32(Function.AFFINITY_INFO)), mpidrs[cpu], 0, 0)
    return result == 0


extents = static(Array[Array[u64, 64], 8], align=64)
BALLOON = 16 << 20
"""Bytes of the domain's memory that come and go: its last but one 16 MB."""


@fn
def balloon() -> None:
    """Give frames back and take them, of all orders, and map special pages over them."""
    mine = extents[this_cpu() % 8][:]
    base = board.memory + board.memory_size - 2 * BALLOON
    order = trunc(u32, below(4) if below(8) != 0 else below(12))
    n = below(63) + 1
    for i in range(n):
        mine[i] = base // PAGE + (below(BALLOON // PAGE) & ~((u64(1) << u64(order)) - 1))
    request = Reservation(extent_start=u64(mine.ptr), nr_extents=n, extent_order=order,
                          mem_flags=0, domain=DOMID_SELF)
    match below(8):
        case 0 | 1 | 2:
            memory_op(MemoryOp.DECREASE_RESERVATION, u64(addr_of(request)))
        case 3 | 4 | 5:
            memory_op(MemoryOp.POPULATE_PHYSMAP, u64(addr_of(request)))
        case 6:
            add_to_physmap(Space.GRANT_TABLE, below(4), mine[0] * PAGE)
        case _:
            # A page that may be there or not.
            read64(mine[0] * PAGE)


blow_balloon = storm(balloon)


@fn
def balloon_storm() -> Never:
    """All vCPUs give back and take the same memory."""
    blow_balloon()
    report(b"balloon_storm")
