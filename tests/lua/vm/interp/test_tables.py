"""The tables of handlers have what they have to: no opcode falls through to the wrong one."""

from __future__ import annotations

import pytest

from wrought.lua.vm.bytecode import TABLE
from wrought.lua.vm.heads import FAST, FAST_NAMES
from wrought.lua.vm.interp import budget, calls, hooks
from wrought.lua.vm.interp.budget import COUNTING
from wrought.lua.vm.interp.dispatch import (
    BY_NAME,
    FAST_HANDLERS,
    PLAIN,
    STEPPED,
    STEPPED_ONLY,
    no_opcode,
)

BUILT_IN = {"next", "ipairs()", "rawequal", "pairs", "ipairs", "table.remove", "unpack"}
"""Names that have an opcode but no handler of their own."""

BACKWARD = {"LOOP", "FORLOOP", "FORLOOP1", "ITERLOOP", "UCLO"}
"""What the verifier lets jump backward."""

TABLES = {"plain": PLAIN, "stepped": STEPPED, "counting": COUNTING}


@pytest.mark.parametrize("which", TABLES)
def test_every_opcode_has_a_handler(which: str) -> None:
    table = list(TABLES[which].init)
    assert len(table) == 256
    missing = {op.name for number, op in enumerate(TABLE) if table[number] is no_opcode}
    assert not missing
    assert not [name for name in FAST_NAMES if table[FAST[name]] is no_opcode]
    used = {*range(len(TABLE)), *FAST.values()}
    assert all(table[number] is no_opcode for number in range(256) if number not in used)


def test_every_handler_has_an_opcode() -> None:
    names = {op.name for op in TABLE}
    assert set(BY_NAME) == names
    assert set(STEPPED_ONLY) <= names
    assert set(FAST_HANDLERS) == set(FAST_NAMES) - BUILT_IN


def test_functions_without_a_handler_are_called() -> None:
    table = list(PLAIN.init)
    assert all(table[FAST[name]] is calls.funcb for name in BUILT_IN)
    assert all(table[FAST[name]] is handler for name, handler in FAST_HANDLERS.items())


def test_handlers_are_where_their_names_are() -> None:
    """A handler's label is its bytecode's name, but for those that several share."""
    plain = list(PLAIN.init)
    shared = {"KSTR": "KNUM", "LOOP": "JMP", "JNEI": "JNEQI"}
    wrong = {op.name: plain[number].label for number, op in enumerate(TABLE)
             if plain[number].label != shared.get(op.name, op.name)}
    assert not wrong
    assert all(handler.label == name for name, handler in FAST_HANDLERS.items())


def test_stepped_differs_where_two_bytecodes_are_one() -> None:
    differ = {op.name for number, op in enumerate(TABLE)
              if PLAIN.init[number] is not STEPPED.init[number]}
    assert differ == set(STEPPED_ONLY) == {"CALL"}


def test_budgets_are_charged_wherever_it_may_go_on_for_ever() -> None:
    table = list(COUNTING.init)
    charged = {op.name for number, op in enumerate(TABLE) if table[number] is budget.budget_jump}
    assert charged == BACKWARD | {"ITERCALL"}
    heads = {number for number in range(256) if table[number] is budget.budget_call}
    assert heads == {number for number, op in enumerate(TABLE)
                     if op.name.startswith("FUNC")} | set(FAST.values())
    assert all(table[number] is STEPPED.init[number] for number, op in enumerate(TABLE)
               if op.name not in charged and number not in heads)


def test_hooks_know_every_opcode() -> None:
    classes = list(hooks.CLASSES.init)
    for number, op in enumerate(TABLE):
        wanted = hooks.ORDINARY
        if op.name.startswith("FUNC"):
            wanted = hooks.A_HEAD
        elif op.name.startswith("CONT_"):
            wanted = hooks.NO_CLASS
        elif op.name.startswith("RET"):
            wanted = hooks.A_RETURN
        elif op.name == "ITERCALL":
            wanted = hooks.ITERATION
        assert classes[number] == wanted, op.name
    assert all(classes[number] == hooks.A_HEAD for number in FAST.values())
    used = {*range(len(TABLE)), *FAST.values()}
    assert all(classes[number] == hooks.NO_CLASS for number in range(256) if number not in used)
