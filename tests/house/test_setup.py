"""`tools/setup.sh` on machines that lack something: it says what to type, and asks nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from house.tree import ROOT

TOOLS = ("bash", "dirname", "mkdir", "id", "tail", "sed", "sleep", "cat", "env", "touch")


class Machine:
    """A copy of the scripts, and a PATH with nearly nothing on it."""

    def __init__(self, folder: Path) -> None:
        self.tree = folder / "tree"
        self.commands = folder / "bin"
        self.commands.mkdir()
        shutil.copytree(ROOT / "tools", self.tree / "tools",
                        ignore=shutil.ignore_patterns("__pycache__"))
        table = "src/wrought/cli/system-packages.txt"
        (self.tree / table).parent.mkdir(parents=True)
        shutil.copy(ROOT / table, self.tree / table)
        for name in TOOLS:
            found = shutil.which(name)
            assert found
            (self.commands / name).symlink_to(found)

    def add(self, name: str, body: str) -> None:
        """Put a shell command on the machine, or replace one."""
        command = self.commands / name
        command.unlink(missing_ok=True)
        command.write_text(f"#!{shutil.which('bash')}\n{body}\n")
        command.chmod(0o755)

    def run(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the set-up script there."""
        return subprocess.run(
            [shutil.which("bash") or "bash", str(self.tree / "tools/setup.sh")],
            capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False,
            env={"PATH": str(self.commands), "HOME": os.environ.get("HOME", "/"), **environment})


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_root_it_says_what_to_type(machine: Machine):
    machine.add("id", "echo 1000")
    machine.add("apt-get", "exit 1")
    done = machine.run()
    assert done.returncode == 1
    assert "sudo apt-get install -y qemu-system-arm qemu-user" in done.stderr


def test_without_apt_it_names_what_is_missing(machine: Machine):
    done = machine.run()
    assert done.returncode == 1
    assert "no apt-get here: qemu-system-arm" in done.stderr


def test_a_failing_apt_is_shown(machine: Machine):
    machine.add("id", "echo 0")
    machine.add("sleep", "exit 0")
    machine.add("apt-get", "echo E: Unable to locate package; exit 100")
    done = machine.run()
    assert done.returncode == 1
    assert "E: Unable to locate package" in done.stderr
    assert "this failed twice" in done.stderr


def test_an_old_python_is_refused(machine: Machine):
    machine.add("old-python", "exit 1")
    done = machine.run(WROUGHT_SYSTEM_PACKAGES="skip", WROUGHT_PYTHON="old-python")
    assert done.returncode == 1
    assert "WROUGHT_PYTHON=old-python is not Python 3.11 or newer" in done.stderr


@pytest.mark.parametrize("script", ["tools/setup.sh", "tools/test.sh", ".ci/run"])
def test_scripts_parse(script: str):
    assert subprocess.run(["bash", "-n", str(ROOT / script)], check=False).returncode == 0
