"""`make demo`: run the examples from the first to the last and show what each prints."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def title(script: Path) -> str:
    """The first line of a script's docstring."""
    docstring = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or script.name
    return docstring.splitlines()[0]


def run(script: Path) -> bool:
    """Run one example with its output on this terminal; whether it succeeded."""
    start = time.monotonic()
    done = subprocess.run([sys.executable, script.name], cwd=script.parent, check=False,
                          stdin=subprocess.DEVNULL,
                          env={**os.environ, "PYTHONPATH": str(ROOT / "src")})
    print(f"({time.monotonic() - start:.1f} s)\n", flush=True)
    return done.returncode == 0


def main() -> int:
    """Run them all; 1 if one failed."""
    failed: list[str] = []
    for script in sorted((ROOT / "examples").glob("[0-9][0-9]_*/main.py")):
        print(f"== {script.parent.relative_to(ROOT)}: {title(script)}", flush=True)
        if not run(script):
            failed.append(script.parent.name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
