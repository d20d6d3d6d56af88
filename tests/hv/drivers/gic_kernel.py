"""A program at EL2 that takes a timer interrupt and interrupts its second CPU, MMU off."""

from __future__ import annotations

from wrought.hv.drivers.gic import host, lists
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import asm, fn, unsafe
from wrought.lang.core.intrinsics import (
    a64,
    addr_of,
    cpu_relax,
    function_address,
    isb,
    slice_from,
    wfi,
)
from wrought.lang.core.scalars import Array, Atomic, Never, Ptr, u8, u32, u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import (
    CNTHP_CTL_EL2,
    CNTHP_CVAL_EL2,
    CNTPCT_EL0,
    HCR_EL2,
    MAIR_EL2,
    SCTLR_EL2,
    TCR_EL2,
    TTBR0_EL2,
    VBAR_EL2,
)
from wrought.rt.a64.cpu import this_cpu
from wrought.rt.a64.entry import Start, later
from wrought.rt.a64.percpu import fill_area, use_area
from wrought.rt.a64.psci import Status, cpu_on, system_off
from wrought.rt.a64.vectors import Frame, Vector, vectors
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import Check, Fdt, open_tree, total_size
from wrought.rt.fdt_find import fdt_find, next_child, property_of
from wrought.rt.fdt_values import equal_text, reg

TIMER = 26
STACK = 4096
stacks = static(Array[Array[u8, STACK], 2], align=16)
areas = static(Array[Array[u8, 1024], 2], align=64)
start = static(Start)
tree = static(Fdt)


@struct
class Shared:
    """What both CPUs count."""

    timer: Atomic[u32]
    kicks: Array[Atomic[u32], 2]
    ready: Atomic[u32]


shared = static(Shared)


@fn
def on_exception(frame: Ptr[Frame], vector: Vector) -> None:
    """Interrupts only; the timer's is left active for `main` to end."""
    assert vector == Vector.IRQ, "an exception that nobody asked for"
    intid = host.acknowledge()
    if host.is_special(intid):
        return
    if intid == host.KICK_SGI:
        shared.kicks[this_cpu()].add(1, Order.RELEASE)
        host.drop_priority(intid)
        host.deactivate(intid)
        return
    assert intid == TIMER, "an interrupt that nobody enabled"
    shared.timer.add(1, Order.RELEASE)
    host.drop_priority(intid)


vector_table = vectors(on_exception)


@asm
def unmask() -> None:
    """Take IRQs."""
    a64("""
        msr daifclr, #2
        ret
    """)


@fn
def open_cpu(number: u32) -> None:
    """Vectors, interrupt controller, interrupts to EL2."""
    use_area(fill_area(areas[number]))
    VBAR_EL2.write(function_address(vector_table))
    HCR_EL2.modify(imo=True, fmo=True, amo=True)
    isb()
    host.gic_init_cpu(number)
    unmask()


@fn
def second() -> Never:
    """Kick CPU 0 once, then answer each kick."""
    open_cpu(1)
    shared.ready.store(1, Order.RELEASE)
    answered: u32 = 0
    while True:
        while shared.kicks[1].load(Order.ACQUIRE) == answered:
            cpu_relax()
        answered += 1
        if answered % 2 == 0:
            host.send_kick_all_others()
        else:
            host.send_kick(0)


second_entry = later(second)


@fn
def arm_timer() -> None:
    """The level goes high in a moment."""
    CNTHP_CVAL_EL2.write(u64(CNTPCT_EL0.read()) + 1000)
    CNTHP_CTL_EL2.write(1)
    isb()


