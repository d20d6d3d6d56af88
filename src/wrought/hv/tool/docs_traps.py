"""The reference page of traps, from the code that handles them.

What a row says is read out of tables (ID registers, control bits, the guest's layout) or out of
the dispatch itself; the tests see that nothing is left out.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from typing import NamedTuple

from wrought.hv.a64 import el2, fp, idregs, state
from wrought.hv.a64.traps import sync
from wrought.hv.abi import layout
from wrought.hv.abi.xen import HVC_IMMEDIATE
from wrought.hv.core.debug_keys import EXITS
from wrought.hv.tool.quantities import show_size
from wrought.hv.vdev import firmware
from wrought.isa.a64.syndrome import EXCEPTION_CLASS
from wrought.isa.a64.sysregs import SYSREGS
from wrought.lang.docs.markdown import code, page, summary, table, wrap

INTRO = wrap("What a guest cannot do itself comes to EL2 as an exception. These tables say what "
             "EL2 does then, which registers a guest sees, and where its devices are. How the "
             "code is reached, step by step, is in the [guide](../guide/exits.md). Section "
             "numbers: Arm ARM DDI 0487.")


class Trapped(NamedTuple):
    """A register, or a group of them, that EL2 emulates."""

    constants: tuple[str, ...]
    """Their names in `wrought.hv.a64.traps.sysregs`."""
    shown: str
    read: str
    write: str


TRAPPED = (
    Trapped(("SGI1R",), "ICC_SGI1R_EL1", "undefined", "SGIs to the domain's vCPUs"),
    Trapped(("SGI0R",), "ICC_SGI0R_EL1", "undefined", "SGIs of group 0"),
    Trapped(("ASGI1R",), "ICC_ASGI1R_EL1", "undefined", "ignored: there is no other state"),
    Trapped(("SRE",), "ICC_SRE_EL1", "7: system registers, always", "ignored"),
    Trapped(("DIR",), "ICC_DIR_EL1", "undefined", "ends an interrupt that is not in a list "
            "register, too"),
    Trapped(("CNTP_CTL", "CNTP_CVAL", "CNTP_TVAL"),
            "CNTP_CTL_EL0, CNTP_CVAL_EL0, CNTP_TVAL_EL0", "the emulated physical timer",
            "programs it; PPI 30 when it fires"),
    Trapped(("DEBUG", "DEBUG_PART"), "op0 2, op1 0: breakpoints, watchpoints, OS lock", "0",
            "ignored"),
    Trapped(("OSLSR",), "OSLSR_EL1", "an OS lock, open", "ignored"),
    Trapped(("ACTLR",), "ACTLR_EL1", "0", "ignored"),
    Trapped(("AIDR",), "AIDR_EL1", "0", "undefined"),
    Trapped(("REVIDR",), "REVIDR_EL1", "0", "undefined"),
    Trapped(("ID_BASE", "FREE"), "op0 3, op1 0, CRn 0: the ID space", "as below; 0 where nothing "
            "is", "undefined"),
    Trapped(("DC_ISW", "DC_CSW", "DC_CISW"), "DC ISW, DC CSW, DC CISW", "",
            "ignored: maintenance by set and way reaches one CPU's caches, and others' lines in "
            "them; guests have that by address"),
)
"""All others that trap are undefined instructions to the guest."""
EXIT_MEANINGS = {
    "HYPERCALL": f"HVC #{HVC_IMMEDIATE:#x}; counted for each number",
    "FIRMWARE": "PSCI and SMCCC, by HVC #0 or SMC #0",
    "INTERRUPT": "a physical interrupt while the guest ran",
    "MMIO": "data aborts: emulated devices, and addresses where nothing is",
    "REGISTER": "trapped system registers and instructions",
    "WAIT": "WFI and WFE where the CPU is shared",
    "FLOAT": "the first use of vector registers since the vCPU came to its CPU",
    "FETCH": "instruction aborts",
    "UNDEFINED": "everything that has no other class",
    "SERROR": "asynchronous errors of the bus or memory",
}
BEFORE_SYNC = (
    (f"HVC #{HVC_IMMEDIATE:#x}", "HVC64", "hypercall", "A [hypercall](hypercalls.md). Saves what "
     "calls may change."),
    ("HVC, other immediates", "HVC64", "firmware", "#0: PSCI and SMCCC. Others are undefined."),
    ("IRQ, FIQ", "", "interrupt", "Acknowledged at the physical GIC; guests' are passed on as "
     "virtual ones."),
    ("SError", "", "serror", ""),
)
"""What the vectors themselves tell apart: name, class, counter, what happens."""


def _dispatch() -> Iterator[tuple[str, str, str]]:
    """Class, counter and handler of every case of `on_sync`; "" for the default's class."""
    function = next(node for node in ast.parse(inspect.getsource(sync)).body
                    if isinstance(node, ast.FunctionDef) and node.name == "on_sync")
    match = next(node for node in function.body if isinstance(node, ast.Match))
    for case in match.cases:
        name = case.pattern.value.attr if isinstance(case.pattern, ast.MatchValue) and isinstance(
            case.pattern.value, ast.Attribute) else ""
        calls = [node.value for node in case.body
                 if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
        counter = ast.unparse(calls[0].args[1]).removeprefix("Exit.").lower()
        yield name, counter, ast.unparse(calls[-1].func)


def exceptions() -> str:
    """Which exception is handled how."""
    rows: list[tuple[str, ...]] = []
    for name, ec, counter, what in BEFORE_SYNC:
        number = f"{EXCEPTION_CLASS[ec][0]:#04x}" if ec else ""
        rows.append((name, number, code(counter), what or summary(sync.on_serror)))
    for name, counter, handler in _dispatch():
        number, title = EXCEPTION_CLASS[name] if name else (0, "any other")
        rows.append((title, f"{number:#04x}" if name else "", code(counter),
                     summary(getattr(sync, handler))))
    return table(("exception", "EC", "counter", "what EL2 does"), rows)


def exits() -> str:
    """The counters."""
    return table(("counter", "printed as", "counts"),
                 [(code(name.lower()), code(EXITS[int(value)].decode()), EXIT_MEANINGS[name])
                  for name, value in ((one.name, one) for one in sync.Exit)])


def controls() -> str:
    """Bits that are set while a guest runs."""
    values = {"HCR_EL2": el2.HCR_SHARED,
              "MDCR_EL2": el2.TRAP_DEBUG | el2.TRAP_PMU | el2.TRAP_TRACE | el2.TRAP_STATISTICS,
              "CPTR_EL2": fp.CPTR_CLOSED & ~fp.CPTR_RES1 | fp.TRAP_SVE | fp.TRAP_FP | fp.TRAP_SME}
    notes = {"HCR_EL2": "TWI and TWE only where the vCPU shares its CPU, or an ended domain waits "
                        "to be taken apart",
             "MDCR_EL2": "debug, performance counters, trace, statistics",
             "CPTR_EL2": "TFP until the first use of vector registers"}
    rows = [(code(name), ", ".join(code(f.name) for f in SYSREGS[name].fields
                                   if value >> f.lo & (1 << f.hi - f.lo + 1) - 1), notes[name])
            for name, value in values.items()]
    return table(("register", "set", "note"), rows)


def id_registers() -> str:
    """Each ID register that is not shown whole: fields kept, set, hidden."""
    rows: list[tuple[str, ...]] = []
    for name in dict.fromkeys((*idregs.KEEP, *idregs.FORCED)):
        kept = idregs.KEEP.get(name, "").split()
        forced = idregs.FORCED.get(name, {})
        hidden = [f.name for f in SYSREGS[name].fields if f.name not in {*kept, *forced}]
        rows.append((code(name), " ".join(kept),
                     ", ".join(f"{field} = {value}" for field, value in forced.items()),
                     " ".join(hidden)))
    return table(("register", "as the CPU has it", "set", "hidden: reads as 0"), rows)


def psci() -> str:
    """The functions of PSCI that guests have."""
    names = ("VERSION", "SUSPEND", "OFF", "ON", "INFO", "MIGRATE_TYPE", "SYSTEM_OFF",
             "SYSTEM_RESET", "FEATURES", "SYSTEM_RESET2")
    shown = {"SUSPEND": "CPU_SUSPEND", "OFF": "CPU_OFF", "ON": "CPU_ON", "INFO": "AFFINITY_INFO",
             "MIGRATE_TYPE": "MIGRATE_INFO_TYPE", "VERSION": "PSCI_VERSION",
             "FEATURES": "PSCI_FEATURES"}
    rows: list[tuple[str, ...]] = []
    for name in names:
        number = int(getattr(firmware, name))
        if firmware.IMPLEMENTED >> number & 1:
            wide = firmware.IN_64 >> number & 1
            forms = f"{firmware.PSCI | number:#x}"
            if wide:
                forms += f", {firmware.PSCI | firmware.SMC64 | number:#x}"
            rows.append((code(shown.get(name, name)), forms))
    rows += [(code("SMCCC_VERSION"), f"{firmware.SMCCC_VERSION:#x}"),
             (code("SMCCC_ARCH_FEATURES"), f"{firmware.SMCCC_ARCH_FEATURES:#x}")]
    return table(("function", "identifiers"), rows)


def memory() -> str:
    """Where a guest's devices and memory are."""
    at = layout
    pieces = [
        ("GICv2 distributor", at.GICD, at.GICD_SIZE, "emulated"),
        ("GICv2 CPU interface", at.GICC, at.GICC_SIZE, "the hardware's virtual one"),
        ("GICv3 distributor", at.GICD, at.GICD_V3_SIZE, "emulated"),
        ("GICv3 redistributors", at.GICR, at.GICR_SIZE, "emulated, 128 KiB for each vCPU"),
        ("PL011", at.PL011, at.PL011_SIZE, f"emulated, interrupt {at.PL011_SPI}"),
        ("grant table", at.GRANT_TABLE, at.GRANT_TABLE_SIZE, "room for the guest to map it"),
        ("magic pages", at.MAGIC, 0, "the console's ring"),
        ("RAM", at.RAM0, at.RAM0_SIZE, "the first part"),
        ("RAM", at.RAM1, at.RAM1_SIZE, "what does not fit there"),
    ]
    return table(("what", "address", "size", "note"), [
        (what, f"{start:#x}", show_size(size) if size else "", note)
        for what, start, size, note in pieces])


def interrupts() -> str:
    """The guest's private interrupts with a meaning."""
    return table(("PPI", "what"), [
        (str(layout.VIRTUAL_TIMER_PPI), "virtual timer"),
        (str(layout.PHYSICAL_TIMER_PPI), "physical timer"),
        (str(layout.EVENT_PPI), "event channels, edge-triggered")])


def traps() -> str:
    """The page's text."""
    emulated = table(("register", "read", "write"),
                     [(row.shown, row.read, row.write) for row in TRAPPED])
    switched = ", ".join(code(register.name) for register in state.EL1)
    return page("Traps", INTRO, "`wrought.hv.a64`, `wrought.hv.vdev`, `wrought.hv.abi.layout`", [
        "## Exceptions", exceptions(),
        "## Counters", wrap("Each vCPU counts its exits; the key `q` of the hypervisor's console "
                            "and the closing table of `wrought demo` show them."), exits(),
        "## System registers", wrap(
            "Trapped accesses that are listed here are emulated; every other one is an undefined "
            "instruction to the guest, as on a CPU without that register."), emulated,
        "## ID registers", wrap(
            "A guest sees those features whose state EL2 keeps apart, and no others: a field that "
            "is not listed reads as 0, \"not implemented\". PARange is at most what stage 2 was "
            "given, EL1 is 64 bits wide, GIC is 0 where the machine has a GICv2. Registers of the "
            "32-bit state are shown as they are: "
            + ", ".join(map(code, idregs.WHOLE)) + "."), id_registers(),
        "## Controls while a guest runs", controls(),
        "## Registers switched", wrap(
            f"A vCPU that comes to a CPU brings its own: {switched}; its virtual and its emulated "
            "physical timer, its interrupts, and its vector registers once it uses them."),
        "## Firmware", wrap(
            "By HVC #0 or SMC #0, never passed on to the machine's firmware; others return "
            "NOT_SUPPORTED."), psci(),
        "## Address space", wrap(
            "Of an ordinary guest. A domain that is mapped one to one has its GIC where the "
            "machine has its own."), memory(), interrupts(),
        "## What ends a guest", wrap(
            "An SError while it runs, its own SCHEDOP_shutdown, PSCI's SYSTEM_OFF and SYSTEM_RESET "
            "and its watchdog; nothing else that it does. The registers of a vCPU that had an "
            "SError are printed."),
    ])
