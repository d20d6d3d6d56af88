"""Bare-metal images: they boot, are laid out as said, and are refused when they are wrong."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from lang.build.bare import BASE, program, run_on_virt
from wrought.lang.build.errors import BuildError
from wrought.lang.build.image import build_image, flat_binary, symbols, write_output
from wrought.lang.build.layout import Layout
from wrought.lang.ir.verifier import check_module
from wrought.lang.targets import TARGETS

EL2 = TARGETS["aarch64-none"]

# Prints "EL" and the exception level, counts in a per-CPU variable whose copy lies in @area,
# catches a throw with code 5, copies a string, and panics into its own handler.
MACHINE = r"""
global @counter size=8 align=8 percpu=true
global @area size=64 align=64
global @text size=8 align=1 const=true {
  b"copied \00"
}
global @room size=64 align=8
func @__wrought_try(frame: ptr, fn: ptr, arg: ptr) -> i32 linkage=extern
func @__wrought_throw(frame: ptr, code: i32) -> void linkage=extern attrs=(noreturn)
func @thrower(frame: ptr) -> void attrs=(noinline) {
^e:
  call @__wrought_throw(frame, 5:i32)
  unreachable
}
func @digit(n: i64) -> void {
^e:
  %0: i64 = add n, 48:i64
  %1: i8 = trunc %0
  call @putc(%1)
  ret
}
func @copy8(n: i64) -> void attrs=(noinline) {
^e:
  memcpy @room, @text, n
  ret
}
func @count() -> i64 attrs=(noinline) {
^e:
  %0: ptr = percpu @counter
  %1: i64 = load %0, align=8
  %2: i64 = add %1, 1:i64
  store %2, %0, align=8
  ret %2
}
func @__wrought_panic(record: ptr, a: i64, b: i64) -> void linkage=export attrs=(noreturn) {
^e:
  %0: ptr = ptradd record, 16:i64
  %1: ptr = load %0, align=8
  call @puts(%1)
  call @digit(a)
  call @off()
  unreachable
}
func @start() -> void linkage=export file="boot.py" line=3 title="boot.start" {
  slot $frame size=176 align=16
^e:
  %0: i64 = sysread reg=CurrentEL, enc=(3, 0, 4, 2, 2)
  %1: i64 = lshr %0, 2:i64
  call @digit(%1)
  %2: i64 = ptrtoint @area
  syswrite %2, reg=TPIDR_EL2, enc=(3, 4, 13, 0, 2)
  %3: i64 = call @count()
  %4: i64 = call @count()
  %5: i64 = load @area, align=8
  call @digit(%5)
  %6: i64 = load @counter, align=8
  call @digit(%6)
  %7: i32 = call @__wrought_try($frame, @thrower, $frame)
  %8: i64 = zext %7
  call @digit(%8)
  call @copy8(8:i64)
  call @puts(@room)
  sysop text="dsb sy"
  sysop text="isb"
  panic %5, kind=test, msg="panic " !4:5
}
"""

HELLO = r"""
global @msg size=8 align=1 const=true {
  b"bare ok\00"
}
global @table size=8 align=8 const=true {
  reloc 0 @msg
}
func @start() -> void linkage=export {
^e:
  %0: ptr = load @table, align=8, volatile=true
  call @puts(%0)
  call @off()
  ret
}
"""


def test_el2_program_boots_and_works(tmp_path: Path):
    module = program(MACHINE)
    check_module(module)
    image = tmp_path / "image"
    write_output(image, build_image(module, EL2, Layout(BASE)))
    assert run_on_virt(image) == "2205copied panic 2"


@pytest.mark.parametrize("base", [BASE, BASE + (64 << 20)])
def test_linux_header(tmp_path: Path, base: int):
    elf = build_image(program(HELLO), EL2, Layout(base, linux_header=True))
    flat = flat_binary(elf)
    code0, _, offset, size, flags, *zero, magic, pe = struct.unpack("<II6QII", flat[:64])
    at = symbols(elf)
    assert code0 == 0x14000000 + (at["_start"] - base) // 4
    assert (offset, size, flags) == (0, at["__image_end"] - base, 0b1010)
    assert (zero, magic, pe) == ([0, 0, 0], 0x644D5241, 0)
    if base == BASE:
        image = tmp_path / "image"
        write_output(image, flat)
        assert run_on_virt(image) == "bare ok"


def test_position_independent_image_relocates_itself(tmp_path: Path):
    """The boot code applies R_AARCH64_RELATIVE (1027) entries, then tables hold addresses."""
    start = """
        adr x9, __image_start
        adrp x0, __rela_start
        add x0, x0, :lo12:__rela_start
        adrp x1, __rela_end
        add x1, x1, :lo12:__rela_end
    1:  cmp x0, x1
        b.hs 2f
        ldp x2, x3, [x0], #16
        ldr x4, [x0], #8
        add x4, x4, x9
        str x4, [x9, x2]
        b 1b
    2:  adrp x0, __stack_top
        add x0, x0, :lo12:__stack_top
        mov sp, x0
        bl start
    """
    elf = build_image(program(HELLO, start), EL2, Layout(0, linux_header=True, pie=True))
    at = symbols(elf)
    assert at["__rela_end"] - at["__rela_start"] == 24
    image = tmp_path / "image"
    write_output(image, flat_binary(elf))
    assert run_on_virt(image) == "bare ok"


def test_sections_are_page_aligned_and_in_order():
    at = symbols(build_image(program(MACHINE), EL2, Layout(BASE, stack=8192)))
    starts = [at[f"__{part}_start"] for part in ("text", "rodata", "data", "bss")]
    assert starts == sorted(starts) and all(a % 4096 == 0 for a in starts)
    assert at["__stack_top"] - at["__stack_bottom"] == 8192
    assert at["__percpu_end"] > at["__percpu_start"] == at["__wrought_percpu"]
    assert at["__image_end"] == at["__stack_top"]


def test_writable_code_is_refused():
    script = f"""ENTRY(_start) PHDRS {{ all PT_LOAD FLAGS(7); }}
    SECTIONS {{ . = {BASE:#x}; .all : {{ *(.text*) *(.rodata*) *(.data*) *(.bss*)
    __stack_top = .; }} :all }}"""
    with pytest.raises(BuildError, match=f"segment at {BASE:#x} is writable and executable"):
        build_image(program(HELLO), EL2, Layout(BASE, script=script))


def test_image_that_does_not_fit():
    with pytest.raises(BuildError, match="takes 73728 bytes of memory, but 65536 are available"):
        build_image(program(HELLO), EL2, Layout(BASE, limit=65536))


def test_missing_entry():
    with pytest.raises(BuildError, match="no entry 'begin'"):
        build_image(program(HELLO), EL2, Layout(BASE, entry="begin"))


def test_undefined_symbols_are_named():
    module = program(HELLO.replace("call @off()", "call @nothing()")
                     + "func @nothing() -> void linkage=extern\n")
    with pytest.raises(BuildError, match="^undefined symbol: nothing$"):
        build_image(module, EL2, Layout(BASE))


def test_wrong_base_for_the_boot_protocol():
    with pytest.raises(BuildError, match="multiple of 2 MiB, not 0x40010000"):
        build_image(program(HELLO), EL2, Layout(0x4001_0000, linux_header=True))


def test_hosted_target_has_no_image():
    with pytest.raises(BuildError, match="is hosted"):
        build_image(program(HELLO), TARGETS["aarch64-linux"], Layout(BASE))


def test_failure_to_write_leaves_nothing(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(BuildError, match="cannot write"):
        write_output(tmp_path / "file" / "image", b"x")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
