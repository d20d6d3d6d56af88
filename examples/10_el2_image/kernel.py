"""The program: what happens from the first instruction to power-off."""

from __future__ import annotations

from console import open_console
from cpus import own_area, start_second
from faults import catch_exceptions, provoke, taken
from space import device_tree

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Array, Never, Ptr, u8, u64
from wrought.lang.core.static import static
from wrought.rt.a64.cpu import exception_level, this_cpu
from wrought.rt.a64.entry import boot
from wrought.rt.a64.psci import system_off, use_hvc
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import ROOT, Check, Fdt, open_tree
from wrought.rt.fdt_find import fdt_find, next_child, node_name, property_of
from wrought.rt.fdt_values import equal_text, reg, stdout_node, text

exception_stack = static(Array[u8, 16 << 10], align=16)
tree = static(Fdt)
"""The machine's device tree."""


@fn
def describe(tree: Ptr[Fdt]) -> None:
    """What the device tree says of the machine."""
    print(f"machine: {text(property_of(tree, ROOT, b'model').data)}")
    memory = reg(tree, ROOT, fdt_find(tree, b"/memory"), 0)
    print(f"memory: {memory.size >> 20} MB at {memory.address:#x}")
    print(f"console: {node_name(tree, stdout_node(tree))}")
    count: u64 = 0
    cpus = fdt_find(tree, b"/cpus")
    node = next_child(tree, cpus, ABSENT)
    while node != ABSENT:
        count += u64(equal_text(property_of(tree, node, b"device_type").data, b"cpu"))
        node = next_child(tree, cpus, node)
    print(f"CPUs: {count}")


@fn
def main(fdt: u64) -> Never:
    """Runs at EL2 with nothing set up but a stack; `fdt` is the device tree's address."""
    blob = device_tree(fdt)
    checked = open_tree(addr_of(tree), blob)
    if checked == Check.OK:
        open_console(addr_of(tree))
    assert checked == Check.OK, "the device tree is damaged"
    print(f"CPU {this_cpu()}: at EL{exception_level()}, MMU on")
    psci = fdt_find(addr_of(tree), b"/psci")
    use_hvc(equal_text(property_of(addr_of(tree), psci, b"method").data, b"hvc"))
    describe(addr_of(tree))
    own_area()
    catch_exceptions()
    provoke()
    print(f"CPU {this_cpu()}: {taken()} exceptions")
    start_second(addr_of(tree))
    print("bye")
    system_off()


entry = boot(main, exception_stack)
