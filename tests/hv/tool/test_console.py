"""One UART's bytes become the domains' lines."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wrought.hv.tool.console import Demultiplexer, Line, Printer

NAMES = ["left", "right"]


@pytest.mark.parametrize("raw, line", [
    (b"(wrought) up", Line("wrought", "up")), (b"(left) hi\r", Line("left", "hi")),
    (b"(right) ", Line("right", "")), (b"(right) (left) x", Line("right", "(left) x")),
    (b"(XEN) Xen version", Line("wrought", "Xen version")),
    (b"(XEN) DOM2: [ 0.0] x", Line("right", "[ 0.0] x")), (b"(d1) x", Line("left", "x")),
    (b"(XEN) DOM7: x", Line("wrought", "x")), (b"(other) x", Line("", "(other) x")),
    (b"plain", Line("", "plain")), (b"(left)", Line("", "(left)")),
    (b"\x1b[31m(left) \x1b[1mred\x1b[0m", Line("left", "red")), (b"\xff\0", Line("", "\ufffd")),
    (b"(left) DOM1: is my text", Line("", "(left) DOM1: is my text")),
])
def test_speakers(raw: bytes, line: Line):
    assert Demultiplexer(NAMES).feed(raw + b"\n") == [line]


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.lists(st.binary(max_size=9), max_size=9))
def test_pieces_do_not_matter(pieces: list[bytes]):
    whole, split = Demultiplexer(NAMES), Demultiplexer(NAMES)
    assert whole.feed(b"".join(pieces)) == [line for piece in pieces for line in split.feed(piece)]
    assert whole.partial() == split.partial()


def test_the_focus():
    lines = Demultiplexer(NAMES, 1)
    lines.feed(b"(XEN) *** Serial input to DOM2 (type 'CTRL-a' three times)\n")
    assert lines.focus == "right"
    lines.feed(b"(left) input to left\n(wrought) input to le")
    assert lines.partial().text == "input to le" and lines.focus == "right"
    lines.feed(b"ft\n")
    assert lines.focus == "left"
    assert lines.feed(b"typed\n") == [Line("left", "typed")]
    lines.feed(b"(wrought) input to the hypervisor\n(XEN) *** Serial input to Xen\n")
    assert lines.focus == "wrought"


def test_printing():
    out = io.StringIO()
    printer = Printer(NAMES, out)
    printer.show(Line("left", "one"))
    printer.show_partial(Line("right", "# "))
    printer.show_partial(Line("right", "# ls"))
    printer.show(Line("right", "# ls"))
    printer.show_partial(Line("right", "# "))
    printer.show(Line("wrought", "two"))
    printer.finish()
    assert out.getvalue() == ("   left | one\n  right | # ls\n  right | # \nwrought | two\n")


def test_colours():
    out = io.StringIO()
    Printer(NAMES, out, colour=True).show(Line("right", "x"))
    assert out.getvalue() == "\x1b[33m  right | \x1b[0mx\n"