@fn
def take_timer() -> None:
    """An interrupt that is not ended comes once; ended, with the line still high, again."""
    host.enable(TIMER)
    arm_timer()
    while shared.timer.load(Order.ACQUIRE) == 0:
        wfi()
    for _ in range(1000):
        cpu_relax()
    assert shared.timer.load(Order.ACQUIRE) == 1, "EOImode does not split drop and deactivate"
    assert host.is_active(TIMER), "it is not active"
    host.deactivate(TIMER)
    isb()
    while shared.timer.load(Order.ACQUIRE) < 2:
        cpu_relax()
    CNTHP_CTL_EL2.write(0)
    isb()
    host.deactivate(TIMER)
    host.set_active(TIMER, True)
    arm_timer()
    while not host.is_pending(TIMER):
        cpu_relax()
    assert shared.timer.load(Order.ACQUIRE) == 2, "set_active does not hold it back"
    host.set_active(TIMER, False)
    while shared.timer.load(Order.ACQUIRE) < 3:
        cpu_relax()
    CNTHP_CTL_EL2.write(0)
    host.deactivate(TIMER)
    print(f"timer: {shared.timer.load(Order.ACQUIRE)} interrupts")


@fn
def try_lists() -> None:
    """What is written into list registers can be read, and fills them."""
    n = lists.lr_count()
    empty = lists.lr_empty()
    for i in range(n):
        lists.lr_write(i, 1 << 62 | lists.lr_group() | 0xA0 << 48 | u64(64 + i))
    full = lists.lr_empty()
    for i in range(n):
        assert lists.lr_read(i) >> 62 == 1, "not pending"
        assert lists.lr_read(i) & 0x3FF == u64(64 + i), "another interrupt"
        lists.lr_write(i, 0)
    print(f"list registers: {n}, empty {empty:#x}, {full:#x}, {lists.lr_empty():#x}")
    lists.vmcr_write(lists.vmcr_reset())
    print(f"vmcr: {lists.vmcr_read() == lists.vmcr_reset()}, priorities {lists.apr_count()}, "
          f"{lists.apr_read(0)}")


@fn
def start_second() -> bool:
    """Start the device tree's other CPU, if there is one."""
    cpus = fdt_find(addr_of(tree), b"/cpus")
    node = next_child(addr_of(tree), cpus, ABSENT)
    while node != ABSENT:
        place = reg(addr_of(tree), cpus, node, 0)
        if (place.address != this_cpu()
                and equal_text(property_of(addr_of(tree), node, b"device_type").data, b"cpu")):
            start.mair, start.tcr = u64(MAIR_EL2.read()), u64(TCR_EL2.read())
            start.ttbr0, start.sctlr = u64(TTBR0_EL2.read()), u64(SCTLR_EL2.read())
            start.stack = u64(addr_of(stacks[0])) + STACK
            start.exception_stack = u64(addr_of(stacks[1])) + STACK
            start.percpu = fill_area(areas[1])
            status = cpu_on(place.address, function_address(second_entry), u64(addr_of(start)))
            assert status == Status.SUCCESS, "the firmware refused"
            while shared.ready.load(Order.ACQUIRE) == 0:
                cpu_relax()
            return True
        node = next_child(addr_of(tree), cpus, node)
    return False


@fn
def exchange() -> None:
    """Kicks to and fro."""
    for i in range(u32(10)):
        host.send_kick(1)
        while shared.kicks[0].load(Order.ACQUIRE) <= i:
            cpu_relax()
    print(f"kicks: {shared.kicks[0].load(Order.ACQUIRE)} and "
          f"{shared.kicks[1].load(Order.ACQUIRE)}")


@unsafe
@fn
def open_device_tree(address: u64) -> None:
    """Fill `tree`."""
    # SAFETY: the boot protocol says that x0 is the address of a device tree.
    blob = slice_from(Ptr[u8](address), total_size(slice_from(Ptr[u8](address), 8)))
    assert open_tree(addr_of(tree), blob) == Check.OK, "the device tree is damaged"


@fn
def main(fdt: u64) -> Never:
    """Everything that the machine has CPUs for."""
    open_device_tree(fdt)
    assert host.gic_probe(addr_of(tree)), "no interrupt controller"
    host.gic_init_boot()
    open_cpu(0)
    print(f"GICv{host.gic.version}, maintenance {host.gic.maintenance}, "
          f"{host.interrupt_count()} interrupts")
    take_timer()
    try_lists()
    if start_second():
        exchange()
    system_off()
