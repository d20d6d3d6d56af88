"""Shape of the tree: every folder has a kind and a purpose, no file grows without bound."""

from __future__ import annotations

import ast

import pytest

from house.tree import (
    FOLDERS,
    KINDS,
    ROOT,
    ROOT_FILES,
    SOURCE,
    files,
    kind,
    module_name,
    python_files,
    show,
)

SPLIT_FROM = 400
"""Lines from which a file should be split."""

TOO_LONG = 800
"""Lines that no file may have."""

LONG_FOR_A_REASON: dict[str, str] = {}
"""Files between the two limits: path to the reason."""


def packages():
    return sorted(path.parent for path in python_files("src") if path.name == "__init__.py")


def test_every_package_says_what_it_is():
    bad = [show(folder) for folder in packages()
           if not ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8")))]
    assert not bad, f"no docstring in __init__.py: {bad}"


def test_every_package_has_a_kind():
    bad = [show(folder) for folder in packages()
           if folder != SOURCE / "wrought" and not kind(module_name(folder / "__init__.py"))]
    assert not bad, f"add to KINDS in tests/house/tree.py: {bad}"


def test_every_folder_with_python_is_a_package():
    """Without `__init__.py` a folder has no purpose on record, and wheels may miss it."""
    folders = {path.parent for path in python_files("src")} - {SOURCE}
    bad = sorted(show(folder) for folder in folders if not (folder / "__init__.py").exists())
    assert not bad


def test_every_module_says_what_it_is():
    bad = [show(path) for path in python_files("src", "tools", "bench", "tests")
           if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert not bad, f"no module docstring: {bad}"


def test_ordinary_and_data_folders_hold_no_compiled_functions():
    """The folder tells which Python it is: `@fn` lives in compiled folders only."""
    decorators = {"fn", "handler"}
    bad = [
        f"{show(path)}:{node.lineno}: @{decorator.id} {node.name}"
        for path in python_files("src") if kind(module_name(path)) in ("python", "data")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Name) and decorator.id in decorators]
    assert not bad, "\n".join(bad)


def test_kinds_are_of_three():
    assert set(KINDS.values()) <= {"data", "python", "compiled"}


def test_file_sizes():
    for path in python_files():
        lines = len(path.read_text("utf-8").splitlines())
        assert lines <= TOO_LONG, f"{show(path)}: {lines} lines"
        if lines > SPLIT_FROM:
            assert show(path) in LONG_FOR_A_REASON, (
                f"{show(path)}: {lines} lines; split it, or give the reason in {__file__}")


def test_reasons_are_still_needed():
    for name in LONG_FOR_A_REASON:
        lines = len((ROOT / name).read_text("utf-8").splitlines())
        assert lines > SPLIT_FROM, f"{name} is short now; remove it from the list"


def test_root_is_tidy():
    """What tools and tests make belongs into `build/` or a temporary folder."""
    known = {*ROOT_FILES, *FOLDERS, "build", "dist"}
    stray = [path.name for path in ROOT.iterdir()
             if path.name not in known and not path.name.startswith((".", "__pycache__"))]
    assert not stray


@pytest.mark.parametrize("suffix", [".ir"])
def test_golden_cases_are_short(suffix: str):
    """A golden case that does not fit on a screen is not read when it changes."""
    bad = [show(path) for path in files() if path.suffix == suffix
           and len(path.read_text("utf-8").splitlines()) > 45]
    assert not bad
