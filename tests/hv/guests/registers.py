"""Guests that read and write system registers which the hypervisor filters."""

from __future__ import annotations

from wrought.hv.guest import faults
from wrought.hv.guest.board import board
from wrought.hv.guest.report import check, expect, finish
from wrought.lang.core.function import Compiled, asm, fn
from wrought.lang.core.intrinsics import a64
from wrought.lang.core.scalars import Fn, Never, u64
from wrought.lang.core.static import fn_table
from wrought.lang.core.sysreg import ID_AA64DFR0_EL1, ID_AA64MMFR0_EL1, ID_AA64PFR0_EL1, MPIDR_EL1
from wrought.rt.a64.syndrome import ExceptionClass

Key = tuple[int, int, int, int, int]
"""op0, op1, CRn, CRm, op2."""


def _name(key: Key) -> str:
    op0, op1, cn, cm, op2 = key
    return f"s{op0}_{op1}_c{cn}_c{cm}_{op2}"


def reader(key: Key) -> Compiled:
    """MRS of a register by its encoding."""
    text = f"mrs x0, {_name(key)}\n ret\n"

    @asm
    def read_register() -> u64:
        a64(text)
    read_register.label = _name(key)
    return read_register


def writer(key: Key) -> Compiled:
    """MSR of a register by its encoding."""
    text = f"msr {_name(key)}, x0\n ret\n"

    @asm
    def write_register(value: u64) -> None:
        a64(text)
    write_register.label = _name(key)
    return write_register


ID_SPACE: list[Key] = [(3, 0, 0, cm, op2) for cm in range(1, 8) for op2 in range(8)]
DEBUG: list[Key] = [
    (2, 0, 0, 2, 2), (2, 0, 1, 3, 4), *((2, 0, 0, n, k) for n in range(6) for k in (4, 5)),
    *((2, 0, 0, n, k) for n in range(4) for k in (6, 7)), (2, 0, 7, 8, 6), (2, 0, 7, 9, 6)]
"""MDSCR_EL1, OSDLR_EL1, breakpoints, watchpoints, claim tags (Arm ARM DDI 0487, D24.3)."""
PMU: list[Key] = [
    (3, 3, 9, 12, 0), (3, 3, 9, 12, 1), (3, 3, 9, 12, 2), (3, 3, 9, 12, 3), (3, 3, 9, 12, 5),
    (3, 3, 9, 13, 0), (3, 3, 9, 13, 1), (3, 3, 9, 13, 2), (3, 3, 9, 14, 0), (3, 0, 9, 14, 1),
    (3, 0, 9, 14, 2), (3, 3, 9, 14, 3), (3, 3, 14, 8, 0), (3, 3, 14, 12, 0), (3, 3, 14, 15, 7)]
"""PMCR_EL0 and its like (D24.5)."""
FOREIGN: list[Key] = [
    (3, 4, 1, 1, 0), (3, 4, 2, 1, 0), (3, 4, 5, 2, 0), (3, 4, 12, 0, 0), (3, 4, 14, 0, 3),
    (3, 4, 12, 11, 0), (3, 6, 1, 1, 0), (3, 6, 12, 0, 0), (3, 5, 1, 0, 0)]
"""HCR_EL2, VTTBR_EL2, ESR_EL2, VBAR_EL2, CNTVOFF_EL2, ICH_HCR_EL2, SCR_EL3, VBAR_EL3 and
SCTLR_EL12: undefined at EL1."""
IMPLEMENTATION: list[Key] = [
    (3, op1, cn, cm, 0) for op1 in (0, 1, 3, 7) for cn in (11, 15) for cm in (0, 1, 2, 15)]
"""Implementation defined space (D23.3.2)."""

