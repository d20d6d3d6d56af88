"""Static shared memory: `xen,domain-shared-memory-v1` nodes of domains, and what the guests find
of it in their own device trees (Xen, docs/misc/arm/device-tree/booting.txt; Linux,
Documentation/devicetree/bindings/reserved-memory/xen,shared-memory.txt)."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, PAGE_SHIFT, Gpa, Hpa
from wrought.hv.abi.layout import MAGIC, GuestLayout
from wrought.hv.core.board import Board
from wrought.hv.core.build.host import host
from wrought.hv.core.build.passthrough import is_emulated, overlaps
from wrought.hv.core.build.result import Built
from wrought.hv.core.domain import Domain
from wrought.hv.core.frames import BLOCK_FRAMES, alloc_frames
from wrought.hv.core.stage2 import stage2_map
from wrought.hv.core.stage2_types import Kind
from wrought.hv.machine.memory import zero_frames
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import add_ovf, addr_of, trunc
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u32, u64
from wrought.lang.core.static import static
from wrought.rt.bytes import ABSENT, equal
from wrought.rt.fdt import Fdt
from wrought.rt.fdt_find import node_name, property_of
from wrought.rt.fdt_values import cell_count, equal_text, next_compatible_child, number, text
from wrought.rt.fdt_write import FdtWriter

KIND = b"xen,domain-shared-memory-v1"
MAX_REGIONS = 32
LONGEST_ID = 15


@struct
class Share:
    """One domain's node."""

    id: Slice[u8]
    host: u64
    """Machine address, ABSENT where any memory will do."""
    guest: u64
    size: u64
    good: bool


@struct
class SharedRegion:
    """Memory that domains share, from the first of them on to the end of days."""

    id: Slice[u8]
    start: u64
    size: u64


regions = static(Array[SharedRegion, MAX_REGIONS])
region_count = static(u64)


@fn
def next_share(tree: Ptr[Fdt], parent: u64, after: u64) -> u64:
    """The domain's next node of that kind, or ABSENT."""
    return next_compatible_child(tree, parent, after, KIND)


@fn
def share_of(tree: Ptr[Fdt], parent: u64, node: u64) -> Share:
    """What a node says; `xen,shared-mem` is [machine address] guest address, size."""
    made = Share(text(property_of(tree, node, b"xen,shm-id").data), ABSENT, 0, 0, False)
    address = cell_count(tree, parent, b"#address-cells", 2)
    size = cell_count(tree, parent, b"#size-cells", 2)
    value = property_of(tree, node, b"xen,shared-mem").data
    if address < 1 or address > 2 or size < 1 or size > 2 or len(value) < 4 * (address + size):
        return made
    at: u64 = 0
    if len(value) == 4 * (2 * address + size):
        made.host = number(value, 0, address)
        at = address
    elif len(value) != 4 * (address + size):
        return made
    made.guest = number(value, at, address)
    made.size = number(value, at + address, size)
    role = property_of(tree, node, b"role")
    known = (not role.found or equal_text(role.data, b"owner")
             or equal_text(role.data, b"borrower"))
    made.good = known and is_whole(addr_of(made))
    return made


@fn
def is_whole(share: Ptr[Share]) -> bool:
    """Whether it has a name, and pages that there can be."""
    _, wraps = add_ovf(share.guest, share.size)
    pages = share.guest | share.size
    if share.host != ABSENT:
        _, wrapped = add_ovf(share.host, share.size)
        wraps = wraps or wrapped
        pages |= share.host
    return (not wraps and pages & (PAGE - 1) == 0 and share.size != 0 and len(share.id) != 0
            and len(share.id) <= LONGEST_ID)


@fn
def reserve_shared(board: Ptr[Board], tree: Ptr[Fdt], parent: u64) -> None:
    """Keep the machine memory that a domain's nodes name from being given away."""
    node = next_share(tree, parent, ABSENT)
    while node != ABSENT:
        share = share_of(tree, parent, node)
        if share.good and share.host != ABSENT:
            board.reserve(share.host, share.size, False)
        node = next_share(tree, parent, node)


@fn
def find_region(id: Slice[u8]) -> Ptr[SharedRegion] | None:
    """The region of that name."""
    for region in regions[:region_count]:
        if equal(region.id, id):
            return region
    return None


