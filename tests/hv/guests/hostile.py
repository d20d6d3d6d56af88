"""A guest that tries everything at random for a while, and one that must not notice.

The hostile guest prints its seed; `seed=N` in its bootargs repeats a sequence.  It spares only what
would end itself at once: switching off, and the registers that its own code stands on.
"""

from __future__ import annotations

from wrought.hv.abi.event import Event
from wrought.hv.abi.xen import DOMID_SELF
from wrought.hv.guest import faults, gic, gicv3
from wrought.hv.guest.access import read8, read16, read32, read64, write8, write16, write32, write64
from wrought.hv.guest.board import board, tree
from wrought.hv.guest.calls import PAGE, bind_ipi, on_port
from wrought.hv.guest.events import counts, map_shared_info
from wrought.hv.guest.hypercall import hypercall
from wrought.hv.guest.interrupts import came, unmask
from wrought.hv.guest.report import check, expect, finish
from wrought.hv.guest.timer import arm_virtual, milliseconds, now
from wrought.lang.core.function import asm, fn
from wrought.lang.core.intrinsics import (
    a64,
    addr_of,
    cpu_relax,
    dc,
    dsb,
    hvc,
    ic,
    isb,
    smc,
    trunc,
    volatile_load,
    volatile_store,
)
from wrought.lang.core.scalars import Array, Never, u8, u16, u32, u64
from wrought.lang.core.static import constant, static
from wrought.lang.core.sysreg import CNTPCT_EL0
from wrought.rt.bytes import ABSENT, find
from wrought.rt.fdt_find import fdt_find, property_of

HOSTILE_TIME, STEADY_TIME = 2500, 4000
"""Milliseconds."""
MRS, MSR, SYS, SYSL = 0xD530_0000, 0xD510_0000, 0xD508_0000, 0xD528_0000
"""Instructions with x0; op0 2 or 3 for MRS and MSR, 1 for the others (Arm ARM, C6.2)."""
RET = 0xD65F_03C0
INTERESTING = constant(Array[u64, 24], [
    0, 1, 2, 3, 8, 15, 16, 17, 31, 32, 63, 64, 255, 256, 4095, 4096, 0x7FF0, 0x7FF1, 0x7FF2, 0xFFFF,
    0xFFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFF, 0x38000])
OWN_CALLS = constant(Array[u64, 6], [
    0x8400_0002, 0x8400_0008, 0x8400_0009, 0x8400_0012, 0xC400_0012, 0x8400_0001])
"""PSCI functions that end the guest or put it to sleep."""

