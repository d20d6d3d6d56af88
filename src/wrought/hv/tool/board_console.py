"""The console that EL2 would take on a board, and why it takes none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wrought.hv.drivers.uart.place import Fault, Source, find_console, place_of
from wrought.hv.drivers.uart.registry import DRIVERS
from wrought.hv.tool.board_tree import Tree
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt_tree import is_reachable
from wrought.rt.fdt_values import stdout_node

WORDS = ("uart", "16550", "8250", "scif", "serial")
"""What compatible strings of UARTs have in them."""
SOURCES = {
    Source.STDOUT: "by /chosen/stdout-path", Source.ALIAS: "by an alias serial0 …",
    Source.ONLY: "the only one that is on", Source.FIRST: "a guess: the first that is on",
}


NO_UART = "the tree has no UART"
NONE_ON = "the tree has every UART off or wired to a chip"
WAY_OUT = "name it in /chosen/stdout-path"


@dataclass(frozen=True)
class Console:
    """A UART, or none."""

    path: str = ""
    """Of its node; "" where EL2 finds none."""
    driver: str = ""
    compatible: str = ""
    base: int = 0
    size: int = 0
    shift: int = 0
    width: int = 0
    source: str = ""
    interrupt: str = ""
    """Controller and specifier, or "" where it has to be polled."""
    has_driver: bool = False
    """There is a driver for the board's UART, even if its tree leaves it off."""
    unsupported: str = ""
    """The compatible strings of the UART that the board names and no driver knows."""
    unreachable: str = ""
    """Those of one that lies on a bus without memory addresses."""
    notes: tuple[str, ...] = ()
    """What EL2 guessed or left alone, and how to put that right."""

    @property
    def found(self) -> bool:
        """Whether EL2 has a console."""
        return bool(self.path)


def find(tree: Tree) -> Console:
    """EL2's answer, and what to tell where there is none."""
    place: Any = find_console(tree.fdt)
    if not place.found():
        return _none(tree)
    return Console(
        path=tree.path(place.node), driver=driver_name(place.driver),
        compatible=tree.text(place.node, "compatible"), base=int(place.port.base),
        size=int(place.size), shift=int(place.port.shift), width=int(place.port.width),
        source=SOURCES[place.source], interrupt=_interrupt(tree, place), has_driver=True,
        notes=_about(tree, place))


def driver_name(number: int) -> str:
    """The name of a driver of the registry."""
    drivers: Any = DRIVERS
    return str(drivers[number].name)


def _interrupt(tree: Tree, place: Any) -> str:
    line = place.interrupt
    if line.controller == ABSENT:
        return ""
    cells = " ".join(str(cell) for cell in list(line.cells)[:line.count])
    return f"{tree.path(int(line.controller))} <{cells}>"


def _about(tree: Tree, place: Any) -> tuple[str, ...]:
    """A guess is said to be one, and how to put it right."""
    if place.source == Source.FIRST:
        return (f"the tree does not say which UART it is; {WAY_OUT}",)
    return ()


def _none(tree: Tree) -> Console:
    """Why there is none: a UART without driver that is named or on, or only ones that are off."""
    named = stdout_node(tree.fdt)
    candidates = [int(named)] if named != ABSENT else []
    candidates += [node for node in tree.nodes()
                   if any(word in each for each in tree.texts(node, "compatible")
                          for word in WORDS)]
    silent: list[str] = []
    for node in candidates:
        place: Any = place_of(tree.fdt, node, Source.ASKED)
        wired = any(True for _ in tree.children(node))
        kind = ", ".join(tree.texts(node, "compatible"))
        if place.fault == Fault.NO_DRIVER and not wired and is_reachable(tree.fdt, node):
            return Console(unsupported=kind)
        if place.fault == Fault.NO_ADDRESS:
            return Console(unreachable=kind)
        if place.fault in (Fault.DISABLED, Fault.NONE):
            silent.append(tree.path(node))
    if not silent:
        return Console(notes=(NO_UART,))
    shown = ", ".join(silent[:3]) + (", …" if len(silent) > 3 else "")
    return Console(has_driver=True, notes=(
        f'{NONE_ON} ({shown}); where one has a plug, give it status "okay" and {WAY_OUT}',))
