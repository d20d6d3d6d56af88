"""Every error of the catalogue: its message, and the source text that it points at."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import wrought.lang.front.catalog as catalog
from lang.errors.harness import errors, says
from wrought.lang.front.catalog import CATALOG
from wrought.lang.front.catalog.cases import Case, Mark, parse_case, with_says

EXAMPLES = Path(catalog.__file__).parent / "examples"
FILES = {path.stem: path for folder in (EXAMPLES, Path(__file__).parent / "cases")
         for path in sorted(folder.glob("*.txt"))}
CASES = {name: parse_case(name, path.read_text("utf-8")) for name, path in FILES.items()}
Golden = Callable[[Path, str], None]


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, golden: Golden) -> None:
    case = CASES[name]
    found = errors(name, case.wrong, case.settings)
    got = tuple(Mark(d.code, d.span.line, d.pointed) for d in found)
    assert got == case.marks or case.settings.get("source") == "none"
    assert case.code in {d.code for d in found}
    golden(FILES[name], with_says(FILES[name].read_text("utf-8"), says(case)))


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.right])
def test_right(name: str) -> None:
    """What the example says is right does compile."""
    assert not errors(name, CASES[name].right, CASES[name].settings)


@pytest.mark.parametrize("name", CASES)
def test_shape(name: str) -> None:
    text = FILES[name].read_text("utf-8")
    assert len(text.splitlines()) <= 45
    assert CASES[name].code in CATALOG, "no such code"


def test_every_code_has_an_example() -> None:
    assert {path.stem for path in EXAMPLES.iterdir()} == set(CATALOG)
    assert not [c.name for c in CASES.values() if "_" not in c.name and not c.right
                and c.code not in WITHOUT_RIGHT]


WITHOUT_RIGHT = {"C15", "X02"}
"""What to do instead is not another program of the same shape."""


def raised() -> set[str]:
    """The codes that the compiler's source names outside of the catalogue."""
    top = Path(catalog.__file__).parents[2]
    return {code for path in top.rglob("*.py") if "catalog" not in path.parts
            for code in re.findall(r'"([A-Z]\d\d)"', path.read_text("utf-8"))}


def test_catalogue_and_compiler_agree() -> None:
    assert raised() == set(CATALOG)


def test_templates_and_holes() -> None:
    """Every {hole} of a template is a plain name, and every row explains itself."""
    for entry in CATALOG.values():
        assert re.sub(r"\{\w+\}|\{\w+:#x\}", "", entry.template).find("{") < 0, entry.code
        assert entry.explain.rstrip().endswith((".", ")", "]")), entry.code


def test_parts_of_a_case() -> None:
    text = "target: x64\nab c\n   ^ T01\n---- says\nold\n---- right\nx\n"
    case = parse_case("T01_x", text)
    assert case == Case("T01_x", {"target": "x64"}, "ab c\n", (Mark("T01", 1, "c"),), "old\n",
                        "x\n")
    assert with_says(text, "new\n") == text.replace("old", "new")
