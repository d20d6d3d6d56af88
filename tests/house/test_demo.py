"""`make demo` tells success from failure, and what to install where something is missing."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path
from types import ModuleType

import pytest
from rich.console import Console

from house.tree import ROOT


@pytest.fixture(scope="module")
def demo() -> ModuleType:
    spec = importlib.util.spec_from_file_location("demo", ROOT / "tools/demo.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def example(demo: ModuleType, folder: Path, program: str, expected: str) -> tuple[bool, str]:
    """Whether the demo took that program for a success, and what it said."""
    (folder / "main.py").write_text(f'"""A title.\n\nMore."""\n{program}\n')
    (folder / "expected.txt").write_text(expected)
    said = io.StringIO()
    done = demo.example(Console(file=said, width=80), folder)
    return done, said.getvalue()


def test_output_is_compared(demo: ModuleType, tmp_path: Path):
    done, said = example(demo, tmp_path, "print(6 * 7)", "42\n")
    assert done and "A title." in said and "    42" in said and "More" not in said
    done, said = example(demo, tmp_path, "print(6 * 7)", "41\n")
    assert not done and "expected.txt" in said


def test_failures_are_shown(demo: ModuleType, tmp_path: Path):
    done, said = example(demo, tmp_path, "raise SystemExit('it broke')", "")
    assert not done and "it broke" in said and "exit status 1" in said


def test_missing_commands_are_named(demo: ModuleType, tmp_path: Path,
                                    monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "10_el2_image"
    folder.mkdir()
    monkeypatch.setattr(demo.shutil, "which", lambda command: None)
    done, said = example(demo, folder, "", "")
    assert not done and "sudo apt-get install -y qemu-system-arm" in said


def test_tables_name_what_is_there(demo: ModuleType):
    for name in {*demo.PROOFS, *demo.NEEDS, *demo.EXTRAS}:
        assert (ROOT / "examples" / name / "main.py").exists(), name
