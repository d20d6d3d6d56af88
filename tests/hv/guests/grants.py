"""Guests about grant tables: what one domain does alone, and two that exchange pages and events.

The two find each other by their numbers: domains are numbered from 1 in the boot device tree's
order, and the granter is the first.
"""

from __future__ import annotations

from hv.guests.aborts import flush
from hv.guests.channels import await_events, events_at, prepare
from hv.guests.hypercalls import NOWHERE, result
from wrought.hv.abi.event import Event
from wrought.hv.abi.grant import (
    COPY_DEST_REF,
    COPY_SOURCE_REF,
    GTF_READING,
    GTF_WRITING,
    Copy,
    CopySide,
    GetVersion,
    GrantOp,
    GrantStatus,
    QuerySize,
    SetVersion,
)
from wrought.hv.abi.xen import DOMID_SELF, Errno
from wrought.hv.guest import faults, gic
from wrought.hv.guest.access import read32, read64, write64
from wrought.hv.guest.board import board
from wrought.hv.guest.calls import PAGE, alloc_unbound, bind_interdomain, grant_op, on_port
from wrought.hv.guest.grants import flags_of, grant, map_ref, map_table, revoke, unmap_ref
from wrought.hv.guest.interrupts import unmask
from wrought.hv.guest.report import check, expect, finish
from wrought.hv.guest.space import map_memory
from wrought.hv.guest.timer import delay, milliseconds, now
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, dsb, trunc
from wrought.lang.core.scalars import Array, Never, Slice, u8, u16, u32, u64
from wrought.lang.core.static import static

GRANTER, MAPPER = 1, 2
SHARED_REF, READ_REF, COPY_REF, UNUSED_REF = 9, 10, 11, 40
MAGIC = 0x5EED_CAFE_0BAD_F00D
WINDOW = 0x6000_0000
"""Where pages are mapped: no memory of the domain, cached in the guest's tables."""
PORT_AT, ANSWER_AT, DONE_AT = 8, 16, 24
"""Offsets in the shared page: the granter's port, the mapper's answer, and its last word."""

shared_page = static(Array[u8, PAGE], align=PAGE)
read_page = static(Array[u8, PAGE], align=PAGE)
copy_page = static(Array[u8, PAGE], align=PAGE)


@fn
def is_status(got: GrantStatus, wanted: GrantStatus, what: Slice[u8]) -> None:
    """Expect a status."""
    if got != wanted:
        print(f"  {got} instead of {wanted}")
    check(got == wanted, what)


@fn
def grant_table() -> Never:
    """The table's size and version, and what is refused."""
    result(map_table(), Errno.OK, b"map the table")
    size = QuerySize(domain=DOMID_SELF, nr_frames=0, max_nr_frames=0, status=77)
    result(grant_op(GrantOp.QUERY_SIZE, u64(addr_of(size)), 1), Errno.OK, b"query_size")
    is_status(GrantStatus(size.status), GrantStatus.OKAY, b"its status")
    check(size.nr_frames >= 1 and size.max_nr_frames >= size.nr_frames, b"frames of the table")
    version = GetVersion(domain=DOMID_SELF, spare=0, version=0)
    result(grant_op(GrantOp.GET_VERSION, u64(addr_of(version)), 1), Errno.OK, b"get_version")
    expect(u64(version.version), 1, b"version")
    wanted = SetVersion(version=1)
    result(grant_op(GrantOp.SET_VERSION, u64(addr_of(wanted)), 1), Errno.OK, b"set_version 1")
    wanted.version = 9
    check(grant_op(GrantOp.SET_VERSION, u64(addr_of(wanted)), 1) < 0, b"set_version 9")
    result(grant_op(GrantOp.QUERY_SIZE, NOWHERE, 1), Errno.EFAULT, b"a pointer to nowhere")
    result(grant_op(GrantOp(u32(99)), u64(addr_of(size)), 1), Errno.ENOSYS, b"an unknown command")
    status, _ = map_ref(77, 8, WINDOW, False)
    is_status(status, GrantStatus.BAD_DOMAIN, b"a grant of a domain that is not there")
    is_status(unmap_ref(1234, WINDOW), GrantStatus.BAD_HANDLE, b"a handle that is not there")
    finish(b"grant_table")


