"""The machine as the builder of domains sees it: the board's device tree, and what of the board
no domain may have.

`use_host` comes first; then whoever drives a device for the hypervisor holds it (`hold`,
`hold_line`); then domains are built.
"""

from __future__ import annotations

from wrought.hv.abi.address import PAGE
from wrought.hv.core.board import Board
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import add_ovf
from wrought.lang.core.scalars import Array, Ptr, u16, u32, u64
from wrought.lang.core.static import static
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import Fdt

MAX_SPANS = 192
LINES = 1024
OURS = 0xFFFF
"""`Span.domain` of what is the hypervisor's own."""
SET_ASIDE = 0xFFFE
"""And of what is marked for other domains than the hardware domain."""


@struct
class Span:
    """Whole pages of machine addresses `start` … `end` that are somebody's."""

    start: u64
    end: u64
    domain: u16
    """Who has them: OURS, SET_ASIDE, or the number of the domain that they were given to."""


@struct
class Host:
    """The machine."""

    tree: Ptr[Fdt] | None
    board: Ptr[Board] | None
    gic: u64
    """The interrupt controller's node, or ABSENT."""
    console: u64
    """That of the hypervisor's UART, or ABSENT."""
    span_count: u64
    spans: Array[Span, MAX_SPANS]
    left_out: u64
    """Spans that there was no room for: nothing may be given away then."""
    lines: Array[u32, LINES // 32]
    """Interrupts that no domain gets by default, a bit each."""


host = static(Host)


@fn
def use_host(tree: Ptr[Fdt], board: Ptr[Board]) -> None:
    """Begin: nothing is held."""
    host.tree = tree
    host.board = board
    host.gic = ABSENT
    host.console = ABSENT
    host.span_count = 0
    host.left_out = 0
    for i in range(u64(LINES // 32)):
        host.lines[i] = 0


@fn
def add_span(start: u64, size: u64, domain: u16) -> bool:
    """Note whole pages, rounded outward, as somebody's; False without room."""
    end, wrapped = add_ovf(start, size)
    if size == 0:
        return True
    if wrapped or end > ~u64(PAGE) or host.span_count == MAX_SPANS:
        host.left_out += 1
        return False
    host.spans[host.span_count] = Span(start & ~u64(PAGE - 1), end + PAGE - 1 & ~u64(PAGE - 1),
                                       domain)
    host.span_count += 1
    return True


@fn
def hold(start: u64, size: u64) -> None:
    """These registers are the hypervisor's own: no domain gets their pages."""
    add_span(start, size, OURS)


@fn
def hold_line(intid: u32) -> None:
    """This interrupt is not the hardware domain's."""
    if intid < LINES:
        host.lines[intid // 32] |= u32(1) << intid % 32


@fn
def line_held(intid: u32) -> bool:
    """Whether an interrupt was set aside."""
    return intid >= LINES or host.lines[intid // 32] >> intid % 32 & 1 != 0


@fn
def is_held(start: u64, end: u64) -> bool:
    """Whether a page of `start` … `end` is somebody's."""
    for span in host.spans[:host.span_count]:
        if span.start < end and start < span.end:
            return True
    return False


@fn
def is_ours(start: u64, end: u64) -> bool:
    """Whether a page of `start` … `end` is the hypervisor's."""
    for span in host.spans[:host.span_count]:
        if span.domain == OURS and span.start < end and start < span.end:
            return True
    return False


@fn
def given_to_other(start: u64, end: u64, domain: u16) -> bool:
    """Whether another domain was given a page of `start` … `end`."""
    for span in host.spans[:host.span_count]:
        if (span.domain < SET_ASIDE and span.domain != domain and span.start < end
                and start < span.end):
            return True
    return False


@fn
def take_back(domain: u16) -> None:
    """Forget what was given to a domain, which has ended."""
    kept: u64 = 0
    for i in range(host.span_count):
        if host.spans[i].domain != domain:
            host.spans[kept] = host.spans[i]
            kept += 1
    host.span_count = kept


@fn
def touches_ram(start: u64, end: u64) -> bool:
    """Whether `start` … `end` holds RAM."""
    board = host.board
    if board is None:
        return True
    for bank in board.banks[:board.bank_count]:
        if bank.overlaps(start, end):
            return True
    return False


@fn
def gap(at: u64, end: u64) -> tuple[u64, u64]:
    """The first part of `at` … `end` that is neither RAM nor anybody's, as its bounds; both are
    `end` where there is none."""
    start = at
    while start < end:
        stop, skip = end, end
        board = host.board
        if board is not None:
            for bank in board.banks[:board.bank_count]:
                if bank.overlaps(start, stop):
                    stop, skip = max(bank.start, start), bank.end
        for span in host.spans[:host.span_count]:
            if span.start < stop and start < span.end:
                stop, skip = max(span.start, start), span.end
        if stop > start:
            return start, stop
        start = skip
    return end, end
