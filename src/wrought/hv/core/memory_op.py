"""memory_op: a domain's memory (xen/public/memory.h).

The first argument is the command, with the number of extents done so far above bit 5; the second
the address of its structure.
"""

from __future__ import annotations

from wrought.hv.abi.memory import COMMAND_MASK, EXTENT_SHIFT, MemoryOp
from wrought.hv.abi.xen import Errno
from wrought.hv.core.call_table import HARDWARE, Operation, by_number
from wrought.hv.core.domain import Vcpu
from wrought.hv.core.guest_memory import read_struct
from wrought.hv.core.memory_op_physmap import (
    add_to_physmap,
    add_to_physmap_batch,
    remove_from_physmap,
)
from wrought.hv.core.memory_op_reservation import (
    current_reservation,
    decrease_reservation,
    increase_reservation,
    maximum_gpfn,
    maximum_ram_page,
    maximum_reservation,
    populate_physmap,
)
from wrought.hv.core.target_domain import any_domain, may_control
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, trust
from wrought.lang.core.scalars import Fn, Ptr, Untrusted, i64, u16, u64
from wrought.lang.core.static import fn_table


@fn
def no_memory_op(vcpu: Ptr[Vcpu], arg: Untrusted[u64], start: u64) -> i64:
    """Not offered."""
    return i64(Errno.ENOSYS)


@fn
def none_shared(vcpu: Ptr[Vcpu], arg: Untrusted[u64], start: u64) -> i64:
    """Pages are never merged."""
    return 0


@fn
def vnumainfo(vcpu: Ptr[Vcpu], arg: Untrusted[u64], start: u64) -> i64:
    """No domain has a NUMA topology."""
    if start != 0:
        return i64(Errno.EINVAL)
    id: Untrusted[u16] = 0
    if not read_struct(vcpu, arg, addr_of(id)):
        return i64(Errno.EFAULT)
    d = any_domain(vcpu, id)
    if d is None:
        return i64(Errno.ESRCH)
    return i64(Errno.EOPNOTSUPP) if may_control(vcpu, d) else i64(Errno.EPERM)


@fn
def for_tools(vcpu: Ptr[Vcpu], arg: Untrusted[u64], start: u64) -> i64:
    """The toolstack falls back to other ways where it is told so."""
    return i64(Errno.EOPNOTSUPP) if vcpu.domain.hardware else i64(Errno.EPERM)


COUNT = "no errors: the number of extents done"
DOMAIN = "EFAULT, ESRCH, EPERM for another domain"
OPERATIONS = (
    Operation(MemoryOp.INCREASE_RESERVATION, "increase_reservation", increase_reservation,
              "Memory without a guest address: never given.", COUNT),
    Operation(MemoryOp.DECREASE_RESERVATION, "decrease_reservation", decrease_reservation,
              "Give RAM back; it is scrubbed.", COUNT),
    Operation(MemoryOp.MAXIMUM_RAM_PAGE, "maximum_ram_page", maximum_ram_page,
              "The frame behind the machine's last."),
    Operation(MemoryOp.CURRENT_RESERVATION, "current_reservation", current_reservation,
              "Frames that a domain has.", DOMAIN),
    Operation(MemoryOp.MAXIMUM_RESERVATION, "maximum_reservation", maximum_reservation,
              "Frames that a domain may have.", DOMAIN),
    Operation(MemoryOp.POPULATE_PHYSMAP, "populate_physmap", populate_physmap,
              "Get RAM, in extents of 4 KB to 2 MB, where nothing is mapped.", COUNT),
    Operation(MemoryOp.ADD_TO_PHYSMAP, "add_to_physmap", add_to_physmap,
              "Map shared_info, a grant table frame, or a device page.",
              DOMAIN + ", EINVAL, EBUSY for a page in use, ENOMEM, ENOSYS for other spaces"),
    Operation(MemoryOp.MAXIMUM_GPFN, "maximum_gpfn", maximum_gpfn,
              "The highest frame that was ever mapped.", DOMAIN),
    Operation(MemoryOp.REMOVE_FROM_PHYSMAP, "remove_from_physmap", remove_from_physmap,
              "Unmap a page, and free it if it is RAM.",
              DOMAIN + ", ENOENT, EBUSY for a page in use"),
    Operation(MemoryOp.GET_SHARING_FREED_PAGES, "get_sharing_freed_pages", none_shared, "0."),
    Operation(MemoryOp.GET_SHARING_SHARED_PAGES, "get_sharing_shared_pages", none_shared, "0."),
    Operation(MemoryOp.ACCESS_OP, "access_op", for_tools, "Not offered.", "EOPNOTSUPP", HARDWARE),
    Operation(MemoryOp.ADD_TO_PHYSMAP_BATCH, "add_to_physmap_batch", add_to_physmap_batch,
              "The same for many pages, and frames of other domains.",
              DOMAIN + ", EILSEQ, EOPNOTSUPP; the errors of add_to_physmap for each page"),
    Operation(MemoryOp.CLAIM_PAGES, "claim_pages", for_tools, "Not offered.", "EOPNOTSUPP",
              HARDWARE),
    Operation(MemoryOp.GET_VNUMAINFO, "get_vnumainfo", vnumainfo, "No domain has any.",
              DOMAIN + ", EOPNOTSUPP"),
    Operation(MemoryOp.ACQUIRE_RESOURCE, "acquire_resource", for_tools, "Not offered.",
              "EOPNOTSUPP", HARDWARE),
)
MEMORY_OPS = fn_table(Fn[[Ptr[Vcpu], Untrusted[u64], u64], i64],
                      by_number(OPERATIONS, no_memory_op))


@unsafe
@fn
def memory_op(vcpu: Ptr[Vcpu], command: Untrusted[u64], arg: Untrusted[u64],
              a2: Untrusted[u64], a3: Untrusted[u64], a4: Untrusted[u64]) -> i64:
    """The hypercall."""
    # SAFETY: the operation is compared with the table's length; extents with the request's.
    op: u64 = trust(command) & COMMAND_MASK
    start: u64 = trust(command) >> EXTENT_SHIFT
    if op < len(MEMORY_OPS):
        return MEMORY_OPS[op](vcpu, arg, start)
    return i64(Errno.ENOSYS)
