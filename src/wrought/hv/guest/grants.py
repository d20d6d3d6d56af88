"""Grants, version 1: the table that this domain offers, and other domains' pages mapped here
(xen/public/grant_table.h)."""

from __future__ import annotations

from wrought.hv.abi.grant import (
    GTF_PERMIT_ACCESS,
    GTF_READONLY,
    MAP_HOST,
    MAP_READONLY,
    EntryV1,
    GrantOp,
    GrantStatus,
    MapRef,
    UnmapRef,
)
from wrought.hv.abi.memory import Space
from wrought.hv.guest.access import read16
from wrought.hv.guest.calls import PAGE, add_to_physmap, grant_op
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, dmb, trunc, volatile_store
from wrought.lang.core.scalars import Array, i64, u16, u32, u64
from wrought.lang.core.static import static

ENTRIES = PAGE // 8

table = static(Array[EntryV1, ENTRIES], align=PAGE)
"""Where the table's first frame is mapped."""


@fn
def map_table() -> i64:
    """Have the first frame of this domain's grant table."""
    return add_to_physmap(Space.GRANT_TABLE, 0, u64(addr_of(table)))


@fn
def grant(ref: u32, domain: u16, address: u64, readonly: bool) -> None:
    """Let a domain map the page at an address of ours."""
    entry = addr_of(table[ref])
    entry.domain = domain
    entry.frame = trunc(u32, address // PAGE)
    dmb("ish")
    flags: u16 = GTF_PERMIT_ACCESS | GTF_READONLY if readonly else GTF_PERMIT_ACCESS
    volatile_store(addr_of(entry.flags), flags)
    dmb("ish")


@fn
def flags_of(ref: u32) -> u16:
    """The flags as the hypervisor left them: who reads or writes."""
    return read16(u64(addr_of(table[ref])))


@fn
def revoke(ref: u32) -> None:
    """Take a grant back that nobody has mapped."""
    volatile_store(addr_of(table[ref].flags), u16(0))
    dmb("ish")


@fn
def map_ref(domain: u16, ref: u32, address: u64, readonly: bool) -> tuple[GrantStatus, u32]:
    """Map another domain's grant at a guest-physical address; status and handle."""
    flags: u32 = MAP_HOST | MAP_READONLY if readonly else MAP_HOST
    argument = MapRef(host_addr=address, flags=flags, ref=ref, domain=domain, status=77,
                      handle=0, dev_bus_addr=0)
    result = grant_op(GrantOp.MAP, u64(addr_of(argument)), 1)
    if result != 0:
        return GrantStatus.GENERAL_ERROR, 0
    return GrantStatus(argument.status), argument.handle


@fn
def unmap_ref(handle: u32, address: u64) -> GrantStatus:
    """Undo a mapping."""
    argument = UnmapRef(host_addr=address, dev_bus_addr=0, handle=handle, status=77)
    result = grant_op(GrantOp.UNMAP, u64(addr_of(argument)), 1)
    return GrantStatus.GENERAL_ERROR if result != 0 else GrantStatus(argument.status)
