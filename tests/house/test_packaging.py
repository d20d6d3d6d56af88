"""What gets installed: pins agree with each other and with what the tests run on."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from house.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PIN = re.compile(r"([A-Za-z0-9_.-]+)(?:\[[a-z,]+\])?==([A-Za-z0-9.+]+)")


def canonical(name: str) -> str:
    """Package names compare without case and with one separator (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lines: list[str]) -> dict[str, str]:
    """Canonical name to version; AssertionError for a line that is not an exact pin."""
    result: dict[str, str] = {}
    for line in lines:
        match = PIN.fullmatch(line)
        assert match, f"not an exact pin: {line}"
        result[canonical(match[1])] = match[2]
    return result


def lock() -> dict[str, str]:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    return pins([line for line in text.splitlines() if line and not line.startswith("#")])


def declared() -> dict[str, str]:
    project = PROJECT["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return pins(project["dependencies"] + extras + PROJECT["build-system"]["requires"])


def test_lock_holds_what_the_project_declares():
    locked = lock()
    assert {name: locked.get(name) for name in declared()} == declared()


def test_lock_is_closed():
    """Whatever a locked package needs on this platform is locked too."""
    locked = lock()
    for name in locked:
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        for need in needs:
            if ";" in need:
                continue
            other = canonical(re.split(r"[^A-Za-z0-9_.-]", need, maxsplit=1)[0])
            assert other in locked, f"{name} needs {other}"


@pytest.mark.parametrize("name", sorted(lock()))
def test_installed_is_what_is_locked(name: str):
    try:
        installed = metadata.version(name)
    except metadata.PackageNotFoundError:
        pytest.skip(f"{name} is not installed in this environment")
    assert installed == lock()[name]


def test_entry_point_exists():
    module, _, function = PROJECT["project"]["scripts"]["wrought"].partition(":")
    assert callable(getattr(__import__(module, fromlist=[function]), function))


def test_wheel_holds_the_whole_package(tmp_path: Path):
    pytest.importorskip("hatchling")
    # A copy, because builds of two test runs must not meet in one folder.
    copy = tmp_path / "tree"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    wheel = next(tmp_path.glob("wrought-*.whl"))
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("wrought/")}
    sources = {path.relative_to(copy / "src").as_posix()
               for path in (copy / "src/wrought").rglob("*") if path.is_file()}
    assert inside == sources
