"""Which of the machine's memory may be given away: worked out once, before any domain is built."""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.hv.core.board import Board
from wrought.hv.core.build.config import DomainConfig, guest_config, hardware_config, next_guest
from wrought.hv.core.build.host import use_host
from wrought.hv.core.build.ram import STATIC_ENTRY
from wrought.hv.core.build.shared_memory import reserve_shared
from wrought.hv.core.frames import add_memory, reserve
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr, u64
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import Fdt
from wrought.rt.fdt_values import number


@fn
def give_memory(board: Ptr[Board], tree: Ptr[Fdt], image_start: u64, image_end: u64,
                blob_start: u64, blob_size: u64) -> None:
    """Hand all RAM to the allocator but what is taken: the firmware's, the hypervisor's image,
    the device tree, modules and static memory."""
    use_host(tree, board)
    board.reserve(image_start, image_end - image_start, False)
    board.reserve(blob_start, blob_size, False)
    reserve_modules(board, tree)
    for gone in board.reserved[:board.reserved_count]:
        assert reserve(Hpa(gone.start), gone.end - gone.start), "too many reserved regions"
    for bank in board.banks[:board.bank_count]:
        add_memory(Hpa(bank.start), bank.end - bank.start)


@fn
def reserve_modules(board: Ptr[Board], tree: Ptr[Fdt]) -> None:
    """Files that the boot loader has placed, and static memory, of all domains."""
    first = hardware_config(tree)
    reserve_of(board, addr_of(first))
    if first.node != ABSENT:
        reserve_shared(board, tree, first.node)
    node = next_guest(tree, ABSENT)
    while node != ABSENT:
        config = guest_config(tree, node)
        reserve_of(board, addr_of(config))
        reserve_shared(board, tree, node)
        node = next_guest(tree, node)


@fn
def reserve_of(board: Ptr[Board], config: Ptr[DomainConfig]) -> None:
    """What one domain was given."""
    board.reserve(config.kernel.start, config.kernel.size, False)
    board.reserve(config.ramdisk.start, config.ramdisk.size, False)
    board.reserve(config.tree.start, config.tree.size, False)
    ranges = config.static_memory
    for i in range(len(ranges) // STATIC_ENTRY):
        board.reserve(number(ranges, 4 * i, 2), number(ranges, 4 * i + 2, 2), False)
