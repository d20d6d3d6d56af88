"""`python -m wrought.lang.docs FOLDER`: write the reference pages into a folder."""

from __future__ import annotations

import sys
from pathlib import Path

from .pages import PAGES


def main(arguments: list[str]) -> int:
    """Write every page; the exit code."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: python -m wrought.lang.docs FOLDER", file=sys.stderr)
        return 2
    for name, make in PAGES.items():
        path = Path(arguments[0]) / name
        path.write_text(make(), encoding="utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
