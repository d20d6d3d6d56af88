"""Tiny bare-metal programs for QEMU's `virt` board, at EL2, and a way to run them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from wrought.lang.ir.model import AsmFunction, Module
from wrought.lang.ir.parser import parse_module

RAM = 0x4000_0000
BASE = RAM + 0x20_0000
UART = 0x0900_0000

START = """
    adrp x0, __stack_top
    add x0, x0, :lo12:__stack_top
    mov sp, x0
    bl start
1:  wfi
    b 1b
"""

QEMU = ["qemu-system-aarch64", "-machine", "virt,virtualization=on", "-cpu", "cortex-a57",
        "-m", "64", "-nographic", "-nodefaults", "-serial", "stdio"]

PSCI_OFF = 0x8400_0008

PRINTER = f"""
func @putc(c: i8) -> void attrs=(noinline) {{
^e:
  %0: i32 = zext c
  mmio_write %0, {UART}:ptr
  ret
}}
func @puts(s: ptr) -> void {{
  slot $p size=8 align=8
^e:
  store s, $p, align=8
  br -> ^next
^next:
  %0: ptr = load $p, align=8
  %1: i8 = load %0, align=1
  %2: i1 = icmp %1, 0:i8, pred=eq
  cbr %2 -> ^done, ^put
^put:
  call @putc(%1)
  %3: ptr = ptradd %0, 1:i64
  store %3, $p, align=8
  br -> ^next
^done:
  ret
}}
func @off() -> void {{
^e:
  %0: {{i64, i64, i64, i64}} = smccc {PSCI_OFF}:i64, conduit=smc, imm=0
  ret
}}
"""


def program(text: str, start: str = START) -> Module:
    """A module from IR text, with the printer, and `_start` in assembler calling `@start`."""
    m = parse_module('module "bare"\n' + text + PRINTER)
    m.asm["_start"] = AsmFunction("_start", start, "a64", "export", ".text.boot",
                                  calls=("start",))
    m.recursive_ok = False
    return m


def run_on_virt(image: Path, deadline: float = 20) -> str:
    """What the program prints until it turns the machine off."""
    done = subprocess.run([*QEMU, "-kernel", str(image)], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=deadline, check=True)
    return done.stdout.decode()
