"""Carets stand under the right text whatever the file is written in."""

from __future__ import annotations

from pathlib import Path

import pytest

from lang.errors.harness import PRELUDE, errors
from wrought.lang.build.program import Program
from wrought.lang.diag import CompileError


def only(text: str) -> tuple[str, str, list[str]]:
    """Code and pointed text of the one error, and the lines of its rendering."""
    (found,) = errors("places", text)
    return found.code, found.pointed, found.render().splitlines()


def test_tabs() -> None:
    code, pointed, lines = only(
        "@fn\ndef f(x: u32) -> u8:\n\tif x == 1:\n\t\treturn\tx\n\treturn 0\n")
    assert (code, pointed) == ("T01", "x")
    assert lines[1].index("x") == lines[2].index("^")


def test_letters_outside_ascii() -> None:
    code, pointed, lines = only(
        '@fn\ndef f(größe: u32) -> None:\n    print(f"é {größe + größter}")\n')
    assert (code, pointed) == ("N01", "größter")
    assert lines[1].index("größter") == lines[2].index("^")
    assert lines[2].count("^") == len("größter")


def test_wide_letters() -> None:
    """Chinese and Japanese letters take two columns of a terminal."""
    _, pointed, lines = only('@fn\ndef f() -> None:\n    print("漢字", undefined)\n')
    assert pointed == "undefined"
    assert lines[2].index("^") == lines[1].index("undefined") + 2


def test_very_long_lines_are_cut_around_the_place() -> None:
    text = "@fn\ndef f() -> u64:\n    return " + " + ".join(["u64(1)"] * 200) + " + oops" + (
        " + u64(1)" * 200) + "\n"
    code, pointed, lines = only(text)
    assert (code, pointed) == ("N01", "oops")
    assert max(map(len, lines)) <= 120 and "…" in lines[1]
    assert lines[1].index("oops") == lines[2].index("^")


def test_several_lines() -> None:
    code, pointed, lines = only("@fn\ndef f(x: f64) -> f64:\n    return (x\n            & x)\n")
    assert (code, pointed) == ("T03", "x")
    assert lines[2].strip() == "^"


def test_string_of_several_lines() -> None:
    code, pointed, _ = only('@fn\ndef f(s: Slice[u8]) -> u32:\n    return """a\nb"""\n')
    assert (code, pointed) == ("T01", '"""a')


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_ends_of_lines(end: str, tmp_path: Path) -> None:
    """Files as other systems write them, with a byte order mark in front."""
    text = "@fn\ndef f(x: u32) -> u8:\n    y = x\n    return y\n"
    path = tmp_path / "ends.py"
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", end).encode())
    names = dict(PRELUDE)
    flags = __import__("__future__").annotations.compiler_flag
    exec(compile(path.read_bytes(), str(path), "exec", flags), names)
    with pytest.raises(CompileError) as caught:
        Program("ends", roots=[names["f"]]).module()
    (found,) = caught.value.diagnostics
    assert (found.code, found.span.line, found.pointed) == ("T01", 4, "y")
    assert found.render().splitlines()[1:3] == ["    return y", "           ^"]


def test_form_feed_is_no_end_of_line() -> None:
    code, pointed, _ = only('@fn\ndef f(x: u32) -> u8:\n    s = b"a\x0cb"\n\x0c\n    return x\n')
    assert (code, pointed) == ("T01", "x")
