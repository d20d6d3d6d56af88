"""Machine memory as the hypervisor reaches it, and what keeps caches and TLBs right.

On the machine every frame that can be asked for is mapped at its own address; on the host a
window of this process's memory stands for it (`wrought.hv.fake.memory`).
"""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, Hpa
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import slice_from
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u16, u64
from wrought.lang.core.target import target

TABLE_ENTRIES = 512


@fn(inline=True)
def address_of(at: Hpa) -> u64:
    """Where the hypervisor's own code finds the byte at `at`."""
    if target.hosted:
        return fake.address_of(at)
    return u64(at)


@unsafe
@fn(inline=True)
def bytes_at(at: Hpa, size: u64) -> Slice[u8]:
    """`size` bytes of memory at `at`, which the caller knows to be memory."""
    # SAFETY: all memory of the machine is mapped; callers pass what allocator or tables gave.
    return slice_from(Ptr[u8](address_of(at)), size)


@unsafe
@fn(inline=True)
def table_at(at: Hpa) -> Ptr[Array[u64, TABLE_ENTRIES]]:
    """The frame at `at` as 512 words."""
    # SAFETY: as `bytes_at`; frames are aligned.
    return Ptr[Array[u64, TABLE_ENTRIES]](address_of(at))


@fn
def zero_frames(at: Hpa, count: u64) -> None:
    """Scrub frames before they change hands; what was there is gone from caches and memory."""
    if target.hosted:
        bytes_at(at, count * PAGE).fill(0)
    else:
        a64.zero(u64(at), count * PAGE)


@fn
def scrub_first(at: Hpa, count: u64) -> None:
    """Scrub frames that are given out for the first time, where `bootscrub=on` asks for it: after a
    reset without power-off they may hold what an earlier boot's domains left.  On the host the
    window is what its owner made it; it is only counted."""
    if target.hosted:
        fake.first_scrubbed += count
    elif a64.boot_scrub:
        a64.zero(u64(at), count * PAGE)


@fn
def clean_to_memory(at: Hpa, size: u64) -> None:
    """Write back what caches hold, for an observer without them (a guest with its MMU off)."""
    if not target.hosted:
        a64.clean(u64(at), size)


@fn
def tables_written() -> None:
    """Descriptors stored so far are seen by the table walker."""
    if target.hosted:
        fake.note_written()
    else:
        a64.tables_written()


@fn
def flush_page(vmid: u16, root: Hpa, ipa: u64) -> None:
    """Forget the translation of one page of guest `vmid` on all CPUs, stage 1 over it included."""
    if target.hosted:
        fake.note_flush(vmid, root, ipa, 1)
    else:
        a64.flush_page(vmid, u64(root), ipa)


@fn
def flush_guest(vmid: u16, root: Hpa) -> None:
    """Forget all translations of guest `vmid` on all CPUs."""
    if target.hosted:
        fake.note_flush(vmid, root, 0, 0)
    else:
        a64.flush_guest(vmid, u64(root))


@fn
def copy_to(at: Hpa, data: Slice[u8]) -> None:
    """Copy into memory at `at` and write it back, so that a guest with its caches off sees it."""
    if target.hosted:
        bytes_at(at, len(data)).copy_from(data)
    else:
        a64.copy(u64(at), data)


@fn
def zero_bytes(at: Hpa, size: u64) -> None:
    """Zero memory at any address, written back likewise."""
    bytes_at(at, size).fill(0)
    clean_to_memory(at, size)


# Last, since both call parts of `core` that import this module.
from wrought.hv.a64 import memory as a64  # noqa: E402
from wrought.hv.fake import memory as fake  # noqa: E402
