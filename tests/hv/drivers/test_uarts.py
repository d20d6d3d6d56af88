"""Every UART driver against a model of its registers, through the console as EL2 uses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hv.drivers import uart_models as plain
from hv.drivers import uart_models_soc as soc
from hv.drivers.uart_model import LOOKS, Model, ModelError
from wrought.hv.drivers.uart import console
from wrought.hv.drivers.uart.place import Fault, Source, UartPlace
from wrought.hv.drivers.uart.port import Port
from wrought.hv.drivers.uart.registry import DRIVERS, SHIFT, WIDTH, driver_for
from wrought.lang.build.call import mmio_window

BASE = 0x0900_0000
SIZE = 0x1000
MODELS: tuple[type[Model], ...] = (
    plain.Pl011, plain.Sbsa, plain.Ns8250, plain.Words8250, plain.Imx, plain.Meson, plain.Cadence,
    plain.Armada3700, soc.Geni, soc.Uartdm, soc.Scif, soc.Scifa, soc.Lpuart,
    soc.LpuartWithVersion, soc.Lpuart8)


def place_for(compatible: bytes, port: Port | None = None) -> UartPlace:
    """A place at BASE with the driver for a compatible string."""
    driver = driver_for(compatible + b"\0")
    assert driver < len(DRIVERS)
    port = port or Port(base=BASE, shift=SHIFT.get()[driver], width=WIDTH.get()[driver])
    return UartPlace(driver=driver, base=BASE, size=SIZE, port=port, source=Source.ASKED,
                     fault=Fault.NONE)


@contextmanager
def opened(uart: Model, port: Port | None = None) -> Iterator[Model]:
    """The model as the console."""
    with mmio_window(BASE, SIZE, uart.read, uart.write):
        assert console.open_console(place_for(uart.compatible, port))
        try:
            yield uart
        finally:
            console.close_console()


@pytest.fixture(params=MODELS, ids=lambda model: model.__name__)
def uart(request: pytest.FixtureRequest) -> Iterator[Model]:
    with opened(request.param()) as model:
        yield model


def test_every_driver_has_a_model():
    with_model = {driver_for(model.compatible + b"\0") for model in MODELS}
    assert with_model == set(range(len(DRIVERS)))


def test_put_waits_until_the_device_is_ready(uart: Model):
    assert not uart.sent
    for byte in b"Hi!\xff":
        console.put(byte)
    assert uart.sent == b"Hi!\xff"
    assert 0 < uart.busy <= LOOKS, "it did not wait after the last"


def test_text_gets_carriage_returns(uart: Model):
    console.put_text(b"a\nb")
    assert uart.sent == b"a\r\nb"


def test_get_takes_bytes_in_order(uart: Model):
    assert console.get() == -1
    uart.feed(b"ab\x00\xff")
    assert [console.get() for _ in range(5)] == [97, 98, 0, 255, -1]
    uart.feed(b"c")
    assert [console.get(), console.get()] == [99, -1]


def test_a_stuck_device_loses_bytes_but_no_time(uart: Model):
    console.dropped.set(0)
    uart.stuck = True
    console.put_text(b"lost")
    assert console.dropped.get() == 4 and not uart.sent
    uart.stuck = False
    console.put(ord("x"))
    assert uart.sent == b"x"


def test_receive_interrupt(uart: Model):
    uart.feed(b"a")
    assert not uart.interrupting(), "it is off until it is asked for"
    assert console.get() == ord("a")
    console.clear_receive_interrupt()
    console.enable_receive_interrupt()
    assert not uart.interrupting()
    for text in (b"x", b"yz"):
        uart.feed(text)
        assert uart.interrupting()
        console.clear_receive_interrupt()
        assert bytes(console.get() for _ in text) == text
        assert console.get() == -1
        assert not uart.interrupting()
    console.put(ord("!"))
    assert uart.sent == b"!"


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=12)), max_size=12))
def test_traffic_both_ways(steps: list[tuple[bool, bytes]]):
    for model in MODELS:
        with opened(model()) as uart:
            for is_input, data in steps:
                if is_input:
                    uart.feed(data)
                    assert bytes(console.get() for _ in data) == data
                else:
                    for byte in data:
                        console.put(byte)
            assert uart.sent == b"".join(data for is_input, data in steps if not is_input)
            assert console.get() == -1


@pytest.mark.parametrize("size", [1, 2, 4])
@pytest.mark.parametrize("shift", [0, 1, 2, 3])
def test_8250_shapes(shift: int, size: int):
    first = 0x40
    port = Port(base=BASE + first, shift=shift, width=size)
    if size > 1 << shift:
        shift = port.shift = size.bit_length() - 1
    with opened(plain.Ns8250(shift, size, first), port) as uart:
        uart.feed(b"in")
        assert (console.get(), console.get(), console.get()) == (ord("i"), ord("n"), -1)
        console.put(ord("o"))
        console.enable_receive_interrupt()
        assert uart.sent == b"o"
        assert uart.registers == {1: plain.Ns8250.UUE | 1, 4: 0x0B}


def test_pl011_that_is_on_is_left_alone():
    uart = plain.Pl011()
    uart.registers[0x30] = 0xF01
    with opened(uart):
        assert uart.registers[0x30] == 0xF01 and not uart.log


def test_nothing_happens_before_a_console_is_open():
    console.put(65)
    console.put_text(b"text")
    console.enable_receive_interrupt()
    console.clear_receive_interrupt()
    assert console.get() == -1
    assert not console.open_console(UartPlace(driver=len(DRIVERS), node=2**64 - 1))
    assert console.get() == -1


def test_the_first_known_compatible_decides():
    assert DRIVERS[driver_for(b"arm,sbsa-uart\0arm,pl011\0")].name == "sbsa"
    assert DRIVERS[driver_for(b"rockchip,rk3399-uart\0snps,dw-apb-uart\0")].name == "8250"
    for none in (b"", b"\0", b"\0\0", b"arm", b"arm,pl0111\0", b"arm,pl01\0", b"nobody,uart\0"):
        assert driver_for(none) == 2**64 - 1
    assert DRIVERS[driver_for(b"\0arm,pl011")].name == "pl011"


def test_the_models_catch_misuse():
    with pytest.raises(ModelError, match="empty FIFO"):
        plain.Pl011().read(0, 4)
    with pytest.raises(ModelError, match="1 bytes at 0x18"):
        plain.Pl011().read(0x18, 1)
    with pytest.raises(ModelError, match="off"):
        plain.Imx().write(0x40, 4, 65)
    with pytest.raises(ModelError, match="without a command"):
        soc.Geni().write(0x700, 4, 65)
