"""A program that loads a prepared image to a fixed place and makes calls into it.

Standard input: SIZE bytes of image, of which the first are a `Start`, then for each call a `Call`
and the buffer.  Standard output: for each call what `enter` returned (i32), then the buffer.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import extern, fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, zeroed
from wrought.lang.core.scalars import Fn, Ptr, Slice, i32, i64, u8, u32, u64

BASE = 0x10_0000_0000
SIZE = 0x8_0000
"""Bytes of image and of what the calls use beside it."""
START = 0x7_0000
"""Where in it the `Start` is."""
EVERYTHING = 7
"""PROT_READ, PROT_WRITE, PROT_EXEC."""
PRIVATE_FIXED_ANONYMOUS = 0x32


@struct
class Start:
    """How to begin: the way in, and where the key of the chain of entries is kept."""

    enter: Fn[[u64, u64], i32]
    key: u64


@struct
class Call:
    """One call: `enter(thunk, buffer)`, with `size` bytes of buffer."""

    thunk: u64
    buffer: u64
    size: u64


@extern("mmap")
def c_mmap(at: u64, size: u64, access: i32, flags: i32, fd: i32, offset: i64) -> u64: ...


@extern("read")
def c_read(fd: i32, data: Ptr[u8], n: u64) -> i64: ...


@extern("write")
def c_write(fd: i32, data: Ptr[u8], n: u64) -> i64: ...


@extern("abort")
def c_abort() -> None: ...


@extern("dprintf", variadic=True)
def c_dprintf(fd: i32, form: Ptr[u8]) -> i32: ...


@extern("memmove")
def c_memmove(to: u64, from_: u64, n: u64) -> u64: ...


@extern("pthread_key_create")
def c_key_create(key: Ptr[u32], destroy: u64) -> i32: ...


@extern("pthread_getspecific")
def c_get(key: u32) -> u64: ...


@extern("pthread_setspecific")
def c_set(key: u32, value: u64) -> i32: ...


@unsafe
@fn
def fill(at: u64, size: u64) -> bool:
    """Read so many bytes of input; False at its end."""
    done: u64 = 0
    while done < size:
        # SAFETY: the caller owns the bytes from `at`.
        n = c_read(0, Ptr[u8](at + done), size - done)
        if n <= 0:
            return False
        done += bitcast(u64, n)
    return True


@unsafe
@fn
def load() -> Ptr[Start]:
    """The image in its place, its way in ready."""
    if c_mmap(BASE, SIZE, EVERYTHING, PRIVATE_FIXED_ANONYMOUS, -1, 0) != BASE:
        complaint: Slice[u8] = b"no memory at the fixed place\n"
        c_dprintf(2, complaint.ptr)
        c_abort()
    fill(BASE, SIZE)
    # The image calls it as well, so this program has to have it.
    c_memmove(BASE, BASE, 0)
    # SAFETY: the image was written for this address and holds a Start there.
    start = Ptr[Start](u64(BASE) + START)
    # SAFETY: the image's own variable.
    key = Ptr[u32](start.key)
    if c_key_create(key, 0) != 0 or c_set(key[0], 0) != 0 or c_get(key[0]) != 0:
        c_abort()
    return start


@unsafe
@fn
def main() -> None:
    """Serve calls until the input ends."""
    start = load()
    call = zeroed(Call)
    # SAFETY: the image says where its parts are, and the input who may be called.
    while fill(u64(addr_of(call)), 24):
        fill(call.buffer, call.size)
        code = start.enter(call.thunk, call.buffer)
        c_write(1, Ptr[u8](u64(addr_of(code))), 4)
        c_write(1, Ptr[u8](call.buffer), call.size)
