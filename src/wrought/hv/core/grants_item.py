"""What most operations on grants share: an array of structures, each with a status of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wrought.hv.abi.grant import GrantStatus
from wrought.hv.abi.xen import Errno
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.core.guest_memory import read_item, write_item
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Ptr, Untrusted, i16, i64, u64


@fn
def note(d: Ptr[Domain], status: GrantStatus) -> i16:
    """A status for the guest; what is refused is counted."""
    if status != GrantStatus.OKAY:
        d.grants.refused += 1
    return i16(status)


def each(structure: Any, one: Callable[..., Any]) -> Any:
    """The operation that does `one(vcpu, Ptr[structure]) -> GrantStatus` to item `i` of the array
    at `arg`: 0, or EFAULT."""
    @fn
    def item(vcpu: Ptr[Vcpu], arg: Untrusted[u64], i: u64) -> i64:
        r = zeroed(structure)
        if not read_item(vcpu, arg, i, addr_of(r)):
            return i64(Errno.EFAULT)
        r.status = note(vcpu.domain, one(vcpu, addr_of(r)))
        return 0 if write_item(vcpu, arg, i, addr_of(r)) else i64(Errno.EFAULT)
    return item
