"""The reference pages are what the tables and the code say now, and leave nothing out."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from wrought.hv.a64.traps import sync, sysregs
from wrought.hv.core import debug_keys
from wrought.hv.core.hypercall_table import TABLE
from wrought.hv.tool import docs_partition as keys
from wrought.hv.tool import docs_traps as trapped
from wrought.hv.tool.checks import check
from wrought.hv.tool.docs import PAGES, hypercalls, main
from wrought.hv.tool.schema import Partition

REFERENCE = Path(__file__).parents[3] / "docs/reference"
ONE = '[[domain]]\nname = "one"\nkernel = "k"\n'
BASES = {
    "[machine]": "{key}\n{rest}", "[hypervisor]": "{key}\n{rest}",
    "[[domain.devices]]": ONE + "[[domain.devices]]\n{key}\n{others}",
    "[[shared-memory]]": ONE + "[[shared-memory]]\n{key}\n{others}",
    "[[channel]]": ONE + "[[channel]]\n{key}\n{others}",
    "[[domain]]": "[[domain]]\n{key}\n{others}",
}
REQUIRED = {"[[domain]]": ("name", "kernel"), "[[domain.devices]]": ("path",),
            "[[shared-memory]]": ("name", "domains", "memory"), "[[channel]]": ("between",)}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_up_to_date(name: str) -> None:
    assert (REFERENCE / name).read_text("utf-8") == PAGES[name](), "run make docs"


def test_hypercalls_are_complete() -> None:
    text = hypercalls()
    for row in TABLE:
        assert f"| {int(row.number)} | `{row.name}` | " in text
        for operation in row.operations:
            assert f"| {int(operation.number)} | `{operation.name}` | " in text


def examples() -> list[tuple[str, str]]:
    """Every key of the schema with its table."""
    return [(section.title, field.alias or name) for section in keys.SECTIONS
            for name, field in section.model.model_fields.items()]


@pytest.mark.parametrize(("table", "key"), examples())
def test_examples_of_keys_are_accepted(table: str, key: str) -> None:
    written = keys.EXAMPLES[table]
    others = "\n".join(f"{name} = {written[name]}" for name in REQUIRED.get(table, ())
                       if name != key)
    head = table + "\n" if table in ("[machine]", "[hypervisor]") else ""
    text = head + BASES[table].format(key=f"{key} = {written[key]}", others=others, rest=ONE)
    Partition.model_validate(tomllib.loads(text))


def test_no_example_is_of_a_key_that_is_gone() -> None:
    assert {(table, key) for table, row in keys.EXAMPLES.items() for key in row} == {*examples()}
    assert {section.model for section in keys.SECTIONS} == _models(Partition)


def _models(model: type) -> set[type]:
    """The tables that a partition consists of, in all depths."""
    from typing import get_args, get_type_hints

    found = set[type]()
    todo: list[object] = list(get_type_hints(model).values())
    while todo:
        hint = todo.pop()
        todo += get_args(hint)
        if isinstance(hint, type) and hasattr(hint, "model_fields"):
            found |= {hint} | _models(hint)
    return found - {keys.schema.ChannelEnd}


def test_every_emulated_register_is_listed() -> None:
    """A key that a handler compares with is in a row, and a row's constants are compared with."""
    tree = ast.parse(Path(sysregs.__file__).read_text("utf-8"))
    named = {node.targets[0].id for node in tree.body
             if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
             and isinstance(node.value, (ast.Call, ast.BinOp))} - {"OS_LOCK"}
    assert {name for row in trapped.TRAPPED for name in row.constants} == named


def test_every_counter_has_a_meaning() -> None:
    assert set(trapped.EXIT_MEANINGS) == {one.name for one in sync.Exit}
    assert len(debug_keys.EXITS) == len(list(sync.Exit))


def test_dispatch_is_read_from_the_code() -> None:
    text = trapped.exceptions()
    assert "| `wait` | WFI sleeps until an interrupt" in text
    assert "| 0x24 | `mmio` | Emulate the access if a device is there" in text
    cases = Path(sync.__file__).read_text("utf-8").count("        case ")
    assert text.count("\n") == 1 + len(trapped.BEFORE_SYNC) + cases


PAGES_WITH_FILES = ("README.md", "docs/guide/partition.md", "docs/guide/isolation.md")


@pytest.mark.parametrize("page", PAGES_WITH_FILES)
def test_partitions_on_pages_are_accepted(page: str) -> None:
    text = (REFERENCE.parents[1] / page).read_text("utf-8")
    files = re.findall(r"^```toml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert files
    for file in files:
        assert not [*check(Partition.model_validate(tomllib.loads(file)))], file


def test_generator(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {*PAGES}
    assert main([str(tmp_path / "none")]) == 2
    assert "usage" in capsys.readouterr().err
