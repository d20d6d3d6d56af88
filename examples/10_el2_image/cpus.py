"""A second CPU: started through PSCI, with its own stacks, in the same address space."""

from __future__ import annotations

from faults import breakpoint, catch_exceptions, taken

from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, cpu_relax, function_address, sizeof
from wrought.lang.core.scalars import Array, Atomic, Never, Ptr, u8, u32, u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import MAIR_EL2, SCTLR_EL2, TCR_EL2, TTBR0_EL2
from wrought.rt.a64.cpu import exception_level, park, this_cpu
from wrought.rt.a64.entry import Start, later
from wrought.rt.a64.mmu import clean_to_memory
from wrought.rt.a64.percpu import fill_area, use_area
from wrought.rt.a64.psci import Status, cpu_on
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import Fdt
from wrought.rt.fdt_find import fdt_find, next_child, property_of
from wrought.rt.fdt_values import equal_text, reg

STACK, AREA = 16 << 10, 1 << 10
stack = static(Array[u8, STACK], align=16)
exception_stack = static(Array[u8, STACK], align=16)
start = static(Start)
areas = static(Array[Array[u8, AREA], 2], align=64)
"""For `percpu` variables of the boot CPU and of the second one."""


@struct
class Signal:
    """Set once, by the CPU that is ready."""

    ready: Atomic[u32]


signal = static(Signal)


@fn
def own_area() -> None:
    """Move the boot CPU's `percpu` variables off the template."""
    use_area(fill_area(areas[0]))


@fn
def second() -> Never:
    """What the second CPU does."""
    catch_exceptions()
    print(f"CPU {this_cpu()}: at EL{exception_level()}, MMU on: {SCTLR_EL2.read().m}")
    breakpoint()
    print(f"CPU {this_cpu()}: {taken()} exception")
    signal.ready.store(1, Order.RELEASE)
    park()


second_entry = later(second)


@fn
def prepare() -> None:
    """Fill `start` with this CPU's translation state, and clean it to memory."""
    start.mair = u64(MAIR_EL2.read())
    start.tcr = u64(TCR_EL2.read())
    start.ttbr0 = u64(TTBR0_EL2.read())
    start.sctlr = u64(SCTLR_EL2.read())
    start.stack = u64(addr_of(stack)) + STACK
    start.exception_stack = u64(addr_of(exception_stack)) + STACK
    start.percpu = fill_area(areas[1])
    clean_to_memory(u64(addr_of(start)), u64(addr_of(start)) + sizeof(Start))


@fn
def start_second(tree: Ptr[Fdt]) -> None:
    """Start the first CPU of the device tree that is not this one; wait until it has printed."""
    cpus = fdt_find(tree, b"/cpus")
    node = next_child(tree, cpus, ABSENT)
    while node != ABSENT:
        place = reg(tree, cpus, node, 0)
        is_cpu = equal_text(property_of(tree, node, b"device_type").data, b"cpu")
        if is_cpu and place.found and place.address != this_cpu():
            prepare()
            print(f"starting CPU {place.address}")
            status = cpu_on(place.address, function_address(second_entry), u64(addr_of(start)))
            assert status == Status.SUCCESS, "the firmware refused"
            while signal.ready.load(Order.ACQUIRE) == 0:
                cpu_relax()
            return
        node = next_child(tree, cpus, node)
    print("there is no second CPU")
