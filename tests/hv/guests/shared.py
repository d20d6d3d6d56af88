"""Two guests with a static event channel and static shared memory between them."""

from __future__ import annotations

from hv.guests.hypercalls import result
from wrought.hv.abi.event import Event
from wrought.hv.abi.xen import Errno
from wrought.hv.guest.access import read64, write64
from wrought.hv.guest.calls import PAGE, on_port
from wrought.hv.guest.events import clear_pending, is_pending, map_shared_info
from wrought.hv.guest.report import check, expect, finish
from wrought.hv.guest.space import map_memory
from wrought.hv.guest.timer import milliseconds, now
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import cpu_relax
from wrought.lang.core.scalars import Never, u32, u64

FIRST_PORT, SECOND_PORT = 10, 12
WINDOW = 0x5000_0000
"""Where both see the shared memory."""
ROUNDS = 20


@fn
def await_port(port: u32) -> None:
    """Take the next event of a port."""
    end = now() + milliseconds(20_000)
    while not is_pending(port) and now() < end:
        cpu_relax()
    check(is_pending(port), b"no event came")
    clear_pending(port)


@fn
def prepare() -> None:
    """Have the shared pages."""
    result(map_shared_info(), Errno.OK, b"shared_info")
    map_memory(WINDOW, PAGE)


@fn
def static_first() -> Never:
    """Writes odd numbers and is answered with even ones."""
    prepare()
    for i in range(u64(ROUNDS)):
        write64(WINDOW, 2 * i + 1)
        result(on_port(Event.SEND, FIRST_PORT), Errno.OK, b"send")
        await_port(FIRST_PORT)
        expect(read64(WINDOW), 2 * i + 2, b"the answer")
    finish(b"static_first")


@fn
def static_second() -> Never:
    """Answers."""
    prepare()
    for i in range(u64(ROUNDS)):
        await_port(SECOND_PORT)
        expect(read64(WINDOW), 2 * i + 1, b"the question")
        write64(WINDOW, 2 * i + 2)
        result(on_port(Event.SEND, SECOND_PORT), Errno.OK, b"send")
    finish(b"static_second")
