"""grant_table_op: sharing pages with other domains (xen/public/grant_table.h).

Arguments are the command, the address of an array of structures, and their number.
"""

from __future__ import annotations

from wrought.hv.abi import grant as abi
from wrought.hv.abi.grant import GrantOp
from wrought.hv.abi.xen import Errno
from wrought.hv.core.call_result import RESTART
from wrought.hv.core.call_table import Operation, by_number
from wrought.hv.core.domain import Vcpu
from wrought.hv.core.grants_copy import copy_op
from wrought.hv.core.grants_map import map_op, unmap_and_replace_op, unmap_op
from wrought.hv.core.grants_setup import (
    cache_flush_op,
    query_size_op,
    setup_op,
    status_frames_op,
)
from wrought.hv.core.grants_version import get_version_op, set_version_op, swap_op
from wrought.hv.machine.cpu import interrupt_waits
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import trust
from wrought.lang.core.scalars import Array, Fn, Ptr, Untrusted, i64, u64
from wrought.lang.core.static import constant, fn_table

MAX_COUNT = 0x7FFF_FFFF
ONE_ONLY = 0
"""Bytes of an item where the array must have exactly one."""


@fn
def no_grant_op(vcpu: Ptr[Vcpu], arg: Untrusted[u64], i: u64) -> i64:
    """Not offered."""
    return i64(Errno.ENOSYS)


EACH = "EFAULT; a status in each structure"
SINGLE = "EINVAL for another number than one, EFAULT; a status in the structure"
OPERATIONS = (
    Operation(GrantOp.MAP, "map_grant_ref", map_op,
              "Map pages that other domains have granted.", EACH),
    Operation(GrantOp.UNMAP, "unmap_grant_ref", unmap_op, "Undo mappings.", EACH),
    Operation(GrantOp.SETUP_TABLE, "setup_table", setup_op, "Let the table grow.", SINGLE),
    Operation(GrantOp.COPY, "copy", copy_op,
              "Copy bytes between pages, granted or the caller's own.", EACH),
    Operation(GrantOp.QUERY_SIZE, "query_size", query_size_op,
              "Frames that a table has and may have.", SINGLE),
    Operation(GrantOp.UNMAP_AND_REPLACE, "unmap_and_replace", unmap_and_replace_op,
              "Undo mappings; nothing can be put in their place.", EACH),
    Operation(GrantOp.SET_VERSION, "set_version", set_version_op,
              "Lay the table out as version 1 or 2.",
              "EFAULT, EINVAL, EBUSY while grants are used, ENOMEM, ERANGE"),
    Operation(GrantOp.GET_STATUS_FRAMES, "get_status_frames", status_frames_op,
              "Frames of the status array of version 2.", SINGLE),
    Operation(GrantOp.GET_VERSION, "get_version", get_version_op, "A table's version.",
              "EFAULT, ESRCH, EPERM for another domain"),
    Operation(GrantOp.SWAP_REF, "swap_grant_ref", swap_op,
              "Exchange entries that are not used.", EACH),
    Operation(GrantOp.CACHE_FLUSH, "cache_flush", cache_flush_op,
              "Clean and invalidate caches for memory that the caller reaches.",
              "EFAULT, EINVAL, EOPNOTSUPP for references, EPERM"),
)
STRUCTURES = {
    GrantOp.MAP: abi.MapRef, GrantOp.UNMAP: abi.UnmapRef, GrantOp.COPY: abi.Copy,
    GrantOp.UNMAP_AND_REPLACE: abi.UnmapAndReplace, GrantOp.SWAP_REF: abi.SwapRef,
    GrantOp.CACHE_FLUSH: abi.CacheFlush, GrantOp.SET_VERSION: abi.SetVersion,
    GrantOp.GET_VERSION: abi.GetVersion,
}
"""Those that may come in arrays."""
COMMANDS = int(GrantOp.CACHE_FLUSH) + 1
SIZES = {int(op): structure.want_size for op, structure in STRUCTURES.items()}
ITEM_BYTES = constant(Array[u64, COMMANDS], [SIZES.get(n, ONE_ONLY) for n in range(COMMANDS)])
FUNCTIONS = fn_table(Fn[[Ptr[Vcpu], Untrusted[u64], u64], i64],
                     by_number(OPERATIONS, no_grant_op))


@unsafe
@fn
def grant_table_op(vcpu: Ptr[Vcpu], command: Untrusted[u64], arg: Untrusted[u64],
                   count: Untrusted[u64], a3: Untrusted[u64], a4: Untrusted[u64]) -> i64:
    """The hypercall: the structures one by one, until an error."""
    # SAFETY: command and number are compared; the address goes back to the guest.
    op: u64 = trust(command) & 0xFFFF_FFFF
    many: u64 = trust(count) & 0xFFFF_FFFF
    if op >= len(FUNCTIONS):
        return i64(Errno.ENOSYS)
    size = ITEM_BYTES[op]
    if many > MAX_COUNT or size == ONE_ONLY and many != 1:
        return i64(Errno.EINVAL)
    for i in range(many):
        result = FUNCTIONS[op](vcpu, arg, i)
        if result != 0:
            return result
        if i + 1 < many and interrupt_waits():
            vcpu.regs.x[1] = trust(arg) + (i + 1) * size
            vcpu.regs.x[2] = many - (i + 1)
            return RESTART
    return 0
