"""Per-CPU globals of a bare-metal program as one template, so that their offsets are constants.

Each name becomes an alias into the template, which alone fills the image's per-CPU section; a
CPU's copy of a variable is then its area's address plus a number known here.
"""

from __future__ import annotations

from ..ir.model import Global, Module
from ..ir.types import align_up
from ..targets import Target
from .text import symbol

SECTION = ".percpu"
TEMPLATE = "__wrought_percpu"
AREA_ALIGN = 64
"""Bytes; areas of different CPUs share no cache line."""


def offsets(module: Module, target: Target) -> dict[str, int]:
    """Byte offsets in the template of the per-CPU globals that it holds."""
    if target.hosted:
        return {}
    found: dict[str, int] = {}
    at = 0
    for g in module.globals.values():
        if g.percpu and g.linkage != "extern" and not g.section:
            at = align_up(at, max(g.align, 1))
            found[g.name] = at
            at += g.size
    return found


def template(module: Module, places: dict[str, int]) -> Global:
    """The template, with all initial values and addresses.

    It is exported: LLVM must not take it apart, and a second one in an image is a link error.
    """
    data = bytearray()
    relocs: list[tuple[int, str, int]] = []
    align = AREA_ALIGN
    for name, at in places.items():
        g = module.globals[name]
        data.extend(bytes(at - len(data)))
        data.extend(bytes(g.size) if g.init is None else g.init)
        relocs += [(at + offset, target, addend) for offset, target, addend in g.relocs]
        align = max(align, g.align)
    return Global(TEMPLATE, len(data), align, bytes(data), tuple(relocs), linkage="export",
                  section=SECTION)


def alias(g: Global, at: int) -> str:
    """The global's own name for its part of the template."""
    linkage = "internal" if g.linkage == "internal" else "dso_local"
    return (f"{symbol(g.name)} = {linkage} alias [{g.size} x i8], "
            f"getelementptr inbounds (i8, ptr {symbol(TEMPLATE)}, i64 {at})")
