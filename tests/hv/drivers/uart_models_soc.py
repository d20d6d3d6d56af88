"""Models of the UARTs with peculiar rules: GENI, UARTDM, SCIF, LPUART."""

from __future__ import annotations

from hv.drivers.uart_model import Model, ModelError


class Geni(Model):
    """A GENI serial engine as a boot loader leaves it: receiving, four bytes a word."""

    compatible = b"qcom,geni-debug-uart"

    def __init__(self) -> None:
        super().__init__()
        self.registers = {0x258: 1, 0x260: 0x4380E, 0x264: 0xC3E0E, 0x284: 0x4380E, 0x288: 0xC3E0E,
                          0x810: 8}
        self.reading = True
        self.length = self.to_send = 0
        self.enabled = {"m": 0, "s": 0}
        self.raised = {"m": 0, "s": 1 << 5}

    def packed(self) -> bool:
        return [self.registers[r] for r in (0x260, 0x264, 0x284, 0x288)] == [0xF, 0, 0xF, 0]

    def feed(self, data: bytes) -> None:
        super().feed(data)
        if len(self.waiting) >= self.registers[0x810]:
            self.raised["s"] |= 1 << 26
            self.raised["m"] |= 1 << 26

    def load(self, offset: int) -> int:
        match offset:
            case 0x40:
                return (0 if self.look() else 1) | (1 << 12 if self.reading else 0)
            case 0x780:
                return self.take()
            case 0x804:
                return len(self.waiting) | (1 << 31 | 1 << 28 if self.waiting else 0)
        return super().load(offset)

    def store(self, offset: int, value: int) -> None:
        match offset:
            case 0x270:
                self.length = value
            case 0x600:
                self.start(value)
            case 0x700:
                if not self.to_send:
                    raise ModelError("a byte is written without a command")
                self.to_send -= 1
                self.transmit(value)
            case 0x630:
                self.reading = value == 1 << 27
            case 0x634:
                self.reading = self.reading and not value & 4
            case 0x618:
                self.raised["m"] &= ~value
            case 0x61C:
                self.enabled["m"] |= value
            case 0x648:
                self.raised["s"] &= ~value
            case 0x64C:
                self.enabled["s"] |= value
            case _:
                if offset in (0x260, 0x264, 0x284, 0x288) and (self.reading or self.busy):
                    raise ModelError("packing changes under a command")
                super().store(offset, value)

    def start(self, command: int) -> None:
        if self.busy or command != 1 << 27:
            raise ModelError(f"command {command:#x}")
        self.to_send = self.length

    def sending(self) -> bool:
        return self.packed() and self.registers[0x258] == 0

    def receiving(self) -> bool:
        return self.packed() and self.registers[0x258] == 0 and self.reading

    def interrupting(self) -> bool:
        return any(self.enabled[x] & self.raised[x] for x in "ms")


class Uartdm(Model):
    """UARTDM 1.4, as Linux drives it (drivers/tty/serial/msm_serial.c)."""

    compatible = b"qcom,msm-uartdm-v1.4"

    def __init__(self) -> None:
        super().__init__()
        self.registers = {0x20: 16, 0x3C: 0, 0x40: 0}
        self.single = False
        self.halves = self.mask = 0
        self.stale = False

    def feed(self, data: bytes) -> None:
        super().feed(data)
        self.stale = True

    def load(self, offset: int) -> int:
        match offset:
            case 0xA4:
                return (8 if self.look() else 0) | (1 if self.waiting else 0)
            case 0x140:
                return self.take()
        return super().load(offset)

    def store(self, offset: int, value: int) -> None:
        match offset:
            case 0xA8:
                self.command(value)
            case 0xB0:
                self.mask = value
            case 0x100:
                if self.registers[0x40] != 1:
                    raise ModelError("the number of bytes to send is not set")
                self.registers[0x40] = 0
                self.transmit(value)
            case _:
                if offset == 0x40 and self.busy:
                    raise ModelError("the number of bytes is written while some are leaving")
                super().store(offset, value)

    def command(self, value: int) -> None:
        self.halves |= value & 5
        match value >> 4:
            case 1:
                self.waiting.clear()
                self.single = self.registers[0x3C] >> 5 & 1 == 1
            case 8:
                self.stale = False
            case 0:
                pass
            case unknown:
                raise ModelError(f"command {unknown}")

    def sending(self) -> bool:
        return self.halves & 4 != 0

    def receiving(self) -> bool:
        return self.halves & 1 != 0 and self.single

    def interrupting(self) -> bool:
        level = len(self.waiting) > self.registers[0x20]
        return bool(level and self.mask >> 4 & 1 or self.stale and self.mask >> 3 & 1)


