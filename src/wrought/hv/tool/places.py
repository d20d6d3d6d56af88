"""Which line of a TOML file each key stands on."""

from __future__ import annotations

import re

Key = tuple[str | int, ...]
"""From the root: `("domain", 1, "kernel")`."""

HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
ASSIGNMENT = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"))*)\s*=""")
STRING = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'',
                    re.DOTALL)
COMMENT = re.compile(r"#[^\n]*")


def places(text: str) -> dict[Key, int]:
    """Lines, counted from 1, of the tables and keys of a valid TOML file.

    Keys of inline tables have none: the key that holds them stands for them.
    """
    found: dict[Key, int] = {(): 1}
    counts: dict[Key, int] = {}
    table: Key = ()
    depth = 0
    bare = _without_values(text).splitlines()
    for number, (line, original) in enumerate(zip(bare, text.splitlines(), strict=False), 1):
        # A line inside a text of several lines is blank in `line`.
        header = HEADER.match(original) if depth == 0 and "[" in line else None
        if header:
            table = _parts(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
                found.setdefault(table[:-1], number)
            found.setdefault(table, number)
            continue
        if depth == 0 and "=" in line and (match := ASSIGNMENT.match(original)):
            key = table + _parts(match[1])
            found.setdefault(key, number)
            line = line[line.find("=") + 1:]
        depth += sum(map(line.count, "[{")) - sum(map(line.count, "]}"))
    return found


def place(found: dict[Key, int], key: Key) -> int:
    """The line of a key, or of the nearest one that holds it."""
    while key not in found:
        key = key[:-1]
    return found[key]


def _parts(dotted: str) -> Key:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _without_values(text: str) -> str:
    """The text with strings blanked and comments removed, line for line."""
    def blank(match: re.Match[str]) -> str:
        inside = match[0]
        return "".join("\n" if c == "\n" else "_" for c in inside) if inside[0] != "#" else ""

    return re.sub(f"{STRING.pattern}|{COMMENT.pattern}", blank, text, flags=re.DOTALL)
