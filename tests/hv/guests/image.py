"""All guests in one image: `guest=NAME` in the bootargs chooses."""

from __future__ import annotations

from pathlib import Path

from hv.guests.programs import CONFIGURED, GUESTS, PAIRS, STORMS
from wrought.hv.guest.board import tree
from wrought.hv.guest.console import put
from wrought.hv.guest.interrupts import record
from wrought.hv.guest.start import guest
from wrought.lang.build.layout import Layout
from wrought.lang.build.program import Program
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Fn, Never, Slice, u8, u64
from wrought.lang.core.static import fn_table
from wrought.rt.a64.panic import on_panic
from wrought.rt.a64.psci import system_off
from wrought.rt.bytes import ABSENT, equal, find, find_byte
from wrought.rt.fdt_find import fdt_find, property_of
from wrought.rt.fdt_values import text

ALL = {each.name: each for group in (GUESTS.values(), *PAIRS.values(), CONFIGURED, *STORMS.values())
       for each in group}
NAMES = b"\0".join(name.encode() for name in ALL) + b"\0"
MAINS = fn_table(Fn[[], Never], [each.main for each in ALL.values()])
STACK = 32 << 10


@fn
def chosen_name() -> Slice[u8]:
    """What stands behind `guest=` in the bootargs."""
    given = property_of(addr_of(tree), fdt_find(addr_of(tree), b"/chosen"), b"bootargs").data
    arguments = text(given)
    at = find(arguments, b"guest=", 0)
    if at == ABSENT:
        return arguments[:0]
    start = at + 6
    return arguments[start:min(find_byte(arguments, ord(" "), start), len(arguments))]


@fn
def main() -> Never:
    """Run the guest of that name."""
    wanted = chosen_name()
    names: Slice[u8] = NAMES
    for i in range(u64(len(MAINS))):
        if equal(text(names), wanted):
            MAINS[i]()
        names = names[len(text(names)) + 1:]
    print(f"FAIL {wanted}: there is no guest of that name")
    system_off()


def build(folder: Path) -> Path:
    """The image.  Raises CompileError or BuildError."""
    program = Program("guests", target="aarch64-none-el1", entry=guest(main, record),
                      console=put, roots=[on_panic], root=Path(__file__).parents[3],
                      layout=Layout(0, linux_header=True, pie=True, stack=STACK))
    return program.build(folder / "guests.img", "image")