@fn
def is_free_ram(start: u64, size: u64) -> bool:
    """Whether it is RAM of which nothing else was said, and no other region's."""
    board = host.board
    if board is None or not board.is_ram(start, start + size):
        return False
    for gone in board.reserved[:board.reserved_count]:
        same = gone.start == start and gone.end == start + size
        if not same and gone.overlaps(start, start + size):
            return False
    for region in regions[:region_count]:
        if overlaps(start, start + size, region.start, region.size):
            return False
    return True


@fn
def open_region(share: Ptr[Share]) -> Ptr[SharedRegion] | None:
    """The region that a node means, made with zeros by the first; None where it can't be, or
    others have said something else of it."""
    global region_count
    known = find_region(share.id)
    if known is not None:
        same = share.host == ABSENT or share.host == known.start
        return known if same and share.size == known.size else None
    if region_count == MAX_REGIONS:
        return None
    start = share.host
    frames = share.size >> PAGE_SHIFT
    if start == ABSENT:
        start = u64(alloc_frames(frames, BLOCK_FRAMES if frames >= BLOCK_FRAMES else u64(1)))
        if start == 0:
            return None
    elif not is_free_ram(start, share.size):
        return None
    zero_frames(Hpa(start), frames)
    made = addr_of(regions[region_count])
    made.id = share.id
    made.start = start
    made.size = share.size
    region_count += 1
    return made


@fn
def give_shared(domain: Ptr[Domain], layout: Ptr[GuestLayout]) -> Built:
    """Map all that the domain shares."""
    tree = host.tree
    if tree is None:
        return Built.OK
    parent = domain.config.node
    node = next_share(tree, parent, ABSENT)
    while node != ABSENT:
        share = share_of(tree, parent, node)
        if not share.good or not give_share(domain, layout, addr_of(share)):
            print(f"{domain.label()}: {node_name(tree, node)}")
            return Built.BAD_SHARED
        node = next_share(tree, parent, node)
    return Built.OK


@fn
def give_share(domain: Ptr[Domain], layout: Ptr[GuestLayout], share: Ptr[Share]) -> bool:
    """Map one region, never executable; of a domain whose addresses are the machine's only where
    the region's are, too."""
    end = share.guest + share.size
    if is_emulated(layout, share.guest, end) or overlaps(share.guest, end, MAGIC, PAGE):
        return False
    region = open_region(share)
    if region is None or domain.direct and share.guest != region.start:
        return False
    return stage2_map(addr_of(domain.memory), Gpa(share.guest), Hpa(region.start), share.size,
                      Kind.SHARED)


@fn
def write_number(w: Ptr[FdtWriter], value: u64, cells: u64) -> None:
    """A number in one or two cells."""
    if cells == 1:
        w.word(trunc(u32, value))
    else:
        w.number(value)


@fn
def write_shares(w: Ptr[FdtWriter], config_node: u64, address: u64, size: u64) -> None:
    """A node a region, into a `/reserved-memory` with so many cells."""
    tree = host.tree
    if tree is None:
        return
    node = next_share(tree, config_node, ABSENT)
    while node != ABSENT:
        share = share_of(tree, config_node, node)
        w.begin_at(b"xen-shmem", share.guest)
        w.text(b"compatible", b"xen,shared-memory-v1")
        w.header(b"reg", 4 * (address + size))
        write_number(w, share.guest, address)
        write_number(w, share.size, size)
        w.text(b"xen,id", share.id)
        w.double(b"xen,offset", 0)
        w.end()
        node = next_share(tree, config_node, node)


@fn
def shares_any(config_node: u64) -> bool:
    """Whether there is anything to write."""
    tree = host.tree
    return tree is not None and next_share(tree, config_node, ABSENT) != ABSENT


@fn
def write_shared_memory(w: Ptr[FdtWriter], config_node: u64, address: u64, size: u64) -> None:
    """The whole `/reserved-memory` of a tree that has none, with the root's cells."""
    if not shares_any(config_node):
        return
    w.begin(b"reserved-memory")
    w.cell(b"#address-cells", trunc(u32, address))
    w.cell(b"#size-cells", trunc(u32, size))
    w.flag(b"ranges")
    write_shares(w, config_node, address, size)
    w.end()


@fn
def forget_shared() -> None:
    """Know of no region: for tools and tests that begin anew."""
    global region_count
    region_count = 0
