"""The demo's steps and its closing table, with a hypervisor of the tests' own."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from rich.console import Console

from hv.tool.conftest import Fake
from hv.tool.files import an_image
from wrought.hv.tool import demo
from wrought.hv.tool.checks import check
from wrought.hv.tool.console import Line
from wrought.hv.tool.report import read
from wrought.hv.tool.session import SessionError


@pytest.fixture
def stage(qemu: Fake, monkeypatch: pytest.MonkeyPatch) -> Path:
    """QEMU plays the demo's hypervisor; kernel and busybox are small files.  Returns an image."""
    program = qemu.folder / "tools" / "qemu-system-aarch64"
    here = Path(__file__).parent
    program.write_text(
        f'#!/bin/sh\ncase "$*" in *dumpdtb*) exec {sys.executable} {here}/fake_qemu.py "$@" ;; '
        f"esac\necho $$ >> $PIDS\nexec {sys.executable} {here}/fake_hypervisor.py\n")
    (qemu.folder / "Image").write_bytes(an_image())
    for name in ("KERNEL", "BUSYBOX"):
        monkeypatch.setenv(f"WROUGHT_{name}", str(qemu.folder / "Image"))
    return qemu.folder / "Image"


def test_the_whole_demo(stage: Path, qemu: Fake):
    said = io.StringIO()
    demo.demo(Console(file=said, width=90), stage)
    text = said.getvalue()
    assert '"left" is crashed on purpose' in text and '"left" is back.' in text
    rows = {cells[1].strip(): [cell.strip() for cell in cells[2:4]]
            for line in text.splitlines() if len(cells := line.split("│")) == 5}
    assert rows["started"] == ["2 times", "1 times"]
    assert rows["memory"] == ["256 MiB", "256 MiB"]
    assert rows["exits: hypercalls"] == ["1,234", "0"] and rows["exits: waits"] == ["5", "7"]
    assert float(rows["crash to user space"][0].removesuffix(" s")) >= 1
    assert int(rows["answers meanwhile"][1].split(",")[0]) >= 1
    assert not qemu.alive()


def test_a_domain_that_stays_dead(stage: Path, qemu: Fake, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SCRIPT", "dead")
    monkeypatch.setattr(demo, "DEADLINE", 3.0)
    with pytest.raises(SessionError, match='"left" did not come back within 3 s'):
        demo.demo(Console(file=io.StringIO()), stage)
    assert not qemu.alive()


def test_the_partition_fits():
    assert not list(check(demo.partition()))


def test_reports_ignore_what_domains_say():
    report = read([Line("left", "domain=9 name=evil memory=1K starts=1"),
                   Line("wrought", "domain=1 name=left vcpus=1 memory=8K starts=3"),
                   Line("wrought", "vcpu=left.0 cpu=0 state=running mmio=4"),
                   Line("wrought", "vcpu=gone.0 mmio=4"), Line("wrought", "memory=16K free=xK")])
    assert list(report.domains) == ["left"] and report.domains["left"].exits == {"mmio": 4}
    assert (report.domains["left"].memory, report.domains["left"].starts) == (8192, 3)
    assert (report.total, report.free) == (16384, 0)
