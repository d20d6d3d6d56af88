"""`wrought compile`: programs come out, and whatever is wrong is said in one line."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from wrought.cli import main

HELLO = '''"""Says hello."""

from __future__ import annotations

from wrought.lang.core.function import fn


@fn
def main() -> None:
    """Say hello."""
    print("hello")
'''


@pytest.fixture
def hello(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hello.py").write_text(HELLO)
    return tmp_path


def test_an_executable(hello: Path, capsys: pytest.CaptureFixture[str]):
    assert main.run(["compile", "hello.py"]) == 0
    size = (hello / "hello").stat().st_size
    assert capsys.readouterr().out == f"hello: {size} bytes\n"
    done = subprocess.run([hello / "hello"], capture_output=True, text=True, check=True)
    assert done.stdout == "hello\n"


def test_a_dump(hello: Path, capsys: pytest.CaptureFixture[str]):
    assert main.run(["compile", "hello.py", "--dump=ir", "--function=main"]) == 0
    assert "call @wrought.rt.console.write" in capsys.readouterr().out
    assert not (hello / "hello").exists()


@pytest.mark.parametrize(("source", "message"), [
    ("x = (", "bad.py:1:5: error[X03]: the file does not parse: '(' was never closed"),
    ("\0", "error[X03]: the file does not parse: source code string cannot contain null bytes"),
    ("import nothing_of_that_name", "bad.py:1:1: error[D17]: importing this module raised"),
    ("\n1 / 0", "bad.py:2:1: error[D17]: importing this module raised ZeroDivision"),
    ("x = 1", "error: bad.py: nothing to compile"),
    ('program = "none"', "error: bad.py: nothing to compile"),
    (HELLO.replace('print("hello")', "return 1"), "error["),
])
def test_wrong_files(hello: Path, capsys: pytest.CaptureFixture[str], source: str, message: str):
    (hello / "bad.py").write_text(source)
    assert main.run(["compile", "bad.py"]) == 1
    told = capsys.readouterr().err
    assert message in told and "Traceback" not in told
    assert not (hello / "bad").exists()


@pytest.mark.parametrize(("arguments", "code", "message"), [
    (["nope.py"], 1, "error: nope.py: there is no such file"),
    (["hello.py", "-t", "vax"], 1, "error: there is no target 'vax'; known are host, "),
    (["hello.py", "--base", "zz"], 2, "not a number: zz"),
    (["hello.py", "--stack", "-1"], 2, "not a 64-bit number: -1"),
    (["hello.py", "--kind", "elf"], 1, "has no output of kind 'elf'"),
    (["hello.py", "--dump=moon"], 1, "error: --dump has no stage 'moon'"),
    (["hello.py", "--main=moon"], 1, "error: hello has no function 'moon'"),
    (["hello.py", "-o", "hello.py/x"], 1, "error: cannot write hello.py/x: "),
])
def test_wrong_commands(hello: Path, capsys: pytest.CaptureFixture[str], arguments: list[str],
                        code: int, message: str):
    assert main.run(["compile", *arguments]) == code
    assert message in capsys.readouterr().err
