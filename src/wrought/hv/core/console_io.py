"""console_io: the hypervisor's console as a guest's (xen/public/xen.h, CONSOLEIO_…)."""

from __future__ import annotations

from wrought.hv.abi.console import READ, WRITE
from wrought.hv.abi.xen import Errno
from wrought.hv.core.call_result import RESTART
from wrought.hv.core.call_table import Operation
from wrought.hv.core.console import console_read, console_write
from wrought.hv.core.domain import Vcpu
from wrought.hv.core.guest_memory import read_guest, write_guest
from wrought.hv.machine.cpu import interrupt_waits
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import trunc, trust, zeroed
from wrought.lang.core.scalars import Array, Ptr, Untrusted, i64, u8, u32, u64

CHUNK = 128
MOST = 0x7FFF_FFFF
"""Bytes of a request: a negative count is none."""


@unsafe
@fn
def write(vcpu: Ptr[Vcpu], count: u64, text: Untrusted[u64]) -> i64:
    """Print, some bytes at a time."""
    # SAFETY: an address of the guest's goes back into its register.
    chunk = zeroed(Array[u8, CHUNK])
    at = text
    left = count
    while left != 0:
        n = min(left, CHUNK)
        if not read_guest(vcpu, at, chunk[:n]):
            return i64(Errno.EFAULT)
        console_write(vcpu.domain, chunk[:n])
        at += n
        left -= n
        if left != 0 and interrupt_waits():
            vcpu.regs.x[1] = left
            vcpu.regs.x[2] = trust(at)
            return RESTART
    return 0


@fn
def read(vcpu: Ptr[Vcpu], count: u64, to: Untrusted[u64]) -> i64:
    """Take what was typed, at most a chunk; the result is how many bytes."""
    chunk = zeroed(Array[u8, CHUNK])
    n = console_read(vcpu.domain, chunk[:min(count, CHUNK)])
    if n > CHUNK or not write_guest(vcpu, to, chunk[:n]):
        return i64(Errno.EFAULT)
    return i64(trunc(u32, n))


@fn
def console_io(vcpu: Ptr[Vcpu], command: Untrusted[u64], count: Untrusted[u64],
               buffer: Untrusted[u64], a3: Untrusted[u64], a4: Untrusted[u64]) -> i64:
    """The hypercall.  Every domain may: what it writes goes out under its name."""
    n = trunc(u32, count)
    if n > MOST:
        return i64(Errno.EINVAL)
    op = trunc(u32, command)
    if op == WRITE:
        return write(vcpu, u64(n), buffer)
    if op == READ:
        return read(vcpu, u64(n), buffer)
    return i64(Errno.ENOSYS)


OPERATIONS = (
    Operation(WRITE, "write", write, "Print text under the domain's name.", "EFAULT, EINVAL"),
    Operation(READ, "read", read, "Take what was typed into the domain's console; bytes.",
              "EFAULT, EINVAL"),
)
