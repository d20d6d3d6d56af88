"""`wrought doctor`: says what of Python packages and system commands is there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import click

PACKAGES = {
    "llvmlite": ("build", "optimise; run compiled functions in this process"),
    "ziglang": ("build", "assemble and link for every target"),
    "capstone": ("build", "disassemble"),
    "pyelftools": ("", "read object files"),
    "fdt": ("", "read device trees"),
    "pydantic": ("", "check configuration"),
}
"""Python packages: the extra of Wrought's that brings them, and what needs them."""

SYSTEM_PACKAGES = Path(__file__).with_name("system-packages.txt")


class Finding(NamedTuple):
    """One thing looked for."""

    ok: bool
    name: str
    found: str
    """Its version, or what is wrong."""
    purpose: str
    remedy: str
    """The pip requirement or system package that brings it."""


def pinned_versions() -> dict[str, str]:
    """What this release was tested with, by package; empty where Wrought is not installed."""
    try:
        needs = metadata.requires("wrought") or []
    except metadata.PackageNotFoundError:
        return {}
    matches = (re.match(r"([\w.-]+)(?:\[.*?\])?==([\w.+]+)", need) for need in needs)
    return {match[1].lower(): match[2] for match in matches if match}


def check_packages() -> Iterator[Finding]:
    """The Python packages of `PACKAGES`."""
    pins = pinned_versions()
    for name, (extra, purpose) in PACKAGES.items():
        remedy = f"wrought[{extra}]" if extra else "wrought"
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Finding(False, name, "missing", purpose, remedy)
            continue
        pin = pins.get(name, version)
        found = version if version == pin else f"{version}, tested with {pin}"
        yield Finding(True, name, found, purpose, remedy)


def version_of(command: str) -> str:
    """The first number with a dot that `COMMAND --version` prints, or `COMMAND -v`, as Lua has it;
    "" where neither does."""
    for option in ("--version", "-v"):
        try:
            done = subprocess.run([command, option], capture_output=True, text=True, timeout=20,
                                  stdin=subprocess.DEVNULL, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return ""
        # Lua 5.1 tells its version on standard error.
        told = done.stdout or done.stderr
        match = re.search(r"\d+\.\d[\d.]*", told) if done.returncode == 0 else None
        if match:
            return match[0].rstrip(".")
    return ""


def check_commands() -> Iterator[Finding]:
    """The system commands listed in `system-packages.txt`."""
    for line in SYSTEM_PACKAGES.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        command, package, purpose = line.split(maxsplit=2)
        if not shutil.which(command):
            yield Finding(False, command, "missing", purpose, package)
            continue
        version = version_of(command)
        yield Finding(bool(version), command, version or "does not run", purpose, package)


def show(findings: list[Finding]) -> None:
    """One line a finding, in columns."""
    name = max(len(finding.name) for finding in findings)
    found = max(len(finding.found) for finding in findings)
    for finding in findings:
        mark = "ok     " if finding.ok else "MISSING"
        click.echo(f"{mark} {finding.name:{name}}  {finding.found:{found}}  {finding.purpose}")


@click.command()
def doctor() -> int:
    """Say what this machine has, and the commands that install what is missing.

    Exits 1 if anything is missing.
    """
    version = ".".join(map(str, sys.version_info[:3]))
    python = Finding(sys.version_info >= (3, 11), "Python", version, "3.11 or newer", "python3")
    packages, commands = list(check_packages()), list(check_commands())
    show([python, *packages, *commands])
    pip = sorted({finding.remedy for finding in packages if not finding.ok})
    system = sorted({finding.remedy for finding in commands if not finding.ok})
    if pip:
        wanted = " ".join(f"'{remedy}'" for remedy in pip)
        click.echo(f"\nTo install:\n    {sys.executable} -m pip install {wanted}")
    if system:
        click.echo(f"\nTo install:\n    sudo apt-get install -y {' '.join(system)}")
    return int(bool(pip or system or not python.ok))
