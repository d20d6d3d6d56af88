"""Where `print` writes: the UART that the device tree names as stdout."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lang.core.static import static
from wrought.rt.a64.mmu import Access, map_range
from wrought.rt.a64.pl011 import Pl011, put_text
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import ROOT, Fdt
from wrought.rt.fdt_find import property_of
from wrought.rt.fdt_values import has_text, reg, stdout_node

uart = static(Ptr[Pl011] | None)
"""None until `open_console` has found one; until then nothing is printed."""


@fn
def put(text: Slice[u8]) -> None:
    """The program's console."""
    device = uart
    if device is not None:
        put_text(device, text)


@unsafe
@fn
def open_console(tree: Ptr[Fdt]) -> None:
    """Map the UART and print on it from now on."""
    global uart
    node = stdout_node(tree)
    if node == ABSENT or not has_text(property_of(tree, node, b"compatible").data, b"arm,pl011"):
        return
    place = reg(tree, ROOT, node, 0)
    if place.found:
        map_range(place.address, place.address + place.size, Access.DEVICE)
        # SAFETY: the device tree says that a PL011 is there, and it is mapped as a device.
        uart = Ptr[Pl011](u64(place.address))
