"""Qualcomm's GENI serial engine with its UART firmware.  There is no public manual; registers are
named as in Linux, include/linux/soc/qcom/geni-se.h and drivers/tty/serial/qcom_geni_serial.c.

The engine has a main sequencer, which sends, and a secondary one, which receives.  A transfer is
a command; each byte sent is a transfer of one byte here, so that nothing is kept between calls.
"""

from __future__ import annotations

from wrought.hv.drivers.uart.port import NOTHING, Driver, on_block
from wrought.lang.core.decl import at, bit, bitfield, bits, mmio
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import cpu_relax, trunc
from wrought.lang.core.scalars import Mmio, Ptr, i32, u8, u32

START_TX = 1
START_READ = 1
ONE_BYTE_A_WORD = 0x0F
"""PACKING_CFG0: eight bits from bit 0, then the word is full; CFG1 is 0."""
POLLS = 100_000
"""Looks at the sequencers before waiting for their rest is given up."""


@bitfield(u32)
class Status:
    """SE_GENI_STATUS."""

    s_cmd_active: bool = bit(12)
    m_cmd_active: bool = bit(0)


@bitfield(u32)
class Command:
    """SE_GENI_M_CMD0 and S_CMD0."""

    opcode: u8 = bits(31, 27)


@bitfield(u32)
class CommandControl:
    """SE_GENI_S_CMD_CTRL."""

    cancel: bool = bit(2)


@bitfield(u32)
class Interrupts:
    """SE_GENI_M_IRQ_… and S_IRQ_…: these two have the same bits in both."""

    rx_fifo_last: bool = bit(27)
    """Bytes wait, and none came for a while."""
    rx_fifo_watermark: bool = bit(26)


@bitfield(u32)
class RxStatus:
    """SE_GENI_RX_FIFO_STATUS."""

    words: u32 = bits(24, 0)


@mmio
class Uart:
    """Registers."""

    status: Mmio[Status] = at(0x40)
    dma_mode_en: Mmio[u32] = at(0x258)
    tx_packing0: Mmio[u32] = at(0x260)
    tx_packing1: Mmio[u32] = at(0x264)
    tx_trans_len: Mmio[u32] = at(0x270)
    rx_packing0: Mmio[u32] = at(0x284)
    rx_packing1: Mmio[u32] = at(0x288)
    m_cmd0: Mmio[Command] = at(0x600)
    m_irq_clear: Mmio[Interrupts] = at(0x618)
    m_irq_en_set: Mmio[Interrupts] = at(0x61C)
    s_cmd0: Mmio[Command] = at(0x630)
    s_cmd_ctrl: Mmio[CommandControl] = at(0x634)
    s_irq_clear: Mmio[u32] = at(0x648)
    s_irq_en_set: Mmio[Interrupts] = at(0x64C)
    tx_fifo: Mmio[u32] = at(0x700)
    rx_fifo: Mmio[u32] = at(0x780)
    rx_fifo_status: Mmio[RxStatus] = at(0x804)
    rx_watermark: Mmio[u32] = at(0x810)


@fn
def open(uart: Ptr[Uart]) -> None:
    """Packing may only change while the sequencers rest, so the boot loader's reading ends."""
    if uart.status.read().s_cmd_active:
        uart.s_cmd_ctrl.write(CommandControl(cancel=True))
    for _ in range(u32(POLLS)):
        status = uart.status.read()
        if not status.s_cmd_active and not status.m_cmd_active:
            break
        cpu_relax()
    uart.dma_mode_en.write(0)
    uart.tx_packing0.write(ONE_BYTE_A_WORD)
    uart.tx_packing1.write(0)
    uart.rx_packing0.write(ONE_BYTE_A_WORD)
    uart.rx_packing1.write(0)
    uart.s_irq_clear.write(0xFFFF_FFFF)
    uart.s_cmd0.write(Command(opcode=START_READ))


@fn
def ready(uart: Ptr[Uart]) -> bool:
    return not uart.status.read().m_cmd_active


@fn
def send(uart: Ptr[Uart], byte: u8) -> None:
    uart.tx_trans_len.write(1)
    uart.m_cmd0.write(Command(opcode=START_TX))
    uart.tx_fifo.write(u32(byte))


@fn
def get(uart: Ptr[Uart]) -> i32:
    if uart.rx_fifo_status.read().words == 0:
        return NOTHING
    return i32(trunc(u8, uart.rx_fifo.read()))


@fn
def rx_irq_enable(uart: Ptr[Uart]) -> None:
    """Both sequencers' enables gate the one line that there is."""
    both = Interrupts(rx_fifo_watermark=True, rx_fifo_last=True)
    uart.rx_watermark.write(1)
    uart.s_irq_en_set.write(both)
    uart.m_irq_en_set.write(both)


@fn
def rx_irq_clear(uart: Ptr[Uart]) -> None:
    both = Interrupts(rx_fifo_watermark=True, rx_fifo_last=True)
    uart.s_irq_clear.write(u32(both))
    uart.m_irq_clear.write(both)


GENI = Driver("geni", ("qcom,geni-debug-uart", "qcom,geni-uart"),
              *on_block(Uart, (open, ready, send, get, rx_irq_enable, rx_irq_clear)), width=4)
