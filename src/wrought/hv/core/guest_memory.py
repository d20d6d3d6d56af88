"""Reading and writing a guest's memory.

Hypercalls pass virtual addresses (xen/public/arch-arm.h): they are translated as the guest's
kernel would use them, page by page, and each page is copied with the tables' lock held, so that
it can't change hands meanwhile.  No caller holds that lock.  False means EFAULT; what lies before
the bad page may have been copied.
"""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, Gpa
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.core.stage2_tables import walk, writable
from wrought.hv.core.stage2_types import Kind
from wrought.hv.machine.guest import translate, translate_whole
from wrought.hv.machine.memory import address_of, bytes_at
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, copy_memory, sizeof, slice_from, trust
from wrought.lang.core.scalars import Ptr, Slice, Untrusted, type_param, u8, u64

T = type_param("T")


@fn
def copy_in_page(d: Ptr[Domain], gpa: u64, buffer: Slice[u8], write: bool) -> bool:
    """Copy between a page of the guest's and `buffer`, which ends in that page too."""
    with d.memory.lock:
        there = walk(addr_of(d.memory), gpa)
        if there.kind == Kind.NONE or there.kind == Kind.DEVICE:
            return False
        if write and not writable(there.kind):
            return False
        page = bytes_at(there.hpa, len(buffer))
        if write:
            page.copy_from(buffer)
        else:
            buffer.copy_from(page)
        return True


@fn
def copy_physical(d: Ptr[Domain], gpa: u64, buffer: Slice[u8], write: bool) -> bool:
    """Copy from or to guest physical memory, across pages."""
    done: u64 = 0
    while done < len(buffer):
        n = min(PAGE - (gpa + done) % PAGE, len(buffer) - done)
        if not copy_in_page(d, gpa + done, buffer[done:done + n], write):
            return False
        done += n
    return True


@fn
def copy_from_guest_gpa(d: Ptr[Domain], to: Slice[u8], from_: Gpa) -> bool:
    """Read guest physical memory: RAM, grants and frames shared with the hypervisor."""
    return copy_physical(d, u64(from_), to, False)


@fn
def copy_to_guest_gpa(d: Ptr[Domain], to: Gpa, from_: Slice[u8]) -> bool:
    """Write guest physical memory where the guest itself might."""
    return copy_physical(d, u64(to), from_, True)


@unsafe
@fn
def copy_virtual(vcpu: Ptr[Vcpu], va: Untrusted[u64], buffer: Slice[u8], write: bool) -> bool:
    """Copy from or to what the running vCPU's kernel sees at `va`."""
    # SAFETY: any number may be translated; only what the guest may access comes out of it.
    start: u64 = trust(va)
    if start + len(buffer) < start:
        return False
    done: u64 = 0
    while done < len(buffer):
        n = min(PAGE - (start + done) % PAGE, len(buffer) - done)
        gpa, mapped = translate(vcpu, start + done, write)
        if not mapped or not copy_in_page(vcpu.domain, u64(gpa), buffer[done:done + n], write):
            return False
        done += n
    return True


@fn
def read_guest(vcpu: Ptr[Vcpu], va: Untrusted[u64], to: Slice[u8]) -> bool:
    """Fill `to` from the calling guest's memory at virtual address `va`, of any alignment."""
    return copy_virtual(vcpu, va, to, False)


@fn
def write_guest(vcpu: Ptr[Vcpu], va: Untrusted[u64], from_: Slice[u8]) -> bool:
    """Store `from_` in the calling guest's memory at virtual address `va`, of any alignment."""
    return copy_virtual(vcpu, va, from_, True)


@unsafe
@fn
def read_struct(vcpu: Ptr[Vcpu], va: Untrusted[u64], to: Ptr[T]) -> bool:
    """Fill a struct or number from the guest's memory: `read_struct(vcpu, arg, addr_of(x))`."""
    # SAFETY: a T has so many bytes; types that guests fill allow every pattern of bits.  What
    # both stages of translation allow the guest to read, it may read.
    start: u64 = trust(va)
    if start % PAGE + sizeof(T) <= PAGE:
        with vcpu.domain.memory.lock:
            at, found = translate_whole(vcpu, start, False)
            if found:
                copy_memory(Ptr[u8](to), Ptr[u8](address_of(at)), sizeof(T))
                return True
    return copy_virtual(vcpu, va, slice_from(Ptr[u8](to), sizeof(T)), False)


@unsafe
@fn
def write_struct(vcpu: Ptr[Vcpu], va: Untrusted[u64], from_: Ptr[T]) -> bool:
    """Store a struct or number in the guest's memory."""
    # SAFETY: as `read_struct`.
    return copy_virtual(vcpu, va, slice_from(Ptr[u8](from_), sizeof(T)), True)


@fn
def read_item(vcpu: Ptr[Vcpu], base: Untrusted[u64], i: u64, to: Ptr[T]) -> bool:
    """Element `i` of an array of T at `base`."""
    return read_struct(vcpu, base + i * sizeof(T), to)


@fn
def write_item(vcpu: Ptr[Vcpu], base: Untrusted[u64], i: u64, from_: Ptr[T]) -> bool:
    """Store element `i` of an array of T at `base`."""
    return write_struct(vcpu, base + i * sizeof(T), from_)
