"""Sessions with a QEMU of the tests' own: waiting, typing, and that nothing stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hv.tool.conftest import Fake
from hv.tool.files import an_image
from wrought.errors import WroughtError
from wrought.hv.tool.machine import boot
from wrought.hv.tool.session import Ended, Session, SessionError, TimedOut


def test_waiting_and_typing(qemu: Fake):
    with boot(qemu.partition) as session:
        assert session.wait_for("ready", 10, "left").text == "ready"
        assert session.wait_for("booting", 10, "right").speaker == "right"
        session.send("right", "hello\n")
        assert session.wait_for("heard", 10).text == "heard hello"
        session.send("left", "a longer text than an UART's FIFO holds\n")
        assert session.wait_for("heard", 10, "left").text.endswith("FIFO holds")
        session.send("left", "again\n")
        session.wait_for("heard again", 10, "left")
        assert session.of("right") == ["booting", "heard hello"]
    assert not qemu.alive()


def test_a_prompt_is_a_line_too(qemu: Fake):
    with boot(qemu.partition) as session:
        assert session.wait_for("^# $", 10, "left").text == "# "


def test_a_line_found_before_it_was_whole_is_not_found_again():
    script = ("import sys, time\n"
              "print('(left) ready', end='', flush=True)\n"
              "sys.stdin.readline()\n"
              "print(' now', '(left) next', sep='\\n', flush=True)\n"
              "time.sleep(30)\n")
    with Session([sys.executable, "-c", script], ["left"]) as session:
        assert session.wait_for("ready", 10, "left").text == "ready"
        session.type(b"\n")
        session.wait_for("next", 10)
        assert session.of("left")[0] == "ready now"
        with pytest.raises(TimedOut):
            session.wait_for("ready", 0.3, "left")


def test_deadline(qemu: Fake):
    message = (r"(?s)of \"right\" matched 'never' within 0.5 s; the last lines:\n"
               r"  wrought \| two domains\n")
    with boot(qemu.partition) as session:
        session.wait_for("ready", 10)
        with pytest.raises(TimedOut, match=message):
            session.wait_for("never", 0.5, "right")
    assert not qemu.alive()


def test_qemu_ends_first(qemu: Fake, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SCRIPT", "exit 3")
    with boot(qemu.partition) as session:
        with pytest.raises(Ended, match="ended with status 3 before a line matched"):
            session.wait_for("never", 20)
        with pytest.raises(SessionError):
            session.send("left", "x" * 100)


def test_no_such_domain(qemu: Fake):
    with boot(qemu.partition) as session:
        with pytest.raises(SessionError, match='no domain "middle"; there are left, right'):
            session.send("middle", "x")


def test_a_qemu_that_does_not_want_to_end(qemu: Fake, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SCRIPT", "stubborn")
    monkeypatch.setattr("wrought.hv.tool.session.KILL_AFTER", 0.3)
    with boot(qemu.partition) as session:
        session.wait_for("ready", 10)
    assert len(qemu.pids.read_text().split()) == 2
    assert not qemu.alive()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_command_is_ended(qemu: Fake, number: int):
    command = [sys.executable, "-m", "wrought.cli.main", "run", str(qemu.partition)]
    temporary = qemu.folder / "tmp"
    temporary.mkdir()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, env={**os.environ, "TMPDIR": str(temporary)},
                          start_new_session=True) as process:
        try:
            assert process.stdout is not None
            while b"ready" not in process.stdout.readline():
                assert process.poll() is None
            os.kill(process.pid, number)
            process.communicate(timeout=20)
        finally:
            process.kill()
    assert process.returncode == {signal.SIGTERM: 143, signal.SIGINT: 130}.get(number, -number)
    if number == signal.SIGKILL and not os.path.exists("/usr/bin/setpriv"):
        for pid in qemu.alive():
            os.kill(pid, signal.SIGKILL)
        return
    assert not qemu.alive()
    if number != signal.SIGKILL:
        assert not list(temporary.iterdir())


def test_temporary_files_go_away(qemu: Fake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with boot(qemu.partition):
        assert list(temporary.glob("wrought-*/machine.dtb"))
    assert not list(temporary.iterdir())


def test_qemu_refuses(qemu: Fake):
    text = qemu.partition.read_text()
    qemu.partition.write_text('[machine]\ncpu = "nonsense"\n' + text)
    with pytest.raises(WroughtError, match="(?s)does not take this machine.*CPU model 'nonsense'"):
        with boot(qemu.partition):
            pass


def test_a_kernel_that_does_not_fit(qemu: Fake):
    (qemu.folder / "Large").write_bytes(an_image(200 << 20))
    text = qemu.partition.read_text().replace('kernel = "Image"', 'kernel = "Large"', 1)
    qemu.partition.write_text(text)
    with pytest.raises(WroughtError, match=r"p.toml:6: domain\[0\].memory: 128 MiB: kernel and "
                                           "ramdisk alone need 200 MiB"):
        with boot(qemu.partition):
            pass


def test_no_qemu(qemu: Fake, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(qemu.folder))
    with pytest.raises(WroughtError, match="apt-get install qemu-system-arm"):
        with boot(qemu.partition):
            pass


def test_closing_is_quick(qemu: Fake, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SCRIPT", "silent")
    start = time.monotonic()
    with boot(qemu.partition):
        pass
    assert time.monotonic() - start < 10
