"""The address space: every part of the image with no more rights than it needs."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import slice_from
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.rt.a64.descriptors import PAGE
from wrought.rt.a64.mmu import Access, enable, map_range
from wrought.rt.a64.symbols import (
    data_start,
    image_end,
    rodata_end,
    rodata_start,
    stack_bottom,
    text_end,
    text_start,
)
from wrought.rt.fdt import HEADER, total_size


@fn
def guard_page() -> u64:
    """The lowest page of the boot stack: mapped by nobody, so that an overflow is noticed."""
    return stack_bottom()


@fn
def map_image() -> None:
    """Text to execute, constants to read, data and stack to write; nothing under the stack."""
    map_range(text_start(), text_end(), Access.EXECUTE)
    map_range(rodata_start(), rodata_end(), Access.READ)
    map_range(data_start(), guard_page(), Access.WRITE)
    map_range(guard_page() + PAGE, image_end(), Access.WRITE)


@unsafe
@fn
def device_tree(address: u64) -> Slice[u8]:
    """Turn the MMU on with the image mapped, then map and give the device tree's bytes."""
    map_image()
    map_range(address, address + HEADER, Access.READ)
    enable(data_start(), image_end())
    # SAFETY: the boot protocol says that x0 is a device tree; its first page is mapped.
    size = total_size(slice_from(Ptr[u8](address), 8))
    first = (address & ~u64(PAGE - 1)) + PAGE
    if address + size > first:
        map_range(first, address + size, Access.READ)
    return slice_from(Ptr[u8](address), size)


@fn
def part_of(address: u64) -> Slice[u8]:
    """What lies at an address, for people."""
    if text_start() <= address < text_end():
        return b"text"
    if rodata_start() <= address < rodata_end():
        return b"rodata"
    if guard_page() <= address < guard_page() + PAGE:
        return b"the guard page"
    if stack_bottom() <= address < image_end():
        return b"the stack"
    return b"data" if data_start() <= address < image_end() else b"no part of the image"
