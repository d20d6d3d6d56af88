"""Strings: the intern table, in which equal strings are one object."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import bitcast, trunc, unlikely, unroll
from wrought.lang.core.scalars import Ptr, Slice, u8, u32, u64
from wrought.lua.vm.memory import alloc, free, raw_alloc, raw_free, try_raw_alloc
from wrought.lua.vm.metamethods import MM_NAMES
from wrought.lua.vm.objects import Buffer, Kind, Str, Vm, string_of, string_value
from wrought.lua.vm.string_bytes import compare, copy_bytes, same_bytes
from wrought.lua.vm.string_hash import SEED, SEED2, hash_bytes
from wrought.lua.vm.value import NIL

MAX_LENGTH = 0x7FFF_FF00
"""Bytes of the longest string."""
STR_SIZE = 24
"""Bytes of the header."""
FIRST_BUCKETS = 512
"""A page of them."""

RESERVED = (b"and", b"break", b"do", b"else", b"elseif", b"end", b"false", b"for", b"function",
            b"goto", b"if", b"in", b"local", b"nil", b"not", b"or", b"repeat", b"return", b"then",
            b"true", b"until", b"while")
"""The reserved words; `Str.reserved` is 1 + the place here."""


@inline
@fn
def cell_size(length: u64) -> u64:
    """Bytes of the cell of a string: header, bytes, a zero byte."""
    return STR_SIZE + length + 1


@inline
@unsafe
@fn
def text(v: u64) -> Slice[u8]:
    """The bytes of a string value."""
    # SAFETY: the caller has tested the tag.
    return string_of(v).bytes()


@inline
@unsafe
@fn
def find(vm: Ptr[Vm], bytes: Slice[u8], hash: u32) -> Ptr[Str] | None:
    """The string with these bytes and this hash, if there is one."""
    # SAFETY: there are mask + 1 buckets, and the chains hold live or unswept strings.
    s = vm.strings.buckets[u64(hash) & vm.strings.mask]
    while s is not None:
        if s.hash == hash and s.length == len(bytes):
            if same_bytes(s.bytes().ptr, bytes.ptr, len(bytes)):
                revive(vm, s)
                return s
        s = s.next
    return None


@fn
def intern(vm: Ptr[Vm], bytes: Slice[u8]) -> Ptr[Str]:
    """The string with these bytes.  Throws "string length overflow", "not enough memory"."""
    hash = hash_bytes(bytes, vm.strings.seed, vm.strings.seed2)
    found = find(vm, bytes, hash)
    if found is not None:
        return found
    return add_new(vm, bytes, hash)


@noinline
@unsafe
@fn
def add_new(vm: Ptr[Vm], bytes: Slice[u8], hash: u32) -> Ptr[Str]:
    """Make the string that `find` didn't find."""
    # SAFETY: the new string has room for the bytes.
    s = new_uninit_string(vm, len(bytes))
    copy_bytes(s.bytes().ptr, bytes.ptr, len(bytes))
    s.hash = hash
    link(vm, s)
    return s


@unsafe
@fn
def new_uninit_string(vm: Ptr[Vm], length: u64) -> Ptr[Str]:
    """A string that is to be written and then given to `finish`, before the next safe point."""
    # SAFETY: the cell is as large as header, bytes and the zero byte.
    if unlikely(length >= MAX_LENGTH):
        run_error(vm, b"string length overflow")
    s = bitcast(Ptr[Str], alloc(vm, cell_size(length)))
    s.kind = Kind.STRING
    s.epoch = 0
    s.reserved = 0
    s.metamethod = 0
    s.hash = 0
    s.next = None
    s.length = trunc(u32, length)
    s.extra = 0
    bitcast(Ptr[u8], s)[STR_SIZE + length] = 0
    return s


@unsafe
@fn
def finish(vm: Ptr[Vm], s: Ptr[Str]) -> Ptr[Str]:
    """Intern what `new_uninit_string` gave; its cell is given back where the string exists."""
    # SAFETY: nobody else knows s.
    bytes = s.bytes()
    hash = hash_bytes(bytes, vm.strings.seed, vm.strings.seed2)
    found = find(vm, bytes, hash)
    if found is not None:
        free(vm, bitcast(Ptr[u8], s), cell_size(s.length))
        return found
    s.hash = hash
    link(vm, s)
    return s


