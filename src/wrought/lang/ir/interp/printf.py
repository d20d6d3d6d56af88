"""C's `printf` formats, on the interpreter's values (C11 7.21.6.1)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from .errors import InterpError
from .ints import to_signed
from .memory import Memory

_SPEC = re.compile(
    rb"%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?(hh|h|ll|l|z|j|t|L)?([diuoxXcsfFeEgGp%])")
_BITS = {b"hh": 8, b"h": 16, b"": 32, b"l": 64, b"ll": 64, b"z": 64, b"j": 64, b"t": 64}


def format_c(memory: Memory, text: bytes, args: tuple[Any, ...]) -> bytes:
    """What printf writes for format `text`; a missing argument is an error."""
    rest = iter(args)
    out: list[bytes] = []
    at = 0
    while (percent := text.find(b"%", at)) >= 0:
        out.append(text[at:percent])
        spec = _SPEC.match(text, percent)
        if spec is None:
            raise InterpError(f"printf: bad format at {text[percent:percent + 8]!r}")
        out.append(_convert(memory, spec, b"." in spec.group(), rest))
        at = spec.end()
    return b"".join([*out, text[at:]])


def _next(args: Iterator[Any], spec: bytes) -> Any:
    for value in args:
        return value
    raise InterpError(f"printf: no argument for {spec.decode()}")


def _convert(memory: Memory, m: re.Match[bytes], dot: bool, args: Iterator[Any]) -> bytes:
    flags, width, precision, size, kind = m.group(1, 2, 3, 4, 5)
    if kind == b"%":
        return b"%"
    columns = _number(width, args, m)
    places = _number(precision, args, m) if dot else None
    left = b"-" in flags or (columns or 0) < 0
    value = _next(args, m.group())
    if kind in b"sc":
        body = _text(memory, kind, places, value)
        zeros = False
    elif kind in b"fFeEgG":
        body, zeros = _float(flags.decode(), places, kind.decode(), value), math.isfinite(value)
    else:
        body = _integer(flags.decode(), places, _BITS[size or b""], kind.decode(), value)
        zeros = places is None
    return _pad(body, abs(columns or 0), left, zeros and b"0" in flags)


def _number(text: bytes | None, args: Iterator[Any], m: re.Match[bytes]) -> int | None:
    if text == b"*":
        return to_signed(32)(_next(args, m.group()) & 0xFFFF_FFFF)
    return int(text) if text else (0 if text is None and b"." in m.group() else None)


def _text(memory: Memory, kind: bytes, places: int | None, value: Any) -> bytes:
    if kind == b"c":
        return bytes([value & 255])
    if places is not None:
        return _bounded(memory, value, places)
    return memory.read_cstring(value) if value else b"(null)"


def _bounded(memory: Memory, address: int, most: int) -> bytes:
    """A string that need not end within its first `most` bytes."""
    found: list[int] = []
    while len(found) < most and (byte := memory.read(address + len(found), 1)[0]):
        found.append(byte)
    return bytes(found)


def _integer(flags: str, places: int | None, bits: int, kind: str, value: int) -> bytes:
    if kind == "p":
        return f"{value:#x}".encode() if value else b"(nil)"
    value &= (1 << bits) - 1
    sign = ""
    if kind in "di":
        value = to_signed(bits)(value)
        sign = "-" if value < 0 else "+" if "+" in flags else " " if " " in flags else ""
    digits = format(abs(value), {"d": "d", "i": "d", "u": "d"}.get(kind, kind))
    digits = "" if places == 0 and value == 0 else digits.rjust(places or 0, "0")
    prefix = "0" + kind if "#" in flags and kind in "xX" and value else ""
    return (sign + prefix + digits).encode()


def _float(flags: str, places: int | None, kind: str, value: float) -> bytes:
    if math.isnan(value):
        sign = "-" if math.copysign(1.0, value) < 0 else ""
        return (sign + ("NAN" if kind.isupper() else "nan")).encode()
    alternate = "#" if "#" in flags else ""
    plus = "+" if "+" in flags else " " if " " in flags else "-"
    digits = 6 if places is None else places
    return format(value, f"{plus}{alternate}.{digits}{kind}").encode()


def _pad(body: bytes, columns: int, left: bool, zeros: bool) -> bytes:
    if left:
        return body.ljust(columns)
    if not zeros:
        return body.rjust(columns)
    split = re.match(rb"[-+ ]?(0[xX])?", body)
    head = split.group() if split else b""
    return head + body[len(head):].rjust(columns - len(head), b"0")
