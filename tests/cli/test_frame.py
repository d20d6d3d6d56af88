"""The command's frame: errors, exit codes, help."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import click
import pytest

from wrought import __version__
from wrought.cli import doctor, main
from wrought.errors import WroughtError


class Pointed(WroughtError):
    """An error that shows more than a line."""

    def render(self) -> str:
        return "a.py:1:2: error: no\n    x\n    ^"


def raising(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of a subcommand that raises this."""

    @click.command()
    def bad() -> None:
        raise error

    monkeypatch.setattr(main.LazyGroup, "get_command", lambda *_: bad)
    return main.run(["bad"])


def test_version(capsys: pytest.CaptureFixture[str]):
    assert main.run(["--version"]) == 0
    assert capsys.readouterr().out == f"wrought, version {__version__}\n"


@pytest.mark.parametrize("name", sorted(main.COMMANDS))
def test_every_command_loads_and_helps(name: str, capsys: pytest.CaptureFixture[str]):
    assert main.run([name, "--help"]) == 0
    assert f"Usage: wrought {name}" in capsys.readouterr().out


def test_help_lists_commands_without_importing_them(capsys: pytest.CaptureFixture[str],
                                                     monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(main.importlib, "import_module", lambda name: pytest.fail(name))
    assert main.run(["--help"]) == 0
    assert all(name in capsys.readouterr().out for name in [min(main.COMMANDS)])


def test_wrong_usage_is_2(capsys: pytest.CaptureFixture[str]):
    assert main.run(["nonsense"]) == 2
    assert "No such command 'nonsense'" in capsys.readouterr().err


def test_own_errors_are_rendered(monkeypatch: pytest.MonkeyPatch,
                                 capsys: pytest.CaptureFixture[str]):
    assert raising(Pointed(), monkeypatch) == 1
    assert capsys.readouterr().err == "a.py:1:2: error: no\n    x\n    ^\n"
    assert raising(WroughtError("plain"), monkeypatch) == 1
    assert capsys.readouterr().err == "error: plain\n"


def test_files_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch,
                                   capsys: pytest.CaptureFixture[str]):
    assert raising(PermissionError(13, "Permission denied", "/etc/x"), monkeypatch) == 1
    assert capsys.readouterr().err == "error: /etc/x: Permission denied\n"


def test_defects_hide_their_traceback(monkeypatch: pytest.MonkeyPatch,
                                      capsys: pytest.CaptureFixture[str]):
    monkeypatch.delenv("WROUGHT_DEBUG", raising=False)
    assert raising(KeyError("k"), monkeypatch) == 70
    told = capsys.readouterr().err
    assert told.startswith("internal error: KeyError: 'k'\n  in bad, test_frame.py:")
    assert "please report" in told and "Traceback" not in told
    monkeypatch.setenv("WROUGHT_DEBUG", "1")
    assert raising(KeyError("k"), monkeypatch) == 70
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_is_130():
    code = ("import time, click\n"
            "from wrought.cli import main\n"
            "@click.command()\n"
            "def slow():\n"
            "    print('started', flush=True)\n"
            "    time.sleep(30)\n"
            "main.LazyGroup.get_command = lambda *_: slow\n"
            "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "import sys; sys.argv = ['wrought', 'slow']; main.main()\n")
    with subprocess.Popen([sys.executable, "-c", code], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                          env={**os.environ, "PYTHONPATH": "src"}) as process:
        assert process.stdout and process.stderr
        assert process.stdout.readline() == "started\n"
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 130
        assert process.stderr.read().strip() == "interrupted"


def test_doctor_finds_everything_here(capsys: pytest.CaptureFixture[str]):
    """`make setup` installs what `doctor` looks for."""
    code = main.run(["doctor"])
    told = capsys.readouterr().out
    assert code == 0, told
    assert "MISSING" not in told


def test_doctor_says_how_to_install(monkeypatch: pytest.MonkeyPatch,
                                    capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(doctor, "PACKAGES", {"no-such-package": ("build", "nothing")})
    assert main.run(["doctor"]) == 1
    told = capsys.readouterr().out
    packages = "gdb-multiarch lua5.1 lua5.4 luajit qemu-system-arm qemu-user util-linux valgrind"
    assert f"sudo apt-get install -y {packages}" in told
    assert "-m pip install 'wrought[build]'" in told
