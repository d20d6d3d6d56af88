"""Finding where a match can begin: a byte, a text, a member of a set."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import bitcast, count_trailing_zeros, unaligned_load
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lua.lib.string.classes import contains
from wrought.lua.lib.string.matcher import NO_MATCH, Matcher, run
from wrought.lua.lib.string.program import First, PatternError, sets_of

ONES = 0x0101_0101_0101_0101
HIGHS = 0x8080_8080_8080_8080


@inline
@unsafe
@fn
def find_byte(s: Ptr[u8], n: u64, at: u64, c: u8) -> u64:
    """The place of the first c from `at` on, n where there is none."""
    # SAFETY: reads below n.
    wanted = u64(c) * ONES
    while at + 8 <= n:
        x = unaligned_load(bitcast(Ptr[u64], s + at)) ^ wanted
        zeros = (x - ONES) & ~x & HIGHS
        if zeros != 0:
            return at + u64(count_trailing_zeros(zeros)) // 8
        at += 8
    while at < n and s[at] != c:
        at += 1
    return at


@unsafe
@fn
def find_text(text: Slice[u8], part: Slice[u8], start: u64) -> u64:
    """The place of the first `part` from `start` <= len(text) on, or NO_MATCH."""
    # SAFETY: reads within both slices.
    if len(part) == 0:
        return start
    if len(part) > len(text):
        return NO_MATCH
    s, p, m = text.ptr, part.ptr, len(part)
    n = len(text) - m + 1
    at = find_byte(s, n, start, p[0]) if start < n else n
    while at < n:
        i: u64 = 1
        while i < m and s[at + i] == p[i]:
            i += 1
        if i == m:
            return at
        at = find_byte(s, n, at + 1, p[0])
    return NO_MATCH


@unsafe
@fn
def candidate(m: Ptr[Matcher], at: u64) -> u64:
    """The first place from `at` on where a match can begin, above the length where none is."""
    # SAFETY: reads below the subject's length.
    p = m.program
    s, n = m.subject, m.length
    if p.first == First.CHAR:
        at = find_byte(s, n, at, p.first_char)
    else:
        members = sets_of(p) + p.first_set
        while at < n and not contains(members, s[at]):
            at += 1
    return at if at < n else n + 1


@fn
def search(m: Ptr[Matcher], start: u64) -> tuple[u64, u64]:
    """The first match from `start` <= length on: where it begins and ends, NO_MATCH where none is.

    Then `error` says if one has occurred.  An anchored program is tried only at `start`.
    """
    at = start
    filtered = m.program.first != First.ANYTHING
    anchored = m.program.anchored
    while at <= m.length:
        if filtered and not anchored:
            at = candidate(m, at)
            if at > m.length:
                break
        end = run(m, at)
        if end != NO_MATCH:
            return at, end
        if anchored or m.error != PatternError.NONE:
            break
        at += 1
    return NO_MATCH, NO_MATCH
