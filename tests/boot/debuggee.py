"""A program to stop in: a struct, bit fields, locals, a loop."""

from __future__ import annotations

from wrought.lang.core.decl import bit, bitfield, bits, struct
from wrought.lang.core.function import fn, noinline
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Array, Never, Ptr, u8, u32, u64
from wrought.lang.core.static import static
from wrought.rt.a64.psci import system_off


@bitfield(u32)
class Mode:
    """Bits with names."""

    fast: bool = bit(8)
    level: u8 = bits(3, 0)


@struct
class Job:
    """A struct with a bit field inside."""

    number: u64
    mode: Mode


jobs = static(Array[Job, 4])


@noinline
@fn
def work(j: Ptr[Job], round: u64) -> u64:
    """Where the debugger stops."""
    product = round * j.number
    j.number = product ^ 3
    rest = product % 10
    return rest * j.number


@fn
def main(fdt: u64) -> Never:
    """Do the jobs."""
    for i in range(u64(len(jobs))):
        jobs[i].number = 7 + i
        jobs[i].mode = Mode(fast=True, level=5)
    total: u64 = 0
    for i in range(fdt & 1, 4):
        total += work(addr_of(jobs[i]), i)
    print(f"{total}")
    system_off()
