"""Reading bytes that are not to be trusted: the primitives of `undump`."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import cold, fn
from wrought.lang.core.intrinsics import addr_of, trunc, zeroed
from wrought.lang.core.scalars import Never, Ptr, Slice, u8, u32, u64
from wrought.lua.vm.buffer import open_buffer, put_bytes
from wrought.lua.vm.errors import ERRSYNTAX, throw_value
from wrought.lua.vm.objects import Buffer, Str, Vm
from wrought.lua.vm.strings import close_to_string, intern


@struct
class Reader:
    """A dump that is being read."""

    vm: Ptr[Vm]
    text: Slice[u8]
    at: u64
    """The next byte."""
    given: Ptr[Str]
    """The chunk's name as given to load."""
    chunk: Ptr[Str]
    """What the prototypes get: the name in the dump, or else that."""
    stripped: bool
    depth: u64
    """Prototypes that are open."""

    def left(self) -> u64:
        """Bytes that were not read yet."""
        return len(self.text) - self.at


@cold
@fn
def refuse(r: Ptr[Reader], why: Slice[u8]) -> Never:
    """Raise "chunk: why", a syntax error, as load does for bytecode."""
    vm = r.vm
    name = r.given.bytes()
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    if len(name) > 0 and name[0] == 0x1B:
        name = b"(binary)"
    elif len(name) > 0 and (name[0] == ord("@") or name[0] == ord("=")):
        name = name[1:]
    put_bytes(addr_of(b), name)
    put_bytes(addr_of(b), b": ")
    put_bytes(addr_of(b), why)
    throw_value(vm, close_to_string(addr_of(b)), ERRSYNTAX)


@cold
@fn
def malformed(r: Ptr[Reader]) -> Never:
    """Refuse a dump that is cut short or that no writer has made."""
    refuse(r, b"cannot load malformed bytecode")


@fn
def read_bytes(r: Ptr[Reader], n: u64) -> Slice[u8]:
    """The next n bytes."""
    if n > r.left():
        malformed(r)
    start = r.at
    r.at += n
    return r.text[start:start + n]


@fn
def read_byte(r: Ptr[Reader]) -> u8:
    return read_bytes(r, 1)[0]


@fn
def read_word(r: Ptr[Reader], size: u64) -> u64:
    """A little-endian word of up to 8 bytes."""
    word: u64 = 0
    shift: u64 = 0
    for byte in read_bytes(r, size):
        word |= u64(byte) << shift
        shift += 8
    return word


@fn
def read_number(r: Ptr[Reader]) -> u32:
    """A number in unsigned LEB128 of at most 32 bits."""
    n: u64 = 0
    shift: u64 = 0
    while True:
        byte = read_byte(r)
        n |= u64(byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
        if shift > 28:
            malformed(r)
    if n > 0xFFFF_FFFF:
        malformed(r)
    return trunc(u32, n)


@fn
def read_count(r: Ptr[Reader], each: u64) -> u32:
    """The number of things of at least `each` bytes, which must still follow: nothing is allocated
    for more than there is."""
    n = read_number(r)
    if u64(n) * each > r.left():
        malformed(r)
    return n


@fn
def read_text(r: Ptr[Reader]) -> Ptr[Str]:
    n = read_count(r, 1)
    return intern(r.vm, read_bytes(r, n))
