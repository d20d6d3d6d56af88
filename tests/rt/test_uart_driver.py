"""The example's PL011 driver against a model of the device's registers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rt.example import driver, model, registers
from wrought.lang.build.call import mmio_window

BASE = 0x0900_0000
CLOCK = 24_000_000


@contextmanager
def device() -> Iterator[tuple[Any, Any]]:
    """(model, port) with the UART set up."""
    uart = model.Uart()
    with mmio_window(BASE, registers.Pl011.size, uart.read, uart.write):
        assert driver.set_up(BASE, CLOCK, 115_200) == driver.Result.OK
        yield uart, driver.Port(uart=BASE)


def test_set_up():
    with device() as (uart, _):
        assert uart.registers["control"] == 0x301
        assert uart.registers["line"] == 0x70
        assert (uart.registers["divisor"], uart.registers["fraction"]) == (13, 1)


@settings(deadline=None)
@given(st.integers(0, 200_000_000), st.integers(0, 10_000_000))
def test_speeds(clock: int, speed: int):
    """The divisor is the nearest 64th, or the speed is refused."""
    uart = model.Uart()
    with mmio_window(BASE, registers.Pl011.size, uart.read, uart.write):
        result = driver.set_up(BASE, clock, speed)
    divisor = (clock * 4 + speed // 2) // speed if speed else 0
    if 64 <= divisor < 1 << 22:
        assert result == driver.Result.OK
        assert uart.registers["divisor"] << 6 | uart.registers["fraction"] == divisor
    else:
        assert result == driver.Result.BAD_SPEED
        assert not uart.registers["control"]


def test_a_stuck_device_times_out():
    with device() as (uart, _):
        uart.stuck = True
        for _ in range(model.DEPTH):
            assert driver.put(BASE, 65) == driver.Result.OK
        assert driver.put(BASE, 65) == driver.Result.TIMEOUT
        assert driver.set_up(BASE, CLOCK, 9600) == driver.Result.TIMEOUT


STEP = st.one_of(
    st.tuples(st.just("send"), st.binary(max_size=40)),
    st.tuples(st.just("feed"), st.lists(st.integers(0, 255) | st.sampled_from(
        [0x100, 0x241, 0x400]), max_size=30)),
    st.tuples(st.just("drain"), st.integers(1, 16)),
    st.tuples(st.just("receive"), st.integers(0, 70)),
    st.tuples(st.just("idle"), st.none()))


@settings(deadline=None)
@given(st.lists(STEP, max_size=30))
def test_no_byte_is_lost_or_made_up(steps: list[tuple[str, Any]]):
    """Random traffic both ways, with interrupts when the line is up."""
    with device() as (uart, port):
        accepted, arrived, got = bytearray(), bytearray(), bytearray()
        damaged = 0
        for what, value in steps:
            if what == "send":
                n = driver.send(port, value)
                accepted += value[:n]
            elif what == "drain":
                uart.drain(value)
            elif what == "receive":
                buffer = bytearray(value)
                got += buffer[:driver.receive(port, buffer)]
            elif what == "idle":
                uart.idle()
            else:
                for character in value:
                    room = len(uart.rx) < model.DEPTH
                    uart.feed(character)
                    if room and character < 0x100:
                        arrived.append(character)
                    damaged += room and character >= 0x100
            if uart.pending():
                driver.on_interrupt(port)
        uart.idle()
        driver.on_interrupt(port)
        while uart.tx:
            uart.drain(16)
            if uart.pending():
                driver.on_interrupt(port)
        assert uart.sent == accepted
        assert port.damaged == damaged
        buffer = bytearray(64)
        got += buffer[:driver.receive(port, buffer)]
        assert len(got) + port.dropped == len(arrived)
        if not port.dropped:
            assert got == arrived


def test_overruns_are_counted():
    with device() as (uart, port):
        for character in range(model.DEPTH + 3):
            uart.feed(character)
        driver.on_interrupt(port)
        uart.feed(99)
        uart.idle()
        driver.on_interrupt(port)
        buffer = bytearray(64)
        n = driver.receive(port, buffer)
        assert buffer[:n] == bytes([*range(model.DEPTH), 99])
        assert port.overruns == 1


def test_the_model_catches_misuse():
    uart = model.Uart()
    with pytest.raises(model.ModelError, match="empty FIFO"):
        uart.read(0, 4)
    with pytest.raises(model.ModelError, match="1 bytes at 0x18"):
        uart.read(0x18, 1)
