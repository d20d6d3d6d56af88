"""Sweeping the intern table: strings that were not marked leave it before their cells are free."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Ptr, u64


@unsafe
@fn
def sweep_bucket(vm: Ptr[Vm], offset: u64, i: u64) -> u64:
    """Unlink the dead strings of a bucket; returns how many there were in it.

    Reserved words stay: nothing refers to them, but the lexer knows them by their strings.
    """
    # SAFETY: there are mask + 1 buckets, and the chains hold strings that are not freed yet.
    before: Ptr[Str] | None = None
    count: u64 = 0
    s = vm.strings.buckets[i]
    while s is not None:
        count += 1
        following = s.next
        if s.reserved != 0:
            mark_cell(offset, u64(s))
        if is_marked(offset, u64(s)):
            before = s
        else:
            vm.strings.count -= 1
            if before is None:
                vm.strings.buckets[i] = following
            else:
                before.next = following
        s = following
    return count


@fn
def sweep_strings(vm: Ptr[Vm], work: u64) -> u64:
    """Sweep for about so much work; returns what is left of it, above 0 when all is done."""
    offset = mark_offset(vm)
    if vm.gc.sweep_mask != vm.strings.mask:
        # The table got another size meanwhile: what was swept has other places now.
        vm.gc.sweep_mask = vm.strings.mask
        vm.gc.sweep_at = 0
    while vm.gc.sweep_at <= vm.strings.mask:
        cost = 4 + 8 * sweep_bucket(vm, offset, vm.gc.sweep_at)
        vm.gc.sweep_at += 1
        if cost >= work:
            return 0
        work -= cost
    fit_buckets(vm)
    return work


@fn
def fit_buckets(vm: Ptr[Vm]) -> None:
    """Give the table, which keeps its size while it is swept, one that fits the strings left."""
    size = vm.strings.mask + 1
    while size < vm.strings.count:
        size *= 2
    while size > FIRST_BUCKETS and vm.strings.count < size // 8:
        size //= 2
    if size != vm.strings.mask + 1:
        resize_buckets(vm, size)


from wrought.lua.vm.gc.mark import is_marked, mark_cell, mark_offset  # noqa: E402
from wrought.lua.vm.objects import Str, Vm  # noqa: E402
from wrought.lua.vm.strings import FIRST_BUCKETS, resize_buckets  # noqa: E402