@fn
def fill(page: u64, seed: u64) -> None:
    """A pattern that a reader knows."""
    for i in range(u64(PAGE // 8)):
        write64(page + 8 * i, seed + i)


@fn
def is_filled(page: u64, seed: u64, what: Slice[u8]) -> None:
    """Whether the pattern is there."""
    for i in range(u64(PAGE // 8)):
        if read64(page + 8 * i) != seed + i:
            expect(read64(page + 8 * i), seed + i, what)
            return


@fn
def granter() -> Never:
    """The first of the pair: grants three pages, waits for the other's event, and checks what it
    wrote."""
    prepare()
    result(map_table(), Errno.OK, b"map the table")
    page = u64(addr_of(shared_page))
    fill(u64(addr_of(read_page)), MAGIC)
    fill(u64(addr_of(copy_page)), 7)
    made, port = alloc_unbound(DOMID_SELF, MAPPER)
    result(made, Errno.OK, b"alloc_unbound")
    write64(page + PORT_AT, u64(port))
    grant(READ_REF, MAPPER, u64(addr_of(read_page)), True)
    grant(COPY_REF, MAPPER, u64(addr_of(copy_page)), False)
    write64(page, MAGIC)
    dsb("ish")
    grant(SHARED_REF, MAPPER, page, False)
    await_partner(port, 1)
    expect(read64(page + ANSWER_AT), ~u64(MAGIC), b"what the other wrote")
    check(flags_of(SHARED_REF) & (GTF_READING | GTF_WRITING) == GTF_READING | GTF_WRITING,
          b"flags of a mapped grant")
    result(on_port(Event.SEND, port), Errno.OK, b"send")
    await_word(page + DONE_AT, MAGIC)
    await_idle(SHARED_REF)
    revoke(SHARED_REF)
    is_filled(u64(addr_of(copy_page)), 1000, b"the page that was copied to")
    finish(b"granter")


@fn
def await_partner(port: u32, n: u64) -> None:
    """Wait long for the other's event: it may not have been started yet."""
    end = now() + milliseconds(5000)
    while events_at(port) < n and now() < end:
        delay(milliseconds(1))
    await_events(port, n)


@fn
def await_word(address: u64, wanted: u64) -> None:
    """Wait until the other has written a word."""
    end = now() + milliseconds(5000)
    while read64(address) != wanted and now() < end:
        delay(milliseconds(1))
    expect(read64(address), wanted, b"the other's last word")


@fn
def await_idle(ref: u32) -> None:
    """Wait until nobody maps a grant."""
    end = now() + milliseconds(5000)
    while flags_of(ref) & (GTF_READING | GTF_WRITING) != 0 and now() < end:
        delay(milliseconds(1))
    expect(u64(flags_of(ref)) & (GTF_READING | GTF_WRITING), 0, b"flags of an unmapped grant")


@fn
def map_when_there() -> u32:
    """Map the shared page as soon as the other has granted it; its handle."""
    end = now() + milliseconds(5000)
    while True:
        status, handle = map_ref(GRANTER, SHARED_REF, WINDOW, False)
        if status == GrantStatus.OKAY or now() > end:
            is_status(status, GrantStatus.OKAY, b"map the shared page")
            return handle
        delay(milliseconds(1))


@fn
def exchange(write_to_read: bool) -> None:
    """All that the second of the pair does; a write to a page to read only where it is asked."""
    prepare()
    map_memory(WINDOW, 2 << 20)
    flush()
    handle = map_when_there()
    expect(read64(WINDOW), MAGIC, b"what the other wrote")
    bound, port = bind_interdomain(GRANTER, trunc(u32, read64(WINDOW + PORT_AT)))
    result(bound, Errno.OK, b"bind_interdomain")
    await_partner(port, 1)           # binding tells the new end once
    readonly_mapping(write_to_read)
    copies()
    refusals()
    write64(WINDOW + ANSWER_AT, ~u64(MAGIC))
    result(on_port(Event.SEND, port), Errno.OK, b"send")
    await_partner(port, 2)
    write64(WINDOW + DONE_AT, MAGIC)
    is_status(unmap_ref(handle, WINDOW), GrantStatus.OKAY, b"unmap")
    faults.clear()
    read32(WINDOW)
    expect(faults.taken.count, 1, b"aborts of a page that is unmapped")
    is_status(unmap_ref(handle, WINDOW), GrantStatus.BAD_HANDLE, b"unmap twice")


@fn
def mapper() -> Never:
    """The second of the pair: maps, reads, writes, copies, and finds what is refused."""
    exchange(False)
    finish(b"mapper")


@fn
def writing_mapper() -> Never:
    """The same, and it writes to a page that was granted to read."""
    exchange(True)
    finish(b"writing_mapper")


@fn
def readonly_mapping(write: bool) -> None:
    """A page that was granted to read."""
    at: u64 = WINDOW + PAGE
    status, _ = map_ref(GRANTER, READ_REF, at, False)
    check(status != GrantStatus.OKAY, b"a page to read was mapped to write")
    status, handle = map_ref(GRANTER, READ_REF, at, True)
    is_status(status, GrantStatus.OKAY, b"map a page to read")
    is_filled(at, MAGIC, b"the page to read")
    if write:
        faults.clear()
        write64(at, 0)
        expect(faults.taken.count, 1, b"aborts of a write to a page to read")
        is_filled(at, MAGIC, b"the page to read after that")
    is_status(unmap_ref(handle, at), GrantStatus.OKAY, b"unmap the page to read")


@fn
def copy(source: CopySide, dest: CopySide, length: u16, flags: u16) -> GrantStatus:
    """One copy."""
    argument = Copy(source=source, dest=dest, len=length, flags=flags, status=77)
    got = grant_op(GrantOp.COPY, u64(addr_of(argument)), 1)
    return GrantStatus.GENERAL_ERROR if got != 0 else GrantStatus(argument.status)


@fn
def copies() -> None:
    """From and to a grant, whole and in part."""
    mine = CopySide(ref_or_frame=u64(addr_of(copy_page)) // PAGE, domain=DOMID_SELF, offset=0)
    theirs = CopySide(ref_or_frame=COPY_REF, domain=GRANTER, offset=0)
    is_status(copy(theirs, mine, PAGE, COPY_SOURCE_REF), GrantStatus.OKAY, b"copy from a grant")
    is_filled(u64(addr_of(copy_page)), 7, b"what was copied")
    fill(u64(addr_of(copy_page)), 1000)
    is_status(copy(mine, theirs, PAGE, COPY_DEST_REF), GrantStatus.OKAY, b"copy to a grant")
    theirs.offset = PAGE - 8
    is_status(copy(theirs, mine, 16, COPY_SOURCE_REF), GrantStatus.BAD_COPY_ARG,
              b"a copy over a page's end")
    theirs.offset = 0
    reading = CopySide(ref_or_frame=READ_REF, domain=GRANTER, offset=0)
    check(copy(mine, reading, 8, COPY_DEST_REF) != GrantStatus.OKAY, b"a copy to a page to read")


@fn
def refusals() -> None:
    """Grants that are not there, and frames that are nobody's."""
    status, _ = map_ref(GRANTER, UNUSED_REF, WINDOW + 2 * PAGE, False)
    check(status != GrantStatus.OKAY, b"an unused grant was mapped")
    status, _ = map_ref(GRANTER, 0xFFFF_0000, WINDOW + 2 * PAGE, False)
    is_status(status, GrantStatus.BAD_REF, b"a grant beyond the table")
    nobody = CopySide(ref_or_frame=NOWHERE // PAGE, domain=DOMID_SELF, offset=0)
    theirs = CopySide(ref_or_frame=COPY_REF, domain=GRANTER, offset=0)
    check(copy(theirs, nobody, 8, COPY_SOURCE_REF) != GrantStatus.OKAY, b"a copy to nowhere")
    unbound, _ = bind_interdomain(GRANTER, 99)
    check(unbound < 0, b"a port that the other does not have")
    check(board.event_interrupt != 0 and gic.get_bit(gic.SET_ENABLE, board.event_interrupt),
          b"the event interrupt is disabled")
    unmask()
