"""Compiled patterns against the manual's description of them, in this process."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lua.lib import reference
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, uninit
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u64
from wrought.lang.core.static import static
from wrought.lua.lib.string.compile import compile_pattern
from wrought.lua.lib.string.matcher import NO_MATCH, Matcher, prepare
from wrought.lua.lib.string.program import PatternError, Program, error_message, room_for
from wrought.lua.lib.string.search import find_text, search

OPEN, POSITION = 2**64 - 1, 2**64 - 2


@struct
class Found:
    """Start, end, number of captures, their starts and lengths."""

    words: Array[u64, 80]


room = static(Array[u64, 4000])


@unsafe
@fn
def find_compiled(pattern: Slice[u8], subject: Slice[u8], start: u64, anchors: bool,
                  found: Ptr[Found]) -> PatternError:
    # SAFETY: `room` is larger than room_for says; a zero byte ends `subject`.
    items, size = room_for(pattern)
    assert size <= len(room) * 8, "the pattern is too long for this test"
    program = bitcast(Ptr[Program], addr_of(room))
    compile_pattern(program, items, pattern, anchors)
    m = uninit(Matcher)
    prepare(addr_of(m), program, subject.ptr, len(subject) - 1)
    out = found.words[:]
    out[0], out[1] = search(addr_of(m), start)
    out[2] = m.captures
    for i in range(u64(m.captures)):
        out[3 + 2 * i] = m.capture[i].start
        out[4 + 2 * i] = m.capture[i].length
    return m.error


def compiled(pattern: bytes, subject: bytes, start: int = 0, anchors: bool = True):
    """What `reference.find` gives, from the compiled matcher."""
    found = Found()
    error = find_compiled(pattern, subject + b"\0", start, anchors, found)
    out = found.words
    if int(error):
        raise reference.Malformed(bytes(error_message(error)).decode())
    if out[0] == NO_MATCH:
        return None
    pairs = [(out[3 + 2 * i], out[4 + 2 * i]) for i in range(out[2])]
    names = {OPEN: reference.OPEN, POSITION: reference.POSITION}
    return out[0], out[1], [(at, names.get(n, n)) for at, n in pairs]


def both(pattern: bytes, subject: bytes, start: int = 0, anchors: bool = True) -> None:
    results = []
    for engine in (reference.find, compiled):
        try:
            results.append(engine(pattern, subject, start, anchors))
        except reference.Malformed as error:
            results.append(str(error))
    assert results[1] == results[0], (pattern, subject)


PIECES = st.sampled_from([
    *"abc.$^%()[]*+-?1", "a*", "b-", "c?", ".*", ".-", "%a", "%d+", "%s*", "%w-", "%S", "[ab]",
    "[^a]*", "[a-c]+", "[%d_]", "[]]", "[^]a]-", "(a)", "(", ")", "()", "(.-)", "%1", "%2",
    "%b()", "%bab", "%f[%a]", "%f[^a]", "%.", "\0", "\xe4", "%z", "%g", "[%", "[a-", "[b-%a]"])

PATTERNS = st.lists(PIECES, max_size=7).map(lambda pieces: "".join(pieces).encode("latin-1"))
SUBJECTS = st.text("aabbc()1 .]\0\xe4", max_size=12).map(lambda text: text.encode("latin-1"))


@settings(max_examples=800, deadline=None)
@given(PATTERNS, SUBJECTS, st.integers(0, 12), st.booleans())
@example(b"(a*(.)%w(%s*))", b"abbcaab 1", 0, True)
@example(b"^(%w+)%s*=%s*(%w+)$", b"key = val", 0, True)
@example(b"a-$", b"aab", 0, True)
@example(b"(%d*)%s*$", b"1 1 ", 0, True)
def test_as_the_manual_says(pattern: bytes, subject: bytes, start: int, anchors: bool) -> None:
    both(pattern, subject, min(start, len(subject)), anchors)


@pytest.mark.parametrize("letter", sorted(reference.CLASSES))
def test_classes_have_their_members(letter: str) -> None:
    everything = bytes(c for c in range(256))
    for name in (letter, letter.upper()):
        for pattern in (f"%{name}", f"[^%{name}]"):
            found, at = set(), compiled(pattern.encode(), everything)
            while at is not None:
                found.add(at[0])
                at = compiled(pattern.encode(), everything, at[1])
            assert found == {c for c in range(256)
                             if reference.find(pattern.encode(), bytes([c])) is not None}


def test_captures_are_counted() -> None:
    both(b"()" * 32, b"a")
    both(b"()" * 33, b"a")
    assert compiled(b"()" * 32, b"a") == (0, 0, [(0, reference.POSITION)] * 32)
    with pytest.raises(reference.Malformed, match="too many captures"):
        compiled(b"()" * 33, b"a")


def test_depth_is_limited_as_in_luajit() -> None:
    assert compiled(b"a-" * 199, b"a" * 300) == (0, 0, [])
    with pytest.raises(reference.Malformed, match="pattern too complex"):
        compiled(b"a-" * 200, b"a" * 300)


def test_long_subjects_need_no_native_stack() -> None:
    assert compiled(b"(a-)b", b"a" * 100_000 + b"b") == (0, 100_001, [(0, 100_000)])
    assert compiled(b"^(.*)b", b"a" * 100_000) is None


@settings(max_examples=1000, deadline=None)
@given(st.binary(max_size=40), st.binary(max_size=4), st.integers(0, 40))
def test_plain_search(text: bytes, part: bytes, start: int) -> None:
    start = min(start, len(text))
    found = text.find(part, start)
    assert find_text(text, part, start) == (NO_MATCH if found < 0 else found)


@settings(max_examples=500, deadline=None)
@given(st.text("ab", max_size=60), st.text("ab", max_size=5))
def test_plain_search_with_few_letters(text: str, part: str) -> None:
    found = text.find(part)
    assert find_text(text.encode(), part.encode(), 0) == (NO_MATCH if found < 0 else found)
