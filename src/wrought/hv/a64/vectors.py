"""The exception vectors at EL2, and the way back into a guest.

While a guest runs SP_EL2 is its `Vcpu`.  A hypercall or an interrupt saves what compiled code
may change (x0 to x19, x30; AAPCS64 keeps the rest), any other exit all registers.  `Vcpu.stack`
is the physical CPU's stack, whose top word says which vCPU it runs.

Arm ARM DDI 0487, D1.3.1: sixteen entries of 128 bytes.
"""

from __future__ import annotations

from wrought.hv.abi.xen import HVC_IMMEDIATE
from wrought.hv.core.domain import Registers, Vcpu
from wrought.lang.core.decl import enum, struct
from wrought.lang.core.function import Compiled, asm
from wrought.lang.core.intrinsics import a64
from wrought.lang.core.scalars import Array, Never, Ptr, u64
from wrought.lang.core.static import static
from wrought.rt.a64.psci import system_off

PC = Registers.layout().fields["pc"].offset
STACK = Vcpu.layout().fields["stack"].offset
WORK = Vcpu.layout().fields["work"].offset
HVC64 = 0x16
"""Exception class of HVC from AArch64 (D24.2.40)."""
FRAME = 304
EMERGENCY = 4096

emergency = static(Array[u64, EMERGENCY // 8], align=16)
"""The stack on which the hypervisor reports its own death."""
reporting = static(u64)
"""TPIDR_EL2 of the CPU that does, 0 for none."""


@struct(size=FRAME)
class FaultFrame:
    """The registers at an exception of the hypervisor's own."""

    x: Array[u64, 31]
    sp: u64
    elr: u64
    spsr: u64
    esr: u64
    far: u64
    hpfar: u64
    spare: u64


@enum(u64)
class Vector:
    """Entries that no guest causes."""

    SYNC_SP0 = 0
    IRQ_SP0 = 1
    FIQ_SP0 = 2
    SERROR_SP0 = 3
    SYNC = 4
    IRQ = 5
    FIQ = 6
    SERROR = 7


def _save(first: int, last: int) -> str:
    return "".join(f"stp x{i}, x{i + 1}, [sp, #{8 * i}]\n" for i in range(first, last, 2))


def _load(first: int, last: int) -> str:
    return "".join(f"ldp x{i}, x{i + 1}, [sp, #{8 * i}]\n" for i in range(first, last, 2))


LEAVE = f"mov x0, sp\n ldr x2, [sp, #{STACK}]\n mov sp, x2\n"
"""From the vCPU to the CPU's stack; x0 is the vCPU."""

SYNC_LOWER = f"""
    .balign 128
    stp x0, x1, [sp]
    mrs x1, esr_el2
    lsr x0, x1, #26
    cmp x0, #{HVC64}
    b.ne 20f
    {_save(2, 20)}
    str x30, [sp, #240]
    {LEAVE}
    b 10f
"""

IRQ_LOWER = f"""
    .balign 128
    {_save(0, 20)}
    str x30, [sp, #240]
    {LEAVE}
    bl {{interrupt}}
    b 30f
"""

SERROR_LOWER = """
    .balign 128
    stp x0, x1, [sp]
    b 25f
"""

HVC = f"""
10: and w1, w1, #0xffff
    mov w2, #{HVC_IMMEDIATE}
    cmp w1, w2
    b.ne 11f
    bl {{hypercall}}
    b 30f
11: bl {{firmware}}
    b 30f
"""

SYNC_FULL = f"""
20: {_save(2, 30)}
    str x30, [sp, #240]
    mrs x2, elr_el2
    mrs x3, spsr_el2
    stp x2, x3, [sp, #{PC}]
    {LEAVE}
    bl {{sync}}
21: ldr x0, [sp]
    ldr w1, [x0, #{WORK}]
    cbz w1, 40f
    b 31f
25: {_save(2, 30)}
    str x30, [sp, #240]
    mrs x2, elr_el2
    mrs x3, spsr_el2
    stp x2, x3, [sp, #{PC}]
    {LEAVE}
    mrs x1, esr_el2
    bl {{serror}}
    b 21b
"""

RESUME = f"""
30: ldr x0, [sp]
    ldr w1, [x0, #{WORK}]
    cbnz w1, 33f
    mov sp, x0
    {_load(2, 20)}
    ldr x30, [sp, #240]
    ldp x0, x1, [sp]
    eret
33: {"".join(f"stp x{i}, x{i + 1}, [x0, #{8 * i}]{chr(10)}" for i in range(20, 30, 2))}
    mrs x1, elr_el2
    mrs x2, spsr_el2
    stp x1, x2, [x0, #{PC}]
31: bl {{work}}
    str x0, [sp]
"""

ENTER = f"""
40: ldp x1, x2, [x0, #{PC}]
    msr elr_el2, x1
    msr spsr_el2, x2
    mov sp, x0
    {_load(2, 30)}
    ldr x30, [sp, #240]
    ldp x0, x1, [sp]
    eret
"""


def _own(n: int) -> str:
    return f"""
    .balign 128
    msr sp_el0, x0
    msr tpidrro_el0, x1
    mov x1, #{n}
    b 50f
"""


CLAIM = f"""
50: msr tpidr_el0, x1
    msr tpidr_el1, x2
    mrs x2, tpidr_el2
    adrp x0, {{reporting}}
    add x0, x0, :lo12:{{reporting}}
51: ldaxr x1, [x0]
    cbnz x1, 52f
    stlxr w1, x2, [x0]
    cbnz w1, 51b
    adrp x0, {{emergency}}
    add x0, x0, :lo12:{{emergency}}
    b 54f
52: cmp x1, x2
    b.eq 55f
53: wfe
    b 53b
55: adrp x0, {{emergency}}
    add x0, x0, :lo12:{{emergency}}
    add sp, x0, #{EMERGENCY}
    bl {{off}}
"""
"""The first CPU to have such an exception reports it, the others wait for the end; where the report
has one itself there is nothing more to say.  Registers of the guest's keep what it takes: no guest
runs again."""

OWN = f"""
54: add x0, x0, #{EMERGENCY - FRAME}
    mrs x1, tpidrro_el0
    mrs x2, tpidr_el1
    stp x1, x2, [x0, #8]
    mov x1, sp
    str x1, [x0, #248]
    mov sp, x0
    mrs x0, sp_el0
    str x0, [sp]
    {"".join(f"stp x{i}, x{i + 1}, [sp, #{8 * i}]{chr(10)}" for i in range(3, 29, 2))}
    stp x29, x30, [sp, #232]
    mrs x2, elr_el2
    mrs x3, spsr_el2
    stp x2, x3, [sp, #256]
    mrs x2, esr_el2
    mrs x3, far_el2
    stp x2, x3, [sp, #272]
    mrs x2, hpfar_el2
    str x2, [sp, #288]
    mov x0, sp
    mrs x1, tpidr_el0
    bl {{fault}}
"""

TABLE = "".join(map(_own, range(8))) + (SYNC_LOWER + IRQ_LOWER + IRQ_LOWER + SERROR_LOWER) * 2


def vectors(hypercall: Compiled, firmware: Compiled, interrupt: Compiled, sync: Compiled,
            serror: Compiled, work: Compiled, fault: Compiled) -> Compiled:
    """The table for VBAR_EL2.

    `hypercall(vcpu)`: HVC #0xEA1; `firmware(vcpu, immediate)`: any other HVC; `interrupt(vcpu)`;
    `sync(vcpu, esr)`; `serror(vcpu, esr)`; `work(vcpu) -> Ptr[Vcpu]`: before it runs on with
    `Vcpu.work` set, gives who runs next; `fault(frame, vector) -> Never`.
    """
    @asm(section=".text.vectors", align=2048, stack=FRAME)
    def vector_table() -> None:
        a64(TABLE + HVC + SYNC_FULL + RESUME + ENTER + CLAIM + OWN, hypercall=hypercall,
            firmware=firmware, interrupt=interrupt, sync=sync, serror=serror, work=work,
            fault=fault, emergency=emergency, reporting=reporting, off=system_off)
    return vector_table


@asm
def enter_guest(vcpu: Ptr[Vcpu], stack: u64) -> Never:
    """The first way into a guest on this CPU; `stack` is the top of its stack."""
    a64("""
        sub x1, x1, #16
        str x0, [x1]
        ldp x3, x2, [x0, #{pc}]
        msr elr_el2, x3
        msr spsr_el2, x2
        mov sp, x0
        """ + _load(2, 30) + """
        ldr x30, [sp, #240]
        ldp x0, x1, [sp]
        eret
    """, pc=PC)
