"""Errors about the machine, untrusted values, recursion and the stack."""

from __future__ import annotations

from .entry import Entry as E

MACHINE = (
    E("M01", "there is no system register '{name}'",
      "Registers are declared in wrought.isa.a64.sysregs, by their architectural name."),
    E("M02", "{name} is read-only",
      "The architecture allows no write to this register."),
    E("M03", "{name} is write-only",
      "The architecture allows no read of this register."),
    E("M04", "{what} exists on AArch64 only, and this is compiled for {arch}",
      "System registers, barriers and hypercalls belong to the Arm machine. Put them behind an "
      "interface with a fake for the host, or guard them with 'if target.arch == \"a64\"'."),
    E("M05", "unknown {kind} '{name}'",
      "The operation is not in wrought.isa.a64.sysops."),
    E("M06", "{name} {needs}",
      "Some cache and TLB operations take an address operand, others take none."),
    E("M07", "an ordering is required: {method}(…, Order.ACQUIRE)",
      "Every atomic access says its ordering: RELAXED, ACQUIRE, RELEASE, ACQ_REL or SEQ_CST."),
    E("M08", "{order} is not an ordering for {method}",
      "Loads are RELAXED, ACQUIRE or SEQ_CST; stores are RELAXED, RELEASE or SEQ_CST."),
    E("M09", "assembler function {name} has no text for {arch}",
      "Its body calls a64(\"…\") and x64(\"…\"), one for each machine it runs on."),
    E("M10", "the body of an assembler function is a64(\"…\") and x64(\"…\") only",
      "Whole functions are assembler or compiled Python, never mixed."),
    E("M11", "assembler text names '{hole}', which is not given",
      "Pass it as a keyword: a64(\"bl {f}\", f=handler)."),
    E("M12", "C functions can't be called on bare metal: {name}",
      "There is no C library under aarch64-none. Use wrought.rt."),
    E("M13", "print needs a console on bare metal",
      "Give the program a function that takes a Slice[u8]: Program(…, console=put_text)."),
    E("U01", "an untrusted value can't be used as {use}",
      "It came from a guest. Compare it with a trusted bound first (if n < len(s): …), or clamp "
      "it; inside the branch it is trusted."),
    E("U02", "an untrusted value can't become {type}",
      "Check it against a trusted bound, or use trust(x) in an @unsafe function."),
    E("R01", "recursion in a bare-metal program: {cycle}",
      "EL2 stacks are small and fixed; the deepest path has to be known. Write a loop."),
    E("R02", "the indirect call in {name} does not go through a declared table",
      "Without knowing what can be called there is no stack bound. Declare fn_table(…)."),
    E("R03", "the deepest stack path takes {bytes} bytes, more than the {limit} allowed: {path}",
      "Make frames smaller (large arrays become statics), or raise the limit."),
)
