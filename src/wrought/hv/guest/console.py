"""Where guests print: their PL011, or console_io where they have none."""

from __future__ import annotations

from wrought.hv.abi.xen import Call
from wrought.hv.guest.board import board
from wrought.hv.guest.hypercall import hypercall
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Ptr, Slice, u8, u32, u64
from wrought.rt.a64.pl011 import Pl011, put_text

CONSOLEIO_WRITE = 0
"""xen/public/xen.h."""


@unsafe
@fn
def put(text: Slice[u8]) -> None:
    """The program's console; silent before `read_board`."""
    if board.uart != 0:
        # SAFETY: the device tree says that a PL011 is there, and it is mapped as a device.
        put_text(Ptr[Pl011](board.uart), text)
    elif board.xen:
        hypercall(CONSOLEIO_WRITE, len(text), u64(text.ptr), 0, 0, u64(u32(Call.CONSOLE_IO)))
