"""Mapping granted pages into a domain's stage 2 tables, and undoing it."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, Gpa, Hpa
from wrought.hv.abi.grant import (
    MAP_DEVICE,
    MAP_HOST,
    MAP_READONLY,
    GrantStatus,
    MapRef,
    UnmapAndReplace,
    UnmapRef,
)
from wrought.hv.core.domain import Domain, Vcpu, find_domain
from wrought.hv.core.grant_types import Mapping
from wrought.hv.core.grants_handles import (
    NO_HANDLE,
    free_handle,
    handle_count,
    mapping_of,
    new_handle,
)
from wrought.hv.core.grants_item import each
from wrought.hv.core.grants_pin import Pin, pin_grant, unpin_grant
from wrought.hv.core.stage2 import stage2_map, stage2_unmap
from wrought.hv.core.stage2_change import in_range, replace_page, unmap_range
from wrought.hv.core.stage2_tables import walk
from wrought.hv.core.stage2_types import Kind
from wrought.hv.core.target_domain import any_domain
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, trunc, trust, zeroed
from wrought.lang.core.scalars import Ptr, Untrusted, u16, u32, u64

KNOWN = MAP_DEVICE | MAP_HOST | MAP_READONLY


@fn
def kind_of(flags: u16) -> Kind:
    """The mapping that flags ask for."""
    return Kind.GRANT if flags & MAP_READONLY == 0 else Kind.GRANT_READ_ONLY


@unsafe
@fn
def map_one(vcpu: Ptr[Vcpu], r: Ptr[MapRef]) -> GrantStatus:
    """Do what a MapRef asks for, and fill its results."""
    # SAFETY: the flags are compared with those that are known; stage 2 checks the address.
    d = vcpu.domain
    flags: u32 = trust(r.flags)
    gpa: u64 = trust(r.host_addr)
    owner = any_domain(vcpu, r.domain)
    if owner is None:
        return GrantStatus.BAD_DOMAIN
    if flags & ~u32(KNOWN) != 0 or flags & (MAP_HOST | MAP_DEVICE) == 0:
        return GrantStatus.GENERAL_ERROR
    if flags & MAP_DEVICE != 0 and not d.direct and flags & MAP_HOST == 0:
        # Its devices see guest addresses; without one there is nothing to give them.
        return GrantStatus.NO_DEVICE_SPACE
    if flags & MAP_HOST != 0 and (gpa % PAGE != 0 or gpa >> u64(d.memory.ipa_bits) != 0):
        return GrantStatus.BAD_VIRT_ADDR
    g = addr_of(d.grants)
    with g.mapping_lock:
        handle = new_handle(g)
        if handle == NO_HANDLE:
            return GrantStatus.NO_SPACE
        status = fill_handle(d, owner, r, mapping_of(g, handle), trunc(u16, flags), gpa)
        if status != GrantStatus.OKAY:
            free_handle(g, handle)
            return status
        r.handle = handle
        r.dev_bus_addr = u64(mapping_of(g, handle).at) if d.direct else gpa
        g.maps += 1
        return GrantStatus.OKAY


@fn
def fill_handle(d: Ptr[Domain], owner: Ptr[Domain], r: Ptr[MapRef], mapping: Ptr[Mapping],
                flags: u16, gpa: u64) -> GrantStatus:
    """Hold the page and map it."""
    pin = zeroed(Pin)
    write = flags & MAP_READONLY == 0
    status = pin_grant(owner, r.ref, d.id, write, True, addr_of(pin))
    if status != GrantStatus.OKAY:
        return status
    mapping[0] = Mapping(pin.at, gpa, pin.life, pin.ref, owner.id, flags, 0)
    if place(d, mapping):
        return GrantStatus.OKAY
    mapping.at = Hpa(0)
    unpin_grant(owner, addr_of(pin), write)
    return GrantStatus.GENERAL_ERROR


@fn
def place(d: Ptr[Domain], mapping: Ptr[Mapping]) -> bool:
    """Map a page where its handle has it; False, and nothing mapped, where something is there."""
    s = addr_of(d.memory)
    apart = mapping.flags & MAP_HOST != 0 and mapping.gpa != u64(mapping.at)
    if apart and not stage2_map(s, Gpa(mapping.gpa), mapping.at, PAGE, kind_of(mapping.flags)):
        return False
    if wants_identity(d, mapping) and not show_identity(d, mapping.at):
        if apart:
            stage2_unmap(s, Gpa(mapping.gpa), PAGE)
        return False
    return True


@fn
def displace(d: Ptr[Domain], mapping: Ptr[Mapping]) -> None:
    """Unmap a page wherever its handle has it, and nobody else."""
    at = mapping.at
    identity = wants_identity(d, mapping)
    mapping.at = Hpa(0)
    if mapping.flags & MAP_HOST != 0 and mapping.gpa != u64(at):
        stage2_unmap(addr_of(d.memory), Gpa(mapping.gpa), PAGE)
    if identity:
        show_identity(d, at)


@fn
def wants_identity(d: Ptr[Domain], mapping: Ptr[Mapping]) -> bool:
    """Whether a handle has its page at the page's machine address: for devices of a domain that is
    mapped one to one, or because it was asked for there."""
    if d.direct and mapping.flags & MAP_DEVICE != 0:
        return True
    return mapping.flags & MAP_HOST != 0 and mapping.gpa == u64(mapping.at)


@fn
def wanted_kind(d: Ptr[Domain], at: Hpa) -> Kind:
    """How a page is to be seen at its machine address, by all handles."""
    g = addr_of(d.grants)
    kind = Kind.NONE
    for handle in range(handle_count(g)):
        mapping = mapping_of(g, handle)
        if mapping.at == at and wants_identity(d, mapping):
            if mapping.flags & MAP_READONLY == 0:
                return Kind.GRANT
            kind = Kind.GRANT_READ_ONLY
    return kind


@fn
def show_identity(d: Ptr[Domain], at: Hpa) -> bool:
    """Map, unmap or change a page at its machine address, as the handles want it now; False where
    something else is there."""
    s = addr_of(d.memory)
    if not in_range(s, u64(at), PAGE):
        return False
    kind = wanted_kind(d, at)
    with s.lock:
        there = walk(s, u64(at))
        ours = there.kind == Kind.GRANT or there.kind == Kind.GRANT_READ_ONLY
        if there.kind != Kind.NONE and (not ours or there.hpa != at):
            return False
        if kind == Kind.NONE:
            return unmap_range(s, u64(at), PAGE)
        return there.kind == kind or replace_page(s, u64(at), at, kind)


@fn
def undo(d: Ptr[Domain], handle: u32) -> None:
    """Unmap a handle in use and let its page go, with `mapping_lock` held."""
    g = addr_of(d.grants)
    mapping = mapping_of(g, handle)
    pin = Pin(mapping.at, 0, 0, mapping.life, mapping.ref)
    write = mapping.flags & MAP_READONLY == 0
    displace(d, mapping)
    owner = find_domain(u64(mapping.domain))
    free_handle(g, handle)
    unpin_grant(owner, addr_of(pin), write)


@fn
def unmap_handle(d: Ptr[Domain], handle: Untrusted[u32],
                 host_addr: Untrusted[u64]) -> GrantStatus:
    """Undo a mapping; the address has to be that of the mapping."""
    g = addr_of(d.grants)
    with g.mapping_lock:
        if handle >= handle_count(g):
            return GrantStatus.BAD_HANDLE
        known = u32(handle)
        mapping = mapping_of(g, known)
        if u64(mapping.at) == 0:
            return GrantStatus.BAD_HANDLE
        if mapping.flags & MAP_HOST != 0 and host_addr != mapping.gpa:
            return GrantStatus.BAD_VIRT_ADDR
        undo(d, known)
        g.unmaps += 1
        return GrantStatus.OKAY


@fn
def unmap_one(vcpu: Ptr[Vcpu], r: Ptr[UnmapRef]) -> GrantStatus:
    """Do what an UnmapRef asks for."""
    return unmap_handle(vcpu.domain, r.handle, r.host_addr)


@fn
def replace_one(vcpu: Ptr[Vcpu], r: Ptr[UnmapAndReplace]) -> GrantStatus:
    """The same; on Arm nothing can be put in its place."""
    if r.new_addr != 0:
        return GrantStatus.GENERAL_ERROR
    return unmap_handle(vcpu.domain, r.handle, r.host_addr)


map_op = each(MapRef, map_one)
unmap_op = each(UnmapRef, unmap_one)
unmap_and_replace_op = each(UnmapAndReplace, replace_one)