class Scif(Model):
    """R-Car Series, 3rd Generation User's Manual: Hardware, chapter SCIF."""

    compatible = b"renesas,scif"
    spacing = 4

    def __init__(self) -> None:
        super().__init__()
        self.control, self.fifo_control = 0, 0xC0
        self.flags, self.seen = 0, 0

    def check(self, offset: int, size: int) -> None:
        number, rest = divmod(offset, self.spacing)
        if rest or size != (1 if number in (3, 5) else 2):
            raise ModelError(f"{size} bytes at {offset:#x}")

    def feed(self, data: bytes) -> None:
        super().feed(data)
        self.flags |= 2 if len(self.waiting) >= (1 if self.fifo_control < 0x40 else 14) else 1

    def load(self, offset: int) -> int:
        match offset // self.spacing:
            case 2:
                return self.control
            case 4:
                self.flags |= 0x60 if self.look() else 0
                self.seen = self.flags
                return self.flags
            case 5:
                return self.take()
            case 6:
                return self.fifo_control
            case 7:
                return len(self.waiting)
        raise ModelError(f"no register to read at {offset:#x}")

    def store(self, offset: int, value: int) -> None:
        match offset // self.spacing:
            case 2:
                self.control = value
            case 3:
                self.transmit(value)
            case 4:
                # A flag goes away only where it was read as 1 and 0 is written.
                self.flags &= value | ~self.seen
                self.flags |= 2 if self.waiting else 0
            case 6:
                self.fifo_control = value
            case _:
                raise ModelError(f"no register to write at {offset:#x}")

    def sending(self) -> bool:
        return self.control & 0x20 != 0

    def receiving(self) -> bool:
        return self.control & 0x10 != 0

    def interrupting(self) -> bool:
        return self.flags & 3 != 0 and self.control & 0x40 != 0


class Scifa(Scif):
    """RZ/G2L: the same registers, two bytes apart."""

    compatible = b"renesas,scif-r9a07g044"
    spacing = 2


class Lpuart(Model):
    """QorIQ LS1028A Reference Manual, "LPUART"."""

    compatible = b"fsl,ls1028a-lpuart"
    first = 0x00

    def __init__(self) -> None:
        super().__init__()
        self.control, self.water = 1 << 18, 2 << 16
        self.status = 1 << 19 | 1 << 28

    def load(self, offset: int) -> int:
        match offset - self.first:
            case 0x04:
                level = len(self.waiting) > self.water >> 16 & 0xFF
                return self.status | (1 << 23 if self.look() else 0) | (1 << 21 if level else 0)
            case 0x08:
                return self.control
            case 0x0C:
                return self.take()
            case 0x1C:
                return self.water
        raise ModelError(f"no register to read at {offset:#x}")

    def store(self, offset: int, value: int) -> None:
        match offset - self.first:
            case 0x04:
                if value >> 28 & 1 == 0:
                    raise ModelError("the inversion of received data is changed")
                self.status &= ~(value & 0xC01F_0000)
            case 0x08:
                self.control = value
            case 0x0C:
                self.transmit(value)
            case 0x1C:
                if self.control >> 18 & 1:
                    raise ModelError("the watermark changes while the receiver is on")
                self.water = value
            case _:
                raise ModelError(f"no register to write at {offset:#x}")

    def sending(self) -> bool:
        return self.control >> 19 & 1 == 1

    def receiving(self) -> bool:
        return self.control >> 18 & 1 == 1 and self.status >> 19 & 1 == 0

    def interrupting(self) -> bool:
        return len(self.waiting) > self.water >> 16 & 0xFF and self.control >> 21 & 1 == 1


class LpuartWithVersion(Lpuart):
    """IMX8DQXPRM, "LPUART": four registers come first."""

    compatible = b"fsl,imx8qxp-lpuart"
    first = 0x10


class Lpuart8(Model):
    """VYBRIDRM, "UART"."""

    compatible = b"fsl,vf610-lpuart"
    size = 1

    def __init__(self) -> None:
        super().__init__()
        self.registers = {0x03: 4, 0x15: 8}

    def load(self, offset: int) -> int:
        match offset:
            case 0x04:
                return (0x80 if self.look() else 0) | (0x20 if self.enough() else 0)
            case 0x07:
                return self.take()
            case 0x16:
                return len(self.waiting)
        return super().load(offset)

    def store(self, offset: int, value: int) -> None:
        if offset == 0x07:
            self.transmit(value)
            return
        if offset == 0x15 and self.registers[0x03] & 4:
            raise ModelError("the watermark changes while the receiver is on")
        super().store(offset, value)

    def enough(self) -> bool:
        return len(self.waiting) >= self.registers[0x15]

    def sending(self) -> bool:
        return self.registers[0x03] & 8 != 0

    def receiving(self) -> bool:
        return self.registers[0x03] & 4 != 0

    def interrupting(self) -> bool:
        return self.enough() and self.registers[0x03] & 0x20 != 0
