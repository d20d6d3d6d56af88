"""Which of the machine's memory the hypervisor may give away, worked out once at boot."""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.hv.core.board import Board
from wrought.hv.core.build.config import DomainConfig, guest_config, hardware_config, next_guest
from wrought.hv.core.build.ram import STATIC_ENTRY
from wrought.hv.core.frames import add_memory, reserve
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr, u64
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import Fdt
from wrought.rt.fdt_values import number


@fn
def give_memory(board: Ptr[Board], tree: Ptr[Fdt], taken: Ptr[Board]) -> None:
    """Hand all RAM of `board` to the allocator but what is reserved on it, and what the device
    tree's domains have: files and static memory."""
    reserve_modules(board, tree)
    for gone in board.reserved[:board.reserved_count]:
        assert reserve(Hpa(gone.start), gone.end - gone.start), "too many reserved regions"
    for bank in board.banks[:board.bank_count]:
        add_memory(Hpa(bank.start), bank.end - bank.start)
