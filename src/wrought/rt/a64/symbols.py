"""Addresses that the linker knows: where the image's parts lie (`wrought.lang.build.layout`)."""

from __future__ import annotations

from wrought.lang.core.function import Compiled, asm
from wrought.lang.core.intrinsics import a64
from wrought.lang.core.scalars import u64


def linker_symbol(name: str) -> Compiled:
    """A compiled function that returns the address of the linker's symbol `name`."""
    @asm
    def address() -> u64:
        a64("""
            adrp x0, {name}
            add x0, x0, :lo12:{name}
            ret
        """, name=name)
    address.label = name
    return address


image_start = linker_symbol("__image_start")
image_end = linker_symbol("__image_end")
text_start = linker_symbol("__text_start")
text_end = linker_symbol("__text_end")
rodata_start = linker_symbol("__rodata_start")
rodata_end = linker_symbol("__rodata_end")
data_start = linker_symbol("__data_start")
stack_bottom = linker_symbol("__stack_bottom")
stack_top = linker_symbol("__stack_top")
percpu_start = linker_symbol("__percpu_start")
percpu_end = linker_symbol("__percpu_end")
