"""What every line of the project keeps to."""

from __future__ import annotations

import ast
import re

import pytest

from house.tree import files, python_files, show

WIDTH = 100
"""Columns of a line."""

FORBIDDEN = {
    "a path of somebody's machine": re.compile(r"(?<![\w.])/(work|home|Users|root)/(?!\.)\w"),
    "a temporary path": re.compile(r"(?<![\w.])/tmp/\w"),
    "a package registry's host": re.compile(
        r"registry\.npmjs|files\.pythonhosted|pypi\.org/simple|deb\.debian\.org|/opt/pypi"),
    "a note to oneself": re.compile(r"\b(FIXME|XXX+|TODO)\b"),
}


def lines():
    for path in files():
        if show(path) == "tests/house/test_style.py":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield path, number, line


def test_width():
    bad = [f"{show(path)}:{number}: {len(line)} columns" for path, number, line in lines()
           if len(line) > WIDTH and path.suffix in (".py", ".sh", ".md")
           and "http" not in line and not line.startswith("|")]
    assert not bad, "\n".join(bad)


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_forbidden(what: str):
    bad = [f"{show(path)}:{number}: {line.strip()}" for path, number, line in lines()
           if FORBIDDEN[what].search(line)]
    assert not bad, f"{what}:\n" + "\n".join(bad)


def test_whitespace():
    bad = [f"{show(path)}:{number}" for path, number, line in lines()
           if path.suffix in (".py", ".sh", ".md", ".toml") and line != line.rstrip()]
    bad += [f"{show(path)}: no newline at the end" for path in files()
            if path.suffix == ".py" and not path.read_bytes().endswith(b"\n")]
    assert not bad, "\n".join(bad)


def test_no_star_imports():
    bad = [f"{show(path)}:{node.lineno}" for path in python_files()
           for node in ast.walk(ast.parse(path.read_text("utf-8")))
           if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names)]
    assert not bad, "\n".join(bad)


def test_annotations_are_postponed():
    """Else a type that is only known to the compiler would be evaluated at import."""
    for path in python_files("src", "tools"):
        tree = ast.parse(path.read_text("utf-8"))
        annotated = any(isinstance(node, (ast.FunctionDef, ast.AnnAssign))
                        for node in ast.walk(tree))
        postponed = any(isinstance(node, ast.ImportFrom) and node.module == "__future__"
                        for node in tree.body)
        assert postponed or not annotated, f"{show(path)}: from __future__ import annotations"


def test_no_catch_all_modules():
    """A `utils.py` has no purpose that its name tells."""
    names = {"utils", "util", "helpers", "misc", "common"}
    assert not [show(path) for path in python_files("src") if path.stem in names]
