"""Which UART of a board is its console, read from the board's device tree."""

from __future__ import annotations

from wrought.hv.drivers.uart.port import Port
from wrought.hv.drivers.uart.registry import SHIFT, WIDTH, driver_for
from wrought.lang.core.decl import enum, struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, Slice, u8, u32, u64
from wrought.rt.bytes import ABSENT, find_byte, starts_with
from wrought.rt.fdt import ROOT, Fdt, Token
from wrought.rt.fdt_address import translate
from wrought.rt.fdt_find import fdt_find, next_child, property_of, walk_from
from wrought.rt.fdt_interrupt import Interrupt, interrupt, no_interrupt
from wrought.rt.fdt_tree import cell, is_reachable
from wrought.rt.fdt_values import stdout_node, text


@enum(u8)
class Source:
    """Why this UART; each is tried where those before it name no usable one."""

    NONE = 0
    STDOUT = 1
    """/chosen/stdout-path names it."""
    ALIAS = 2
    """The first of the aliases serial0 … serial9 that is usable and not wired to a chip."""
    ONLY = 3
    """No other UART is on."""
    FIRST = 4
    """The first in the tree of several that are on: a guess."""
    ASKED = 5
    """By `console_at`."""


@enum(u8)
class Fault:
    """What keeps a node from being a console."""

    NONE = 0
    NO_NODE = 1
    NO_DRIVER = 2
    """No driver for its `compatible`."""
    DISABLED = 3
    """Its `status`, or that of a bus above it, is not okay."""
    NO_ADDRESS = 4
    """`reg` is missing, or a bus above it has no `ranges` for it."""
    BAD_LAYOUT = 5
    """`reg-shift` is above 4, or `reg-io-width` not 1, 2 or 4."""


@struct
class UartPlace:
    """A UART and all that its node says about it."""

    node: u64
    """ABSENT where there is no console."""
    driver: u64
    """Number in `registry.DRIVERS`."""
    base: u64
    """Physical address of its registers, to be mapped as device memory before it is opened."""
    size: u64
    """Bytes of them."""
    port: Port
    interrupt: Interrupt
    """Its first; `controller` is ABSENT where there is none."""
    source: Source
    fault: Fault

    def found(self) -> bool:
        """Whether it is a usable UART."""
        return self.node != ABSENT and self.fault == Fault.NONE


@fn
def no_place(node: u64, fault: Fault) -> UartPlace:
    """A place that is none."""
    return UartPlace(node=node, driver=ABSENT, base=0, size=0, port=Port(0, 0, 0),
                     interrupt=no_interrupt(), source=Source.NONE, fault=fault)


@fn
def cell_or(tree: Ptr[Fdt], node: u64, name: Slice[u8], default: u32) -> u32:
    """A property of one cell."""
    value = property_of(tree, node, name)
    return cell(value.data, 0) if len(value.data) == 4 else default


@fn
def place_of(tree: Ptr[Fdt], node: u64, source: Source) -> UartPlace:
    """The UART `node`, or with `fault` what is wrong with it."""
    if node == ABSENT:
        return no_place(node, Fault.NO_NODE)
    driver = driver_for(property_of(tree, node, b"compatible").data)
    if driver == ABSENT:
        return no_place(node, Fault.NO_DRIVER)
    result = no_place(node, Fault.NONE)
    result.driver, result.source = driver, source
    shift = cell_or(tree, node, b"reg-shift", SHIFT[driver])
    width = cell_or(tree, node, b"reg-io-width", WIDTH[driver])
    registers = translate(tree, node, 0)
    if not is_reachable(tree, node):
        result.fault = Fault.DISABLED
    elif not registers.found:
        result.fault = Fault.NO_ADDRESS
    elif shift > 4 or width not in (1, 2, 4):
        result.fault = Fault.BAD_LAYOUT
    offset = cell_or(tree, node, b"reg-offset", 0)
    result.base, result.size = registers.address, registers.size
    result.port = Port(registers.address + offset, shift, width)
    result.interrupt = interrupt(tree, node, 0)
    return result


@fn
def is_wired(tree: Ptr[Fdt], node: u64) -> bool:
    """Whether a UART has a child: a chip that it is wired to, Bluetooth for example, instead of
    a plug."""
    return next_child(tree, node, ABSENT) != ABSENT


@fn
def by_alias(tree: Ptr[Fdt]) -> UartPlace:
    """The first usable one of the aliases serial…, in the order of their numbers."""
    aliases = fdt_find(tree, b"/aliases")
    if aliases == ABSENT:
        return no_place(ABSENT, Fault.NO_NODE)
    for digit in range(u8(ord("0")), u8(ord("9") + 1)):
        walk = walk_from(tree, aliases)
        token = walk.step()
        while token == Token.BEGIN and walk.step() == Token.PROPERTY:
            name = walk.name
            if len(name) == 7 and starts_with(name, b"serial") and name[6] == digit:
                place = place_of(tree, fdt_find(tree, text(walk.value)), Source.ALIAS)
                if place.found() and not is_wired(tree, place.node):
                    return place
    return no_place(ABSENT, Fault.NO_NODE)


@fn
def by_search(tree: Ptr[Fdt]) -> UartPlace:
    """The first usable UART in the tree that is not wired to a chip."""
    first = no_place(ABSENT, Fault.NO_NODE)
    walk = walk_from(tree, ROOT)
    while True:
        token = walk.step()
        if token in (Token.BAD, Token.FINISH):
            return first
        if token != Token.BEGIN:
            continue
        place = place_of(tree, walk.start, Source.ONLY)
        if place.found() and not is_wired(tree, place.node):
            if first.found():
                first.source = Source.FIRST
                return first
            first = place


@fn
def find_console(tree: Ptr[Fdt]) -> UartPlace:
    """The board's console, by the sources in the order of `Source`; nothing is opened yet."""
    place = place_of(tree, stdout_node(tree), Source.STDOUT)
    if not place.found():
        place = by_alias(tree)
    if not place.found():
        place = by_search(tree)
    return place


@fn
def console_at(tree: Ptr[Fdt], path: Slice[u8]) -> UartPlace:
    """The UART at a path that somebody asked for, ':' and options behind it ignored.

    That it is disabled is no fault then: who asks knows that firmware left it running.
    """
    node = fdt_find(tree, path[:min(find_byte(path, ord(":"), 0), len(path))])
    place = place_of(tree, node, Source.ASKED)
    if place.fault == Fault.DISABLED:
        place.fault = Fault.NONE if place.size > 0 else Fault.NO_ADDRESS
    return place
