"""A guest with QEMU's `edu` device (docs/specs/edu.txt), which copies to and from whatever address
it is told: what an IOMMU must confine.

The PCI host bridge of QEMU's `virt` is the guest's; its configuration space and a megabyte for the
device's registers are mapped at the machine's addresses.
"""

from __future__ import annotations

from wrought.hv.abi.memory import MemoryOp, Reservation
from wrought.hv.abi.xen import DOMID_SELF
from wrought.hv.guest.access import read32, write32, write64
from wrought.hv.guest.board import board
from wrought.hv.guest.calls import PAGE, memory_op
from wrought.hv.guest.report import check, expect, finish
from wrought.hv.guest.timer import delay, milliseconds
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, cpu_relax, dsb, trunc
from wrought.lang.core.scalars import Array, Never, u32, u64
from wrought.lang.core.static import static

ECAM = 0x40_1000_0000
"""Configuration space of `virt` with more than 4 GB of addresses."""
SLOT = 2
FUNCTION = ECAM + SLOT * 0x8000
REGISTERS = 0x1000_0000
EDU = 0x11E8_1234
MEMORY_AND_MASTER = 6
SOURCE, TARGET, COUNT, COMMAND = 0x80, 0x88, 0x90, 0x98
START, FROM_DEVICE = 1, 2
BUFFER = 0x4_0000
"""The device's own 4 KB, as it numbers them."""
WORDS = 8
PAUSE = 1100
"""The hypervisor tells of a few stopped accesses a second."""
MAGIC = 0x0123_4567_89AB_CDEF


@struct
class Block:
    """A page."""

    words: Array[u64, PAGE // 8]


first = static(Block, align=PAGE)
second = static(Block, align=PAGE)
lent = static(Block, align=PAGE)
extent = static(u64)


@fn
def transfer(source: u64, target: u64, direction: u64) -> None:
    """One copy of 64 bytes, to its end."""
    dsb("sy")
    write64(REGISTERS + SOURCE, source)
    write64(REGISTERS + TARGET, target)
    write64(REGISTERS + COUNT, WORDS * 8)
    write64(REGISTERS + COMMAND, START | direction)
    while u64(read32(REGISTERS + COMMAND)) & START != 0:
        cpu_relax()
    dsb("sy")


@fn
def through_device(source: u64, target: u64) -> None:
    """Memory to memory by way of the device."""
    transfer(source, BUFFER, 0)
    transfer(BUFFER, target, FROM_DEVICE)


@fn
def fill(seed: u64) -> None:
    """The source page."""
    for i in range(u64(WORDS)):
        first.words[i] = MAGIC * (seed + i)


@fn
def expect_copy(seed: u64, page: u64) -> None:
    """What `fill` has written has arrived."""
    for i in range(u64(WORDS)):
        got = second.words[i] if page == 2 else lent.words[i]
        expect(got, MAGIC * (seed + i), b"a word that went through the device")


@fn
def balloon(op: MemoryOp, address: u64) -> None:
    """Give a page back to the hypervisor, or get one for an address."""
    global extent
    extent = address // PAGE
    wanted = Reservation(extent_start=u64(addr_of(extent)), nr_extents=1, extent_order=0,
                         mem_flags=0, domain=DOMID_SELF)
    check(memory_op(op, u64(addr_of(wanted))) == 1, b"one page by memory_op")


@fn
def open_device() -> None:
    """Give it addresses, and let it master the bus."""
    expect(u64(read32(FUNCTION)), EDU, b"vendor and device")
    write32(FUNCTION + 0x10, trunc(u32, u64(REGISTERS)))
    write32(FUNCTION + 4, MEMORY_AND_MASTER)
    expect(u64(read32(REGISTERS)) & 0xFFFF, 0x00ED, b"the device's registers")


@fn
def confined_dma() -> Never:
    """The device reaches this guest's memory, nothing else, and follows its changes."""
    open_device()
    fill(1)
    through_device(u64(addr_of(first)), u64(addr_of(second)))
    expect_copy(1, 2)
    beyond = board.memory + board.memory_size + (64 << 20)
    print(f"beyond {beyond:#x} is not ours")
    transfer(BUFFER, beyond, FROM_DEVICE)
    delay(milliseconds(PAUSE))
    transfer(beyond, BUFFER, 0)
    delay(milliseconds(PAUSE))
    fill(2)
    through_device(u64(addr_of(first)), u64(addr_of(lent)))
    expect_copy(2, 3)
    page = u64(addr_of(lent))
    balloon(MemoryOp.DECREASE_RESERVATION, page)
    print(f"lent {page:#x} is given back")
    transfer(BUFFER, page, FROM_DEVICE)
    balloon(MemoryOp.POPULATE_PHYSMAP, page)
    expect(lent.words[0], 0, b"the page that came back")
    fill(3)
    through_device(u64(addr_of(first)), page)
    expect_copy(3, 3)
    finish(b"confined_dma")
