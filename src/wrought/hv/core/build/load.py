"""Putting files into a domain's memory."""

from __future__ import annotations

from wrought.hv.abi.address import Gpa
from wrought.hv.core.domain import Domain
from wrought.hv.core.stage2 import stage2_walk
from wrought.hv.core.stage2_types import Kind
from wrought.hv.machine.memory import clean_to_memory, copy_to, zero_bytes
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr, Slice, u8, u64


@fn
def load(domain: Ptr[Domain], gpa: u64, data: Slice[u8]) -> bool:
    """Copy `data` to guest address `gpa`, where a guest with its caches off sees it; False where
    the domain has no RAM."""
    done: u64 = 0
    while done < len(data):
        there = stage2_walk(addr_of(domain.memory), Gpa(gpa + done))
        if there.kind != Kind.RAM:
            return False
        n = min(there.size, len(data) - done)
        copy_to(there.hpa, data[done:done + n])
        done += n
    return True


@fn
def clear(domain: Ptr[Domain], gpa: u64, size: u64) -> bool:
    """Zero guest memory, likewise."""
    done: u64 = 0
    while done < size:
        there = stage2_walk(addr_of(domain.memory), Gpa(gpa + done))
        if there.kind != Kind.RAM:
            return False
        n = min(there.size, size - done)
        zero_bytes(there.hpa, n)
        done += n
    return True


@fn
def write_back(domain: Ptr[Domain], gpa: u64, size: u64) -> bool:
    """Let a guest with its caches off see what was written to its memory in place."""
    done: u64 = 0
    while done < size:
        there = stage2_walk(addr_of(domain.memory), Gpa(gpa + done))
        if there.kind != Kind.RAM:
            return False
        n = min(there.size, size - done)
        clean_to_memory(there.hpa, n)
        done += n
    return True
