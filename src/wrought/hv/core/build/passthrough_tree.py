"""The nodes of a domain's partial device tree in its own tree."""

from __future__ import annotations

from wrought.hv.core.build.guest_tree import GIC_PHANDLE
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import unroll
from wrought.lang.core.scalars import Ptr, Slice, u8, u32, u64
from wrought.rt.bytes import ABSENT, equal
from wrought.rt.fdt import Fdt, Token
from wrought.rt.fdt_find import fdt_find, walk_from
from wrought.rt.fdt_tree import phandle_of
from wrought.rt.fdt_write import FdtWriter

COPIED = (b"/passthrough", b"/aliases")
FOR_US = (b"xen,reg", b"xen,path", b"xen,force-assign-without-iommu")
"""Properties that guests do not see."""


@fn
def gic_phandle_of(fragment: Ptr[Fdt]) -> u32:
    """The number by which the fragment calls the interrupt controller: that of its node /gic, or
    Xen's usual one."""
    gic = fdt_find(fragment, b"/gic")
    phandle = phandle_of(fragment, gic) if gic != ABSENT else u32(0)
    return phandle if phandle != 0 else u32(GIC_PHANDLE)


@fn
def is_for_us(name: Slice[u8]) -> bool:
    """Whether a property is not copied."""
    for each in unroll(FOR_US):
        if equal(name, each):
            return True
    return False


@fn
def write_fragment(w: Ptr[FdtWriter], fragment: Ptr[Fdt]) -> bool:
    """Copy what guests are to see, into the root that is open; False where it is damaged."""
    for path in unroll(COPIED):
        node = fdt_find(fragment, path)
        if node != ABSENT and not copy_node(w, fragment, node):
            return False
    return True


@fn
def copy_node(w: Ptr[FdtWriter], fragment: Ptr[Fdt], node: u64) -> bool:
    """A node with all below it."""
    walk = walk_from(fragment, node)
    while True:
        match walk.step():
            case Token.BEGIN:
                w.begin(walk.name)
            case Token.PROPERTY:
                if not is_for_us(walk.name):
                    w.property(walk.name, walk.value)
            case Token.END:
                w.end()
                if walk.depth == 0:
                    return True
            case _:
                return False
