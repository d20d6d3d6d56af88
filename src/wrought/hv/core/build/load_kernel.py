"""Putting a kernel into a domain's memory, unpacked where it is gzip'd."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, Gpa
from wrought.hv.core.build.image import ALIGN, HEADER, ImageKind, KernelImage, look_at_image
from wrought.hv.core.build.load import load, write_back
from wrought.hv.core.build.result import Built
from wrought.hv.core.domain import Domain
from wrought.hv.core.frames import alloc_frames, free_frames
from wrought.hv.core.stage2 import stage2_walk
from wrought.hv.core.stage2_types import Kind
from wrought.hv.machine.memory import address_of, bytes_at
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u64
from wrought.rt.inflate import Inflated, Inflater, gunzip


@struct
class Output:
    """Where an unpacked kernel goes: its beginning to `head`, or all of it to a guest's memory."""

    head: Slice[u8]
    domain: Ptr[Domain]
    start: u64
    size: u64

    def piece(self, at: u64) -> Slice[u8]:
        """What adjoins in machine memory from byte `at` on; none where the domain has no RAM."""
        if len(self.head) != 0:
            return self.head[min(at, len(self.head)):]
        if at >= self.size:
            return self.head[:0]
        there = stage2_walk(addr_of(self.domain.memory), Gpa(self.start + at))
        if there.kind != Kind.RAM:
            return self.head[:0]
        return bytes_at(there.hpa, min(there.size, self.size - at))


WORK_FRAMES = (Inflater[Output].size + PAGE - 1) // PAGE


@unsafe
@fn
def unpack(data: Slice[u8], out: Ptr[Output]) -> tuple[Inflated, u64]:
    """How unpacking ended, and bytes of output; NO_ROOM also without memory to work in."""
    at = alloc_frames(WORK_FRAMES, 1)
    if u64(at) == 0:
        return Inflated.NO_ROOM, 0
    # SAFETY: fresh frames as large as that; `begin` and the codes write before they read.
    z = Ptr[Inflater[Output]](address_of(at))
    result = gunzip(z, data, out)
    size = z.total()
    free_frames(at, WORK_FRAMES)
    return result, size


@fn
def look_at_kernel(domain: Ptr[Domain], data: Slice[u8]) -> KernelImage:
    """The header of a kernel; of a gzip'd one that of what is in it, which takes as much memory as
    it says or as the file says that it is long."""
    image = look_at_image(data)
    if image.kind != ImageKind.GZIP:
        return image
    head = zeroed(Array[u8, HEADER])
    out = Output(head[:], domain, 0, 0)
    result, size = unpack(data, addr_of(out))
    inside = look_at_image(head[:])
    if size < HEADER or (result != Inflated.OK and result != Inflated.NO_ROOM) or (
            inside.kind != ImageKind.ARM64):
        inside.kind = ImageKind.UNKNOWN
        return inside
    # A header that says less than there is, as those before 3.17, leaves out the zeroed data too.
    memory = inside.memory if inside.memory >= image.memory else image.memory + ALIGN
    return KernelImage(ImageKind.GZIP, inside.text_offset, memory)


@fn
def load_kernel(domain: Ptr[Domain], gpa: u64, data: Slice[u8], image: Ptr[KernelImage]) -> Built:
    """Put it at guest address `gpa`, from where on it fits into one bank."""
    if image.kind == ImageKind.ARM64:
        return Built.OK if load(domain, gpa, data) else Built.KERNEL_TOO_LARGE
    out = Output(data[:0], domain, gpa, look_at_image(data).memory)
    result, size = unpack(data, addr_of(out))
    if result != Inflated.OK:
        print(f"{domain.label()}: its kernel can't be unpacked: {result}")
        return Built.BAD_KERNEL
    return Built.OK if write_back(domain, gpa, size) else Built.BAD_KERNEL
