"""Style and types: `ruff check` and `pyright`.  Prints what is wrong; exits 1 if anything is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FETCH_TROUBLE = ("nodeenv", "npm error", "getaddrinfo", "URLError", "No module named pyright")
"""Words by which pyright's launcher says that it could not get Node.js or itself."""


def ruff() -> tuple[bool, str]:
    """Whether the tree is clean, and ruff's own report."""
    done = subprocess.run([sys.executable, "-m", "ruff", "check", "."], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def pyright() -> tuple[bool | None, str]:
    """Whether types are right, and pyright's report; None where it could not start."""
    done = subprocess.run([sys.executable, "-m", "pyright"], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    report = done.stdout + done.stderr
    could_not_start = "informations" not in done.stdout
    if could_not_start and any(word in report for word in FETCH_TROUBLE):
        return None, f"pyright could not start (no Node.js?): {report.strip()[-300:]}"
    return done.returncode == 0, report


def main() -> int:
    """Run both; 1 if either found something."""
    bad = False
    for name, check in (("ruff", ruff), ("pyright", pyright)):
        fine, report = check()
        bad |= fine is False
        if fine is not True:
            print(report.rstrip())
        print(f"{name}: {'skipped' if fine is None else 'clean' if fine else 'FAILED'}")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
