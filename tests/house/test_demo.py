"""`make demo` tells success from failure, and what to install where something is missing."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from rich.console import Console

from house.tree import ROOT
from wrought.hv.tool.apt import PackageError
from wrought.hv.tool.session import SessionError


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


def domains(demo: ModuleType, monkeypatch: pytest.MonkeyPatch,
            play: Callable[[Console], None]) -> tuple[bool, str]:
    """Whether the demo took that play of the hypervisor for a success, and what it said."""
    monkeypatch.setattr(demo.hypervisor, "demo", play)
    monkeypatch.setattr(demo.shutil, "which", lambda command: command)
    said = io.StringIO()
    done = demo.domains(Console(file=said, width=80))
    return done, said.getvalue()


def test_the_hypervisor_is_shown(demo: ModuleType, monkeypatch: pytest.MonkeyPatch):
    done, said = domains(demo, monkeypatch, lambda console: console.print("two domains"))
    assert done and "two domains" in said and "ok" in said


@pytest.mark.parametrize(("error", "words"), [
    (PackageError("apt knows no linux-image"), ("linux-image", "Not run", "WROUGHT_KERNEL=")),
    (SessionError("no line came"), ("no line came", "wrought demo failed")),
    (FileNotFoundError(2, "No such file", "qemu"), ("No such file", "wrought demo failed"))])
def test_a_hypervisor_that_does_not_come(demo: ModuleType, monkeypatch: pytest.MonkeyPatch,
                                         error: Exception, words: tuple[str, ...]):
    def play(console: Console) -> None:
        raise error

    done, said = domains(demo, monkeypatch, play)
    assert not done and all(word in said for word in words)


def test_the_hypervisor_needs_qemu(demo: ModuleType, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(demo.shutil, "which", lambda command: None)
    said = io.StringIO()
    assert not demo.domains(Console(file=said, width=80))
    assert "sudo apt-get install -y qemu-system-arm" in said.getvalue()


@pytest.mark.parametrize("there", [True, False])
def test_the_examples_run_whatever_became_of_it(demo: ModuleType, monkeypatch: pytest.MonkeyPatch,
                                                capsys: pytest.CaptureFixture[str], there: bool):
    ran: list[str] = []
    monkeypatch.setattr(demo, "domains", lambda console: there)
    monkeypatch.setattr(demo, "warm", lambda: None)
    monkeypatch.setattr(demo, "example", lambda console, folder: not ran.append(folder.name))
    assert demo.main() == int(not there)
    assert ran[0] == "01_hello"
    assert ("not: wrought demo" in capsys.readouterr().out) == (not there)


def test_tables_name_what_is_there(demo: ModuleType):
    for name in {*demo.PROOFS, *demo.NEEDS, *demo.EXTRAS} - {demo.HYPERVISOR}:
        assert (ROOT / "examples" / name / "main.py").exists(), name
