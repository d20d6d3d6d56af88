"""gdb on hosted programs: breakpoints on Python lines, steps, locals, structures, bit fields."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from lang.build.bare import BASE, QEMU
from lang.build.bare import program as program_at_el2
from wrought.lang.build.dump import source_lines
from wrought.lang.build.image import build_image, write_output
from wrought.lang.build.layout import Layout
from wrought.lang.build.link import build_executable
from wrought.lang.build.objects import compile_object
from wrought.lang.build.program import Program
from wrought.lang.ir.model import Module
from wrought.lang.ir.parser import parse_module
from wrought.lang.ir.verifier import check_module
from wrought.lang.targets import TARGETS

SOURCE = """\
# A program that a front end could have read.
def sum_to(n):
    total = 0
    i = 0
    while i < n:
        total += i
        i += 1
    return total

def main():
    look(point)
    return sum_to(5)
"""

CODE = r"""module "debug"
dtype "u64" base name=u64 size=8 encoding=unsigned
dtype "u32" base name=u32 size=4 encoding=unsigned
dtype "i32" base name=i32 size=4 encoding=signed
dtype "Kind" enum name=Kind size=4 of=u32 {
  item (IDLE, 0)
  item (BUSY, 3)
}
dtype "Esr" struct name=Esr size=8 {
  member (iss, u32, 0, 25, true)
  member (il, u32, 25, 1, true)
  member (ec, u32, 26, 6, true)
}
dtype "Point" struct name=Point size=32 file="prog.py" line=1 {
  member (x, i32, 0, 32, false)
  member (kind, Kind, 32, 32, false)
  member (next, "*Point", 64, 64, false)
  member (esr, Esr, 128, 64, false)
  member (pair, "u32[2]", 192, 64, false)
}
dtype "*Point" ptr of=Point
dtype "u32[2]" array of=u32 count=2
global @point size=32 align=8 linkage=export dtype=Point file="prog.py" line=1 title="point" {
  b"\fe\ff\ff\ff\03\00\00\00\00\00\00\00\00\00\00\00"
  b"\07\00\00\5a\00\00\00\00\05\00\00\00\06\00\00\00"
  reloc 8 @point
}
global @five size=8 align=8 {
  b"\05\00\00\00\00\00\00\00"
}
func @mod.sum_to(n: i64 dtype=u64) -> i64 linkage=export attrs=(noinline) line=2 title=sum_to {
  slot $total size=8 align=8 dtype=u64 line=3
  slot $i size=8 align=8 dtype=u64 line=4
^e:
  store 0:i64, $total, align=8 !3:5
  store 0:i64, $i, align=8 !4:5
  br -> ^test !5:5
^test:
  %0: i64 = load $i, align=8 !5:11
  %1: i1 = icmp %0, n, pred=ult !5:11
  cbr %1 -> ^body, ^done !5:5
^body:
  %2: i64 = load $total, align=8 !6:9
  %3: i64 = load $i, align=8 !6:18
  %4: i64 = mul %3, %3 !6:9
  %5: i64 = xor %4, n !6:9
  %6: i64 = add %2, %5 !6:9
  store %6, $total, align=8 !6:9
  call @look(@point) !6:9
  %7: i64 = add %3, 1:i64 !7:9
  store %7, $i, align=8 !7:9
  br -> ^test !5:5
^done:
  %8: i64 = load $total, align=8 !8:12
  ret %8 !8:5
}
func @look(p: ptr dtype="*Point") -> void attrs=(noinline) linkage=export line=10 title="look" {
^e:
  store 9:i32, p, align=4, volatile=true !11:5
  ret !11:5
}
func @main() -> i32 linkage=export line=10 title="main" ret_dtype=i32 {
^e:
  %0: i64 = load @five, align=8, volatile=true !12:19
  %1: i64 = call @mod.sum_to(%0) !12:12
  %2: i32 = trunc %1 !12:12
  ret %2 !12:5
}
"""


def module(folder: Path) -> Module:
    m = parse_module(CODE)
    check_module(m)
    for fn in m.functions.values():
        fn.file = str(folder / "prog.py")
    m.functions["mod.sum_to"].ret_dtype = "u64"
    return m


def gdb(program: Path, *commands: str) -> str:
    words = [word for c in commands for word in ("-ex", c)]
    done = subprocess.run(
        ["gdb-multiarch", "-q", "-nx", "-batch", "-ex", "set debuginfod enabled off", *words,
         str(program)], cwd=program.parent, capture_output=True, text=True, timeout=60,
        stdin=subprocess.DEVNULL, check=False)
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("debug")
    (folder / "prog.py").write_text(SOURCE)
    out = folder / "program"
    build_executable(module(folder), TARGETS["x86_64-linux"], out, root=str(folder))
    return out


needs_gdb = pytest.mark.skipif(shutil.which("gdb-multiarch") is None, reason="needs gdb")


@needs_gdb
def test_breakpoint_locals_and_step(program: Path):
    text = gdb(program, "break prog.py:7", "run", "info locals", "print n", "bt 1",
               "continue", "print i", "next")
    assert "total = 5" in text and "i = 0" in text, text
    assert "$1 = 5" in text
    assert "sum_to (n=5) at ./prog.py:7" in text
    assert "$2 = 1" in text


@needs_gdb
def test_types_of_globals(program: Path):
    text = gdb(program, "break look", "run", "bt", "print *p", "ptype struct Point",
               "whatis p->kind", "ptype p->esr")
    assert "{x = -2, kind = BUSY, next = 0x" in text, text
    assert "in sum_to (n=5) at ./prog.py:6" in text
    assert "esr = {iss = 7, il = 1, ec = 22}, pair = {5, 6}}" in text
    assert "struct Esr esr;" in text
    assert "u32 ec : 6;" in text
    assert "type = enum Kind" in text


def test_lines_dump_shows_python_source(tmp_path: Path):
    (tmp_path / "prog.py").write_text(SOURCE)
    m = module(tmp_path)
    for name in ("x86_64-linux", "aarch64-none"):
        data = compile_object(m, TARGETS[name], root=str(tmp_path))
        text = source_lines(data, str(tmp_path))
        assert "sum_to:\n" in text
        assert "  prog.py:6: total += i\n" in text
        assert "; look" in text
    program = Program.from_ir(m, target="aarch64-none", root=str(tmp_path))
    whole = "".join(program.dump(stage) for stage in ("llvm", "asm", "lines"))
    assert "define dso_local i32 @main()" in whole and "bl\tlook" in whole


@needs_gdb
def test_gdb_on_bare_metal(tmp_path: Path):
    """A breakpoint on a Python line of a program at EL2, through QEMU's gdb stub."""
    (tmp_path / "boot.py").write_text("\n\ndef start():\n    level = current()\n    off()\n")
    m = program_at_el2("""
dtype "u64" base name=u64 size=8 encoding=unsigned
func @start() -> void linkage=export line=3 title=start {
  slot $level size=8 align=8 dtype=u64 line=4
^e:
  %0: i64 = sysread reg=CurrentEL, enc=(3, 0, 4, 2, 2) !4:5
  %1: i64 = lshr %0, 2:i64 !4:5
  store %1, $level, align=8 !4:5
  call @digit(%1) !5:5
  call @off() !6:5
  ret !6:5
}
func @digit(n: i64) -> void attrs=(noinline) {
^e:
  %0: i64 = add n, 48:i64
  %1: i8 = trunc %0
  call @putc(%1)
  ret
}
""")
    m.functions["start"].file = str(tmp_path / "boot.py")
    image = tmp_path / "image"
    write_output(image, build_image(m, TARGETS["aarch64-none"], Layout(BASE), root=str(tmp_path)))
    socket = tmp_path / "gdb"
    machine = subprocess.Popen([*QEMU, "-kernel", str(image), "-S", "-gdb",
                                f"unix:{socket},server=on,wait=off"],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    try:
        for _ in range(100):
            if socket.exists():
                break
            time.sleep(0.05)
        text = gdb(image, f"target remote {socket}", "break boot.py:5", "continue", "print level",
                   "bt 1", "delete", "continue")
        output, _ = machine.communicate(timeout=20)
    finally:
        machine.kill()
    assert "$1 = 2" in text and "start () at ./boot.py:5" in text, text
    assert output == b"2"
