"""Models of the UARTs with simple registers: PL011, 8250, i.MX, Meson, Cadence, Armada 3700."""

from __future__ import annotations

from hv.drivers.uart_model import Model, ModelError


class Pl011(Model):
    """Arm DDI 0183, 3.3."""

    compatible = b"arm,pl011"

    def __init__(self) -> None:
        super().__init__()
        self.registers = {0x30: 0x1, 0x34: 0x12, 0x38: 0}
        self.raw = 0

    def feed(self, data: bytes) -> None:
        super().feed(data)
        self.raw |= 0x50

    def load(self, offset: int) -> int:
        if offset == 0x00:
            byte = self.take()
            self.raw = self.raw if self.waiting else 0
            return byte
        if offset == 0x18:
            return (0 if self.look() else 0x20) | (0 if self.waiting else 0x10)
        return super().load(offset)

    def store(self, offset: int, value: int) -> None:
        if offset == 0x00:
            self.transmit(value)
        elif offset == 0x44:
            self.raw &= ~value
        else:
            super().store(offset, value)

    def sending(self) -> bool:
        return self.registers[0x30] & 0x101 == 0x101

    def receiving(self) -> bool:
        return self.registers[0x30] & 0x201 == 0x201

    def interrupting(self) -> bool:
        return self.raw & self.registers[0x38] != 0


class Sbsa(Pl011):
    """The generic UART of Arm DEN 0094: neither UARTCR nor UARTIFLS."""

    compatible = b"arm,sbsa-uart"

    def __init__(self) -> None:
        super().__init__()
        self.registers = {0x38: 0}

    def sending(self) -> bool:
        return True

    def receiving(self) -> bool:
        return True


class Ns8250(Model):
    """TI PC16550D, 8; registers 1 << shift bytes apart, in accesses of `size`."""

    compatible = b"ns16550a"
    UUE = 0x40
    """XScale's unit enable: the device is dead without it."""

    def __init__(self, shift: int = 0, size: int = 1, first: int = 0) -> None:
        super().__init__()
        self.shift, self.size, self.first = shift, size, first
        self.registers = {1: self.UUE, 4: 0}
        self.fifos = 0

    def register(self, offset: int) -> int:
        number, rest = divmod(offset - self.first, 1 << self.shift)
        if rest or number < 0:
            raise ModelError(f"no register at {offset:#x}")
        return number

    def load(self, offset: int) -> int:
        match self.register(offset):
            case 0:
                return self.take()
            case 5:
                return (0x60 if self.look() else 0) | (1 if self.waiting else 0)
            case number:
                return super().load(number)

    def store(self, offset: int, value: int) -> None:
        match self.register(offset):
            case 0:
                self.transmit(value)
            case 2:
                if value & 6:
                    raise ModelError("the FIFOs are reset while bytes are leaving")
                self.fifos = value
            case number:
                super().store(number, value)

    def sending(self) -> bool:
        return self.fifos == 1 and self.registers[1] & self.UUE != 0

    receiving = sending

    def interrupting(self) -> bool:
        return bool(self.waiting) and self.registers[1] & 1 == 1 and self.registers[4] & 8 != 0


class Words8250(Ns8250):
    """One whose binding fixes words."""

    compatible = b"ti,am654-uart"

    def __init__(self) -> None:
        super().__init__(shift=2, size=4)


class Imx(Model):
    """IMX8MMRM, "UART"."""

    compatible = b"fsl,imx6q-uart"

    def __init__(self) -> None:
        super().__init__()
        self.registers = {0x80: 0, 0x84: 0x4021, 0x8C: 0x8000}

    def load(self, offset: int) -> int:
        match offset:
            case 0x00:
                return 0x8000 | self.take()
            case 0x98:
                return 0x4008 | (1 if self.waiting else 0)
            case 0xB4:
                return 0 if self.look() else 0x10
        return super().load(offset)

    def store(self, offset: int, value: int) -> None:
        if offset == 0x40:
            self.transmit(value)
        else:
            super().store(offset, value)

    def sending(self) -> bool:
        return self.registers[0x80] & 1 == 1 and self.registers[0x84] & 4 == 4

    def receiving(self) -> bool:
        return self.registers[0x80] & 1 == 1 and self.registers[0x84] & 2 == 2

    def interrupting(self) -> bool:
        return bool(self.waiting) and self.registers[0x8C] & 1 == 1


class Meson(Model):
    """Amlogic S905X3 Datasheet, 13.5.4."""

    compatible = b"amlogic,meson-ao-uart"

    def __init__(self) -> None:
        super().__init__()
        self.registers = {0x08: 0, 0x10: 0x7820}

    def load(self, offset: int) -> int:
        match offset:
            case 0x04:
                return self.take()
            case 0x0C:
                return ((0 if self.look() else 1 << 21) | (0 if self.waiting else 1 << 20)
                        | len(self.waiting))
        return super().load(offset)

    def store(self, offset: int, value: int) -> None:
        if offset == 0x00:
            self.transmit(value)
        else:
            super().store(offset, value)

    def sending(self) -> bool:
        return self.registers[0x08] >> 12 & 1 == 1

    def receiving(self) -> bool:
        return self.registers[0x08] >> 13 & 1 == 1

    def interrupting(self) -> bool:
        enough = len(self.waiting) >= self.registers[0x10] & 0xFF
        return enough and bool(self.waiting) and self.registers[0x08] >> 27 & 1 == 1


class Cadence(Model):
    """AMD UG1087, "UART Module"."""

    compatible = b"cdns,uart-r1p12"

    def __init__(self) -> None:
        super().__init__()
        self.registers = {0x00: 0x128, 0x20: 32}
        self.enabled = self.raised = 0

    def feed(self, data: bytes) -> None:
        super().feed(data)
        if len(self.waiting) >= self.registers[0x20]:
            self.raised |= 1

    def load(self, offset: int) -> int:
        match offset:
            case 0x30:
                return self.take()
            case 0x2C:
                return (0 if self.look() else 1 << 4) | (0 if self.waiting else 1 << 1)
        return super().load(offset)

    def store(self, offset: int, value: int) -> None:
        match offset:
            case 0x30:
                self.transmit(value)
            case 0x08:
                self.enabled |= value
            case 0x14:
                self.raised &= ~value
            case _:
                super().store(offset, value)

    def sending(self) -> bool:
        return self.registers[0x00] & 0x30 == 0x10

    def receiving(self) -> bool:
        return self.registers[0x00] & 0x0C == 0x04

    def interrupting(self) -> bool:
        return self.raised & self.enabled != 0


class Armada3700(Model):
    """88F37xx Functional Specifications, "UART"."""

    compatible = b"marvell,armada-3700-uart"

    def __init__(self) -> None:
        super().__init__()
        self.registers = {0x08: 0xC000}

    def load(self, offset: int) -> int:
        match offset:
            case 0x00:
                return self.take()
            case 0x0C:
                return (0 if self.look() else 1 << 11) | (1 << 4 if self.waiting else 0)
        return super().load(offset)

    def store(self, offset: int, value: int) -> None:
        if offset == 0x04:
            self.transmit(value)
        else:
            super().store(offset, value)

    def sending(self) -> bool:
        return self.registers[0x08] >> 15 & 1 == 0

    def receiving(self) -> bool:
        return self.registers[0x08] >> 14 & 1 == 0

    def interrupting(self) -> bool:
        return bool(self.waiting) and self.registers[0x08] >> 4 & 1 == 1
