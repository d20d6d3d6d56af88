"""How building a domain ends."""

from __future__ import annotations

from wrought.lang.core.decl import enum
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Slice, u8


@enum(u8)
class Built:
    """How building ended."""

    OK = 0
    NO_KERNEL = 1
    BAD_KERNEL = 2
    BAD_VCPUS = 3
    NO_MEMORY = 4
    KERNEL_TOO_LARGE = 5
    TREE_TOO_LARGE = 6
    NO_AFFINITY = 7
    NO_DEVICES = 8
    BAD_FRAGMENT = 9
    DEVICE_UNKNOWN = 10
    DEVICE_TAKEN = 11
    DEVICE_UNPROTECTED = 12
    DEVICE_FORBIDDEN = 13
    DEVICE_PLACE = 14
    TOO_MANY_DEVICES = 15
    NO_BOARD = 16
    BAD_CHANNEL = 17
    BAD_SHARED = 18


@fn
def explain(built: Built) -> Slice[u8]:
    """What to look at."""
    match built:
        case Built.OK:
            return b"built"
        case Built.NO_KERNEL:
            return b"its node has no module that is a multiboot,kernel"
        case Built.BAD_KERNEL:
            return b"its kernel is neither an arm64 Image nor a gzip of one"
        case Built.BAD_VCPUS:
            return b"cpus is 0 or more than a domain can have"
        case Built.NO_MEMORY:
            return b"there is not enough free memory for what memory asks"
        case Built.KERNEL_TOO_LARGE:
            return b"kernel and ramdisk do not fit into its memory"
        case Built.TREE_TOO_LARGE:
            return b"its device tree does not fit into the room for it"
        case Built.NO_AFFINITY:
            return b"wrought,affinity names no CPU that runs"
        case Built.NO_DEVICES:
            return b"its devices could not be made"
        case Built.BAD_CHANNEL:
            return (b"a port of xen,evtchn is 0, taken or too large, or the node that it names "
                    b"does not name it")
        case Built.BAD_SHARED:
            return (b"xen,shared-mem or xen,shm-id is wrong, differs from another domain's, or is "
                    b"where there is something else")
        case _:
            return explain_device(built)


@fn
def explain_device(built: Built) -> Slice[u8]:
    """What to look at, of devices that are passed through."""
    match built:
        case Built.BAD_FRAGMENT:
            return b"its multiboot,device-tree is damaged, or xen,reg is not of whole pages"
        case Built.DEVICE_UNKNOWN:
            return b"xen,path names no node of the board"
        case Built.DEVICE_TAKEN:
            return (b"registers or interrupt are another domain's; dom0 has all that is not "
                    b"marked xen,passthrough")
        case Built.DEVICE_UNPROTECTED:
            return (b"no IOMMU confines the device's DMA; xen,force-assign-without-iommu trusts "
                    b"the domain with all memory")
        case Built.DEVICE_FORBIDDEN:
            return b"xen,reg names RAM or a device of the hypervisor's"
        case Built.DEVICE_PLACE:
            return b"xen,reg puts a device where the domain has something else"
        case Built.TOO_MANY_DEVICES:
            return b"more devices are set aside than there is room for"
        case _:
            return b"the interrupt controller's node was not found"
