"""Guests that touch what is not there, and devices in all the ways that a CPU can."""

from __future__ import annotations

from wrought.hv.guest import faults, gic
from wrought.hv.guest.access import load, read8, read32, read64, store, write8, write32, write64
from wrought.hv.guest.board import board
from wrought.hv.guest.hypercall import hypercall
from wrought.hv.guest.report import check, expect, finish
from wrought.hv.guest.space import block, map_memory, tables
from wrought.lang.core.function import asm, fn
from wrought.lang.core.intrinsics import a64, dc, dsb, ic, isb, tlbi, unroll
from wrought.lang.core.scalars import Never, u64
from wrought.rt.a64.descriptors import PAGE, Stage1
from wrought.rt.a64.syndrome import ExceptionClass

NOWHERE = 0x3000_0000
"""No domain has memory or a device there."""
FAR_AWAY = 0x40_0000_0000
"""256 GB: further than the memory of a test machine reaches."""
EXTERNAL = 0x10
"""DFSC of a synchronous external abort that is not on a walk."""
XEN_VERSION, VERSION_EXTRA = 17, 1
"""The hypercall that writes 16 bytes (xen/public/version.h)."""
SPI = 32
"""Of the emulated PL011: a priority that can be written."""


@fn
def data_abort(address: u64, write: bool) -> None:
    """One access that is injected back as a data abort, to this address."""
    faults.clear()
    if write:
        write32(address, 1)
    else:
        read32(address)
    expect(faults.taken.count, 1, b"data aborts")
    check(faults.exception_class() == ExceptionClass.DATA_ABORT, b"class of the data abort")
    expect(faults.taken.far, address, b"FAR_EL1")


@fn
def unmapped_data() -> Never:
    """Loads and stores of all widths where there is nothing."""
    for offset in unroll((0, 4, 0xFFC)):
        data_abort(NOWHERE + offset, False)
        data_abort(NOWHERE + offset, True)
    data_abort(FAR_AWAY, False)
    data_abort(FAR_AWAY, True)
    faults.clear()
    read8(NOWHERE + 3)
    write8(NOWHERE + 1, 1)
    read64(NOWHERE + 8)
    write64(NOWHERE + 16, 1)
    expect(faults.taken.count, 4, b"aborts of other widths")
    finish(b"unmapped_data")


@asm(stack=16)
def jump(address: u64) -> None:
    """Call whatever lies there; the handler returns behind the call."""
    a64("""
        stp x29, x30, [sp, #-16]!
        blr x0
        ldp x29, x30, [sp], #16
        ret
    """)


@fn
def flush() -> None:
    """Make changed tables seen."""
    dsb("ishst")
    tlbi("vmalle1is")
    dsb("ish")
    isb()


@fn
def unmapped_code() -> Never:
    """A jump to where there is nothing."""
    map_memory(NOWHERE, 2 << 20)
    flush()
    faults.clear()
    jump(NOWHERE + 0x40)
    expect(faults.taken.count, 1, b"instruction aborts")
    check(faults.exception_class() == ExceptionClass.INSTRUCTION_ABORT, b"class of the abort")
    expect(faults.taken.far, NOWHERE + 0x40, b"FAR_EL1")
    finish(b"unmapped_code")