state = static(u64)
code = static(Array[u32, 16], align=64)
buffer = static(Array[u64, 4 * PAGE // 8], align=PAGE)
"""Arguments point into its first page; behind it is room for what hypercalls write."""
actions = static(Array[u64, 16])


@fn
def random() -> u64:
    """xorshift64*: the next number."""
    global state
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state * 0x2545_F491_4F6C_DD1D


@fn
def below(n: u64) -> u64:
    """A number from 0 to n - 1."""
    return (random() >> 16) % n


@fn
def value() -> u64:
    """An argument: small, special, an address of ours, a frame of ours, or anything."""
    kind = below(8)
    if kind < 2:
        return INTERESTING[below(24)]
    if kind < 4:
        return u64(addr_of(buffer)) + below(PAGE)
    if kind == 4:
        return below(48)
    if kind == 5:
        return (board.memory + board.memory_size // 2) // PAGE + below(4096)
    if kind == 6:
        return board.memory + board.memory_size - below(64)
    return random() >> below(64)


@fn
def fill_buffer() -> None:
    """Structures for hypercalls to find."""
    for _ in range(u64(16)):
        at = below(PAGE // 8)
        buffer[at] = value() if below(2) == 0 else value() & 0xFFFF | value() << 32
    buffer[0] = DOMID_SELF | value() << 32


@fn
def call_hypervisor() -> None:
    """A hypercall, but no shutdown."""
    fill_buffer()
    number = below(64) if below(8) > 0 else random()
    first = below(40) if below(4) > 0 else value()
    if number == 29 or number == 6:
        first = 0                    # sched_op: no shutdown, no sleep
    hypercall(first, value(), value(), value(), value(), number)


@fn
def call_firmware() -> None:
    """PSCI and SMCCC functions by HVC and SMC."""
    function: u64 = below(0x40) | (0x8400_0000 if below(2) == 0 else 0xC400_0000)
    if below(4) == 0:
        function = random() & 0xFFFF_FFFF
    for i in range(u64(6)):
        if function & 0xBFFF_FFFF == OWN_CALLS[i] & 0xBFFF_FFFF:
            return
    if below(2) == 0:
        hvc(0, function, value(), value(), value())
    else:
        smc(0, function, value(), value(), value())


@asm(stack=16)
def run(address: u64, x1: u64) -> u64:
    """Run the code at an address with x0 = x1."""
    a64("""
        stp x29, x30, [sp, #-16]!
        mov x9, x0
        mov x0, x1
        blr x9
        ldp x29, x30, [sp], #16
        ret
    """)


@fn
def execute(instruction: u64) -> None:
    """Run one instruction on x0."""
    at = u64(addr_of(code))
    volatile_store(addr_of(code[0]), trunc(u32, instruction))
    volatile_store(addr_of(code[1]), RET)
    dc("cvau", at)
    dsb("ish")
    ic("ivau", at)
    dsb("ish")
    isb()
    run(at, value())


@fn
def encoding() -> u64:
    """op1, CRn, CRm, op2 of a system register."""
    return below(8) << 16 | below(16) << 12 | below(16) << 8 | below(8) << 5


@fn
def own_register(bits: u64) -> bool:
    """Whether writing it would take away what this code stands on: CRn 1, 2, 4, 10 and 12.0 are
    SCTLR, TTBR, SPSR and SP, MAIR, VBAR."""
    cn = bits >> 12 & 15
    return cn in (1, 2, 4, 10) or cn == 12 and bits >> 8 & 15 == 0


@fn
def system_registers() -> None:
    """Read any, write most."""
    bits = encoding() | below(2) << 19
    execute(MRS | bits)
    if not own_register(bits):
        execute(MSR | bits)


@fn
def system_instructions() -> None:
    """Cache, TLB and address translation operations, but DC ZVA, which writes."""
    bits = encoding()
    if bits >> 8 & 0xFF == 0x74 or bits >> 12 & 15 == 4:
        return
    execute(SYS | bits if below(4) > 0 else SYSL | bits)


@fn
def address() -> u64:
    """A device of the domain, a place near one, or anywhere; never memory."""
    kind = below(5)
    if kind == 0:
        return board.distributor + below(0x1_0000)
    if kind == 1 and board.gic == 3:
        return board.redistributors + below(2 * gicv3.FRAME)
    if kind == 1:
        return board.cpu_interface + below(0x2000)
    if kind == 2:
        return board.uart + 0x18 + below(0x1000 - 0x18)
    at = below(1 << 39) if kind == 3 else below(1 << 32)
    return at if at - board.memory >= board.memory_size else board.distributor


@fn
def touch() -> None:
    """A load or store of any width."""
    at = address()
    width = below(4)
    store = below(2) == 0
    match width:
        case 0:
            if store:
                write8(at, trunc(u8, value()))
            else:
                read8(at)
        case 1:
            if store:
                write16(at & ~u64(1), trunc(u16, value()))
            else:
                read16(at & ~u64(1))
        case 2:
            if store:
                write32(at & ~u64(3), trunc(u32, value()))
            else:
                read32(at & ~u64(3))
        case _:
            if store:
                write64(at & ~u64(7), value())
            else:
                read64(at & ~u64(7))


@fn
def choose_seed() -> None:
    """From the bootargs, else from the time."""
    global state
    arguments = property_of(addr_of(tree), fdt_find(addr_of(tree), b"/chosen"), b"bootargs").data
    at = find(arguments, b"seed=", 0)
    seed = u64(CNTPCT_EL0.read())
    if at != ABSENT:
        seed, at = 0, at + 5
        while at < len(arguments) and arguments[at] >= ord("0") and arguments[at] <= ord("9"):
            seed = seed * 10 + u64(arguments[at] - ord("0"))
            at += 1
    print(f"seed={seed}")
    state = seed * 2 + 1


@fn
def hostile() -> Never:
    """Everything at random until the time is over."""
    choose_seed()
    map_shared_info()
    end = now() + milliseconds(HOSTILE_TIME)
    faults.clear()
    exceptions: u64 = 0
    count: u64 = 0
    while now() < end:
        kind = below(8)
        match kind:
            case 0 | 1 | 2:
                call_hypervisor()
            case 3:
                call_firmware()
            case 4 | 5:
                system_registers()
            case 6:
                system_instructions()
            case _:
                touch()
        actions[kind] += 1
        count += 1
        exceptions += faults.taken.count
        faults.clear()
    print(f"{count} actions, {exceptions} exceptions")
    check(count > 1000, b"too few actions")
    finish(b"hostile")


@fn
def steady() -> Never:
    """Timer, events and memory go on as if nobody else were there."""
    map_shared_info()
    gic.enable(board.virtual_timer)
    gic.enable(board.event_interrupt)
    _, port = bind_ipi(0)
    for i in range(u64(PAGE // 8)):
        buffer[i] = i * 0x0101_0101_0101_0101
    unmask()
    end = now() + milliseconds(STEADY_TIME)
    rounds: u64 = 0
    while now() < end:
        arm_virtual(now() + milliseconds(1))
        on_port(Event.SEND, port)
        rounds += 1
        limit = now() + milliseconds(2000)
        while (came(board.virtual_timer) < rounds or events(port) < rounds) and now() < limit:
            cpu_relax()
        expect(came(board.virtual_timer), rounds, b"timer interrupts")
        expect(events(port), rounds, b"events")
        for i in range(u64(PAGE // 8)):
            if volatile_load(addr_of(buffer[i])) != i * 0x0101_0101_0101_0101:
                check(False, b"memory changed")
    check(rounds > 20, b"too few rounds")
    finish(b"steady")


@fn
def events(port: u32) -> u64:
    """Events that came."""
    return volatile_load(addr_of(counts[port]))
