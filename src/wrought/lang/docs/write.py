"""Writing generated pages into a folder: what every `python -m … FOLDER` of them does."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path


def write_pages(module: str, pages: Mapping[str, Callable[[], str]], arguments: list[str]) -> int:
    """Write every page into the folder that is the only argument; the exit code.

    `pages` has the function that makes each file's text, `module` is what usage errors name.
    """
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print(f"usage: python -m {module} FOLDER", file=sys.stderr)
        return 2
    for name, make in pages.items():
        path = Path(arguments[0]) / name
        path.write_text(make(), encoding="utf-8")
        print(path)
    return 0
