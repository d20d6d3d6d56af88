"""Golden machine code: device access, tail calls, atomics, system instructions, EL2 without FP."""

from __future__ import annotations

import re

import pytest

from wrought.lang.build.dump import disassemble, functions
from wrought.lang.build.errors import BuildError
from wrought.lang.build.host import HostEngine
from wrought.lang.build.objects import compile_object, frame_sizes
from wrought.lang.ir.parser import parse_module
from wrought.lang.ir.verifier import check_module
from wrought.lang.llvm.emit import emit_module
from wrought.lang.targets import TARGETS, Target

EL2, A64, X64 = (TARGETS[n] for n in ("aarch64-none", "aarch64-linux", "x86_64-linux"))

CODE = r"""module "machine"
func @fill(p: ptr, n: i64) -> void linkage=export {
  slot $i size=8 align=8
^e:
  store 0:i64, $i, align=8
  br -> ^next
^next:
  %0: i64 = load $i, align=8
  %1: i1 = icmp %0, n, pred=ult
  cbr %1 -> ^body, ^done
^body:
  %2: ptr = elem p, %0, size=4
  mmio_write 7:i32, %2
  %3: i64 = add %0, 1:i64
  store %3, $i, align=8
  br -> ^next
^done:
  ret
}
func @narrow(p: ptr) -> i64 linkage=export {
^e:
  %0: i8 = mmio_read p
  %1: i16 = mmio_read p
  %2: i32 = mmio_read p
  %3: i64 = mmio_read p
  mmio_write %0, p
  mmio_write %1, p
  mmio_write %3, p
  %4: i64 = zext %2
  ret %4
}
func @system(x: i64) -> i64 linkage=export {
^e:
  syswrite x, reg=VTTBR_EL2, enc=(3, 4, 2, 1, 0)
  sysop text="isb"
  sysop x, text="tlbi ipas2e1is"
  sysop x, text="at s12e1r, ${0}"
  sysop text="wfi"
  %0: i64 = sysread reg=PAR_EL1, enc=(3, 0, 7, 4, 0)
  ret %0
}
func @firmware(f: i64, a: i64) -> i64 linkage=export {
^e:
  %0: {i64, i64, i64, i64} = smccc f, a, conduit=smc, imm=0
  %1: i64 = extract %0, index=0
  %2: i64 = extract %0, index=3
  %3: i64 = add %1, %2
  ret %3
}
func @lock(p: ptr) -> i1 linkage=export {
^e:
  %0: {i32, i1} = atomic_cas p, 0:i32, 1:i32, order=acquire
  %1: i1 = extract %0, index=1
  ret %1
}
func @unlock(p: ptr) -> void linkage=export {
^e:
  atomic_store 0:i32, p, order=release
  ret
}
func @big_copy(a: ptr, b: ptr) -> void linkage=export {
  slot $t size=96 align=16
^e:
  copy $t, b, size=96, align=8
  copy a, $t, size=96, align=8
  ret
}
func @scaled(p: ptr, i: i64) -> i32 linkage=export {
^e:
  %0: ptr = elem p, i, size=4
  %1: i32 = load %0, align=4
  ret %1
}
func @floored(x: i64) -> i64 linkage=export {
^e:
  %0: i64 = sdivf x, 8:i64
  ret %0
}
"""

HANDLERS = r"""module "handlers"
func @op(pc: ptr, base: ptr, dispatch: ptr, g: ptr) -> void cc=handler linkage=export {
^e:
  %0: i64 = load pc, align=8
  %1: ptr = ptradd pc, 8:i64
  %2: i64 = and %0, 255:i64
  %3: ptr = elem dispatch, %2, size=8
  %4: ptr = load %3, align=8
  store %0, base, align=8
  taili %4, %1, base, dispatch, g, sig=(void, (ptr, ptr, ptr, ptr)), cc=handler
}
"""


@pytest.fixture(scope="module")
def el2() -> bytes:
    module = parse_module(CODE)
    check_module(module)
    return compile_object(module, EL2)


def test_device_stores_stay_single_instructions(el2: bytes):
    code = disassemble(el2, "fill")
    stores = [ins for ins in code if ins.startswith("st")]
    assert [re.sub(r"\b[wx]\d+", "r", s) for s in stores] == ["str r, [r]"]


def test_each_width_has_its_instruction(el2: bytes):
    code = [re.sub(r"\b([wx])\d+", r"\1", ins) for ins in disassemble(el2, "narrow")]
    assert [c for c in code if "[" in c] == [
        "ldrb w, [x]", "ldrh w, [x]", "ldr w, [x]", "ldr x, [x]",
        "strb w, [x]", "strh w, [x]", "str x, [x]"]


def test_system_instructions(el2: bytes):
    assert disassemble(el2, "system") == [
        "msr vttbr_el2, x0", "isb", "tlbi ipas2e1is, x0", "at s12e1r, x0", "wfi",
        "mrs x0, par_el1", "ret"]


