"""What the house rules speak of: the project's own files, and what each folder is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
ROOT_FILES = ("README.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "pyproject.toml",
              "requirements.lock", ".gitignore")
FOLDERS = (".ci", "bench", "docs", "examples", "src", "tests", "tools")
TEXT = {".py", ".md", ".sh", ".txt", ".toml", ".lock", ".ir", ".ll", ".S", ".ld", ".lua", ".c",
        ".dts", ".h", ".conf", ""}

KINDS = {
    "wrought.isa": "data",
    "wrought.lang": "python",
    "wrought.cli": "python",
    "wrought.rt": "compiled",
    "wrought.hv": "python",
    "wrought.hv.abi": "compiled",
    "wrought.hv.core": "compiled",
    "wrought.hv.a64": "compiled",
    "wrought.hv.fake": "compiled",
    "wrought.hv.machine": "compiled",
    "wrought.hv.vdev": "compiled",
    "wrought.hv.guest": "compiled",
    "wrought.hv.drivers": "compiled",
    "wrought.hv.tool": "python",
    "wrought.lua": "python",
    "wrought.lua.front": "compiled",
    "wrought.lua.vm": "compiled",
    "wrought.lua.lib": "compiled",
    "wrought.lua.command": "compiled",
    "wrought.lua.jit": "compiled",
    "wrought.lua.capi": "compiled",
    "wrought.lua.embed": "compiled",
    "wrought.lua.api": "python",
}
"""What a folder and those below it hold: `data` only, ordinary `python`, or `compiled` Python."""


def files() -> Iterator[Path]:
    """Every text file of the project, without what building and testing left behind."""
    yield from (ROOT / name for name in ROOT_FILES if (ROOT / name).exists())
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            hidden = any(part == "__pycache__" or part.startswith(".")
                         for part in path.relative_to(ROOT / folder).parts)
            if path.is_file() and not hidden and path.suffix in TEXT:
                yield path


def python_files(*folders: str) -> Iterator[Path]:
    """The Python files under these folders of the project, or all of them."""
    tops = [ROOT / folder for folder in folders] or [ROOT]
    return (path for path in files()
            if path.suffix == ".py" and any(path.is_relative_to(top) for top in tops))


def show(path: Path) -> str:
    """A path as messages print it."""
    return str(path.relative_to(ROOT))


def module_name(path: Path) -> str:
    """`wrought.isa.a64` for a file under `src`."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def kind(module: str) -> str:
    """What the nearest listed folder above a module holds; "" where none is listed."""
    while module and module not in KINDS:
        module = module.rpartition(".")[0]
    return KINDS.get(module, "")


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full module name of every import in a file under `src`, those in functions too.

    `from wrought.lang import core` gives `wrought.lang.core` where that is a module.
    """
    package = module_name(path) if path.name == "__init__.py" else module_name(path).rpartition(
        ".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")
                above = above[:len(above) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                yield node.lineno, whole if _is_module(whole) else base


def _is_module(name: str) -> bool:
    path = SOURCE.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").exists()
