"""Levels of messages, the budget of messages that guests cause, and the options for both."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import Any

import pytest

from wrought.hv.core import console_input, log
from wrought.hv.core.build import log_levels, options
from wrought.hv.core.domain import Domain
from wrought.hv.core.log import Level
from wrought.hv.fake import cpu
from wrought.hv.tool.devicetree import Node, Tree, strings
from wrought.rt.fdt import Check, Fdt, open_tree

HERTZ = 1000


@pytest.fixture(autouse=True)
def anew() -> Any:
    log.set_levels(Level.INFO, Level.INFO)
    for budget in log.budgets.get():
        budget.used, budget.lost, budget.began = 0, 0, 0
    cpu.hertz.set(HERTZ)
    cpu.clock.set(0)
    yield
    cpu.hertz.set(62_500_000)
    cpu.clock.set(0)
    log.set_levels(Level.INFO, Level.INFO)


def printed(function: Callable[[], Any]) -> str:
    """What compiled code prints meanwhile."""
    with tempfile.TemporaryFile() as spool:
        before = os.dup(1)
        os.dup2(spool.fileno(), 1)
        try:
            function()
        finally:
            os.dup2(before, 1)
            os.close(before)
        spool.seek(0)
        return spool.read().decode()


def shown() -> tuple[str, str]:
    """The lowest level that is shown, of the hypervisor's own and of guests' messages."""
    d = Domain(id=9)
    log.budgets.get()[9].used = 0
    own = max(level for level in Level if log.tells(level))
    guests = max(level for level in Level if log.tells_of(d, level))
    return own.name, guests.name


@pytest.mark.parametrize(("command", "props", "levels"), [
    ("", {}, ("INFO", "INFO")),
    ("loglvl=all guest_loglvl=error", {}, ("DEBUG", "ERROR")),
    ("loglvl=warning/error", {}, ("WARNING", "WARNING")),
    ("loglvl=none", {}, ("ERROR", "ERROR")),
    ("loglvl=debug", {"wrought,log-level": "warning"}, ("WARNING", "WARNING")),
    ("loglvl=nonsense console=dtuart", {}, ("INFO", "INFO")),
])
def test_levels_from_the_device_tree(command: str, props: dict[str, str],
                                     levels: tuple[str, str]):
    blob, fdt = given(command, props)
    log_levels.read_levels(fdt)
    assert shown() == levels
    assert blob


def given(command: str, props: dict[str, str]) -> tuple[bytearray, Fdt]:
    """A device tree with those options."""
    root = Node()
    root.child("chosen").props = {"xen,xen-bootargs": strings(command)}
    root.child("chosen").props |= {key: strings(value) for key, value in props.items()}
    blob, fdt = bytearray(Tree(root).to_bytes()), Fdt()
    assert open_tree(fdt, blob) == Check.OK
    return blob, fdt


@pytest.mark.parametrize(("command", "props", "name"), [
    ("sched=null", {}, b"null"), ("sched=credit2", {}, b"credit2"), ("", {}, b""),
    ("sched=credit2", {"wrought,scheduler": "null"}, b"null")])
def test_the_scheduler(command: str, props: dict[str, str], name: bytes):
    _, fdt = given(command, props)
    assert bytes(options.said(fdt, b"wrought,scheduler", b"sched=")) == name


def test_keys_change_the_level():
    console_input.focus.set(64)
    steps = [(ord("+"), "DEBUG"), (ord("+"), "DEBUG"), (ord("-"), "INFO"), (ord("-"), "WARNING"),
             (ord("-"), "ERROR"), (ord("-"), "ERROR"), (ord("+"), "WARNING")]
    for key, level in steps:
        said = printed(lambda key=key: console_input.receive(key))
        assert said == f"messages are shown down to {level.lower()}\n"
        assert shown() == (level, level)


def test_a_guest_can_not_flood_the_console():
    d, other = Domain(id=3), Domain(id=4)
    assert [log.tells_of(d, Level.ERROR) for _ in range(15)] == [True] * 10 + [False] * 5
    assert log.tells_of(other, Level.ERROR)
    cpu.clock.set(5 * HERTZ - 1)
    assert not log.tells_of(d, Level.ERROR)
    cpu.clock.set(5 * HERTZ)
    d.set_name(b"loud")
    assert printed(lambda: log.tells_of(d, Level.ERROR)) == "loud: 6 messages were left out\n"
    assert [log.tells_of(d, Level.ERROR) for _ in range(12)] == [True] * 9 + [False] * 3


def test_a_restart_does_not_fill_the_budget():
    """It is the number's, not the structure's."""
    for _ in range(10):
        assert log.tells_of(Domain(id=3), Level.ERROR)
    assert not log.tells_of(Domain(id=3), Level.ERROR)
