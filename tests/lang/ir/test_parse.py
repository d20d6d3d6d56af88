"""Reading the IR's text: what was printed comes back, what is broken is named with its place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from lang.ir.programs import any_modules
from wrought.errors import WroughtError
from wrought.lang.ir.errors import IrError
from wrought.lang.ir.model import Module, Sym
from wrought.lang.ir.parser import parse_function, parse_module
from wrought.lang.ir.printer import print_module
from wrought.lang.ir.verifier import verify_module


@settings(max_examples=150, deadline=None)
@given(any_modules())
def test_round_trip(m: Module):
    text = print_module(m)
    again = parse_module(text)
    assert print_module(again) == text
    assert list(again.functions) == list(m.functions)
    assert {n: g.init for n, g in again.globals.items()} == {
        n: g.init for n, g in m.globals.items()}
    assert {n: a.text for n, a in again.asm.items()} == {n: a.text for n, a in m.asm.items()}


@settings(max_examples=100, deadline=None)
@given(any_modules())
def test_the_verifier_survives_everything(m: Module):
    for problem in verify_module(m):
        assert str(problem)


def test_layout_is_free():
    m = parse_module('''
        ; a comment
        module "m" ; another
        func @f (a :i32)->i32{
        ^b :
          %9:i32=add a,-0x1   ; numbers may be in hexadecimal
          ret %9 ! 3:4
        }''')
    add, ret = m.functions["f"].blocks[0].body
    assert add.args[1].value == -1 and ret.args == (add,) and ret.loc == (3, 4)


def test_symbols_carry_offsets():
    f = parse_function('func @f() -> void {\n^b:\n prefetch @"odd g"-8\n ret\n}')
    sym = f.blocks[0].body[0].args[0]
    assert isinstance(sym, Sym) and (sym.name, sym.offset) == ("odd g", -8)


BROKEN = [
    ("", "1:1: expected 'module', got end of file"),
    ("module m", "1:8: expected the module's name, got 'm'"),
    ('module "m" speed=1', "1:12: expected one of the fields recursive_ok, got 'speed'"),
    ('module "m" recursive_ok=1', "1:25: field 'recursive_ok': expected true or false"),
    ('module "m"\nfun @f()', "2:1: expected 'func', 'global', 'asm' or 'dtype', got 'fun'"),
    ('module "m"\nglobal @g size=x', "2:16: field 'size': expected an integer"),
    ('module "m"\nglobal @g\nglobal @g', "3:8: 'g' is defined twice"),
    ('module "m"\nglobal @g {\n  1\n}', """3:3: expected 'b"..."', 'reloc' or '}', got '1'"""),
    ('module "m"\nglobal @g {\n  b"\\q"\n}', r"3:3: bad bytes: use printable ASCII and \xx"),
    ('module "m"\ndtype "d" struct {\n member (a, 1)\n}', "3:9: expected (name, dtype, bit offset"),
    ('module "m\\q"', "1:8: bad string: Invalid \\escape"),
    ('module "m"\n  #', "2:3: unexpected character '#'"),
    ('module "m" ~', "1:12: unexpected character '~'"),
    ('module "m"\nasm @a() -> void {\n ret\n}', "3:2: expected a line of assembler as a string"),
    ('module "m"\nfunc f() -> void', "2:6: expected @symbol, got 'f'"),
    ('module "m"\nfunc @f(a: i33) -> void', "2:12: expected a type, got 'i33'"),
    ('module "m"\nfunc @f(a: i32, a: i32) -> void', "2:17: parameter 'a' is defined twice"),
    ('module "m"\nfunc @f() -> void {', "2:20: expected 'slot', a ^block or '}', got end of file"),
]
BROKEN_BODIES = [
    ("frob", "4:1: expected an instruction, a ^block or '}', got 'frob'"),
    ("%0: i32 = frob", "4:11: expected an op, got 'frob'"),
    ("%0: i32 = add b, 1", "4:15: no parameter is named 'b'"),
    ("%0: i32 = add $s, 1", "4:15: no slot is named 's'"),
    ("%0: i32 = add %7, 1", "4:15: %7 is not defined"),
    ("%0: i32 = add a 1", "4:17: expected end of line, got '1'"),
    ("%0: i32 = add a,", "4:17: expected an operand, got end of line"),
    ("ret 5", "4:5: expected ':type' after this constant"),
    ("%0: i32 = add a, a\n%0: i32 = add a, a", "5:1: %0 is defined twice"),
    ("br -> ^gone", "4:7: block ^gone is not defined"),
    ("^b:", "4:1: block ^b is defined twice"),
    ("ret a !x", "4:8: expected a number, got 'x'"),
    ("fence order=seq_cst, order=seq_cst", "4:22: attribute 'order' is given twice"),
    ("fence order=seq_cst, a", "4:22: expected an attribute, got 'a'"),
    ("fence order=%1", "4:13: expected a value, got '%1'"),
    ("slot $s size=4", "4:1: expected an instruction, a ^block or '}', got 'slot'"),
]
BROKEN += [('module "m"\nfunc @f(a: i32) -> void {\n^b:\n' + body + "\n}", message)
           for body, message in BROKEN_BODIES]


@pytest.mark.parametrize(("text", "message"), BROKEN, ids=[m for _, m in BROKEN])
def test_broken_text(text: str, message: str):
    with pytest.raises(IrError) as caught:
        parse_module(text, "x.ir")
    assert str(caught.value).startswith("x.ir:" + message)
    assert isinstance(caught.value, WroughtError)


@settings(max_examples=100, deadline=None)
@given(any_modules())
def test_a_cut_text_is_an_error_or_a_module(m: Module):
    text = print_module(m)
    for at in range(0, len(text), max(1, len(text) // 20)):
        try:
            parse_module(text[:at] + text[at + 1:])
        except IrError:
            continue
