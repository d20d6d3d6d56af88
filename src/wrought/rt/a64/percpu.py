"""Areas for `percpu` variables: one a CPU, filled from the image's template.

The boot CPU starts on the template itself; it moves to an area of its own before it changes a
variable, so that later CPUs begin with the initial values too.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import slice_from
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lang.core.sysreg import TPIDR_EL2
from wrought.rt.a64.symbols import percpu_end, percpu_start


@unsafe
@fn
def fill_area(area: Slice[u8]) -> u64:
    """Copy the template into `area`, aligned to 64 bytes, and give its address; a panic where
    the area is too small."""
    # SAFETY: the linker placed the template between the two symbols.
    template = slice_from(Ptr[u8](percpu_start()), percpu_end() - percpu_start())
    assert len(template) <= len(area), "a per-CPU area is too small"
    area[:len(template)].copy_from(template)
    return u64(area.ptr)


@fn
def use_area(address: u64) -> None:
    """Make this CPU's `percpu` variables those of the area."""
    TPIDR_EL2.write(address)
