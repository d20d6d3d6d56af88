"""What is wrong with a partition file: all of it at once, each with its place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from wrought.errors import WroughtError
from wrought.hv.tool import schema
from wrought.hv.tool.places import Key, place


class Problem(NamedTuple):
    """One thing that is wrong."""

    key: Key
    """Where, from the root of the file."""
    message: str
    """What is wrong and what would be accepted."""


class PartitionError(WroughtError):
    """A partition file that cannot be used; `problems` has everything that was found."""

    def __init__(self, path: Path, problems: Iterable[Problem], lines: dict[Key, int],
                 names: Mapping[Key, str] | None = None) -> None:
        """`names` are what the file calls its keys, where it is no TOML file."""
        self.path = path
        self.problems = sorted(problems, key=lambda problem: place(lines, problem.key))
        self.lines = [f"{path}:{place(lines, problem.key)}: {_shown(problem, names or {})}"
                      for problem in self.problems]
        super().__init__("\n".join(self.lines))

    def render(self) -> str:
        """A line for each problem."""
        return "\n".join(f"error: {line}" for line in self.lines)


def dotted(key: Key) -> str:
    """`domain[1].kernel`."""
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _shown(problem: Problem, names: Mapping[Key, str]) -> str:
    key = problem.key
    while key and names and key not in names:
        key = key[:-1]
    name = names.get(key) or dotted(key)
    return f"{name}: {problem.message}" if name else problem.message


def from_pydantic(error: ValidationError) -> list[Problem]:
    """pydantic's findings in this project's words."""
    found: list[Problem] = []
    keys = [item["loc"] for item in error.errors()]
    for item in error.errors():
        key: Key = item["loc"]
        # A list whose elements are wrong counts as too short: the elements are told alone.
        inside = any(len(other) > len(key) and other[:len(key)] == key for other in keys)
        if item["type"] != "too_short" or not inside:
            found.append(Problem(key, _message(item["type"], key, item)))
    return found


TYPES = {"int_type": "a whole number", "string_type": "a text in quotes", "bool_type":
         "true or false", "tuple_type": "a list in brackets", "model_type": "a table",
         "model_attributes_type": "a table"}
SENTENCES = {
    "missing": "it is missing",
    "too_short": "at least {min_length} is wanted",
    "too_long": "at most {max_length} are possible",
    "greater_than_equal": "{value} is too small; from {ge} on",
    "less_than_equal": "{value} is too large; up to {le}",
    "less_than": "{value} is too large; it must be below {lt}",
    "literal_error": "{value} is not known; accepted: {expected}",
    "enum": "{value} is not known; accepted: {expected}",
    "string_too_long": "more than {max_length} characters",
}


def _message(kind: str, key: Key, item: Any) -> str:
    """One finding; `item` is pydantic's ErrorDetails."""
    value, context = _value(item["input"]), dict(item.get("ctx", {}))
    if kind == "extra_forbidden":
        return _unknown(key)
    if kind == "value_error":
        return f"{value}: {context['error']}"
    if kind in TYPES:
        return f"{value} is not {TYPES[kind]}"
    if kind == "string_pattern_mismatch":
        return f"{value} is not possible; {_form(key)}"
    if kind in SENTENCES:
        return SENTENCES[kind].format(value=value, **context)
    return f"{value}: {item['msg']}"


def _value(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return text if len(text) < 60 else text[:57] + "..."


def _form(key: Key) -> str:
    if "path" in key or "devices" in key:
        return 'the full path of a node is wanted: "/soc/serial@9000000"'
    if "name" in key or "domains" in key or "domain" in key[-1:] or "cpu" in key[-1:]:
        most = 15 if key[0] == "shared-memory" else 31
        return f"a name has letters, digits, '.', '_', '-', and at most {most} characters"
    return "it must be one line of text"


MODELS: dict[str | int, type[schema.Strict]] = {
    "machine": schema.Machine, "hypervisor": schema.Hypervisor, "domain": schema.Domain,
    "shared-memory": schema.SharedMemory, "channel": schema.Channel, "devices": schema.Device}


def _unknown(key: Key) -> str:
    """An unknown key: the one that was likely meant, or all there are."""
    tables = [part for part in key[:-1] if part in MODELS]
    model = MODELS[tables[-1]] if tables else schema.Partition
    known = [name.replace("_", "-") for name in model.model_fields]
    near = difflib.get_close_matches(str(key[-1]).replace("_", "-"), known, 1, 0.6)
    if near:
        return f"there is no such key; did you mean '{near[0]}'?"
    return f"there is no such key; there are {', '.join(known)}"
