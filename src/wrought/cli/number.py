"""Numbers on the command line, in C's notation."""

from __future__ import annotations

import click


class Number64(click.ParamType[int]):
    """A number of 64 bits without sign: `0x40000000`, `0b1010`, `123`."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None,
                ctx: click.Context | None) -> int:
        """The number; click's usage error if it is none."""
        if isinstance(value, int):
            return value
        try:
            number = int(str(value), 0)
        except ValueError:
            self.fail(f"not a number: {value}", param, ctx)
        if not 0 <= number < 1 << 64:
            self.fail(f"not a 64-bit number: {value}", param, ctx)
        return number
