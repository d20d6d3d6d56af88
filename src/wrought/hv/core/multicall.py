"""multicall: several hypercalls by one HVC (xen/public/xen.h)."""

from __future__ import annotations

from wrought.hv.abi.multicall import ENTRY_BYTES, MulticallEntry
from wrought.hv.abi.xen import CALLS, Errno
from wrought.hv.core.call_result import RESTART, CallFn
from wrought.hv.core.domain import Vcpu
from wrought.hv.core.guest_memory import read_struct, write_struct
from wrought.hv.machine.cpu import interrupt_waits
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, offsetof, trunc, trust, zeroed
from wrought.lang.core.scalars import Array, Ptr, Untrusted, i64, u32, u64
from wrought.lang.core.static import fn_table

ARGUMENTS = 5


def multicall_of(handlers):
    """The hypercall that dispatches by `handlers`, a list of CALLS functions without itself."""
    table = fn_table(CallFn, handlers)

    @fn
    def one(vcpu: Ptr[Vcpu], entry: Ptr[MulticallEntry]) -> i64:
        """Make a call of the list, its arguments in the guest's registers as if by HVC."""
        x = vcpu.regs.x[:]
        for i in range(u64(ARGUMENTS)):
            x[i] = entry.args[i]
        number = u64(trunc(u32, entry.number))
        if number >= CALLS:
            return i64(Errno.ENOSYS)
        return table[number](vcpu, x[0], x[1], x[2], x[3], x[4])

    @fn
    def step(vcpu: Ptr[Vcpu], at: Untrusted[u64]) -> i64:
        """Do the entry at `at` and store its result: 0, RESTART or an error of the list."""
        entry = zeroed(MulticallEntry)
        if not read_struct(vcpu, at, addr_of(entry)):
            return i64(Errno.EFAULT)
        result = one(vcpu, addr_of(entry))
        if result == RESTART:
            for i in range(u64(ARGUMENTS)):
                entry.args[i] = vcpu.regs.x[i]
            stored = write_struct(vcpu, at + offsetof(MulticallEntry, "args"),
                                  addr_of(entry.args))
            return RESTART if stored else i64(Errno.EFAULT)
        stored = write_struct(vcpu, at + offsetof(MulticallEntry, "result"), addr_of(result))
        return 0 if stored else i64(Errno.EFAULT)

    @unsafe
    @fn
    def multicall(vcpu: Ptr[Vcpu], calls: Untrusted[u64], count: Untrusted[u64],
                  a2: Untrusted[u64], a3: Untrusted[u64], a4: Untrusted[u64]) -> i64:
        """Do all calls of the list in order; what each gives is in its entry."""
        # SAFETY: numbers of the guest's that go into registers of the guest's.
        x = vcpu.regs.x[:]
        kept: Array[u64, 3] = (x[2], x[3], x[4])
        at = calls
        left = trunc(u32, count)
        result: i64 = 0
        while left != 0 and result == 0:
            result = step(vcpu, at)
            if result == 0:
                at += ENTRY_BYTES
                left -= 1
                if left != 0 and interrupt_waits():
                    result = RESTART
        x[0] = trust(at)
        x[1] = u64(trust(left))
        x[2], x[3], x[4] = kept[0], kept[1], kept[2]
        return result

    return multicall
