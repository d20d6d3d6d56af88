"""The emulated UART against a model of the PL011."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hv.vdev.vdomain import VDomain
from hv.vdev.vpl011_model import IDS, Model
from wrought.hv.core import console
from wrought.hv.fake import console as fake
from wrought.hv.vdev import vpl011

SPI = 33
DR, FR, LCR_H, CR, IFLS, IMSC, RIS, MIS, ICR = (
    0x00, 0x18, 0x2C, 0x30, 0x34, 0x38, 0x3C, 0x40, 0x44)
RX, TX, RT = 0x10, 0x20, 0x40
OFFSETS = (0x00, 0x00, 0x00, 0x04, 0x18, 0x20, 0x24, 0x28, 0x2C, 0x30, 0x34, 0x38, 0x3C, 0x40,
           0x44, 0x48, 0x4C, 0x80, 0xFDC, 0xFE0, 0xFE4, 0xFE8, 0xFEC, 0xFF0, 0xFFC)


class Uart:
    """A guest's view: loads and stores by its only vCPU."""

    def __init__(self) -> None:
        self.machine = VDomain()
        self.line = False
        fake.sent_bytes.set(0)
        vpl011.vpl011_init(self.machine.domain, SPI)

    def read(self, offset: int, size: int = 4) -> int:
        return vpl011.vpl011_read(self.machine.vcpus[0], offset, size)

    def write(self, offset: int, value: int, size: int = 4) -> None:
        vpl011.vpl011_write(self.machine.vcpus[0], offset, size, value)

    def receive(self, byte: int) -> bool:
        return vpl011.vpl011_receive(self.machine.domain, byte)

    def level(self) -> bool:
        """The interrupt's level; every change of it must have been one."""
        for vcpu, number, high in self.machine.raised():
            assert (vcpu, number, high) == (0, SPI, not self.line)
            self.line = high
        return self.line

    def line_shown(self) -> bytes:
        """The domain's console line so far."""
        c = self.machine.whole.core.console
        return bytes(c.line)[:c.used]


def sent() -> bytes:
    """What left on the machine's UART."""
    return bytes(fake.sent.get())[:fake.sent_bytes.get()]


steps = st.lists(st.one_of(
    st.tuples(st.just("read"), st.sampled_from(OFFSETS), st.just(0)),
    st.tuples(st.just("write"), st.sampled_from(OFFSETS), st.integers(0, 0xFFFF_FFFF)),
    st.tuples(st.just("write"), st.sampled_from((LCR_H, IMSC, ICR)),
              st.sampled_from((0, 0x10, 0x70, 0x7FF))),
    st.tuples(st.just("receive"), st.integers(1, 40), st.integers(0, 255))), max_size=60)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(steps)
def test_random_operations(operations: list[tuple[str, int, int]]):
    uart, model = Uart(), Model()
    for what, where, value in operations:
        if what == "read":
            assert uart.read(where) == model.read(where), hex(where)
        elif what == "write":
            uart.write(where, value)
            model.write(where, value)
        else:
            for i in range(where):
                byte = value + i & 0xFF
                assert uart.receive(byte) == model.receive(byte)
        assert uart.level() == model.line
        assert uart.read(RIS) == model.raw
    text = bytes(b for b in model.sent if b not in b"\r\0")
    shown = sent().replace(b"(guest) ", b"").replace(b"\n", b"")
    assert shown + uart.line_shown() == text.replace(b"\n", b"")


def test_output_is_shown_by_lines():
    uart = Uart()
    for byte in b"one\r\ntwo":
        assert uart.read(FR) & 0x20 == 0, "never full"
        uart.write(DR, byte, 1)
    assert sent() == b"(guest) one\n"
    uart.write(DR, 0x1_0A)
    assert sent() == b"(guest) one\n(guest) two\n", "only the low byte is data"


def test_identification_is_what_amba_drivers_look_for():
    uart = Uart()
    have = [uart.read(0xFE0 + 4 * i) for i in range(8)]
    assert bytes(have) == IDS
    assert have[1] << 8 & 0xF00 | have[0] == 0x011
    assert have[7] << 24 | have[6] << 16 | have[5] << 8 | have[4] == 0xB105F00D


def test_receive_interrupt_comes_at_the_level_and_goes_below():
    uart = Uart()
    uart.write(LCR_H, 0x70)
    uart.write(IFLS, 2 << 3)
    uart.write(IMSC, RX)
    for i in range(15):
        assert uart.receive(i) and not uart.level()
    assert uart.receive(15) and uart.level()
    assert uart.read(DR) == 0 and not uart.level()
    assert uart.receive(16) and uart.level()
    uart.write(ICR, RX)
    assert not uart.level()
    assert uart.receive(17) and uart.level(), "another byte, at or above the level"


def test_a_full_fifo_refuses_and_loses_nothing():
    uart = Uart()
    uart.write(LCR_H, 0x70)
    taken = [i for i in range(40) if uart.receive(i)]
    assert taken == list(range(32)) and uart.read(FR) & 0x50 == 0x40
    assert [uart.read(DR) for _ in range(33)] == [*range(32), 0]
    assert uart.read(FR) & 0x50 == 0x10


def type_into(uart: Uart, text: bytes) -> None:
    """Put `text` into the domain's input, where the console keeps what is typed."""
    c = uart.machine.whole.core.console
    for byte in text:
        c.input[c.head % 128] = byte
        c.head += 1


def test_what_is_typed_comes_as_there_is_room():
    uart = Uart()
    uart.write(LCR_H, 0x70)
    uart.write(IMSC, RX | RT)
    text = bytes(range(1, 101))
    type_into(uart, text)
    assert not uart.level()
    vpl011.vpl011_poll(uart.machine.domain)
    got = bytearray()
    while uart.level():
        got.append(uart.read(DR))
    assert got == text and uart.read(FR) & 0x10


@pytest.mark.parametrize(("offset", "size"), [(1, 1), (2, 2), (0x1A, 2), (0x18, 8), (0, 8)])
def test_unaligned_and_wide_accesses_do_nothing(offset: int, size: int):
    uart = Uart()
    uart.receive(7)
    uart.write(offset, 0xFFFF, size)
    assert uart.read(offset, size) == 0
    assert uart.line_shown() == b"" and uart.read(DR) == 7


def test_small_accesses():
    uart = Uart()
    uart.write(IMSC, 0x7FF)
    assert uart.read(IMSC, 1) == 0xFF and uart.read(IMSC, 2) == 0x7FF
    uart.write(IMSC, 0x1_0010, 2)
    assert uart.read(IMSC) == 0x10


def test_the_console_is_not_disturbed():
    uart = Uart()
    console.console_write(uart.machine.domain, b"abc")
    uart.write(DR, ord("d"))
    assert uart.line_shown() == b"abcd"
