"""`HostEngine`: calls, panics, callbacks, device models and failures in this process."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from wrought.lang.build.cache import Cache
from wrought.lang.build.errors import BuildError, Panic
from wrought.lang.build.host import HostEngine
from wrought.lang.ir.model import AsmFunction, Param
from wrought.lang.ir.parser import parse_module
from wrought.lang.ir.verifier import check_module

CODE = r"""module "host"
global @hits size=8 align=8 linkage=export
func @div(a: i32, b: i32) -> i32 linkage=export file="/src/calc.py" line=3 title="Calc.div" {
^e:
  %0: i1 = icmp b, 0:i32, pred=eq
  cbr %0, likely=1 -> ^zero, ^ok !4:8
^zero:
  %1: i64 = sext a
  panic %1, kind=div, msg="{0} divided by zero" !4:15
^ok:
  %2: i32 = sdivf a, b
  ret %2
}
func @swap(p: {i8, {i128, i1}}, f: f32) -> {i1, f64, i128} linkage=export {
^e:
  %0: {i128, i1} = extract p, index=1
  %1: i128 = extract %0, index=0
  %2: i1 = extract %0, index=1
  %3: f64 = fext f
  %4: {i1, f64, i128} = make %2, %3, %1
  ret %4
}
func @step(n: i64, acc: i64) -> i64 cc=handler linkage=export {
^e:
  %0: i1 = icmp n, 0:i64, pred=eq
  cbr %0 -> ^done, ^more
^done:
  ret acc
^more:
  %1: i64 = sub n, 1:i64
  %2: i64 = add acc, n
  tail @step(%1, %2)
}
func @apply(f: ptr, x: i64) -> i64 linkage=export {
^e:
  %0: i64 = calli f, x, sig=(i64, (i64)), cc=c
  %1: i64 = add %0, 1:i64
  ret %1
}
func @hit() -> void linkage=export {
^e:
  %0: i64 = atomic_rmw @hits, 1:i64, kind=add, order=relaxed
  ret
}
func @low(x: i8) -> i32 linkage=export {
^e:
  %0: i32 = sext x
  ret %0
}
func @strlen(s: ptr) -> i64 linkage=extern
func @length(s: ptr) -> i64 linkage=export {
^e:
  %0: i64 = call @strlen(s)
  ret %0
}
func @pulse(p: ptr, v: i32) -> i32 linkage=export {
^e:
  mmio_write v, p
  %0: ptr = ptradd p, 4:i64
  %1: i8 = mmio_read %0
  %2: i32 = zext %1
  ret %2
}
"""


@pytest.fixture(scope="module")
def engine() -> HostEngine:
    module = parse_module(CODE)
    check_module(module)
    module.functions["low"].params[0].attrs = ("signext",)
    engine = HostEngine()
    engine.add(module)
    return engine


def test_integers_wrap_to_canonical(engine: HostEngine):
    div = engine.function("div", ["i32", "i32"], "i32")
    assert div(7, 2) == 3
    assert div(2**32 - 7, 2) == 2**32 - 4


def test_aggregates_floats_and_wide_integers(engine: HostEngine):
    swap = engine.function("swap", [("i8", ("i128", "i1")), "f32"], ("i1", "f64", "i128"))
    assert swap((1, (2**127 + 5, 1)), 0.5) == (1, 0.5, 2**127 + 5)


def test_handler_convention_and_tail_calls(engine: HostEngine):
    step = engine.function("step", ["i64", "i64"], "i64")
    assert step(1_000_000, 0) == 500_000_500_000


def test_declared_extension_of_small_parameters(engine: HostEngine):
    assert engine.function("low", ["i8"], "i32")(0xFF) == 0xFFFF_FFFF


def test_libc_is_found(engine: HostEngine):
    text = ctypes.create_string_buffer(b"seven..")
    assert engine.function("length", ["ptr"], "i64")(ctypes.addressof(text)) == 7


def test_panic_tells_where(engine: HostEngine):
    div = engine.function("div", ["i32", "i32"], "i32")
    for _ in range(3):
        with pytest.raises(Panic) as caught:
            div(2**32 - 9, 0)
        p = caught.value
        assert (p.kind, p.message) == ("div", "-9 divided by zero")
        assert (p.file, p.line, p.col, p.function) == ("/src/calc.py", 4, 15, "Calc.div")
        assert str(p) == "/src/calc.py:4:15: -9 divided by zero"
    assert div(8, 2) == 4


def test_callback(engine: HostEngine):
    apply = engine.function("apply", ["ptr", "i64"], "i64")
    triple = engine.callback(lambda x: 3 * x, ["i64"], "i64")
    assert apply(triple.address, 5) == 16


def test_exception_passes_through_compiled_code(engine: HostEngine):
    apply = engine.function("apply", ["ptr", "i64"], "i64")
    error = KeyError("from Python")

    def fail(x: int) -> int:
        raise error

    with pytest.raises(KeyError) as caught:
        apply(engine.callback(fail, ["i64"], "i64").address, 5)
    assert caught.value is error


def test_callback_result_of_the_wrong_type(engine: HostEngine):
    apply = engine.function("apply", ["ptr", "i64"], "i64")
    with pytest.raises(Exception, match="required argument is not an integer"):
        apply(engine.callback(lambda x: "no", ["i64"], "i64").address, 5)


def test_panic_inside_a_callback_leaves_only_the_inner_call(engine: HostEngine):
    div = engine.function("div", ["i32", "i32"], "i32")
    apply = engine.function("apply", ["ptr", "i64"], "i64")
    seen: list[str] = []

    def careful(x: int) -> int:
        try:
            return div(x, 0)
        except Panic as panic:
            seen.append(panic.message)
            return 40

    assert apply(engine.callback(careful, ["i64"], "i64").address, 6) == 41
    assert seen == ["6 divided by zero"]
    with pytest.raises(Panic, match="6 divided by zero"):
        apply(engine.callback(lambda x: div(x, 0), ["i64"], "i64").address, 6)


def test_threads_panic_on_their_own(engine: HostEngine):
    div = engine.function("div", ["i32", "i32"], "i32")
    hit = engine.function("hit", [], "void")
    caught: list[int] = []

    def work(n: int) -> None:
        for i in range(200):
            hit()
            try:
                div(n * 1000 + i, 0)
            except Panic as panic:
                caught.append(int(panic.message.split()[0]))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(caught) == [n * 1000 + i for n in range(4) for i in range(200)]
    assert ctypes.c_uint64.from_address(engine.address("hits")).value == 800


def test_device_model(engine: HostEngine):
    pulse = engine.function("pulse", ["ptr", "i32"], "i32")
    log: list[tuple[str, int, int, int]] = []

    def read(offset: int, size: int) -> int:
        log.append(("read", offset, size, 0))
        return 0x1FF

    def write(offset: int, size: int, value: int) -> None:
        log.append(("write", offset, size, value))

    with engine.mmio_window(0x900_0000, 0x1000, read, write):
        assert pulse(0x900_0010, 77) == 0xFF
        assert log == [("write", 0x10, 4, 77), ("read", 0x14, 1, 0)]
        memory = (ctypes.c_uint8 * 8)(0, 0, 0, 0, 9)
        assert pulse(ctypes.addressof(memory), 0x0102_0304) == 9
        assert bytes(memory) == bytes([4, 3, 2, 1, 9, 0, 0, 0])
        with (pytest.raises(ValueError, match="overlaps"),
              engine.mmio_window(0x900_0800, 4, read, write)):
            pass


def test_device_model_may_raise(engine: HostEngine):
    pulse = engine.function("pulse", ["ptr", "i32"], "i32")

    def refuse(offset: int, size: int) -> int:
        raise PermissionError("no such register")

    with engine.mmio_window(0x1000, 8, refuse, lambda o, s, v: None):
        for _ in range(2):
            with pytest.raises(PermissionError, match="no such register"):
                pulse(0x1000, 1)


def test_later_modules_use_earlier_ones(engine: HostEngine):
    engine.add(parse_module("""module "later"
    func @div(a: i32, b: i32) -> i32 linkage=extern
    global @hits size=8 align=8 linkage=extern
    func @half(a: i32) -> i64 linkage=export {
    ^e:
      %0: i32 = call @div(a, 2:i32)
      %1: i64 = load @hits, align=8
      %2: i64 = zext %0
      %3: i64 = select 1:i1, %2, %1
      ret %3
    }
    """))
    assert engine.function("half", ["i32"], "i64")(40) == 20


def test_assembler_function(engine: HostEngine):
    module = parse_module('module "asm"\n')
    text = {"x64": "lea rax, [rdi + rdi*4]\nret", "a64": "add x0, x0, x0, lsl #2\nret"}
    arch = engine.target.arch
    module.asm["five"] = AsmFunction("five", text[arch], arch, "export",
                                     params=[Param("x", "i64")], ret="i64")
    engine.add(module)
    assert engine.function("five", ["i64"], "i64")(9) == 45


def test_bad_arguments(engine: HostEngine):
    div = engine.function("div", ["i32", "i32"], "i32")
    for args in ((1,), (1, "x"), (-1, 2), (2**64, 1), (1, 2, 3)):
        with pytest.raises(TypeError, match=r"div\(i32, i32\) cannot take"):
            div(*args)


def test_unknown_symbols(engine: HostEngine):
    with pytest.raises(BuildError, match="no compiled module exports 'nothing'"):
        engine.address("nothing")
    module = parse_module("""module "m"
    func @missing_one() -> void linkage=extern
    func @missing_two() -> void linkage=extern
    func @f() -> void linkage=export {
    ^e:
      call @missing_one()
      call @missing_two()
      ret
    }
    """)
    with pytest.raises(BuildError, match="m: undefined symbols: missing_one, missing_two"):
        engine.add(module)


DEADLY = """module "deadly"
func @fine() -> i64 linkage=export {
^e:
  ret 7:i64
}
func @bad() -> i64 linkage=export file="/src/d.py" line=30 title="Deadly.bad" {
^e:
  %0: i64 = read_sp
  ret %0
}
"""


def test_death_of_the_code_generator_names_the_function(
        engine: HostEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """LLVM ends the process on an unknown register name."""
    from wrought.lang.build import host

    def spoil(*args: Any, **more: Any) -> str:
        return emit_module(*args, **more).replace('!"rsp"', '!"none"').replace('!"sp"', '!"none"')

    emit_module = host.emit_module
    monkeypatch.setattr(host, "emit_module", spoil)
    own = HostEngine(Cache(tmp_path))
    with pytest.raises(BuildError, match=r"^/src/d.py:30: LLVM failed on Deadly.bad: .*[Rr]egist"):
        own.add(parse_module(DEADLY))
    monkeypatch.undo()
    own.add(parse_module(DEADLY))
    assert own.function("fine", [], "i64")() == 7


def test_unwritable_cache_warns_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "file").touch()
    own = HostEngine(Cache(tmp_path / "file"))
    own.add(parse_module(CODE))
    assert own.function("div", ["i32", "i32"], "i32")(9, 3) == 3
    assert capsys.readouterr().err.count("is not writable") == 1


def test_engines_end_quietly(tmp_path: Path):
    """A process with engines, callbacks and a worker leaves without noise."""
    script = f"""
from wrought.lang.build.host import HostEngine
from wrought.lang.ir.parser import parse_module
engines = [HostEngine() for _ in range(3)]
module = parse_module({DEADLY!r})
for engine in engines:
    engine.add(module)
fine = engines[0].function("fine", [], "i64")
del engine, engines
print(fine())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                          timeout=60, check=False,
                          env={**os.environ, "WROUGHT_CACHE": str(tmp_path),
                               "PYTHONPATH": "src"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "7\n", "")
