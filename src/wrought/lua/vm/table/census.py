"""Which sizes a table should have: counting its keys.

The array part gets the largest size of which more than a quarter would be in use; then a slot
costs no more than a node would.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import bitcast, count_leading_zeros, trunc
from wrought.lang.core.scalars import Array, Ptr, u32, u64
from wrought.lua.vm.objects import Table
from wrought.lua.vm.value import NIL, as_int, is_int

BINS = 27
MAX_ASIZE = (1 << BINS) + 1
"""Slots of the largest array part; larger integers are hashed."""


@struct
class Census:
    """Keys in use."""

    integers: Array[u64, BINS]
    """[b]: integers above 2^b up to 2^(b+1); 0 to 2 count as the first."""
    total_integers: u64
    total: u64

    def add(self, key: u64) -> None:
        """Count a normal key."""
        self.total += 1
        if is_int(key):
            n = bitcast(u32, as_int(key))
            if n < MAX_ASIZE:
                self.integers[bin_of(n)] += 1
                self.total_integers += 1


@inline
@fn
def bin_of(n: u32) -> u32:
    """The b for which n is above 2^b and at most 2^(b+1); 0 for 0 to 2."""
    return 31 - count_leading_zeros(n - 1) if n > 2 else 0


@unsafe
@fn
def in_use(t: Ptr[Table], first: u64, last: u64) -> u64:
    """How many array slots from `first` up to before `last` are not nil."""
    # SAFETY: the caller keeps `last` within the array part.
    n: u64 = 0
    for i in range(first, last):
        n += u64(t.array[i] != NIL)
    return n


@fn
def count_array(t: Ptr[Table], census: Ptr[Census]) -> None:
    """Count the array part."""
    first: u64 = 0
    b: u64 = 0
    while first < t.asize:
        last = min(u64(t.asize), (u64(2) << b) + 1)
        n = in_use(t, first, last)
        census.integers[b] += n
        census.total_integers += n
        census.total += n
        first = last
        b += 1


@unsafe
@fn
def count_nodes(t: Ptr[Table], census: Ptr[Census]) -> None:
    """Count the hash part."""
    # SAFETY: there are hmask + 1 nodes; the shared empty one has no value.
    for i in range(u64(t.hmask) + 1):
        node = t.node + i
        if node.value != NIL:
            census.add(node.key)


@fn
def best_asize(census: Ptr[Census]) -> tuple[u32, u64]:
    """Slots for the array part, and how many keys will be in it."""
    asize: u64 = 0
    inside: u64 = 0
    sum: u64 = 0
    for b in range(u64(BINS)):
        if sum == census.total_integers or census.total_integers * 2 <= u64(1) << b:
            break
        sum += census.integers[b]
        if census.integers[b] > 0 and sum * 2 > u64(1) << b:
            asize = (u64(2) << b) + 1
            inside = sum
    return trunc(u32, asize), inside
