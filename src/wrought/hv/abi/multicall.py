"""Several hypercalls in one (xen/public/xen.h, multicall_entry)."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import Array, i64, u64

ENTRY_BYTES = 64


@struct(size=ENTRY_BYTES)
class MulticallEntry:
    """One of them; the result is written by the hypervisor."""

    number: u64
    result: i64
    args: Array[u64, 6]
