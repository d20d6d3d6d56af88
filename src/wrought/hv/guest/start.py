"""A whole guest from its main function: boot, MMU, device tree, vectors, interrupts."""

from __future__ import annotations

from wrought.hv.guest import gic
from wrought.hv.guest.board import read_board
from wrought.hv.guest.entry import boot
from wrought.hv.guest.faults import handler, install
from wrought.hv.guest.space import enable, map_devices
from wrought.hv.guest.vectors import vectors
from wrought.lang.core.function import Compiled, fn
from wrought.lang.core.scalars import Array, Never, u8, u32, u64
from wrought.lang.core.static import static
from wrought.rt.a64.psci import system_off, use_hvc

exception_stack = static(Array[u8, 16 << 10], align=16)


@fn
def ignore(intid: u32) -> None:
    """For guests that expect no interrupt."""


def guest(main: Compiled, on_interrupt: Compiled = ignore) -> Compiled:
    """The entry of a guest that runs `main() -> Never`: all is set up, interrupts are masked.

    `on_interrupt(intid: u32)` runs on the exception stack, between acknowledge and end.
    """
    use_vectors = install(vectors(handler(on_interrupt)))

    @fn
    def start(device_tree: u64) -> Never:
        use_hvc(True)
        use_vectors()
        map_devices()
        readable = read_board(device_tree)
        enable()
        if not readable:
            system_off()
        gic.init_distributor()
        gic.init_cpu()
        main()
    return boot(start, exception_stack)