READ_ID = fn_table(Fn[[], u64], [reader(key) for key in ID_SPACE])
WRITE_ID = fn_table(Fn[[u64], None], [writer(key) for key in ID_SPACE])
READ_DEBUG = fn_table(Fn[[], u64], [reader(key) for key in DEBUG])
WRITE_DEBUG = fn_table(Fn[[u64], None], [writer(key) for key in DEBUG])
READ_PMU = fn_table(Fn[[], u64], [reader(key) for key in PMU])
WRITE_PMU = fn_table(Fn[[u64], None], [writer(key) for key in PMU])
READ_FOREIGN = fn_table(Fn[[], u64], [reader(key) for key in FOREIGN])
WRITE_FOREIGN = fn_table(Fn[[u64], None], [writer(key) for key in FOREIGN])
READ_IMPLEMENTATION = fn_table(Fn[[], u64], [reader(key) for key in IMPLEMENTATION])
WRITE_IMPLEMENTATION = fn_table(Fn[[u64], None], [writer(key) for key in IMPLEMENTATION])
read_auxiliary = reader((3, 0, 1, 0, 1))


@fn
def undefined() -> bool:
    """Whether one exception came since `faults.clear`, as for an undefined instruction."""
    return faults.taken.count == 1 and faults.exception_class() in (
        ExceptionClass.UNKNOWN, ExceptionClass.SYS64)


@fn
def id_registers() -> Never:
    """The whole ID space can be read, nothing in it written, and it hides what guests lack."""
    for i in range(len(READ_ID)):
        faults.clear()
        first = READ_ID[i]()
        check(faults.taken.count == 0 and READ_ID[i]() == first, b"an ID register is not readable")
        faults.clear()
        WRITE_ID[i](0)
        check(undefined(), b"an ID register can be written")
    features = ID_AA64PFR0_EL1.read()
    expect(u64(features.sve), 0, b"SVE")
    expect(u64(features.amu), 0, b"activity monitors")
    expect(u64(features.el1) & 3, u64(features.el1), b"EL1 field")
    expect(u64(ID_AA64DFR0_EL1.read().pmsver), 0, b"statistical profiling")
    check(ID_AA64MMFR0_EL1.read().parange <= 6, b"address range")
    check(u64(MPIDR_EL1.read()) >> 31 & 1 != 0, b"MPIDR_EL1 bit 31 is not set")
    finish(b"id_registers")


@fn
def debug_registers() -> Never:
    """Debug registers are undefined, ignored, or the guest's own: what was written or zero."""
    for i in range(len(READ_DEBUG)):
        faults.clear()
        before = READ_DEBUG[i]()
        if faults.taken.count == 0:
            WRITE_DEBUG[i](0)
            check(before == 0 or i >= 22, b"a debug register is not zero at first")
        check(faults.taken.count == 0 or undefined(), b"another exception than undefined")
    finish(b"debug_registers")


@fn
def pmu_registers() -> Never:
    """Without a PMU for guests its registers are undefined, or read as zero and ignore writes."""
    for i in range(len(READ_PMU)):
        faults.clear()
        WRITE_PMU[i](0x7)
        check(faults.taken.count == 0 or undefined(), b"exception class of a write")
        faults.clear()
        value = READ_PMU[i]()
        check(undefined() or faults.taken.count == 0 and value == 0, b"a PMU register has a value")
    finish(b"pmu_registers")


@fn
def foreign_registers() -> Never:
    """Registers of EL2 and EL3 are undefined."""
    for i in range(len(READ_FOREIGN)):
        faults.clear()
        READ_FOREIGN[i]()
        check(undefined(), b"a register of a higher level can be read")
        faults.clear()
        WRITE_FOREIGN[i](0)
        check(undefined(), b"a register of a higher level can be written")
    finish(b"foreign_registers")


@fn
def implementation_registers() -> Never:
    """Implementation defined registers are undefined, or zero and ignored; ACTLR_EL1 is there."""
    for i in range(len(READ_IMPLEMENTATION)):
        faults.clear()
        value = READ_IMPLEMENTATION[i]()
        check(undefined() or faults.taken.count == 0 and value == 0, b"a register has a value")
        faults.clear()
        WRITE_IMPLEMENTATION[i](0xFFFF_FFFF)
        check(undefined() or faults.taken.count == 0, b"exception class of a write")
    faults.clear()
    read_auxiliary()
    check(faults.taken.count == 0, b"ACTLR_EL1 can't be read")
    check(board.cpus > 0, b"no CPU in the device tree")
    finish(b"implementation_registers")
