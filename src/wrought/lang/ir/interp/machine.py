"""What the interpreter asks the machine: system registers, instructions, devices, firmware."""

from __future__ import annotations

from collections.abc import Callable

from .errors import InterpError

Event = tuple[str | int, ...]


class Machine:
    """The interface, and the machine that has nothing: every request is a clear error."""

    def sysread(self, reg: str) -> int:
        """The value of system register `reg`."""
        raise InterpError(f"no machine: read of system register {reg}")

    def syswrite(self, reg: str, value: int) -> None:
        """Write system register `reg`."""
        raise InterpError(f"no machine: write of {value:#x} to system register {reg}")

    def sysop(self, text: str, operand: int | None) -> None:
        """Run a cache, TLB, barrier or hint instruction.  On the one thread that there is,
        barriers and the hint of a spin loop do nothing."""
        if text.split()[0] not in ("yield", "nop", "isb", "dmb", "dsb"):
            raise InterpError(f"no machine: {text}")

    def smccc(self, conduit: str, imm: int, args: tuple[int, ...]) -> tuple[int, int, int, int]:
        """Call firmware or hypervisor; the arguments are x0 onward, the result x0 to x3."""
        raise InterpError(f"no machine: {conduit} #{imm} with x0 = {args[0]:#x}")

    def mmio_read(self, address: int, size: int) -> int:
        """One device read of `size` bytes."""
        raise InterpError(f"no machine: device read of {size} bytes at {address:#x}")

    def mmio_write(self, address: int, size: int, value: int) -> None:
        """One device write of `size` bytes."""
        raise InterpError(f"no machine: device write of {size} bytes at {address:#x}")


class RecordingMachine(Machine):
    """For tests: keeps what is written, answers reads from it, and lists every request.

    `events` holds tuples such as `("mmio_write", address, size, value)` in order.  Registers and
    device words that were never written read as 0 unless set before; `on_smccc` answers calls.
    """

    def __init__(self, registers: dict[str, int] | None = None,
                 devices: dict[int, int] | None = None,
                 on_smccc: Callable[..., tuple[int, int, int, int]] | None = None) -> None:
        self.registers = dict(registers or {})
        self.devices = dict(devices or {})
        self.on_smccc = on_smccc
        self.events: list[Event] = []

    def sysread(self, reg: str) -> int:
        self.events.append(("sysread", reg))
        return self.registers.get(reg, 0)

    def syswrite(self, reg: str, value: int) -> None:
        self.events.append(("syswrite", reg, value))
        self.registers[reg] = value

    def sysop(self, text: str, operand: int | None) -> None:
        self.events.append(("sysop", text) if operand is None else ("sysop", text, operand))

    def smccc(self, conduit: str, imm: int, args: tuple[int, ...]) -> tuple[int, int, int, int]:
        self.events.append((conduit, imm, *args))
        return self.on_smccc(*args) if self.on_smccc else (0, 0, 0, 0)

    def mmio_read(self, address: int, size: int) -> int:
        self.events.append(("mmio_read", address, size))
        return self.devices.get(address, 0) & ((1 << 8 * size) - 1)

    def mmio_write(self, address: int, size: int, value: int) -> None:
        self.events.append(("mmio_write", address, size, value))
        self.devices[address] = value
