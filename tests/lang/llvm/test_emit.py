"""What the LLVM text says: linkage, attributes, extension, sections, names, tables."""

from __future__ import annotations

import ctypes
import re

import pytest

from wrought.lang.build.cache import Cache
from wrought.lang.build.errors import BuildError
from wrought.lang.build.host import HostEngine
from wrought.lang.build.objects import compile_object, compile_text
from wrought.lang.ir.model import AsmFunction, Function, Module
from wrought.lang.ir.parser import parse_module
from wrought.lang.llvm.emit import emit_module
from wrought.lang.targets import TARGETS, host

EL2, A64, X64 = (TARGETS[n] for n in ("aarch64-none", "aarch64-linux", "x86_64-linux"))

CODE = r"""module "emit"
dtype "i8" base name=i8 size=1 encoding=signed
dtype "Small" typedef name=Small of=i8
global @secret size=4 align=4
global @seen size=4 align=4 linkage=export section=".mine"
func @ext(a: i8 attrs=(signext), b: i16 attrs=(zeroext), c: i1) -> i1 linkage=extern
func @inner(a: i8) -> i8 attrs=(inline) {
^e:
  ret a
}
func @slow() -> void attrs=(cold, noinline, used) section=".text.slow" align=64 {
^e:
  ret
}
func @stop() -> void attrs=(noreturn, nobuiltin) linkage=export {
^e:
  br -> ^e2
^e2:
  br -> ^e2
}
func @outer(x: i8) -> i8 linkage=export ret_dtype=Small {
^e:
  %0: i1 = call @ext(x, 7:i16, 1:i1)
  %1: i8 = zext %0
  %2: i8 = call @inner(%1)
  ret %2
}
"""


def lines(text: str, start: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(start)]


def attributes(text: str, name: str) -> str:
    """The attribute group of a function."""
    number = re.search(rf"@{name}\(.*?\) (#\d+)", text)
    assert number
    group = re.search(rf"attributes {number[1]} = {{ (.*) }}", text)
    assert group
    return group[1]


def test_linkage_and_places():
    text = emit_module(parse_module(CODE), X64, debug=False)
    assert "@secret = internal global [4 x i8] zeroinitializer, align 4" in text
    assert '@seen = dso_local global [4 x i8] zeroinitializer, section ".mine", align 4' in text
    assert re.search(r'define internal void @slow\(\) #\d+ section ".text.slow" align 64', text)
    assert lines(text, "@llvm.used") == [
        '@llvm.used = appending global [1 x ptr] [ptr @slow], section "llvm.metadata"']
    in_process = emit_module(parse_module(CODE), host(), debug=False)
    assert "dso_local" not in in_process


def test_small_integers_are_extended_where_c_expects_it():
    text = emit_module(parse_module(CODE), X64, debug=False)
    assert "declare zeroext i1 @ext(i8 signext, i16 zeroext, i1 zeroext)" in text
    assert "call zeroext i1 @ext(i8 signext %p0, i16 zeroext 7, i1 zeroext true)" in text
    assert "define dso_local signext i8 @outer(i8 %p0)" in text
    assert "define internal i8 @inner(i8 %p0)" in text


def test_function_attributes():
    hosted = emit_module(parse_module(CODE), X64, debug=False)
    assert "alwaysinline" in attributes(hosted, "inner")
    assert attributes(hosted, "slow").startswith("nounwind cold optsize noinline")
    assert 'noreturn' in attributes(hosted, "stop")
    assert '"no-builtins"' in attributes(hosted, "stop")
    bare = attributes(emit_module(parse_module(CODE), EL2, debug=False), "outer")
    for word in ("noimplicitfloat", "-fp-armv8,-neon", '"frame-pointer"="non-leaf"'):
        assert word in bare and word not in hosted


def test_output_depends_on_nothing_else():
    module = parse_module(CODE)
    assert emit_module(module, A64) == emit_module(module, A64)


def test_names_that_python_makes():
    """Qualified names hold `<locals>`; titles may hold any character."""
    name = "mod.f.<locals>.größe"
    m = parse_module('module "names"\n')
    inner = parse_module('module "m"\nfunc @x() -> i64 linkage=export title="q\\"x" {\n'
                         '^e:\n  panic kind="k\\"", msg="50% \\\\ ü" !1:1\n}\n').functions["x"]
    inner.name = name
    m.functions[name] = inner
    data = compile_object(m, X64)
    assert name.encode() in data and b'q"x' in data
    engine = HostEngine()
    engine.add(m)
    with pytest.raises(Exception, match=r"50% \\ ü"):
        engine.function(name, [], "i64")()


def test_tables_with_addresses():
    m = parse_module(r"""module "tables"
global @words size=27 align=8 const=true linkage=export {
  b"abc\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00xyz"
  reloc 8 @words+1
  reloc 16 @f
}
func @f() -> i64 linkage=export {
^e:
  ret 5:i64
}
""")
    engine = HostEngine()
    engine.add(m)
    at = engine.address("words")
    data = ctypes.string_at(at, 27)
    assert data[:8] == b"abc\0\0\0\0\0" and data[24:] == b"xyz"
    assert int.from_bytes(data[8:16], "little") == at + 1
    assert int.from_bytes(data[16:24], "little") == engine.address("f")


def test_assembler_of_the_other_machine():
    m = parse_module("""module "m"
func @f() -> void linkage=export file="a.py" line=4 title="f" {
^e:
  call @only_a64() !5:3
  ret
}
""")
    m.asm["only_a64"] = AsmFunction("only_a64", "ret", "a64", title="only_a64")
    with pytest.raises(BuildError, match=r"^a.py:5:3: 'only_a64' is written in a64 assembly and "
                                         r"cannot be called on x64 \(in f\)$"):
        emit_module(m, X64)
    assert compile_object(m, A64)


def test_assembler_keeps_what_it_names():
    m = parse_module("""module "m"
func @helper() -> i64 {
^e:
  ret 6:i64
}
""")
    text = {"x64": "sub rsp, 8\ncall helper\nadd rsp, 8\nadd rax, 1\nret",
            "a64": "str x30, [sp, #-16]!\nbl helper\nldr x30, [sp], #16\nadd x0, x0, #1\nret"}
    arch = host().arch
    m.asm["asm_entry"] = AsmFunction("asm_entry", text[arch], arch, "export", calls=("helper",),
                                     ret="i64")
    engine = HostEngine()
    engine.add(m)
    assert engine.function("asm_entry", [], "i64")() == 7


def test_undeclared_callee_is_named():
    m = parse_module('module "m"\nfunc @f() -> void {\n^e:\n  call @ghost()\n  ret\n}\n')
    with pytest.raises(BuildError, match=r"call of the undeclared function 'ghost' \(in f\)"):
        emit_module(m, X64)


def test_text_that_llvm_refuses_is_a_build_error():
    with pytest.raises(BuildError, match="clang failed: "):
        compile_text("define void @f() { ret i32 1 }\n", X64, Cache())


def test_empty_module():
    assert compile_object(Module("empty"), EL2)
    m = Module("one", {"f": Function("f", [], "void", linkage="extern")})
    assert compile_object(m, A64)
