"""What a partition file may say.  Keys are written with dashes: `static-memory`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from wrought.hv.tool.quantities import Address, MemoryRange, Range, Size

MAX_DOMAINS = 64
MAX_VCPUS = 32
"""Of one domain, as the hypervisor has it."""
MAX_CPUS = 64
"""Of the machine, likewise."""
MAX_PORT = 4095
"""Event channels that a guest with the FIFO or 2-level layout of 64-bit words surely has."""


def _dashes(name: str) -> str:
    return name.replace("_", "-")


class Strict(BaseModel):
    """Unknown keys are errors, and nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=_dashes,
                              populate_by_name=True, frozen=True)


class Choice(StrEnum):
    """A word of a fixed set."""


class Board(Choice):
    """Machines that QEMU has and that start at EL2."""

    VIRT = "virt"
    ZCU102 = "xlnx-zcu102"
    VERSAL = "xlnx-versal-virt"


class Console(Choice):
    """What a domain sees as its console."""

    VPL011 = "vpl011"
    PV = "pv"
    NONE = "none"


class End(Choice):
    """What becomes of a domain that ends."""

    RESTART = "restart"
    DESTROY = "destroy"
    HALT = "halt"


Loose = Field(strict=False)
"""TOML has strings and lists only: enumerations and tuples are made from them."""
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00\n]*$", max_length=2000)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9._-]{0,30}$")]
DevicePath = Annotated[str, StringConstraints(pattern=r"^/\S+$")]
Cpu = Annotated[int, Field(ge=0, lt=MAX_CPUS)]
Port = Annotated[int, Field(ge=1, le=MAX_PORT)]


class Machine(Strict):
    """The machine that is divided."""

    board: Annotated[Board | None, Loose] = None
    """A machine of QEMU's; `virt` where neither it nor a `dtb` is given."""
    cpus: Annotated[int, Field(ge=1, le=MAX_CPUS)] = 2
    """Physical CPUs of the emulated machine."""
    memory: Size = 2 << 30
    """Bytes of RAM."""
    gic: Literal[2, 3] | None = None
    """GIC version; `virt` alone has a choice, and takes 3."""
    cpu: Name | None = None
    """QEMU's CPU model; `virt` alone has a choice, and takes cortex-a57."""
    iommu: Literal["smmuv3"] | None = None
    """An IOMMU for `virt`'s PCI devices; none where it is not given."""
    dtb: Text | None = None
    """The device tree of a real board, or one to give to QEMU instead of its own."""
    load: MemoryRange | None = None
    """Where a boot loader may put files, on a real board."""

    @property
    def emulated(self) -> Board | None:
        """QEMU's machine, or None of a real board."""
        return self.board or (Board.VIRT if self.dtb is None else None)


class Hypervisor(Strict):
    """The hypervisor's own options."""

    image: Text | None = None
    """Another image with the same boot protocol, "debian:xen" for instance."""
    scheduler: Literal["null", "fair"] = "null"
    """`null` gives each vCPU a CPU of its own; `fair` shares CPUs by weight."""
    log_level: Literal["error", "warning", "info", "debug"] = "info"
    """What the hypervisor prints."""
    console: Text | None = None
    """Path of the UART's node; `/chosen/stdout-path` where none is given."""
    bootargs: Text = ""
    """Further words of its command line."""


class Device(Strict):
    """A device of the board, given to a domain."""

    path: DevicePath
    """Path of the device's node in the board's device tree."""
    trusted: bool = False
    """Its DMA is allowed although no IOMMU confines it."""


def _device(value: object) -> object:
    return {"path": value} if isinstance(value, str) else value


class Domain(Strict):
    """One domain."""

    name: Name
    """What consoles and messages call it; a letter first, at most 31 characters."""
    kernel: Text
    """A path relative to the file, or "debian:cloud", "debian:full"."""
    ramdisk: Text | None = None
    """A path, or "busybox"."""
    bootargs: Text | None = None
    """The kernel's command line; one that fits `console` where none is given."""
    memory: Size | None = None
    """Bytes; the sum of `static-memory` where that is given."""
    vcpus: Annotated[int, Field(ge=1, le=MAX_VCPUS)] = 1
    """Virtual CPUs, all of them online from the start if the kernel wants them."""
    affinity: Annotated[tuple[Cpu, ...], Loose] = ()
    """CPUs that it may run on; none: all."""
    weight: Annotated[int, Field(ge=1, le=65535)] = 256
    """Share of CPU time under `fair`, in proportion to those of others."""
    cap: Annotated[int, Field(ge=0, le=100)] = 0
    """Most CPU time, in percent of one CPU; 0: no limit."""
    static_memory: Annotated[tuple[MemoryRange, ...], Loose] = ()
    """The machine's memory that it gets, instead of any that is free."""
    direct_map: bool = False
    """Guest addresses are machine addresses."""
    devices: Annotated[tuple[Annotated[Device, BeforeValidator(_device)], ...], Loose] = ()
    """Devices of the board that are its own, by path, or as a table `[[domain.devices]]`."""
    device_tree: Text | None = None
    """A compiled fragment, added to the tree that the domain sees."""
    console: Annotated[Console, Loose] = Console.VPL011
    """An emulated PL011, Xen's ring (`hvc0`), or none."""
    hardware: bool = False
    """The hardware domain (dom0): it gets all devices that nobody else has."""
    on_crash: Annotated[End, Loose] = End.DESTROY
    """What becomes of it after a crash or a watchdog's end; `halt` switches the machine off."""
    on_poweroff: Annotated[End, Loose] = End.DESTROY
    """The same after it has switched itself off."""
    on_reboot: Annotated[End, Loose] = End.RESTART
    """The same after it has asked to start anew; a restart is from its images."""

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return self.memory or sum(piece.size for piece in self.static_memory)


class SharedMemory(Strict):
    """Memory that several domains see."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,15}$")]
    """By which the two sides find each other, at most 15 characters (`xen,shm-id`)."""
    domains: Annotated[tuple[Name, ...], Field(strict=False, min_length=1)]
    """The first owns it."""
    memory: MemoryRange
    """The machine's."""
    address: Address | None = None
    """Where guests see it; the machine's address where none is given."""

    @property
    def guest(self) -> Range:
        """Where guests see it."""
        start = self.memory.start if self.address is None else self.address
        return Range(start, self.memory.size)


class ChannelEnd(Strict):
    """One side of an event channel."""

    domain: Name
    port: Port


def _end(value: object) -> object:
    if isinstance(value, str):
        name, colon, port = value.partition(":")
        if not colon or not port.isdecimal():
            raise ValueError('a domain and its port are wanted: "left:10"')
        return {"domain": name, "port": int(port)}
    return value


Side = Annotated[ChannelEnd, BeforeValidator(_end)]


class Channel(Strict):
    """An event channel between two domains, there from the start."""

    between: Annotated[tuple[Side, Side], Loose]
    """"left:10", "right:12": domain and port on each side."""


class Partition(Strict):
    """A whole file."""

    machine: Machine = Machine()
    hypervisor: Hypervisor = Hypervisor()
    domain: Annotated[tuple[Domain, ...], Field(strict=False, min_length=1,
                                                max_length=MAX_DOMAINS)]
    shared_memory: Annotated[tuple[SharedMemory, ...], Loose] = ()
    channel: Annotated[tuple[Channel, ...], Loose] = ()
