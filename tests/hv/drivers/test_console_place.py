"""Which UART becomes the console: every source in turn, every fault, and hostile trees."""

from __future__ import annotations

from typing import Any

import fdt as reference
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rt.device_trees import add, opened
from wrought.hv.drivers.uart.place import Fault, Source, console_at, find_console
from wrought.hv.drivers.uart.registry import DRIVERS
from wrought.rt.fdt import Check, Fdt, open_tree
from wrought.rt.fdt_find import fdt_find

PL011 = {"compatible": "arm,pl011", "interrupts": [0, 5, 4]}


def board(stdout: str = "", aliases: dict[str, str] | None = None,
          **uarts: dict[str, Any]) -> bytes:
    """A tree with a GIC and UARTs `/soc/NAME` at 0x9000_0000 + 0x1000, 0x2000, …"""
    tree = reference.FDT()
    for name, value in (("#address-cells", 2), ("#size-cells", 2), ("interrupt-parent", 1)):
        tree.root.append(reference.PropWords(name, value))
    add(tree, "/gic", phandle=[1], n_interrupt_cells=[3])
    add(tree, "/soc", n_address_cells=[1], n_size_cells=[1],
        ranges=[0, 0, 0x9000_0000, 0x10_0000])
    for number, (name, properties) in enumerate(uarts.items(), 1):
        child = properties.pop("child", None)
        add(tree, f"/soc/{name}", **{"reg": [number << 12, 0x1000], **properties})
        if child:
            add(tree, f"/soc/{name}/{child}")
    if stdout:
        add(tree, "/chosen", stdout_path=stdout)
    if aliases:
        add(tree, "/aliases", **aliases)
    return tree.to_dtb(version=17)


def found(blob: bytes) -> tuple[str, Any]:
    """(name of the UART's source, its place), whose path is looked up."""
    tree, held = opened(blob)
    place = find_console(tree)
    assert held and place.found()
    return place.source.name, place


def test_by_path_with_options():
    source, place = found(board("/soc/b:115200n8", a=dict(PL011), b=dict(PL011)))
    assert source == "STDOUT"
    assert (place.base, place.size, place.port.base) == (0x9000_2000, 0x1000, 0x9000_2000)
    assert (place.port.shift, place.port.width) == (0, 4)
    assert list(place.interrupt.cells)[:place.interrupt.count] == [0, 5, 4]
    assert DRIVERS[place.driver].name == "pl011"


def test_by_alias_in_stdout():
    source, place = found(board("serial7:9600", {"serial7": "/soc/b", "serial0": "/soc/a"},
                                a=dict(PL011), b=dict(PL011)))
    assert (source, place.base) == ("STDOUT", 0x9000_2000)


def test_what_stdout_names_may_be_wired_or_no_uart():
    source, place = found(board("/soc/a", a={**PL011, "child": "bluetooth"}, b=dict(PL011)))
    assert (source, place.base) == ("STDOUT", 0x9000_1000)
    for wrong in ("/soc/screen", "/nothing", "framebuffer0", ":115200"):
        source, place = found(board(wrong, screen={"compatible": "simple-framebuffer"},
                                    a=dict(PL011)))
        assert (source, place.base) == ("ONLY", 0x9000_2000)


def test_aliases_go_by_their_numbers():
    blob = board("", {"serial2": "/soc/a", "serial1": "/soc/b", "serial0": "/soc/off",
                      "serialx": "/soc/c", "spi0": "/soc/c", "serial": "/soc/c"},
                 off={**PL011, "status": "disabled"}, a=dict(PL011), b=dict(PL011),
                 c=dict(PL011))
    source, place = found(blob)
    assert (source, place.base) == ("ALIAS", 0x9000_3000)


def test_an_alias_of_a_wired_uart_is_passed_over():
    source, place = found(board("", {"serial0": "/soc/a", "serial1": "/soc/b"},
                                a={**PL011, "child": "bluetooth"}, b=dict(PL011)))
    assert (source, place.base) == ("ALIAS", 0x9000_2000)


def test_the_only_one_that_is_on():
    source, place = found(board("", a={**PL011, "status": "disabled"}, c={"compatible": "x"},
                                wired={**PL011, "child": "bluetooth"}, b=dict(PL011)))
    assert (source, place.base) == ("ONLY", 0x9000_4000)


def test_the_first_of_several_is_a_guess():
    source, place = found(board("", a=dict(PL011), b=dict(PL011), c=dict(PL011)))
    assert (source, place.base) == ("FIRST", 0x9000_1000)


@pytest.mark.parametrize(("properties", "shape"), [
    ({}, (0, 1, 0)), ({"reg_shift": [2], "reg_io_width": [4]}, (2, 4, 0)),
    ({"reg_shift": [1], "reg_io_width": [2], "reg_offset": [0x100]}, (1, 2, 0x100))])
def test_shapes_of_8250(properties: dict[str, Any], shape: tuple[int, int, int]):
    _, place = found(board("/soc/a", a={"compatible": "ns16550a", **properties}))
    assert (place.port.shift, place.port.width, place.port.base - place.base) == shape
    assert place.interrupt.controller == 2**64 - 1


@pytest.mark.parametrize(("properties", "fault"), [
    ({"status": "disabled"}, Fault.DISABLED), ({"compatible": "x,y"}, Fault.NO_DRIVER),
    ({"reg": [0x10_0000, 4]}, Fault.NO_ADDRESS), ({"reg": [4]}, Fault.NO_ADDRESS),
    ({"reg_shift": [5]}, Fault.BAD_LAYOUT), ({"reg_io_width": [3]}, Fault.BAD_LAYOUT),
    ({"reg_io_width": [0]}, Fault.BAD_LAYOUT)])
def test_faults(properties: dict[str, Any], fault: Any):
    blob = board("/soc/a", {"serial0": "/soc/a"}, a={**PL011, **properties})
    tree, held = opened(blob)
    place = find_console(tree)
    assert held and not place.found() and place.node == 2**64 - 1
    asked = console_at(tree, b"/soc/a:115200")
    assert asked.node == fdt_find(tree, b"/soc/a")
    assert asked.fault == (Fault.NONE if fault == Fault.DISABLED else fault)


def test_asking_for_one():
    tree, held = opened(board("/soc/b", a={**PL011, "status": "disabled"}, b=dict(PL011)))
    place = console_at(tree, b"/soc/a")
    assert held and place.found() and place.source == Source.ASKED
    assert place.base == 0x9000_1000
    assert console_at(tree, b"/soc/none").fault == Fault.NO_NODE


def test_no_uart_at_all():
    tree, held = opened(board())
    place = find_console(tree)
    assert held and not place.found() and place.source == Source.NONE


SMALL = board("serial1", {"serial0": "/soc/a", "serial1": "/soc/b"}, a=dict(PL011),
              b={"compatible": "ns16550a", "reg_shift": [2], "interrupts": [0, 1, 4]})


@settings(deadline=None, max_examples=400)
@given(st.lists(st.tuples(st.integers(40, len(SMALL) - 1), st.sampled_from(
    [0, 1, 2, 3, 4, 9, 0x2F, 0x7F, 0x80, 0xFF])), min_size=1, max_size=6))
def test_hostile_trees_end(changes: list[tuple[int, int]]):
    blob = bytearray(SMALL)
    for at, value in changes:
        blob[at] = value
    tree: Any = Fdt()
    if open_tree(tree, blob) == Check.OK:
        place = find_console(tree)
        if place.found():
            assert place.driver < len(DRIVERS) and place.port.width in (1, 2, 4)
            assert place.base + place.size < 2**64