def test_firmware_call_takes_and_gives_fixed_registers(el2: bytes):
    assert disassemble(el2, "firmware") == ["smc #0", "add x0, x0, x3", "ret"]


def test_atomics(el2: bytes):
    lock = [ins.split()[0] for ins in disassemble(el2, "lock")]
    assert "ldaxr" in lock and "stxr" in lock and "dmb" not in lock
    assert disassemble(el2, "unlock") == ["stlr wzr, [x0]", "ret"]


def test_el2_has_no_floating_point(el2: bytes):
    for name in functions(el2):
        code = "\n".join(disassemble(el2, name))
        assert not re.search(r"\b[qvds]\d+\b", code), f"{name}:\n{code}"


def test_addressing_and_constant_division_are_cheap(el2: bytes):
    assert disassemble(el2, "scaled") == ["ldr w0, [x0, x1, lsl #2]", "ret"]
    assert disassemble(el2, "floored") == ["asr x0, x0, #3", "ret"]


def test_frame_sizes(el2: bytes):
    sizes = frame_sizes(el2)
    assert set(sizes) == set(functions(el2))
    assert sizes["scaled"] == 0 and sizes["narrow"] == 0


@pytest.mark.parametrize(("target", "jump"), [(A64, "br x"), (X64, "jmp ")])
def test_tail_call_is_a_jump_with_state_in_registers(target: Target, jump: str):
    code = disassemble(compile_object(parse_module(HANDLERS), target), "op")
    assert code[-1].startswith(jump)
    assert len(code) <= 6
    assert not any(ins.split()[0] in ("push", "pop", "stp", "ldp", "call", "bl") for ins in code)


@pytest.mark.parametrize(("name", "message"), [
    ("system", "system register VTTBR_EL2 does not exist on x86-64"),
    ("firmware", "smc does not exist on x86-64"),
])
def test_what_x64_lacks_is_an_error_with_a_place(name: str, message: str):
    module = parse_module(CODE)
    fn = module.functions[name]
    fn.file, fn.title = "hv/trap.py", f"trap.{name}"
    fn.line = 12
    module.functions = {name: fn}
    with pytest.raises(BuildError, match=rf"^hv/trap.py:12: {message} \(in trap.{name}\)$"):
        emit_module(module, X64)


def test_barriers_work_on_the_host():
    module = parse_module("""module "barriers"
func @all(x: i64) -> i64 linkage=export {
^e:
  sysop text="dmb ish"
  sysop text="isb"
  sysop text="yield"
  ret x
}
""")
    engine = HostEngine()
    engine.add(module)
    assert engine.function("all", ["i64"], "i64")(3) == 3
    code = disassemble(compile_object(module, X64), "all")
    assert code.count("mfence") == 2 and code.count("pause") == 1


def test_no_calls_of_a_c_library_are_made_up():
    """LLVM knows the loop for `strlen`; on bare metal there is nothing to call."""
    module = parse_module("""module "length"
func @length(s: ptr) -> i64 linkage=export {
  slot $n size=8 align=8
^e:
  store 0:i64, $n, align=8
  br -> ^next
^next:
  %0: i64 = load $n, align=8
  %1: ptr = ptradd s, %0
  %2: i8 = load %1, align=1
  %3: i64 = add %0, 1:i64
  store %3, $n, align=8
  %4: i1 = icmp %2, 0:i8, pred=eq
  cbr %4 -> ^done, ^next
^done:
  ret %0
}
""")
    assert not any("strlen" in ins for ins in disassemble(compile_object(module, EL2), "length"))
    assert any("strlen" in ins for ins in disassemble(compile_object(module, X64), "length"))


def test_percpu_variables_are_one_register_and_an_offset():
    module = parse_module(r"""module "percpu"
dtype "u64" base name=u64 size=8 encoding=unsigned
global @first size=4 align=4 percpu=true
global @second size=16 align=8 percpu=true dtype=u64 file="p.py" line=1 linkage=export {
  b"\01\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00"
  reloc 8 @count
}
func @count() -> i64 linkage=export {
^e:
  %0: ptr = percpu @second
  %1: i64 = load %0, align=8
  %2: ptr = percpu @second+8
  %3: i64 = load %2, align=8
  %4: i64 = add %1, %3
  ret %4
}
func @indirect(p: ptr) -> ptr linkage=export {
^e:
  %0: ptr = percpu p
  ret %0
}
""")
    check_module(module)
    data = compile_object(module, EL2)
    assert disassemble(data, "count") == [
        "mrs x8, tpidr_el2", "ldp x9, x8, [x8, #8]", "add x0, x8, x9", "ret"]
    assert [ins.split()[0] for ins in disassemble(data, "indirect")] == [
        "adrp", "add", "mrs", "sub", "add", "ret"]