@fn
def unmapped_tables() -> Never:
    """A translation table that lies where there is nothing."""
    old = tables[0][400]
    tables[0][400] = u64(Stage1(valid=True, table=True, frame=NOWHERE // PAGE))
    flush()
    faults.clear()
    read32(u64(400) << 30)
    expect(faults.taken.count, 1, b"aborts")
    check(faults.exception_class() == ExceptionClass.DATA_ABORT, b"class of the abort")
    tables[0][400] = old
    flush()
    check(old == block(u64(400) << 30, False), b"the table was changed")
    finish(b"unmapped_tables")


@fn
def device_tables() -> Never:
    """A translation table that lies in a device: no walk gets there, nor one of the hypervisor."""
    old = tables[0][400]
    tables[0][400] = u64(Stage1(valid=True, table=True, frame=board.cpu_interface // PAGE))
    flush()
    faults.clear()
    read32(u64(400) << 30)
    expect(faults.taken.count, 1, b"aborts")
    check(faults.exception_class() == ExceptionClass.DATA_ABORT, b"class of the abort")
    expect(faults.taken.esr & 0x3F, EXTERNAL, b"status of the abort")
    check(hypercall(VERSION_EXTRA, u64(400) << 30, 0, 0, 0, XEN_VERSION) < 0, b"a hypercall there")
    tables[0][400] = old
    flush()
    finish(b"device_tables")


load_byte = load("ldrb", "ldrb w0, [x0]")
load_signed_byte = load("ldrsb x", "ldrsb x0, [x0]")
load_signed_byte_32 = load("ldrsb w", "mov x1, x0\n mov x0, #-1\n ldrsb w0, [x1]")
load_signed_word = load("ldrsw", "ldrsw x0, [x0]")
load_word = load("ldr w", "mov x1, x0\n mov x0, #-1\n ldr w0, [x1]")
load_to_x30 = load("ldr x30", "mov x9, x30\n ldr w30, [x0]\n mov x0, x30\n mov x30, x9")
load_to_x17 = load("ldr x17", "ldr w17, [x0]\n mov x0, x17")
load_to_zero = load("ldr wzr", "ldr wzr, [x0]\n mov x0, xzr")
load_indexed = load("ldr indexed", "mov x1, #-4\n ldr w0, [x0, x1]")
store_zero = store("str wzr", "str wzr, [x0]")
store_from_x30 = store("str x30", "mov x9, x30\n mov x30, x1\n str w30, [x0]\n mov x30, x9")
load_pair = load("ldp", "ldp w0, w1, [x0]")
load_exclusive = load("ldxr", "ldxr w0, [x0]\n clrex")
load_post_index = load("post", "mov x1, x0\n ldr w0, [x1], #4\n sub x1, x1, #4")
store_pair = store("stp", "stp w1, w1, [x0]")


@fn
def mmio_widths() -> Never:
    """Loads and stores of an emulated device by every instruction with a syndrome."""
    priority = board.distributor + gic.PRIORITY + SPI
    store_from_x30(priority, 0xF0C0_A080)
    expect(u64(read32(priority)), 0xF0C0_A080, b"a word")
    expect(load_word(priority), 0xF0C0_A080, b"a word clears the upper half")
    expect(load_signed_word(priority), 0xFFFF_FFFF_F0C0_A080, b"a word with its sign")
    expect(load_byte(priority + 3), 0xF0, b"a byte")
    expect(load_signed_byte(priority + 3), 0xFFFF_FFFF_FFFF_FFF0, b"a byte with its sign")
    expect(load_signed_byte_32(priority + 2), 0xFFFF_FFC0, b"a byte with its sign in 32 bits")
    expect(load_to_x30(priority), 0xF0C0_A080, b"a word to x30")
    expect(load_to_x17(priority), 0xF0C0_A080, b"a word to x17")
    expect(load_to_zero(priority), 0, b"a word to nowhere")
    expect(load_indexed(priority + 4), 0xF0C0_A080, b"a word by index")
    write8(priority + 1, 0x40)
    expect(u64(read32(priority)), 0xF0C0_4080, b"after a byte was written")
    store_zero(priority, 0x1234)
    expect(u64(read32(priority)), 0, b"after wzr was written")
    finish(b"mmio_widths")


@fn
def refused(name_is_value: bool, value: u64, wanted: u64) -> bool:
    """Whether an access was injected back as an abort, or else did what it should."""
    if faults.taken.count == 0:
        return name_is_value and value == wanted
    return faults.taken.count == 1 and faults.exception_class() == ExceptionClass.DATA_ABORT


@fn
def mmio_without_syndrome() -> Never:
    """Accesses that the CPU does not describe are faults, or done right; never silently wrong."""
    priority = board.distributor + gic.PRIORITY + SPI
    write32(priority, 0x8080_8080)
    faults.clear()
    check(refused(True, load_pair(priority), 0x8080_8080), b"a pair of loads")
    faults.clear()
    check(refused(True, load_exclusive(priority), 0x8080_8080), b"an exclusive load")
    faults.clear()
    check(refused(True, load_post_index(priority), 0x8080_8080), b"a load with write-back")
    faults.clear()
    store_pair(priority, 0x4040_4040)
    check(refused(True, u64(read32(priority)), 0x4040_4040), b"a pair of stores")
    finish(b"mmio_without_syndrome")


@fn
def uart_widths() -> Never:
    """The PL011's flag register by byte, half word and word; wider is a fault or zero above."""
    flags = board.uart + 0x18
    word = u64(read32(flags)) & 0xFF
    check(word & 0x20 == 0, b"the transmit FIFO is full")
    expect(u64(read8(flags)) & 0xFF, word, b"a byte of the flags")
    faults.clear()
    wide = read64(flags)
    check(refused(True, wide & 0xFF, word) or wide == 0, b"a double word of the flags")
    finish(b"uart_widths")


@fn
def cache_maintenance() -> Never:
    """By address and by set and way: all allowed, and memory keeps its contents."""
    tables[1][511] = tables[1][511]
    before = tables[0][0]
    for way in range(u64(2)):
        for level in range(u64(2)):
            dc("cisw", way << 31 | level << 1)
            dc("csw", way << 31 | level << 1)
            dc("isw", way << 31 | level << 1)
    ic("ialluis")
    dsb("sy")
    isb()
    expect(tables[0][0], before, b"memory after maintenance by set and way")
    faults.clear()
    dc("civac", NOWHERE)
    dc("civac", board.distributor)
    dsb("sy")
    check(faults.taken.count <= 2, b"exceptions of maintenance where no memory is")
    finish(b"cache_maintenance")
