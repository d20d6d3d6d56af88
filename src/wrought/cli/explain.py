"""`wrought explain`: what an error code means and what to write instead."""

from __future__ import annotations

import difflib
import textwrap

import click

from wrought.errors import WroughtError
from wrought.lang.front.catalog import CATALOG
from wrought.lang.front.catalog.cases import examples

WIDTH = 88
"""Columns of the explanation."""

INDENT = "    "
"""What stands before the lines of an example."""


class UnknownCode(WroughtError):
    """No error has this code."""


@click.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Say what an error CODE means, with an example wrong and right; without CODE, list all."""
    if code is None:
        for entry in CATALOG.values():
            click.echo(f"{entry.code}  {entry.shown}")
        return
    entry = CATALOG.get(code.upper())
    if entry is None:
        near = difflib.get_close_matches(code.upper(), CATALOG, 4, 0.6)
        hint = f"; perhaps {', '.join(near)}" if near else "; 'wrought explain' lists all"
        raise UnknownCode(f"no error has the code {code}{hint}")
    click.echo(f"{entry.code}: {entry.shown}\n")
    for paragraph in entry.explain.split("\n\n"):
        click.echo(textwrap.fill(paragraph, WIDTH))
    case = examples()[entry.code]
    for title, text in (("Wrong", case.wrong), ("Says", case.says), ("Right", case.right)):
        if text:
            click.echo(f"\n{title}:\n{textwrap.indent(text.rstrip(), INDENT)}")