@inline
@unsafe
@fn
def link(vm: Ptr[Vm], s: Ptr[Str]) -> None:
    """Put a string with its hash into the table."""
    # SAFETY: there are mask + 1 buckets.
    table = vm.strings.buckets
    i = u64(s.hash) & vm.strings.mask
    s.next = table[i]
    table[i] = s
    vm.strings.count += 1
    if unlikely(vm.strings.count > vm.strings.mask) and vm.gc.phase != STRINGS:
        resize_buckets(vm, (vm.strings.mask + 1) * 2)


@noinline
@unsafe
@fn
def resize_buckets(vm: Ptr[Vm], size: u64) -> None:
    """Distribute the strings over `size` buckets, a power of two.

    Where there is no memory for them the table stays as it is, only slower.
    """
    # SAFETY: every string of the old buckets is linked into one of the new; zeroed memory is None.
    pages = try_raw_alloc(vm, size * 8)
    if pages is None:
        return
    new = bitcast(Ptr[Ptr[Str] | None], pages)
    old = vm.strings.buckets
    for i in range(vm.strings.mask + 1):
        s = old[i]
        while s is not None:
            following = s.next
            at = u64(s.hash) & (size - 1)
            s.next = new[at]
            new[at] = s
            s = following
    raw_free(vm, bitcast(Ptr[u8], old), (vm.strings.mask + 1) * 8)
    vm.strings.buckets = new
    vm.strings.mask = size - 1


@unsafe
@fn
def new_buckets(vm: Ptr[Vm], size: u64) -> Ptr[Ptr[Str] | None]:
    """Empty buckets."""
    # SAFETY: zeroed memory is None.
    return bitcast(Ptr[Ptr[Str] | None], raw_alloc(vm, size * 8))


@fn
def init_strings(vm: Ptr[Vm], seed: u64, seed2: u64) -> None:
    """Begin a state's intern table, with the names that the language knows.

    The seeds are two random numbers that nobody outside knows.
    """
    vm.strings.seed = seed ^ SEED
    vm.strings.seed2 = seed2 ^ SEED2
    vm.strings.count = 0
    vm.strings.buckets = new_buckets(vm, FIRST_BUCKETS)
    vm.strings.mask = FIRST_BUCKETS - 1
    for i in unroll(range(len(RESERVED))):
        intern(vm, RESERVED[i]).reserved = i + 1
    for i in range(len(vm.mm_names)):
        vm.mm_names[i] = NIL
    for i in unroll(range(len(MM_NAMES))):
        s = intern(vm, MM_NAMES[i])
        s.metamethod = i + 1
        vm.mm_names[i] = string_value(s)


@unsafe
@fn
def concat2(vm: Ptr[Vm], a: Slice[u8], b: Slice[u8]) -> Ptr[Str]:
    """The string of two texts, one after the other."""
    # SAFETY: the new string has room for both.
    s = new_uninit_string(vm, len(a) + len(b))
    to = s.bytes().ptr
    copy_bytes(to, a.ptr, len(a))
    copy_bytes(to + len(a), b.ptr, len(b))
    return finish(vm, s)


@unsafe
@fn
def concat_values(vm: Ptr[Vm], first: Ptr[u64], n: u64) -> Ptr[Str]:
    """The string of n string values at consecutive addresses."""
    # SAFETY: all are strings; the new one has room for the sum of their lengths.
    total: u64 = 0
    for i in range(n):
        total += string_of(first[i]).length
    s = new_uninit_string(vm, total)
    to = s.bytes().ptr
    for i in range(n):
        part = text(first[i])
        copy_bytes(to, part.ptr, len(part))
        to += len(part)
    return finish(vm, s)


@fn
def close_to_string(b: Ptr[Buffer]) -> u64:
    """Close a buffer; its text as a string value."""
    s = intern(b.vm, contents(b))
    close_buffer(b)
    return string_value(s)


@fn
def less(a: Ptr[Str], b: Ptr[Str]) -> bool:
    """Whether string a comes before b, byte by byte."""
    return compare(a.bytes(), b.bytes()) < 0


@fn
def less_equal(a: Ptr[Str], b: Ptr[Str]) -> bool:
    """Whether string b doesn't come before a."""
    return compare(a.bytes(), b.bytes()) <= 0


from wrought.lua.vm.barrier import revive  # noqa: E402
from wrought.lua.vm.buffer import close_buffer, contents  # noqa: E402
from wrought.lua.vm.errors import run_error  # noqa: E402
from wrought.lua.vm.gc.phase import STRINGS  # noqa: E402
