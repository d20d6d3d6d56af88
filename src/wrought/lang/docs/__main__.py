"""`python -m wrought.lang.docs FOLDER`: write the reference pages into a folder."""

from __future__ import annotations

import sys

from .pages import PAGES
from .write import write_pages


def main(arguments: list[str]) -> int:
    """Write every page; the exit code."""
    return write_pages("wrought.lang.docs", PAGES, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
