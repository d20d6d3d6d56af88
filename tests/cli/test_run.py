"""`wrought run` and `wrought build` with a QEMU of the tests' own."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import fdt
import pytest

from hv.tool.conftest import Fake, board, qemu  # noqa: F401 (a fixture)
from hv.tool.files import DOMAIN, write_partition
from wrought.cli import main


def command(fake: Fake, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "wrought.cli.main", "run", str(fake.partition), *words],
        input=typed, capture_output=True, text=True, timeout=60, check=False, env=os.environ)


@pytest.mark.parametrize("words, script, status, out, err", [
    (["--until", "^ready"], "", 0, "   left | ready\n", ""),
    (["--until", "never", "--timeout", "1"], "", 124, "  right | booting\n",
     "error: 1 s are over; the last lines:\n"),
    ([], "exit 5", 5, "   left | # \n", ""),
    (["--until", "never"], "exit 0", 1, "", "before a line matched 'never'; the last lines:\n"),
    (["--until", "# $"], "", 0, "   left | # \n", ""),
])
def test_how_a_run_ends(qemu: Fake, monkeypatch: pytest.MonkeyPatch, words: list[str],  # noqa: F811
                        script: str, status: int, out: str, err: str):
    monkeypatch.setenv("SCRIPT", script)
    done = command(qemu, *words)
    assert done.returncode == status, done.stderr
    assert out in done.stdout and err in done.stderr
    assert not qemu.alive()


def test_input_goes_to_the_chosen_one(qemu: Fake):  # noqa: F811
    done = command(qemu, "--input", "right", "--until", "heard two", typed="one\ntwo\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("  right | heard one\n  right | heard two\n")


def test_log(qemu: Fake):  # noqa: F811
    command(qemu, "--until", "^ready", "--log", str(qemu.folder / "log"))
    assert (qemu.folder / "log").read_bytes().startswith(b"(wrought) two domains\r\n(left) booting")


def test_dry_run(qemu: Fake, capsys: pytest.CaptureFixture[str]):  # noqa: F811
    assert main.run(["run", str(qemu.partition), "--dry-run", "--icount", "--gdb"]) == 0
    told = capsys.readouterr().out
    assert "-machine virt,virtualization=on,gic-version=3 -cpu cortex-a57 -smp 2" in told
    assert "-icount shift=0,sleep=off -s -S" in told
    assert told.count("-device loader,file=") == 2 and "force-raw=on" in told
    assert not qemu.pids.read_text()


@pytest.mark.parametrize("words, message", [
    (["--input", "middle"], "there is no domain 'middle'; there are left, right"),
    (["--until", "("], "'(' is no regular expression"),
    (["--timeout", "0"], "0.0 is not in the range"),
])
def test_wrong_usage(qemu: Fake, capsys: pytest.CaptureFixture[str],  # noqa: F811
                     words: list[str], message: str):
    assert main.run(["run", str(qemu.partition), *words]) == 2
    assert message in capsys.readouterr().err


def test_a_wrong_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = write_partition(tmp_path, DOMAIN.replace("kernel", "kernle"))
    assert main.run(["run", str(path)]) == 1
    assert capsys.readouterr().err == (
        f"error: {path}:1: domain[0].kernel: it is missing\n"
        f"error: {path}:3: domain[0].kernle: there is no such key; did you mean 'kernel'?\n")
    assert main.run(["run", str(tmp_path / "none.toml")]) == 1
    assert "none.toml: No such file or directory" in capsys.readouterr().err


BOARD = """\
[machine]
dtb = "board.dtb"
load = "0x40000000 + 512 MiB"
[hypervisor]
image = "Image"
"""


def build(folder: Path, text: str) -> int:
    path = write_partition(folder, text)
    (folder / "board.dtb").write_bytes(board().to_bytes())
    return main.run(["build", str(path), "-o", str(folder / "out")])


def test_build_for_a_board(tmp_path: Path):
    assert build(tmp_path, BOARD + DOMAIN + 'ramdisk = "rd"\n') == 0
    out = tmp_path / "out"
    assert sorted(path.name for path in out.iterdir()) == [
        "README", "boot.source", "left.kernel", "left.ramdisk", "machine.dtb", "wrought.img"]
    script = (out / "boot.source").read_text()
    tree = fdt.parse_dtb((out / "machine.dtb").read_bytes())
    for module in tree.get_node("/chosen/left").nodes:
        _, low, _, size = module.get_property("reg").data
        kind = module.get_property("compatible").data[0].removeprefix("multiboot,")
        assert f"${{load}} {low:#x} left.{kind}\n" in script
        assert (out / f"left.{kind}").stat().st_size == size
    # Address 0x4000_0000 is reserved on this board.
    assert script.endswith("booti 0x40200000 - 0x40400000\n")
    assert "0x40200000  wrought.img" in (out / "README").read_text()


def test_nothing_half_built(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    wrong = BOARD + DOMAIN + 'devices = [{ path = "/none", trusted = true }]\n'
    assert build(tmp_path, wrong) == 1
    assert ':10: domain[0].devices: "/none": the board has no such device' in (
        capsys.readouterr().err)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Image", "board.dtb", "p.toml",
                                                                "rd"]
    assert build(tmp_path, BOARD + DOMAIN) == 0
    before = (tmp_path / "out" / "machine.dtb").read_bytes()
    assert build(tmp_path, wrong) == 1
    assert (tmp_path / "out" / "machine.dtb").read_bytes() == before
    assert build(tmp_path, BOARD + DOMAIN.replace("128", "64")) == 0
    assert (tmp_path / "out" / "machine.dtb").read_bytes() != before


def test_other_files_are_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter").write_text("dear")
    assert build(tmp_path, BOARD + DOMAIN) == 1
    assert "out holds other files (letter)" in capsys.readouterr().err
    assert (tmp_path / "out" / "letter").read_text() == "dear"


def test_a_board_does_not_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    build(tmp_path, BOARD + DOMAIN.replace("128", "900000"))
    capsys.readouterr()
    assert main.run(["run", str(tmp_path / "p.toml")]) == 1
    assert "`wrought build` makes the files for it" in capsys.readouterr().err


@pytest.mark.parametrize("way", ["ctrl-c", "until"])
def test_the_terminal_is_as_before(qemu: Fake, way: str):  # noqa: F811
    """Keys are not echoed while it runs, Ctrl-C ends QEMU, then the terminal is restored."""
    import pty
    import termios

    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    words = ["--input", "left", "--until", "heard x"] if way == "until" else []
    with subprocess.Popen(
            [sys.executable, "-m", "wrought.cli.main", "run", str(qemu.partition), *words],
            stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=lambda: (os.setsid(), fcntl.ioctl(0, termios.TIOCSCTTY, 0))) as process:
        try:
            assert process.stdout is not None
            while b"left | ready" not in process.stdout.readline():
                assert process.poll() is None
            assert not termios.tcgetattr(theirs)[3] & (termios.ECHO | termios.ICANON)
            os.write(ours, b"\x03" if way == "ctrl-c" else b"x\r")
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == (130 if way == "ctrl-c" else 0), (out, err)
    assert termios.tcgetattr(theirs) == before
    os.close(ours)
    os.close(theirs)
    assert not qemu.alive()
