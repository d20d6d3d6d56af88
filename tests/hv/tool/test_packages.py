"""Packages through apt, with an apt of the test's own: no network, no archive."""

from __future__ import annotations

import gzip
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from hv.tool.files import an_image
from wrought.errors import WroughtError
from wrought.hv.tool import packages
from wrought.hv.tool.apt import recipe_of
from wrought.hv.tool.kernel import KernelError, image_header, raw_image

APT_GET = """#!/bin/sh
echo "apt-get $*" >> "$LOG"
[ "$1" = -c ] || exit 9
root=$(dirname "$2"); shift 3
[ "$FAIL" = network ] && { echo "E: Failed to fetch: Could not resolve 'archive'" >&2; exit 100; }
case "$1" in
update) touch "$root/state/lists/x_Packages" ;;
download)
    [ "$FAIL" = gone ] && { echo "E: Unable to locate package $2" >&2; exit 100; }
    [ "$FAIL" = stale ] && [ $(grep -c update "$LOG") -lt 2 ] && { echo "E: 404" >&2; exit 100; }
    sleep 0.2; echo "$2" > "$2_1_arm64.deb" ;;
esac
"""
APT_CACHE = """#!/bin/sh
[ "$FAIL" = network ] || printf '%s\\n  Depends: linux-image-6.9-arm64\\n' "$5"
"""
DPKG_DEB = """#!/bin/sh
mkdir -p "$3/boot" "$3/bin"
printf 'MZ%054dARM\\144%070d' 0 0 > "$3/boot/vmlinuz-6.9"
echo busy > "$3/bin/busybox"
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system whose apt tools are scripts; returns their log."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, text in (("apt-get", APT_GET), ("apt-cache", APT_CACHE), ("dpkg-deb", DPKG_DEB)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    log = tmp_path / "log"
    log.touch()
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setenv("LOG", str(log))
    monkeypatch.setenv("WROUGHT_PACKAGES", str(tmp_path / "packages"))
    for name in ("KERNEL", "BUSYBOX", "XEN", "DEVICE_TREES"):
        monkeypatch.delenv(f"WROUGHT_{name}", raising=False)
    return log


def downloads(log: Path) -> list[str]:
    return [line.split()[-1] for line in log.read_text().splitlines() if " download " in line]


def test_busybox_is_fetched_once_and_then_without_network(log: Path,
                                                          monkeypatch: pytest.MonkeyPatch):
    first = packages.busybox()
    assert first.read_text() == "busy\n"
    monkeypatch.setenv("FAIL", "network")
    assert packages.busybox() == first
    assert downloads(log) == ["busybox-static"]


def test_everything_stays_below_the_cache(log: Path, tmp_path: Path):
    packages.busybox()
    config = next((tmp_path / "packages").glob("*/apt/apt.conf")).read_text()
    assert f'Dir::State "{tmp_path}/packages/' in config
    assert 'APT::Architecture "arm64"' in config and "#clear APT::Update::Post-Invoke;" in config
    assert not list((tmp_path / "packages").glob("*/.part-*"))


def test_no_network_says_what_apt_said(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FAIL", "network")
    with pytest.raises(WroughtError, match="Could not resolve 'archive'"):
        packages.busybox()
    assert not list((tmp_path / "packages").glob("*/busybox*"))


def test_a_package_that_is_gone(log: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FAIL", "gone")
    with pytest.raises(WroughtError, match="busybox-static for arm64 could not be downloaded: "
                                           "E: Unable to locate package busybox-static"):
        packages.busybox()


def test_old_lists_are_renewed(log: Path, monkeypatch: pytest.MonkeyPatch):
    packages.busybox()
    monkeypatch.setenv("FAIL", "stale")
    assert packages.package("other").name == "other"
    assert log.read_text().count("update") == 2


def test_no_apt(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WroughtError, match="no apt-get, apt-cache, dpkg-deb.*WROUGHT_KERNEL"):
        packages.busybox()


def test_many_processes_fetch_once(log: Path):
    code = "from wrought.hv.tool.packages import busybox; print(busybox())"
    runs = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
            for _ in range(3)]
    assert len({run.communicate(timeout=60)[0] for run in runs}) == 1
    assert downloads(log) == ["busybox-static"]


def test_given_files(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    image = an_image()
    (tmp_path / "Image.gz").write_bytes(gzip.compress(image))
    monkeypatch.setenv("WROUGHT_KERNEL", str(tmp_path / "Image.gz"))
    assert packages.kernel().read_bytes() == image
    monkeypatch.setenv("WROUGHT_BUSYBOX", str(tmp_path / "none"))
    with pytest.raises(WroughtError, match="WROUGHT_BUSYBOX=.*none: there is no such file"):
        packages.busybox()
    assert not downloads(log)


@pytest.mark.parametrize("text, name, cloud, sources", [
    ("ID=debian\nVERSION_CODENAME=bookworm\n", "debian-bookworm", "linux-image-cloud-arm64", False),
    ('ID=ubuntu\nVERSION_CODENAME="jammy"\n', "ubuntu-jammy", "linux-image-virtual", True),
    ("ID=linuxmint\nID_LIKE='ubuntu debian'\nVERSION_CODENAME=virginia\n"
     "UBUNTU_CODENAME=jammy\n", "ubuntu-jammy", "linux-image-virtual", True),
])
def test_distributions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, name: str,
                       cloud: str, sources: bool):
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    (tmp_path / "os-release").write_text(text)
    recipe = recipe_of(tmp_path / "os-release")
    assert (recipe.name, recipe.kernel["cloud"]) == (name, cloud)
    assert bool(recipe.sources) == sources and ("jammy-security" in recipe.sources) == sources


def test_image_headers():
    assert image_header(an_image(8192, 0x80000), "k")[:2] == (0x80000, 8192)
    assert image_header(an_image(0), "k").text_offset == 0x80000
    zboot = struct.pack("<4s4sII8s8s", b"MZ\0\0", b"zimg", 64, 0, b"", b"gzip")
    body = gzip.compress(an_image())
    zboot = zboot[:12] + struct.pack("<I", len(body)) + zboot[16:]
    assert raw_image(zboot.ljust(64, b"\0") + body, "k") == an_image()


@pytest.mark.parametrize("data, message", [
    (b"", "it is empty"), (b"x" * 10, "only 10 bytes"), (b"\x7fELF" + bytes(99), "an ELF file"),
    (bytes(99), "at byte 56 stands 00 00 00 00"), (b"\x1f\x8bx", "gzip data is broken"),
    (gzip.compress(an_image())[:-9], "gzip data is broken"),
    (gzip.compress(bytes(99)), "no arm64 Linux Image"),
])
def test_files_that_are_no_kernels(data: bytes, message: str):
    with pytest.raises(KernelError, match=f"^k: .*{message}"):
        raw_image(data, "k")
