"""Ops with effects on memory and control, on both machines, against the interpreter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lang.llvm.batch import run_on_a64
from wrought.lang.build.host import HostEngine
from wrought.lang.ir.interp.engine import Interpreter
from wrought.lang.ir.model import Module
from wrought.lang.ir.ops import OPS, ORDERS, RMW_KINDS
from wrought.lang.ir.parser import parse_module
from wrought.lang.ir.verifier import check_module

FIXED = r"""module "effects"
global @table size=32 align=8 const=true {
  b"\01\00\00\00\00\00\00\00\02\00\00\00\00\00\00\00"
  b"\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00"
  reloc 16 @twice
  reloc 24 @table+8
}
global @seed size=8 align=8 percpu=true
func @twice(x: i64) -> i64 {
^e:
  %0: i64 = add x, x
  ret %0
}
func @bool_byte(x: i8) -> i8 linkage=export {
  slot $s size=1 align=1
^e:
  %0: i1 = icmp x, 3:i8, pred=ugt
  store %0, $s, align=1
  %1: i8 = load $s, align=1
  %2: i1 = load $s, align=1, volatile=true
  %3: i8 = zext %2
  %4: i8 = shl %3, 4:i8
  %5: i8 = or %1, %4
  ret %5
}
func @parts(a: i8, b: {i16, i1}, c: i128) -> {i8, {i16, i1}, i128} linkage=export {
  slot $s size=32 align=16
  slot $t size=32 align=16
^e:
  %0: {i8, {i16, i1}, i128} = make a, b, c
  store %0, $s, align=16
  copy $t, $s, size=32, align=16
  %1: {i8, {i16, i1}, i128} = load $t, align=16
  ret %1
}
func @unaligned(x: i64) -> i32 linkage=export {
  slot $s size=16 align=1
^e:
  %0: ptr = ptradd $s, 3:i64
  store x, %0, align=1
  %1: ptr = ptradd $s, 5:i64
  %2: i32 = load %1, align=1
  ret %2
}
func @blocks(x: i8, n: i64) -> i64 linkage=export {
  slot $s size=16 align=8
^e:
  memset $s, 0:i8, 16:i64
  memset $s, x, n
  %0: ptr = ptradd $s, 2:i64
  store 7:i8, $s, align=1
  memmove %0, $s, 6:i64
  %1: ptr = ptradd $s, 8:i64
  memcpy %1, $s, 8:i64
  prefetch $s
  prefetch $s, write=true
  %2: i64 = load %1, align=8
  ret %2
}
func @constants(i: i64) -> i64 linkage=export {
^e:
  %0: ptr = elem @table, i, size=8
  %1: i64 = load %0, align=8, invariant=true
  %2: ptr = load @table+24, align=8
  %3: i64 = load %2, align=8
  %4: i64 = add %1, %3
  ret %4
}
func @through_table(x: i64) -> i64 linkage=export {
^e:
  %0: ptr = load @table+16, align=8
  %1: i64 = calli %0, x, sig=(i64, (i64)), cc=c
  %2: i64 = call @twice(%1)
  ret %2
}
func @choose(x: i32) -> i32 linkage=export {
^e:
  switch x, values=(1, 2, 4294967295) -> ^other, ^one, ^two, ^minus
^one:
  ret 10:i32
^two:
  ret 20:i32
^minus:
  ret 30:i32
^other:
  %0: i1 = icmp x, 100:i32, pred=ult
  cbr %0, likely=0 -> ^small, ^big
^small:
  ret 40:i32
^big:
  ret 50:i32
}
func @even(n: i64, seen: i64) -> i64 cc=handler linkage=export {
^e:
  %0: i1 = icmp n, 0:i64, pred=eq
  cbr %0 -> ^done, ^more
^done:
  ret seen
^more:
  %1: i64 = sub n, 1:i64
  %2: i64 = add seen, n
  taili @odd, %1, %2, sig=(i64, (i64, i64)), cc=handler
}
func @odd(n: i64, seen: i64) -> i64 cc=handler {
^e:
  %0: i1 = icmp n, 0:i64, pred=eq
  cbr %0 -> ^done, ^more
^done:
  ret 0:i64
^more:
  %1: i64 = sub n, 1:i64
  tail @even(%1, seen)
}
func @own(x: i64) -> i64 linkage=export {
^e:
  %0: ptr = percpu @seed
  store x, %0, align=8
  %1: ptr = percpu @seed
  %2: i64 = load %1, align=8
  ret %2
}
func @places() -> i64 linkage=export {
^e:
  %0: i64 = call @inner_places()
  br -> ^end
^end:
  ret %0
}
func @inner_places() -> i64 attrs=(noinline) {
  slot $s size=8 align=8
^e:
  store 0:i64, $s, align=8
  %0: i64 = read_sp
  %1: i64 = return_address
  %2: i1 = icmp %0, 4096:i64, pred=ugt
  %3: i1 = icmp %1, 0:i64, pred=ne
  %4: i1 = and %2, %3
  fence order=seq_cst
  fence order=acquire
  fence order=acq_rel
  compiler_fence
  %5: i64 = zext %4
  ret %5
}
func @__wrought_try(frame: ptr, fn: ptr, arg: ptr) -> i32 linkage=extern
func @__wrought_throw(frame: ptr, code: i32) -> void linkage=extern attrs=(noreturn)
func @risky(arg: ptr) -> void attrs=(noinline) {
^e:
  %0: ptr = ptradd arg, 176:i64
  %1: i32 = load %0, align=8
  %2: i1 = icmp %1, 0:i32, pred=eq
  cbr %2 -> ^fine, ^bad
^fine:
  ret
^bad:
  call @__wrought_throw(arg, %1)
  unreachable
}
func @guarded(code: i32, kept: f64) -> {i32, f64} linkage=export {
  slot $frame size=192 align=16
^e:
  %0: ptr = ptradd $frame, 176:i64
  store code, %0, align=8
  %1: i32 = call @__wrought_try($frame, @risky, $frame)
  %2: f64 = fadd kept, 1.0:f64
  %3: {i32, f64} = make %1, %2
  ret %3
}
"""

ROWS: list[tuple[str, list[tuple[Any, ...]]]] = [
    ("bool_byte", [(3,), (4,), (255,)]),
    ("parts", [(200, (40000, 1), 2**127 + 3), (0, (1, 0), 5)]),
    ("unaligned", [(0x0102_0304_0506_0708,)]),
    ("blocks", [(0xAB, 16), (0xCD, 3), (1, 0)]),
    ("constants", [(0,), (1,)]),
    ("through_table", [(5,), (2**63,)]),
    ("choose", [(1,), (2,), (2**32 - 1,), (0,), (99,), (100,), (2**31,)]),
    ("even", [(0, 3), (100_000, 1), (7, 1)]),
    ("own", [(42,)]),
    ("places", [()]),
    ("guarded", [(0, 1.5), (9, 2.5)]),
]

ORDER_OF_STORES = ("relaxed", "release", "seq_cst")
ORDER_OF_LOADS = ("relaxed", "acquire", "seq_cst")
VALUES = {"i8": (0, 127, 128, 255), "i32": (0, 5, 2**31, 2**32 - 1), "i64": (0, 2**63, 2**64 - 1)}


def _memory(t: str, a: str, body: str, result: str) -> str:
    """A function body with one variable `$s` of type `t` that begins as `a`."""
    return f"  slot $s size=8 align=8\n^e:\n  store {a}, $s, align=8\n{body}  ret {result}\n}}\n"


def _atomics() -> tuple[str, list[tuple[str, list[tuple[Any, ...]]]]]:
    """Every kind, order and width of atomic access, with the operands to try."""
    text, rows = "", []
    for t, values in VALUES.items():
        pairs = [(a, b) for a in values for b in values]
        for i, kind in enumerate(RMW_KINDS):
            name, order = f"rmw_{kind}_{t}", ORDERS[i % len(ORDERS)]
            text += f"func @{name}(a: {t}, b: {t}) -> {{{t}, {t}}} linkage=export {{\n" + _memory(
                t, "a", f"  %0: {t} = atomic_rmw $s, b, kind={kind}, order={order}\n"
                f"  %1: {t} = load $s, align=8\n  %2: {{{t}, {t}}} = make %0, %1\n", "%2")
            rows.append((name, pairs))
        for order in ("acq_rel", "seq_cst", "relaxed"):
            name = f"cas_{order}_{t}"
            pair = f"{{{t}, i1}}"
            text += (f"func @{name}(a: {t}, b: {t}) -> {{{pair}, {t}}} linkage=export {{\n"
                     + _memory(t, "a", f"  %0: {pair} = atomic_cas $s, b, 77:{t}, order={order}\n"
                               f"  %1: {t} = load $s, align=8\n"
                               f"  %2: {{{pair}, {t}}} = make %0, %1\n", "%2"))
            rows.append((name, pairs))
    for t, values in {**VALUES, "i1": (0, 1), "f64": (0.5, -1e300), "ptr": (4096,)}.items():
        for load, store in zip(ORDER_OF_LOADS, ORDER_OF_STORES, strict=True):
            name = f"plain_{load}_{t}"
            text += f"func @{name}(a: {t}, b: {t}) -> {t} linkage=export {{\n" + _memory(
                t, "a", f"  atomic_store b, $s, order={store}\n"
                f"  %0: {t} = atomic_load $s, order={load}\n", "%0")
            rows.append((name, [(values[0], b) for b in values]))
    return text, rows


ATOMICS, ATOMIC_ROWS = _atomics()
ALL_ROWS = ROWS + ATOMIC_ROWS
ON_THE_MACHINE = {"sysread", "syswrite", "sysop", "smccc", "mmio_read", "mmio_write", "panic"}
"""Tried elsewhere: in `test_machine`, and on bare metal."""


def module() -> Module:
    return parse_module(FIXED + ATOMICS)


@pytest.fixture(scope="module")
def expected() -> list[list[Any]]:
    interpreter = Interpreter(module())
    return [[interpreter.call(name, *row) for row in rows] for name, rows in ALL_ROWS]


def test_every_op_with_an_effect_is_tried():
    check_module(module())
    used = {ins.op for fn in module().functions.values() for b in fn.blocks for ins in b.body}
    assert {name for name, op in OPS.items() if not op.pure} - used == ON_THE_MACHINE


def compare(results: list[list[Any]], expected: list[list[Any]]) -> None:
    for (name, rows), got, wanted in zip(ALL_ROWS, results, expected, strict=True):
        assert got == wanted, f"{name} on {rows}"


def test_in_process(expected: list[list[Any]]):
    engine = HostEngine()
    m = module()
    engine.add(m)
    results: list[list[Any]] = []
    for name, rows in ALL_ROWS:
        fn = m.functions[name]
        call = engine.function(name, [p.type for p in fn.params], fn.ret)
        results.append([call(*row) for row in rows])
    compare(results, expected)


def test_on_aarch64(expected: list[list[Any]], tmp_path: Path):
    compare(run_on_a64(module(), ALL_ROWS, tmp_path), expected)
