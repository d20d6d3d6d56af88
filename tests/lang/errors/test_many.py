"""Several errors in one run, each reported once, and nothing that only follows from another."""

from __future__ import annotations

from lang.errors.harness import errors

SIX = '''\
@struct
class Point:
    x: u32
    y: u32

@fn
def first(p: Ptr[Point], n: u64) -> u32:
    a: u32 = n
    b = p.z
    c = a + undefined
    if c:
        return b
    return a + b + c

@fn
def second(s: Slice[u8]) -> u8:
    for i in range(-1, 4):
        s[i] = 1
    s.size = 3
    return first(s)
'''


def places(text: str) -> list[tuple[str, int, str]]:
    return [(d.code, d.span.line, d.pointed) for d in errors("many", text)]


def test_six_errors_in_the_order_of_the_file() -> None:
    assert places(SIX) == [
        ("T01", 8, "n"), ("N05", 9, "z"), ("N01", 10, "undefined"),
        ("P11", 18, "i"), ("N05", 19, "size"), ("C01", 20, "first")]


def test_a_failed_assignment_is_silent_later() -> None:
    assert places("""\
@fn
def f() -> u32:
    x = undefined
    y = x + 1
    z = y * x
    x = 3
    for i in range(x):
        z += i
    return z + x
""") == [("N01", 3, "undefined")]


def test_a_failed_annotated_assignment_keeps_its_type() -> None:
    assert places("""\
@fn
def f() -> u32:
    x: u32 = undefined
    x = 3
    x = u64(4)
    return x
""") == [("N01", 3, "undefined"), ("T01", 5, "u64(4)")]


def test_a_wrong_declaration_is_reported_once() -> None:
    text = """\
@struct
class Point:
    x: U32

@fn
def f(p: Ptr[Point]) -> u32:
    return p.x

@fn
def g(p: Ptr[Point]) -> u32:
    p.x = 1
    return f(p)
"""
    assert places(text) == [("N01", 3, "U32")]


def test_a_wrong_signature_is_reported_once() -> None:
    assert places("""\
@fn
def f(x: U32) -> u32:
    return x

@fn
def g() -> u32:
    return f(1) + f(2)
""") == [("N01", 2, "U32")]


def test_a_wrong_condition_leaves_no_missing_return() -> None:
    assert places("""\
@fn
def f(x: u32) -> u32:
    if x:
        y: u32 = 1
        return y
    else:
        return 2
""") == [("T04", 3, "x")]


def test_unreachable_code_is_reported_once() -> None:
    assert places("""\
@fn
def f(x: u32) -> u32:
    return x
    y = undefined
    z = y
    return z
""") == [("F02", 4, "y = undefined")]


def test_a_generic_function_is_wrong_once() -> None:
    assert places("""\
T = type_param("T")

@fn
def f(x: T) -> T:
    return undefined

@fn
def g() -> u32:
    a = f(u64(1))
    return f(u32(1))
""") == [("N01", 5, "undefined")]
